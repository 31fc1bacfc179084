"""The contract of `tradecore.ports.news.NewsSource`: subclass `NewsSourceSuite` and give a source that has items."""

from datetime import UTC, datetime, timedelta

import pytest

from tradecore.model.news import FetchState
from tradecore.ports.news import FetchStatus, NewsSource

_NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
_DAY = timedelta(days=1)


class NewsSourceSuite:
    """What every news source promises. Give `news_source`, and `failing_source` where its outside can fail."""

    @pytest.fixture
    def news_source(self) -> NewsSource:
        """A source that has items."""
        raise NotImplementedError("Override the fixture news_source; it returns a NewsSource that has items.")

    @pytest.fixture
    def failing_source(self) -> NewsSource | None:
        """A source of the same kind that cannot be read; None where that cannot happen."""
        return None

    async def test_the_first_fetch_brings_items_of_the_source(self, news_source: NewsSource) -> None:
        first = await news_source.fetch(FetchState(failures=3, last_error="x"), _NOON)
        assert first.status is FetchStatus.FRESH
        assert first.items
        assert {item.source for item in first.items} == {news_source.name}
        assert all(item.title or item.summary for item in first.items)
        assert all(item.published_at is None or item.published_at.tzinfo is not None for item in first.items)
        assert (first.state.failures, first.state.last_success, first.state.last_error) == (0, _NOON, None)

    async def test_before_the_next_check_nothing_is_read(self, news_source: NewsSource) -> None:
        first = await news_source.fetch(FetchState(), _NOON)
        assert first.state.next_check is not None
        assert first.state.next_check > _NOON
        early = await news_source.fetch(first.state, _NOON + timedelta(seconds=1))
        assert (early.status, early.items, early.state) == (FetchStatus.NOT_DUE, (), first.state)
        forced = await news_source.fetch(first.state, _NOON + timedelta(seconds=1), force=True)
        assert forced.status in (FetchStatus.FRESH, FetchStatus.UNCHANGED)

    async def test_a_later_fetch_repeats_no_other_items(self, news_source: NewsSource) -> None:
        first = await news_source.fetch(FetchState(), _NOON)
        later = await news_source.fetch(first.state, _NOON + _DAY)
        assert later.status in (FetchStatus.FRESH, FetchStatus.UNCHANGED)
        assert later.items == (first.items if later.status is FetchStatus.FRESH else ())
        assert later.state.last_success == _NOON + _DAY

    async def test_the_state_is_all_that_is_kept_between_fetches(self, news_source: NewsSource) -> None:
        first = await news_source.fetch(FetchState(), _NOON)
        assert (await news_source.fetch(FetchState(), _NOON)).items == first.items

    async def test_a_source_that_cannot_be_read_fails_and_is_tried_later(
        self, failing_source: NewsSource | None
    ) -> None:
        if failing_source is None:
            pytest.skip("this source cannot fail")
        first = await failing_source.fetch(FetchState(), _NOON)
        assert (first.status, first.items, first.state.failures) == (FetchStatus.FAILED, (), 1)
        assert first.state.last_error
        assert first.state.next_check is not None
        second = await failing_source.fetch(first.state, first.state.next_check)
        assert (second.status, second.state.failures) == (FetchStatus.FAILED, 2)
        assert second.state.next_check is not None
        assert second.state.next_check > first.state.next_check
