"""Runs of schedules: one for each time, waits that grow, and how one ends."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from tradecore.model.errors import IllegalMove
from tradecore.model.ids import ScheduleId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.schedule_runs import (
    GIVE_UP,
    LEASE,
    WAITS,
    Launched,
    NotLaunched,
    RunState,
    ScheduleRan,
    ScheduleRun,
)
from tradecore.model.schedules import CronTime, Schedule, ScheduledDigest

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NVDA, AMD = (Symbol(name) for name in ("NVDA", "AMD"))
ASSETS = tuple(Asset(symbol, AssetType.EQUITY) for symbol in (NVDA, AMD))
SCHEDULE = Schedule(
    id=ScheduleId("s"),
    user=UserId("ann"),
    name="Morning",
    created_at=AT,
    cron=CronTime("0 8 * * *", "UTC"),
    digest=ScheduledDigest(reader=UserId("me"), hours=24),
)
RUN = ScheduleRun.of(SCHEDULE, AT, at=AT).entity


def test_a_time_of_a_schedule_always_has_the_same_run() -> None:
    assert ScheduleRun.of(SCHEDULE, AT, at=AT + timedelta(hours=3)).entity.id == RUN.id
    others = ((SCHEDULE, AT + timedelta(minutes=15)), (evolve(SCHEDULE, id=ScheduleId("t")), AT))
    assert all(ScheduleRun.of(*other, at=AT).entity.id != RUN.id for other in others)


def test_an_attempt_is_taken_for_a_while_and_waits_grow_to_the_last_one() -> None:
    run, at, waits = RUN, AT, []
    for _ in range(len(WAITS) + 2):
        run = run.take(at=at).entity
        assert run.next_try == at + LEASE
        run = run.wait("The queue is full.", at=at).entity
        assert run.next_try
        waits.append(run.next_try - at)
        at = run.next_try
    assert waits == [*WAITS, WAITS[-1], WAITS[-1]]
    assert run.waiting_for == "The queue is full."
    onward = run.take(at=at).entity.go_on(at=at).entity
    assert (onward.next_try, onward.attempts, onward.waiting_for) == (at, 0, "")
    assert not run.gives_up(AT + GIVE_UP - timedelta(seconds=1))
    assert run.gives_up(AT + GIVE_UP)


def test_what_is_neither_launched_nor_failed_remains() -> None:
    assert RUN.remaining == ()
    run = RUN.record([Launched("a1", NVDA)], assets=ASSETS)
    assert [asset.symbol for asset in run.remaining] == [AMD]
    assert run.record(failures=[NotLaunched("No data.", AMD)]).remaining == ()


@pytest.mark.parametrize(("failures", "state"), [((), RunState.COMPLETED), ((NotLaunched("No."),), RunState.FAILED)])
def test_a_run_ends_once_and_says_what_it_launched(failures: tuple[NotLaunched, ...], state: RunState) -> None:
    run = RUN.record([Launched("a1", NVDA)], failures)
    change = run.end(at=AT)
    assert (change.entity.state, change.entity.next_try, change.entity.ended_at) == (state, None, AT)
    assert change.facts == (ScheduleRan(SCHEDULE.topic, AT, RUN.id, AT, state, ("a1",), len(failures)),)
    with pytest.raises(IllegalMove):
        change.entity.take(at=AT)
