"""What an analyst may read: about the asset, and nothing from the future."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.digest.about import filter_items_about
from tradecore.engines.digest.identity import identify
from tradecore.model.news import NewsItem, RawItem

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def item(title: str, hours: int = 0) -> NewsItem:
    moment = NOON + timedelta(hours=hours)
    return identify(RawItem(source="A", title=title, guid=f"{title}{hours}", published_at=moment), moment)


@given(st.lists(st.integers(-50, 50), max_size=12), st.integers(-60, 60), st.integers(-60, 60), st.integers(0, 9))
def test_only_the_window_is_handed_out_oldest_first_and_the_newest_kept(
    hours: list[int], start: int, end: int, limit: int
) -> None:
    items = [item("Bitcoin moves", each) for each in set(hours)]
    since, as_of = NOON + timedelta(hours=start), NOON + timedelta(hours=end)
    found = filter_items_about(items, ["BTC"], since, as_of, limit)
    wanted = sorted((each for each in items if since <= each.published_at <= as_of), key=lambda i: i.published_at)
    assert list(found) == (wanted[-limit:] if limit else [])


def test_tickers_pairs_and_names_find_each_other_and_words_are_whole() -> None:
    items = [item("Nvidia ships chips"), item("NVDA's close", 1), item("Solar parts", 2), item("Bank in Hong Kong", 3)]

    def titles(*terms: str) -> list[str]:
        return [each.title for each in filter_items_about(items, terms, NOON, NOON + timedelta(days=1), 9)]

    assert titles("NVDA") == titles("nvidia") == ["Nvidia ships chips", "NVDA's close"]
    assert titles("SOL-USD") == titles("sol/usdt") == []
    assert titles("Hong Kong", "NVDA") == ["Nvidia ships chips", "NVDA's close", "Bank in Hong Kong"]
    assert titles("parts") == ["Solar parts"]
    assert titles() == []


MENTIONS = {
    "$ON": (
        ["Buy $ON now", "onsemi (NASDAQ: ON) beats", "Upgraded: NYSE:ON"],
        [
            "All eyes on jobs data",
            "ON THE MOVE",
            "Fed officials stay on hold",
            "Toronto (ON)",
            "$ONE rises",
            "XNYSE:ON",
        ],
    ),
    "ON Semiconductor Inc": (
        ["ON Semiconductor beats", "On Semiconductor Corp. guides lower"],
        ["A bet on semiconductor stocks", "London Semiconductor opens", "Focus on, semiconductor"],
    ),
    "$ALL": (["Allstate (NYSE: ALL) pays", "$ALL dips"], ["ALL EYES ON THE FED", "All is well"]),
    "$SNOW": (["$SNOW soars", "(NYSE:SNOW)"], ["SNOW closes airports", "Snow in Texas"]),
    "Snowflake Inc": (
        [
            "Snowflake Inc. reports",
            "Snowflake's revenue grows",
            "Snowflake shares jump",
            "Snowflake, Inc names a chief",
        ],
        ["A snowflake's chance", "Snowflake season begins", "Every Snowflake Differs"],
    ),
    "Target Inc": (["Target Corp cuts its forecast", "Target’s sales fall"], ["Target Rate Unchanged", "On Target"]),
    "$TSM": (["TSM rises", "$tsm", "TSM's outlook"], ["tsm", "TSMC opens a plant", "ATSM", "X-TSM"]),
    "$GM": (["$GM", "(NYSE: GM)"], ["GM crops are safe", "gm, everyone"]),
    "$BRK-B": (["BRK.B climbs", "$BRK/B", "BRK-B"], ["BRK.A climbs", "brk.b"]),
    "$7203.T": (["Toyota (7203.T) gains", "$7203.T"], ["7203 cars", "17203.T"]),
    "$A": (["$A", "NYSE: A"], ["A rally", "Plan A", "$AA"]),
}


@pytest.mark.parametrize("term", MENTIONS)
def test_a_term_finds_what_means_the_security_and_not_the_word(term: str) -> None:
    about, other = MENTIONS[term]
    found = filter_items_about(map(item, about + other), [term], NOON, NOON, 99)
    assert sorted(found_item.title for found_item in found) == sorted(item(title).title for title in about)


def test_the_summary_counts_but_no_mention_spans_title_and_summary() -> None:
    raw = RawItem(source="A", title="Chips on", summary="semiconductor day; $TSM gains", guid="1", published_at=NOON)
    items = [identify(raw, NOON)]
    assert filter_items_about(items, ["$TSM"], NOON, NOON, 9)
    assert not filter_items_about(items, ["$ON", "ON Semiconductor Inc"], NOON, NOON, 9)


def test_symbols_of_the_source_count_instead_of_the_text_where_it_names_any() -> None:
    tagged = identify(
        RawItem(source="A", title="Chips rally", guid="1", published_at=NOON, symbols=frozenset({"NVDA", "AMD"})), NOON
    )
    other = identify(
        RawItem(source="A", title="Apple beats Nvidia", guid="2", published_at=NOON, symbols=frozenset({"AAPL"})), NOON
    )
    items = [tagged, other, item("Nvidia ships chips", 1)]

    def titles(*terms: str) -> list[str]:
        return [found.title for found in filter_items_about(items, terms, NOON, NOON + timedelta(days=1), 9)]

    assert sorted(titles("Nvidia", "=NVDA")) == ["Chips rally", "Nvidia ships chips"]
    assert titles("=MSFT") == []
    assert titles("Nvidia") == ["Apple beats Nvidia", "Nvidia ships chips"]
