"""Runs the scheduled tasks of a worker; checks every second which are due."""

import asyncio

import structlog
from attrs import evolve

from tradecore.core import Tradecore
from tradecore.model.errors import Refusal
from tradecore.use_cases.scheduled_tasks import RunScheduledTasks

_POLL_INTERVAL = 1.0

log = structlog.get_logger("tradecore.scheduled_tasks")


async def run_scheduled_tasks(core: Tradecore) -> None:
    """Run due tasks until cancelled, each task concurrently with the others, so that a slow one delays no other."""
    async with asyncio.TaskGroup() as group:
        for scheduled_task in core.run_scheduled_tasks.scheduled_tasks:
            group.create_task(
                _run_forever(evolve(core.run_scheduled_tasks, scheduled_tasks=(scheduled_task,))),
                name=scheduled_task.name,
            )


async def _run_forever(run_due_tasks: RunScheduledTasks) -> None:
    """Run one task whenever it is due; failures are logged and retried when it is due again."""
    while True:
        try:
            for scheduled_task, error in await run_due_tasks():
                log.warning("a scheduled task failed", scheduled_task=scheduled_task.name, exc_info=error)
        except Refusal as error:
            log.warning("the store cannot be reached", error=str(error))
        except Exception:
            log.exception("a scheduled task cannot be run")
        await asyncio.sleep(_POLL_INTERVAL)
