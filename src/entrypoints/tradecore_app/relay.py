"""The relay and the durable listeners: they pass committed events on, each at its own pace."""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Sequence

import structlog
from attrs import evolve, field, frozen

from tradecore.core import Tradecore
from tradecore.model.change import Event, Fact
from tradecore.model.errors import Refusal
from tradecore.ports.store import Store
from tradecore.use_cases.listeners import RunListener
from tradecore.use_cases.relay import BATCH
from tradecore_adapters.background import call_forever

# How long to wait for a notification before the store is read anyway, and after an error, in seconds.
_MAX_WAIT = 1.0

log = structlog.get_logger("tradecore.relay")


@frozen
class _WakeUp:
    """A fast listener that wakes a durable one up when there are events of its kinds."""

    name: str
    kinds: Collection[type[Fact]]
    arrived: asyncio.Event = field(factory=asyncio.Event)

    async def handle(self, events: Sequence[Event]) -> None:
        """Wake the durable listener up."""
        self.arrived.set()


async def wake_on_commits(store: Store, wake: Callable[[], None]) -> None:
    """Call `wake` whenever events were committed in any process, until cancelled. For processes without a relay."""

    async def wait_and_wake() -> None:
        await store.wait_for_events(_MAX_WAIT)
        wake()

    await call_forever("wake-ups", wait_and_wake, pause=0, retry_after=_MAX_WAIT)


async def relay(core: Tradecore, store: Store, wake: Callable[[], None] | None = None) -> None:
    """Relay events and call the durable listeners until cancelled; failures are logged and retried.

    `wake` is called whenever events were committed in any process: the relay of another one may have passed them on.
    """
    wake_ups = [_WakeUp(f"wake-up of {run.listener.name}", run.listener.kinds) for run in core.run_listeners]
    relay_events = evolve(core.relay_events, listeners=(*core.relay_events.listeners, *wake_ups))
    async with asyncio.TaskGroup() as group:
        for run_listener, wake_up in zip(core.run_listeners, wake_ups, strict=True):
            group.create_task(_listen(run_listener, wake_up.arrived), name=f"listener {run_listener.listener.name}")
        while True:
            try:
                # After a batch that is not full, the outbox is empty until the next commit, which ends the wait.
                if await relay_events() < BATCH:
                    await store.wait_for_events(_MAX_WAIT)
                    if wake:
                        wake()
            except Refusal as error:
                log.warning("events could not be delivered", error=str(error))
                await asyncio.sleep(_MAX_WAIT)
            except Exception:
                # For example an event of a newer tradecore, whose own processes deliver it.
                log.exception("events cannot be delivered")
                await asyncio.sleep(_MAX_WAIT)


async def _listen(run_listener: RunListener, arrived: asyncio.Event) -> None:
    """Call one listener whenever there are events for it, and when it is due after a failure."""
    name = run_listener.listener.name
    while True:
        arrived.clear()
        try:
            while await run_listener():
                pass
        except Refusal as error:
            log.warning("a listener failed and is called again", listener=name, error=str(error))
        except Exception:
            log.exception("a listener failed and is called again", listener=name)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_MAX_WAIT):
                await arrived.wait()
