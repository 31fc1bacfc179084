"""Schedules of users: what can be created, changes, pauses, and what only their owner may do."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from scheduling import ANALYSES, DAILY, DIGEST, EIGHT, MORNING, START, Scheduling, at
from tradecore.model.errors import IllegalMove, Invalid, NotFound
from tradecore.model.ids import UserId, WatchlistId
from tradecore.model.news import Interests
from tradecore.model.schedules import AfterClose, CronTime, Exchange
from tradecore.model.users import Caller
from tradecore.model.watchlists import POSITIONS
from tradecore.use_cases.schedules import MAX_SCHEDULES, DeleteSchedule, ListSchedules


@pytest.fixture
def scheduling(world: Any) -> Scheduling:
    world.time = START
    return Scheduling(world)


async def test_a_schedule_says_when_it_runs_first(scheduling: Scheduling, ann: Caller, ben: Caller) -> None:
    made = await scheduling.create(MORNING, by=ann)
    assert (made.next_due, made.enabled, made.missed) == (at(8), True, 0)
    paused = await scheduling.create(evolve(MORNING, enabled=False), by=ann)
    assert (paused.next_due, paused.enabled) == (None, False)
    closing = await scheduling.create(evolve(MORNING, cron=None, close=AfterClose(Exchange.NEW_YORK)), by=ann)
    assert closing.next_due == at(20, 30)
    assert await ListSchedules(scheduling.world.store)(by=ann) == (closing, paused, made)
    assert await ListSchedules(scheduling.world.store)(by=ben) == ()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": None}), ("cron", {"cron": None}), ("expression", {"cron": CronTime("* * * * *", "UTC")}),
        ("time_zone", {"cron": CronTime("0 8 * * *", "Mars")}), ("cron", {"close": AfterClose(Exchange.NEW_YORK)}),
        ("hours", {"digest": evolve(DIGEST, hours=0)}), ("user_id", {"digest": evolve(DIGEST, reader=UserId("a b"))}),
        ("categories", {"digest": evolve(DIGEST, interests=Interests(categories=("gossip",)))}),
        ("engine", {"digest": None, "analyses": evolve(ANALYSES, engine="none")}),
        ("compared", {"digest": None, "analyses": evolve(ANALYSES, compared=("rules",))}),
        ("watchlist", {"digest": None, "analyses": evolve(ANALYSES, assets=(), watchlist=WatchlistId("none"))}),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_refused_when_it_is_chosen(
    scheduling: Scheduling, ann: Caller, field: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        await scheduling.create(evolve(MORNING, **changes), by=ann)
    assert [problem.field for problem in refused.value.problems] == [field]


async def test_a_user_has_a_limited_number_of_schedules(scheduling: Scheduling, ann: Caller, ben: Caller) -> None:
    for _ in range(MAX_SCHEDULES):
        await scheduling.create(MORNING, by=ann)
    with pytest.raises(IllegalMove, match=f"{MAX_SCHEDULES} schedules"):
        await scheduling.create(MORNING, by=ann)
    await scheduling.create(MORNING, by=ben)


async def test_other_times_and_the_end_of_a_pause_begin_from_now(scheduling: Scheduling, ann: Caller) -> None:
    made = await scheduling.create(MORNING, by=ann)
    renamed = await scheduling.update(made, by=ann, name="News", catch_up=timedelta(0))
    assert (renamed.next_due, renamed.name, renamed.catch_up) == (at(8), "News", timedelta(0))
    paused = await scheduling.update(renamed, by=ann, enabled=False)
    assert paused.next_due is None
    assert (await scheduling.update(paused, by=ann, cron=CronTime("0 9 * * *", "UTC"))).next_due is None
    scheduling.world.pass_time(days=3)
    assert await scheduling.fire() == 0
    running = await scheduling.update(made, by=ann, enabled=True)
    assert (running.next_due, running.missed) == (at(9, days=3), 0)
    assert (await scheduling.update(made, by=ann, cron=EIGHT)).next_due == at(8, days=3)
    closing = await scheduling.update(made, by=ann, close=AfterClose(Exchange.NEW_YORK), analyses=ANALYSES)
    assert (closing.cron, closing.digest) == (None, None)


async def test_a_schedule_is_changed_and_deleted_by_its_owner_only(
    scheduling: Scheduling, ann: Caller, ben: Caller
) -> None:
    made = await scheduling.create(DAILY, by=ann)
    delete = DeleteSchedule(scheduling.world.store)
    for call in (scheduling.update(made, by=ben, name="Mine"), delete(made.id, by=ben), scheduling.runs(made, by=ben)):
        with pytest.raises(NotFound):
            await call
    await delete(made.id, by=ann)
    with pytest.raises(NotFound):
        await delete(made.id, by=ann)


async def test_the_positions_can_be_analysed_before_there_are_any(scheduling: Scheduling, ann: Caller) -> None:
    analyses = evolve(ANALYSES, assets=(), watchlist=POSITIONS)
    assert (await scheduling.create(evolve(DAILY, analyses=analyses), by=ann)).next_due == at(8)
