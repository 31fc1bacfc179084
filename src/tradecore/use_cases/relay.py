"""The relay: committed events get their positions in the log, and fast listeners are called with them at once."""

from collections.abc import Collection, Sequence

from attrs import field, frozen

from tradecore.model.change import Event, Fact
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream
from tradecore.use_cases.listeners import Listener, position_of

BATCH = 200


@frozen
class RelayEvents:
    """Move committed events from the outbox to the log, and call the fast listeners.

    Relays may run side by side: one at a time gives positions, and calls the listeners with the events it moved. A
    listener that failed is called with everything in the log since then. What a relay has not passed on when its
    process dies is lost to fast listeners; those that may lose nothing have a cursor (RunListener).
    """

    store: Store
    listeners: Sequence[Listener]
    # The positions after which listeners that failed read the log.
    _behind: dict[str, int] = field(factory=dict, init=False)

    async def __call__(self) -> int:
        """Relay one batch and return the number of events passed on.

        Raises the first exception of a listener, after all listeners were called; that listener gets the events again
        by later calls. Raises Unavailable when the store cannot be reached.
        """
        async with self.store.read() as uow:
            waiting = await uow.events.waiting()
        batch: Sequence[Event] = ()
        if waiting:
            async with self.store.unit_of_work() as uow:
                batch = await uow.events.sequence(BATCH)
        passed_on, failures = len(batch), []
        for listener in self.listeners:
            try:
                passed_on += await self._call(listener, batch)
            except Exception as error:  # noqa: BLE001  # a failing listener must not keep the others from being called
                failures.append(error)
        if failures:
            raise failures[0]
        return passed_on

    async def _call(self, listener: Listener, batch: Sequence[Event]) -> int:
        """Call a listener with a new batch, or with the oldest that it has missed; the number of missed events."""
        start = self._behind.get(listener.name)
        if start is not None:
            async with self.store.read() as uow:
                missed = await uow.events.read(start, BATCH)
            await self._handle(listener, missed)
            if len(missed) < BATCH:
                del self._behind[listener.name]
            else:
                self._behind[listener.name] = position_of(missed[-1])
            return len(missed)
        try:
            await self._handle(listener, batch)
        except BaseException:
            self._behind[listener.name] = position_of(batch[0]) - 1
            raise
        return 0

    async def _handle(self, listener: Listener, events: Sequence[Event]) -> None:
        kinds = tuple(listener.kinds)
        wanted = [event for event in events if isinstance(event.fact, kinds)] if kinds else events
        if wanted:
            await listener.handle(wanted)


@frozen
class PublishEvents:
    """A fast listener that publishes every event to the stream. Subscribers read the store after a gap."""

    stream: EventStream
    name: str = "stream"
    kinds: Collection[type[Fact]] = ()

    async def handle(self, events: Sequence[Event]) -> None:
        """Publish events in order. Raises Unavailable."""
        await self.stream.publish(*events)
