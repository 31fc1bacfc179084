"""The relay and the durable listeners: they pass committed events on, each at its own pace."""

import asyncio

import structlog

from tradecore.core import Tradecore
from tradecore.model.errors import Refusal
from tradecore.ports.store import Store
from tradecore.use_cases.listeners import RunListener

# How long to wait for a notification before the store is read anyway, and after an error, in seconds.
_MAX_WAIT = 1.0

log = structlog.get_logger("tradecore.relay")


async def relay(core: Tradecore, store: Store) -> None:
    """Relay events and call the durable listeners until cancelled; failures are logged and retried."""
    async with asyncio.TaskGroup() as group:
        wake_ups = []
        for run_listener in core.run_listeners:
            wake_ups.append(asyncio.Event())
            group.create_task(_listen(run_listener, wake_ups[-1]), name=f"listener {run_listener.listener.name}")
        while True:
            try:
                relayed = await core.relay_events()
                if relayed:
                    for wake_up in wake_ups:
                        wake_up.set()
                else:
                    await store.wait_for_events(_MAX_WAIT)
            except Refusal as error:
                log.warning("events could not be delivered", error=str(error))
                await asyncio.sleep(_MAX_WAIT)
            except Exception:
                # For example an event of a newer tradecore, whose own processes deliver it.
                log.exception("events cannot be delivered")
                await asyncio.sleep(_MAX_WAIT)


async def _listen(run_listener: RunListener, wake_up: asyncio.Event) -> None:
    """Call one listener whenever there are events for it, and when it is due after a failure."""
    name = run_listener.listener.name
    while True:
        wake_up.clear()
        try:
            while await run_listener():
                pass
        except Refusal as error:
            log.warning("a listener failed and is called again", listener=name, error=str(error))
        except Exception:
            log.exception("a listener failed and is called again", listener=name)
        try:
            async with asyncio.timeout(_MAX_WAIT):
                await wake_up.wait()
        except TimeoutError:
            pass
