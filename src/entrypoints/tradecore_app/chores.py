"""The chores of a worker: looked at every second, done when due."""

import asyncio

import structlog
from attrs import evolve

from tradecore.core import Tradecore
from tradecore.model.errors import Refusal
from tradecore.use_cases.chores import DoChores

_GLANCE = 1.0

log = structlog.get_logger("tradecore.chores")


async def do_chores(core: Tradecore) -> None:
    """Do what is due, for ever, each chore beside the others: a source that hangs must not hold up an order."""
    async with asyncio.TaskGroup() as group:
        for chore in core.do_chores.chores:
            group.create_task(_again_and_again(evolve(core.do_chores, chores=(chore,))), name=chore.name)


async def _again_and_again(do: DoChores) -> None:
    """Failures are logged and tried again in their time."""
    while True:
        try:
            for chore, error in await do():
                log.warning("a chore failed", chore=chore.name, exc_info=error)
        except Refusal as error:
            log.warning("the store cannot be reached", error=str(error))
        except Exception:
            log.exception("chores cannot be done")
        await asyncio.sleep(_GLANCE)
