"""Runs the scheduled tasks of a worker, sends webhooks and notices, fires schedules; looks each second what is due."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from attrs import evolve

from tradecore.core import Tradecore
from tradecore.use_cases.scheduled_tasks import RunScheduledTasks
from tradecore_adapters.background import call_forever

_POLL_INTERVAL = 1.0

log = structlog.get_logger("tradecore.scheduled_tasks")


async def run_scheduled_tasks(core: Tradecore) -> None:
    """Run due tasks until cancelled, each task concurrently with the others, so that a slow one delays no other.

    Webhooks, notices and the runs of schedules are no scheduled tasks: every process takes those that no other one has
    taken.
    """
    async with asyncio.TaskGroup() as group:
        group.create_task(call_forever("webhooks", core.deliver_webhooks, pause=_POLL_INTERVAL))
        group.create_task(call_forever("notices", core.send_notices, pause=_POLL_INTERVAL))
        group.create_task(call_forever("fire schedules", core.fire_schedules, pause=_POLL_INTERVAL))
        group.create_task(call_forever("schedule runs", core.launch_schedule_runs, pause=_POLL_INTERVAL))
        for scheduled_task in core.run_scheduled_tasks.scheduled_tasks:
            run_due = _logging(evolve(core.run_scheduled_tasks, scheduled_tasks=(scheduled_task,)))
            group.create_task(call_forever(scheduled_task.name, run_due, pause=_POLL_INTERVAL))


def _logging(run_due_tasks: RunScheduledTasks) -> Callable[[], Awaitable[None]]:
    """A call that runs a task if it is due, and logs its failure; it is due again after its interval."""

    async def run() -> None:
        for scheduled_task, error in await run_due_tasks():
            log.warning("a scheduled task failed", scheduled_task=scheduled_task.name, exc_info=error)

    return run
