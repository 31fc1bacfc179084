"""The one call: what it does beyond selecting and writing."""

from datetime import UTC, datetime, timedelta

from tradecore.engines.digest.digest import make_digest
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief, RawItem

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def test_items_without_a_story_are_placed_beside_those_that_have_one() -> None:
    first, second = (
        identify(RawItem(source=source, title=title, guid="1", published_at=NOON), NOON)
        for source, title in (("A", "Kraken lists token Pocket Otter"), ("B", "Token Pocket Otter listed by Kraken"))
    )
    known = assign_stories([first], ())
    report = make_digest(DigestBrief(user_id=UserId("u"), hours=2), [*known, second], (), (), NOON)
    assert {placed.story_id for placed in report.considered} == {known[0].story_id}
    assert (report.window_start, report.window_end) == (NOON - timedelta(hours=2), NOON)
    assert report.items_processed == 2
