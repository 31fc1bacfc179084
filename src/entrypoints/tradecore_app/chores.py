"""The chores of a worker: looked at every second, done when due."""

import asyncio

import structlog

from tradecore.core import Tradecore
from tradecore.model.errors import Refusal

_GLANCE = 1.0

log = structlog.get_logger("tradecore.chores")


async def do_chores(core: Tradecore) -> None:
    """Do what is due, for ever; failures are logged and tried again in their time."""
    while True:
        try:
            for chore, error in await core.do_chores():
                log.warning("a chore failed", chore=chore.name, exc_info=error)
        except Refusal as error:
            log.warning("the store cannot be reached", error=str(error))
        await asyncio.sleep(_GLANCE)
