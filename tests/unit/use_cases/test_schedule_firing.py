"""Firing: each time becomes one run, with several servers, after a pause, and for accounts that may launch only."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import define, evolve

from scheduling import DIGEST, MORNING, START, TIMES, Scheduling, at
from tradecore.model.change import Change
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.schedules import AfterClose, CronTime, Exchange, Schedule
from tradecore.model.users import Caller, Scope
from tradecore.use_cases.schedule_firing import FireSchedules
from tradecore.use_cases.schedule_times import Firing


@pytest.fixture
def scheduling(world: Any) -> Scheduling:
    world.time = START
    return Scheduling(world)


async def test_a_schedule_fires_at_its_time_and_not_before(scheduling: Scheduling, ann: Caller) -> None:
    made = await scheduling.create(MORNING, by=ann)
    scheduling.world.time = at(7, 59)
    assert await scheduling.fire() == 0
    scheduling.world.time = at(8)
    assert [await scheduling.fire(), await scheduling.fire()] == [1, 0]
    run = await scheduling.run_of(made, by=ann)
    assert (run.due_at, run.next_try) == (at(8), at(8))
    assert (await scheduling.schedule(made)).next_due == at(8, days=1)


async def test_two_servers_fire_once(scheduling: Scheduling, ann: Caller) -> None:
    made = [await scheduling.create(MORNING, by=ann) for _ in range(5)]
    scheduling.world.time = at(8)
    fired = await asyncio.gather(*(scheduling.fire() for _ in range(4)))
    assert sum(fired) == len(made)
    assert [len(await scheduling.runs(schedule, by=ann)) for schedule in made] == [1] * len(made)


async def test_a_process_that_read_a_schedule_before_it_was_changed_or_deleted_fires_nothing(
    scheduling: Scheduling, ann: Caller
) -> None:
    made = await scheduling.create(MORNING, by=ann)

    @define
    class Slow:
        """Changes the schedule while a server evaluates its times."""

        async def firing(self, schedule: Schedule, now: Any) -> Firing:
            firing = await TIMES.firing(schedule, now)
            await scheduling.update(made, by=ann, enabled=False)
            return firing

    scheduling.world.time = at(8)
    assert await FireSchedules(scheduling.world.store, scheduling.world.now, Slow())() == 0  # type: ignore[arg-type]
    assert await scheduling.runs(made, by=ann) == ()


async def test_after_three_days_one_run_is_made_up_and_the_others_are_missed(
    scheduling: Scheduling, ann: Caller
) -> None:
    made = await scheduling.create(MORNING, by=ann)
    scheduling.world.time = at(9, days=3)
    assert await scheduling.fire() == 1
    assert (await scheduling.run_of(made, by=ann)).due_at == at(8, days=3)
    stored = await scheduling.schedule(made)
    assert (stored.missed, stored.next_due) == (3, at(8, days=4))
    scheduling.world.time = at(20, days=4)
    assert await scheduling.fire() == 0
    assert (await scheduling.schedule(made)).missed == 4


async def test_many_missed_times_are_passed_in_one_call(scheduling: Scheduling, ann: Caller) -> None:
    quarters = evolve(MORNING, cron=CronTime("*/15 * * * *", "UTC"))
    made = await scheduling.create(quarters, by=ann)
    scheduling.world.pass_time(days=3)
    assert await scheduling.fire() == 1
    assert (await scheduling.schedule(made)).missed == 3 * 96 - 1


@pytest.mark.parametrize("state", [{"disabled": True}, {"scopes": (Scope.READ,)}])
async def test_an_account_that_is_disabled_or_may_not_launch_fires_nothing(
    scheduling: Scheduling, ann: Caller, state: dict[str, Any]
) -> None:
    account = await scheduling.add_account(ann, **state)
    made = await scheduling.create(MORNING, by=ann)
    scheduling.world.time = at(8)
    assert await scheduling.fire() == 0
    stored = await scheduling.schedule(made)
    assert (stored.missed, stored.next_due) == (1, at(8, days=1))
    async with scheduling.world.store.unit_of_work() as uow:
        await uow.users.put(Change(evolve(account, disabled=False, scopes=(Scope.LAUNCH,))))
    scheduling.world.time = at(8, days=1)
    assert await scheduling.fire() == 1


async def test_times_that_are_not_possible_any_more_disable_their_schedule_only(
    scheduling: Scheduling, ann: Caller
) -> None:
    broken, sound = [await scheduling.create(evolve(MORNING, name=name), by=ann) for name in ("Broken", "Sound")]

    @define
    class Upgraded:
        """A server whose time zones have changed."""

        async def firing(self, schedule: Schedule, now: Any) -> Firing:
            if schedule.id == broken.id:
                raise Invalid.one("time_zone", "There is no time zone 'UTC'.")
            return await TIMES.firing(schedule, now)

    scheduling.world.time = at(8)
    assert await FireSchedules(scheduling.world.store, scheduling.world.now, Upgraded())() == 1  # type: ignore[arg-type]
    disabled = await scheduling.schedule(broken)
    assert (disabled.enabled, disabled.disabled_reason) == (False, "There is no time zone 'UTC'.")
    assert len(await scheduling.runs(sound, by=ann)) == 1
    [alert] = await scheduling.alerts(ann)
    assert "'Broken'" in alert
    assert "time zone" in alert


async def test_a_close_beyond_the_calendar_holds_up_no_other_schedule(scheduling: Scheduling, ann: Caller) -> None:
    closing = evolve(MORNING, cron=None, close=AfterClose(Exchange.NEW_YORK), digest=DIGEST)
    scheduling.world.time = datetime(2031, 12, 30, 6, tzinfo=UTC)
    closed = await scheduling.create(closing, by=ann)
    made = await scheduling.create(MORNING, by=ann)
    scheduling.world.pass_time(days=4, hours=3)
    with pytest.raises(Unavailable, match="trading calendar covers"):
        await scheduling.fire()
    assert len(await scheduling.runs(made, by=ann)) == 1
    assert (await scheduling.schedule(closed)).enabled
