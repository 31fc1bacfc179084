"""The lexicon is read whole, and a mistake in it is named."""

import re
from importlib.resources import files

import pytest

from tradecore.engines.digest.lexicon import lexicon, parse_lexicon

DOCUMENT = files("tradecore.engines.digest").joinpath("lexicon.toml").read_text("utf-8")


def test_words_lead_to_names_and_markers() -> None:
    tables = lexicon()
    assert tables.assets["btc"] == "bitcoin"
    assert tables.entities["fomc"] == tables.name_of("fomc") == "fed"
    assert tables.markers["turns-down"] == "verdict:no"
    assert tables.phrases["bank of japan"] == "boj"
    assert tables.other_names["hongkong"] == {"hong kong"}
    assert {"mulling", "if"} <= tables.planned
    assert tables.knows("inflows")
    assert not tables.knows("otter")


@pytest.mark.parametrize(
    ("asset", "shown"),
    [
        ("bitcoin", "BTC"),
        ("celestia", "TIA"),
        ("xrp", "XRP"),
        ("tsmc", "TSMC"),
        ("boeing", "Boeing"),
        ("sp500", "S&P 500"),
    ],
)
def test_reports_call_assets_by_their_tickers_or_names(asset: str, shown: str) -> None:
    assert lexicon().abbreviation(asset) == shown


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (r'^xrp = \["xrp"\]$', 'xrp = ["XRP"]', "assets.xrp lists 'XRP'"),
        (r'^xrp = \["xrp"\]$', 'xrp = ["x rp"]', "assets.xrp lists 'x rp'"),
        (r'^xrp = \["xrp"\]$', "xrp = []", "assets.xrp"),
        (r'^xrp = \["xrp"\]$', 'xrp = ["xrp", "btc"]', "assets lists 'btc' twice"),
        (r'^xrp = \["xrp"\]$', 'xrp = ["xrp", "sec"]', "both an asset and an entity: sec"),
        (r'^xrp = \["xrp"\]$', 'xrp = ["xrp", "inflow"]', "also a marker: inflow"),
        (r"^planned = \[$", 'planned = ["inflow",', "is also a marker: inflow"),
        (r"^grave = \[$", 'grave = ["flow:up",', "flow:up"),
        (r"^places = \[$", 'places = ["atlantis",', "atlantis"),
        (r'^subject_slots = \["court"', 'subject_slots = ["field"', "field"),
        (r'^"bank of japan" = "boj"$', '"bank of japan" = "bank"', "a phrase stands for no name: bank"),
        (r'^bitcoin = "BTC"$', 'litcoin = "BTC"', "a ticker is of no asset: litcoin"),
        (r'^"mood:bull" = ', "mood = ", "a marker is not `slot:value`: mood"),
        (r"^neutral = \[$", "neutrals = [", "neutral, neutrals"),
    ],
)
def test_a_mistake_in_the_file_is_named(before: str, after: str, named: str) -> None:
    broken, count = re.subn(before, after, DOCUMENT, flags=re.MULTILINE)
    assert count == 1
    with pytest.raises(ValueError, match=re.escape(named)):
        parse_lexicon(broken)
