"""The scheduled tasks of a worker: looked at every second, done when due."""

import asyncio

import structlog
from attrs import evolve

from tradecore.core import Tradecore
from tradecore.model.errors import Refusal
from tradecore.use_cases.scheduled_tasks import RunScheduledTasks

_GLANCE = 1.0

log = structlog.get_logger("tradecore.scheduled_tasks")


async def run_scheduled_tasks(core: Tradecore) -> None:
    """Run what is due, for ever, each task beside the others: a source that hangs must not hold up an order."""
    async with asyncio.TaskGroup() as group:
        for scheduled_task in core.run_scheduled_tasks.scheduled_tasks:
            group.create_task(
                _again_and_again(evolve(core.run_scheduled_tasks, scheduled_tasks=(scheduled_task,))),
                name=scheduled_task.name,
            )


async def _again_and_again(do: RunScheduledTasks) -> None:
    """Failures are logged and tried again in their time."""
    while True:
        try:
            for scheduled_task, error in await do():
                log.warning("a scheduled task failed", scheduled_task=scheduled_task.name, exc_info=error)
        except Refusal as error:
            log.warning("the store cannot be reached", error=str(error))
        except Exception:
            log.exception("scheduled tasks cannot be done")
        await asyncio.sleep(_GLANCE)
