"""Sentences of a model are held to the items that they are about."""

from datetime import UTC, datetime

import pytest

from tradecore.engines.digest.grounding import is_grounded, reports, ungrounded_names
from tradecore.engines.digest.identity import identify
from tradecore.model.news import NewsItem, RawItem

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
ITEM = identify(
    RawItem(
        source="Wire",
        title="Federal Reserve fines Halvard Bank $12 million",
        summary="The Ohio lender's chief, Ana Ruiz, said it would appeal. Shares of Coinbase fell 3%.",
        url="https://w.example/1",
    ),
    NOON,
)


@pytest.mark.parametrize(
    "text",
    [
        "Halvard Bank must pay $12 million to the Fed.",
        "Ana Ruiz, its chief, wants to appeal; Coinbase's shares lost 3%.",
        "Lenders in Ohio may face closer scrutiny.",
        "The regulator fined the bank twelve million dollars.",
    ],
)
def test_what_the_items_state_may_be_said_in_other_words(text: str) -> None:
    assert is_grounded(text, [ITEM], "en")


@pytest.mark.parametrize(
    "text",
    [
        "Halvard Bank must pay $21 million to the Fed.",
        "The SEC fined Halvard Bank.",
        "Halvard Bank's chief Tom Vale wants to appeal.",
        "Quillon has to pay as well.",
        "Shares of Kraken fell 3%.",
        "Shares fell 30%.",
        "The fed fined binance.",
        "Halvard Bank doubled its reserves.",
        "Halvard Bank was fined, see https://evil.example/x for more.",
        "Halvard Bank was fined, write to help@evil.example today.",
        "Halvard Bank was fined, says evil.example.",
        "Halvard Bank lost ½ of its capital.",
        "Halvard Bank has to pay ٩٩ million dollars.",
        "Halvard Bank must pay half of its capital.",
        "Halvard Bank has thousands of customers.",
        "Halvard Bank must pay $12 million within a week.",
        "Halvard Bank must pay, and its chief was arrested.",
    ],
)
def test_a_figure_or_name_that_no_item_states_is_found(text: str) -> None:
    assert not is_grounded(text, [ITEM], "en")


MARKET = identify(
    RawItem(source="Wire", title="Bitcoin falls 3%, Ether 8% as traders sell", url="https://w.example/2"), NOON
)


def test_a_figure_of_one_name_is_not_that_of_another() -> None:
    assert is_grounded("Ether lost 8%, more than bitcoin with 3%.", [MARKET], "en")
    assert not is_grounded("Bitcoin fell 8% and Ether 3%.", [MARKET], "en")
    both = [MARKET, ITEM]
    assert is_grounded("Bitcoin fell 3%, while the Fed fined Halvard $12 million.", both, "en", stories=2)
    assert not is_grounded("Bitcoin fell 8%, while the Fed fined Halvard $12 million.", both, "en", stories=2)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("美联储对银行处以罚款。", "en"),
        ("ФРС оштрафовала банк.", "en"),
        ("La banque Halvard doit payer une amende et fera appel de la décision.", "en"),
        ("Halvard Bank has to pay, and the appeal of the lender is not at an end.", "de"),
        ("Halvard Bank must pay the fine.", "ja"),
        ("...", "en"),
    ],
)
def test_a_sentence_of_another_language_is_not_grounded(text: str, language: str) -> None:
    assert not is_grounded(text, [ITEM], language)


def plan(title: str) -> NewsItem:
    return identify(RawItem(source="Wire", title=title, url=f"https://w.example/{title}"), NOON)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Federal Reserve fines Halvard Bank $12 million", "Halvard Bank fines the Federal Reserve $12 million."),
        ("Federal Reserve fines Halvard Bank $12 million", "The Federal Reserve did not fine Halvard Bank."),
        ("Federal Reserve fines Halvard Bank $12 million", "One sentence of what happened."),
        ("Federal Reserve fines Halvard Bank $12 million", "I cannot tell what happened."),
        ("Federal Reserve fines Halvard Bank $12 million", "A drug maker halts a study after a patient fell ill."),
        ("Coinbase sues SEC over records", "The SEC sues Coinbase over records."),
        ("SEC set to approve spot Solana ETFs", "The SEC approved spot Solana ETFs."),
        ("SEC set to approve spot Solana ETFs", "The SEC is set to reject spot Solana ETFs."),
        ("SEC does not approve spot Solana ETFs", "The SEC approves spot Solana ETFs."),
        ("Bitcoin ETFs see $412M outflow", "Bitcoin ETFs took in $412M."),
        ("Bitcoin falls 3%, Ether 8%", "Bitcoin rose 3%, Ether 8%."),
    ],
)
def test_what_happened_is_not_told_otherwise_than_in_the_items(title: str, text: str) -> None:
    assert not reports(text, [plan(title)], "en")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Federal Reserve fines Halvard Bank $12 million", "Halvard Bank must pay $12 million to the Fed."),
        ("Federal Reserve fines Halvard Bank $12 million", "The regulator fined a lender twelve million dollars."),
        ("SEC set to approve spot Solana ETFs", "The SEC is about to approve Solana funds."),
        ("SEC set to approve spot Solana ETFs", "Solana funds could be allowed within days."),
        ("Powell links probe to defiance on rates", "Powell says he is investigated because he did not lower rates."),
        ("Kraken merges with Tandem", "Tandem merges with Kraken."),
        ("OpenAI did not partner with Robinhood", "OpenAI denies that it works with Robinhood."),
    ],
)
def test_what_happened_may_be_told_in_other_words(title: str, text: str) -> None:
    assert reports(text, [plan(title)], "en")


def test_german_nouns_are_no_names_and_names_are_still_checked() -> None:
    assert is_grounded("Fines came on two fronts.", [ITEM], "en", stories=2)
    assert not is_grounded("Fines came on two fronts.", [ITEM], "en", stories=3)
    assert is_grounded("Die Notenbank verhängt eine Strafe von $12 million gegen Halvard.", [ITEM], "de")
    assert not is_grounded("Die SEC verhängt eine Strafe gegen Halvard.", [ITEM], "de")
    assert ungrounded_names("Coinbase und Kraken fallen.", ["Coinbase falls"], "de") == {"Kraken"}


def test_a_sentence_may_begin_with_any_common_word_and_not_with_a_name_of_its_own() -> None:
    assert ungrounded_names("Shares fell. Investors sold. Zyxel rose.", ["shares"]) == {"Zyxel"}
    common = (
        "Lenders Creditors Holders Depositors Insurers Volatility Liquidity Outflows Approval Higher Weaker Falling"
    )
    assert not ungrounded_names(". ".join(common.split()), ["a bank lost money"])
    names = "Trump Moscow Iran Powell Beijing Halvard Monday Shell"
    assert ungrounded_names(". ".join(names.split()), ["a bank lost money"]) == set(names.split())
    assert ungrounded_names("Moscou réagit. Trump signe.", ["a bank lost money"], "fr") == {"Trump"}
