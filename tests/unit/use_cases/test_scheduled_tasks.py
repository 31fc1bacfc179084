"""ScheduledTasks: done when due, by one of many, whatever becomes of the others."""

import asyncio
from datetime import timedelta
from typing import Any

from tradecore.use_cases.scheduled_tasks import RunScheduledTasks, ScheduledTask


async def test_a_chore_is_done_at_once_and_then_in_its_time(world: Any) -> None:
    done: list[int] = []

    async def sweep() -> None:
        done.append(1)

    scheduled_tasks = RunScheduledTasks(world.store, world.now, [ScheduledTask("sweep", timedelta(minutes=5), sweep)])
    for minutes, times in ((0, 1), (4, 1), (1, 2), (60, 3), (0, 3)):
        world.pass_time(minutes=minutes)
        await scheduled_tasks()
        assert len(done) == times


async def test_of_many_processes_one_does_it(world: Any) -> None:
    done: list[int] = []

    async def sweep() -> None:
        await asyncio.sleep(0)
        done.append(1)

    scheduled_tasks = [
        RunScheduledTasks(world.store, world.now, [ScheduledTask("sweep", timedelta(minutes=5), sweep)])
        for _ in range(8)
    ]
    await asyncio.gather(*(each() for each in scheduled_tasks))
    assert done == [1]


async def test_a_chore_that_fails_is_told_and_keeps_nobody_up(world: Any) -> None:
    done: list[int] = []

    async def broken() -> None:
        raise ZeroDivisionError

    async def sweep() -> None:
        done.append(1)

    broken_chore = ScheduledTask("broken", timedelta(minutes=5), broken)
    scheduled_tasks = RunScheduledTasks(
        world.store, world.now, [broken_chore, ScheduledTask("sweep", timedelta(minutes=5), sweep)]
    )
    failed = await scheduled_tasks()
    assert [(scheduled_task, type(error)) for scheduled_task, error in failed] == [(broken_chore, ZeroDivisionError)]
    assert done == [1]
    world.pass_time(minutes=5)
    assert len(await scheduled_tasks()) == 1
