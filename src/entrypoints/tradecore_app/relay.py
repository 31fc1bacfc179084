"""The relay: passes on what was committed, as soon as the store rings."""

import asyncio

import structlog

from tradecore.core import Tradecore
from tradecore.model.errors import Refusal
from tradecore.ports.store import Store

# How long a silent store is believed, and a broken one left alone, in seconds.
_DOUBT = 1.0

log = structlog.get_logger("tradecore.relay")


async def relay(core: Tradecore, store: Store) -> None:
    """Pass on facts for ever; failures are logged and tried again."""
    while True:
        try:
            if not await core.relay_facts():
                await store.wait_for_facts(_DOUBT)
        except Refusal as error:
            log.warning("facts could not be passed on", error=str(error))
            await asyncio.sleep(_DOUBT)
        except Exception:
            # A fact of a newer tradecore, say: its own processes pass that on.
            log.exception("facts cannot be passed on")
            await asyncio.sleep(_DOUBT)
