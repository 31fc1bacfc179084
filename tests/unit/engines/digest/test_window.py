"""Which items a report considers."""

from datetime import UTC, datetime, timedelta

from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.window import Rules, Window
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief, Interests, NewsItem, RawItem

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
HOURLY = DigestBrief(user_id=UserId("reader"), hours=1)


def item(source: str, title: str, *, at: datetime, seen: datetime | None = None) -> NewsItem:
    return identify(RawItem(source=source, title=title, url="https://a.example/1", published_at=at), seen or at)


def test_the_bounds_of_a_window_are_inclusive() -> None:
    window = Window.of(HOURLY, NOON, Rules())
    assert window.holds(item("A", "a", at=NOON - timedelta(hours=1)))
    assert window.holds(item("A", "a", at=NOON))
    assert not window.holds(item("A", "a", at=NOON - timedelta(hours=1, seconds=1)))
    assert not window.holds(item("A", "a", at=NOON, seen=NOON + timedelta(seconds=1)))


def test_a_reader_can_only_narrow_the_limits_of_a_digest() -> None:
    rules = Rules(threshold=30, max_stories=10)
    wide, narrow = (rules.within(Interests(min_score=score, max_stories=most)) for score, most in ((5, 99), (60, 3)))
    assert (wide.threshold, wide.max_stories) == (30, 10)
    assert (narrow.threshold, narrow.max_stories) == (60, 3)
