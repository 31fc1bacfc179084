"""What an analyst may read: about the asset, and nothing from the future."""

from datetime import UTC, datetime, timedelta

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
