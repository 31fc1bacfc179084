"""What a report shows of a story: its lead, developments and links."""

from datetime import UTC, datetime, timedelta

from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.ranking import Weights
from tradecore.engines.digest.report_story import FURTHER_LINKS, story_of
from tradecore.model.ids import JobId, UserId
from tradecore.model.news import Delivery, NewsItem, RawItem, StoryId

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
STORY = StoryId("story_1")


def item(source: str, title: str, minutes: int = 0, text: str = "") -> NewsItem:
    moment = NOON + timedelta(minutes=minutes)
    url = f"https://{source.lower()}.example/{minutes}"
    return identify(RawItem(source=source, title=title, summary=text, url=url, published_at=moment), moment)


def test_the_lead_has_a_text_and_is_no_column() -> None:
    column, bare, full = (
        item("A", "Why Halvard halts withdrawals", 0, "A text."),
        item("B", "Halvard halts withdrawals", 1),
        item("C", "Halvard stops withdrawals", 2, "A text."),
    )
    assert story_of(STORY, 50, [column, bare, full], Weights()).lead is full
    assert story_of(STORY, 50, [column, bare], Weights()).lead is bare
    assert story_of(STORY, 50, [column, bare, full], Weights(sources={"B": 5})).lead is bare


def test_one_item_is_a_story_by_itself() -> None:
    alone = item("A", "Halvard halts withdrawals")
    story = story_of(STORY, 50, [alone], Weights())
    assert (story.items, story.developments, story.unlinked, story.earlier) == ((alone,), (), 0, None)


def test_each_outlet_is_linked_once_a_few_more_follow_and_the_rest_is_counted() -> None:
    lead = item("A", "Halvard halts withdrawals", 0, "A text.")
    others = [item("B", "Halvard halts withdrawals", 1 + at, f"Copy {at}.") for at in range(FURTHER_LINKS + 4)]
    story = story_of(STORY, 50, [lead, *others], Weights())
    assert story.beside == tuple(others[: FURTHER_LINKS + 1])
    assert story.unlinked == 3


def test_copies_of_one_outlet_are_only_counted() -> None:
    lead, first, *copies = [item(source, "Halvard halts withdrawals", at) for at, source in enumerate("ABBB")]
    story = story_of(STORY, 50, [lead, first, *copies], Weights())
    assert (story.beside, story.unlinked) == ((first,), len(copies))


def test_reprints_of_a_linked_outlet_are_only_counted() -> None:
    lead, *reprints = [
        item("A", f"Halvard halts withdrawals{'!' * at}", at, f"A text. {'More. ' * at}") for at in range(9)
    ]
    story = story_of(STORY, 50, [lead, *reprints], Weights())
    assert (story.items, story.unlinked) == ((lead,), len(reprints))


def test_a_later_phase_is_a_development() -> None:
    plan, deed = item("A", "Halvard to halt withdrawals"), item("B", "Halvard halts withdrawals", 9)
    assert story_of(STORY, 50, [plan, deed], Weights()).developments == (deed,)


def test_an_update_names_the_last_delivery() -> None:
    told = item("A", "Halvard to halt withdrawals")
    known = [
        Delivery(
            recipient=UserId("u"), item_id=told.id, story_id=STORY, job_id=JobId(f"{at}"),
            delivered_at=NOON + timedelta(hours=at), title=told.title, source=told.source, url=told.url,
            url_key=told.url_key, doc_hash=told.doc_hash, facts=told.facts,
        )
        for at in (2, 1)
    ]  # fmt: skip
    assert story_of(STORY, 50, [item("B", "Halvard halts withdrawals", 9)], Weights(), known).earlier is known[0]
