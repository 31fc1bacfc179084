"""The nouns of the news, as they are kept and counted."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tradecore.engines.digest.digest import make_digest
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.stories import assign_stories
from tradecore.model.ids import JobId, UserId
from tradecore.model.news import Delivery, DigestBrief, DigestReport, FetchState, NewsItem, RawItem, Reason

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def item(published: datetime = NOON) -> NewsItem:
    raw = RawItem(source="A", title="Kraken lists 3 tokens", url="https://a.example/1", published_at=published)
    return assign_stories([identify(raw, NOON)], ())[0]


def report() -> DigestReport:
    return make_digest(DigestBrief(user_id=UserId("u"), hours=1), [item()], (), (), NOON)


@pytest.mark.parametrize(
    "noun", [item(), report(), *report().deliveries(UserId("u"), JobId("j"), NOON), FetchState(failures=2)]
)
def test_every_noun_survives_being_written_down(noun: object) -> None:
    assert msgspec.json.decode(msgspec.json.encode(noun), type=type(noun)) == noun


def test_a_date_in_the_future_counts_as_first_sight() -> None:
    assert item(NOON + timedelta(days=1)).happened_at == NOON
    assert item(NOON - timedelta(days=1)).happened_at == NOON - timedelta(days=1)


def test_the_ledger_learns_what_was_printed_and_nothing_else() -> None:
    entries = report().deliveries(UserId("u"), JobId("j"), NOON)
    assert [(type(e), e.item_id, e.story_id, e.delivered_at) for e in entries] == [
        (Delivery, item().id, item().story_id, NOON)
    ]
    assert {reason for reason in Reason if reason.printed} == {
        Reason.REPORTED,
        Reason.UPDATE,
        Reason.GROUPED,
        Reason.MORE_COVERAGE,
    }


def test_a_source_is_reachable_until_a_visit_fails() -> None:
    assert FetchState().health("A", None).reachable
    assert not FetchState(failures=1, last_error="gone").health("A", None).reachable
