"""The relay: delivers committed events from the outbox to the job queue and the event stream."""

import asyncio

import structlog

from tradecore.core import Tradecore
from tradecore.model.errors import Refusal
from tradecore.ports.store import Store

# How long to wait for a notification before the outbox is read anyway, and after an error, in seconds.
_MAX_WAIT = 1.0

log = structlog.get_logger("tradecore.relay")


async def relay(core: Tradecore, store: Store) -> None:
    """Deliver events until cancelled; failures are logged and retried."""
    while True:
        try:
            if not await core.relay_events():
                await store.wait_for_events(_MAX_WAIT)
        except Refusal as error:
            log.warning("events could not be delivered", error=str(error))
            await asyncio.sleep(_MAX_WAIT)
        except Exception:
            # For example an event of a newer tradecore, whose own processes deliver it.
            log.exception("events cannot be delivered")
            await asyncio.sleep(_MAX_WAIT)
