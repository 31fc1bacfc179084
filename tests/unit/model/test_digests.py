"""The life of a digest."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tradecore.model.change import Change
from tradecore.model.digests import MOVES, Digest, DigestCompleted, DigestFailed, DigestId, DigestState, recipient_of
from tradecore.model.errors import IllegalMove
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief

AT = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
QUEUED = Digest.begin(DigestId("d"), UserId("key:1"), DigestBrief(user_id=UserId("me"), hours=2), at=AT).entity
RUNNING = QUEUED.start(at=AT + timedelta(seconds=3), snapshot=7).entity
COMPLETED = RUNNING.complete(5, at=AT + timedelta(seconds=4)).entity
FAILED = RUNNING.fail("no", at=AT + timedelta(seconds=4)).entity
EACH = {each.state: each for each in (QUEUED, RUNNING, COMPLETED, FAILED)}
VERBS: dict[DigestState, Callable[[Digest], Change[Digest]]] = {
    DigestState.RUNNING: lambda digest: digest.start(at=AT, snapshot=9),
    DigestState.COMPLETED: lambda digest: digest.complete(1, at=AT),
    DigestState.FAILED: lambda digest: digest.fail("no", at=AT),
}


@pytest.mark.parametrize("before", DigestState)
@pytest.mark.parametrize("after", VERBS)
def test_only_the_moves_of_the_table_are_possible(before: DigestState, after: DigestState) -> None:
    if after in MOVES[before]:
        assert VERBS[after](EACH[before]).entity.state is after
    else:
        with pytest.raises(IllegalMove, match=f"Digest d is {before} and cannot become {after}"):
            VERBS[after](EACH[before])


def test_it_has_ended_when_no_move_is_left() -> None:
    assert [EACH[state].ended for state in DigestState] == [False, False, True, True]


def test_another_attempt_ends_its_window_later_and_looks_at_more() -> None:
    again = RUNNING.start(at=AT + timedelta(minutes=1), snapshot=8).entity
    assert (again.started_at, again.snapshot) == (AT + timedelta(minutes=1), 8)
    assert (again.created_at, again.id) == (RUNNING.created_at, RUNNING.id)


def test_its_end_is_a_fact() -> None:
    assert RUNNING.complete(5, at=AT).facts == (DigestCompleted("digest:d", AT, 5),)  # type: ignore[arg-type]
    assert RUNNING.fail("no", at=AT).facts == (DigestFailed("digest:d", AT, "no"),)  # type: ignore[arg-type]


def test_readers_of_two_callers_are_never_one() -> None:
    pairs = [("key:1", "a"), ("key:1", "A"), ("key:2", "a"), ("installation", "a"), ("local", "key")]
    assert len({recipient_of(UserId(owner), user) for owner, user in pairs}) == len(pairs)
