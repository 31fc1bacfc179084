"""Listeners: they are called with the events of the log that they want, in order and at least once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Protocol

from attrs import define, field, frozen

from tradecore.model.change import Event, Fact
from tradecore.model.errors import NotFound
from tradecore.model.listeners import LEASE, Cursor, DeadLetter
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork

# Events per call of a listener.
_BATCH_SIZE = 100
# A cursor is moved over events that its listener does not want once there are so many of them.
_SKIP = 1000
# A call has to end while no other process may call the same listener.
_TIMEOUT = LEASE / 2
MAX_DEAD_LETTERS = 200


class Listener(Protocol):
    """Something that reacts to events."""

    @property
    def name(self) -> str:
        """Its name, which does not change between versions: its cursor is stored under it."""
        ...

    @property
    def kinds(self) -> Collection[type[Fact]]:
        """The kinds of facts it is called with; none means all."""
        ...

    async def handle(self, events: Sequence[Event]) -> None:
        """React to events, given in the order of the log and outside of any transaction.

        After a failure, or when a process dies, it is called with the same events again.
        """
        ...


@define
class RunListener:
    """Call one durable listener. Any number of processes may try: one at a time succeeds."""

    store: Store
    now: Now
    listener: Listener
    # Whether the listener wants any event now; None for one that always does. It misses what happens meanwhile.
    is_wanted: Callable[[UnitOfWork], Awaitable[bool]] | None = None
    # There is nothing for the listener up to here.
    _scanned: int = field(default=0, init=False)

    async def __call__(self) -> int:
        """Call the listener with the next events and return their number; 0 when there are none or it is not due.

        An exception of the listener is raised after it was recorded. The listener is called again after a wait that
        grows with each failure, with one event at a time; an event on which it fails for two hours becomes a dead
        letter. Raises Unavailable when the store cannot be reached.
        """
        name, kinds = self.listener.name, self.listener.kinds
        async with self.store.read() as uow:
            cursor = await uow.listeners.get(name)
            if cursor.take(at=self.now()) is None:
                return 0
            start, head = max(cursor.position, self._scanned), await uow.events.head()
            if start >= head:
                return 0
            wanted = (self.is_wanted is None or await self.is_wanted(uow)) and bool(
                await uow.events.read(start, 1, kinds=kinds)
            )
        if not wanted:
            self._scanned = head
            if head - cursor.position < _SKIP:
                return 0
        async with self.store.unit_of_work() as uow:
            cursor = await uow.listeners.get(name)
            taken = cursor.take(at=self.now())
            if taken is None:
                return 0
            limit = 1 if cursor.failures else _BATCH_SIZE
            events = await uow.events.read(cursor.position, limit, kinds=kinds) if wanted else ()
            await uow.listeners.put(taken if events else cursor.advance(max(cursor.position, head)))
        if events:
            await self._handle(taken, events)
        return len(events)

    async def _handle(self, taken: Cursor, events: Sequence[Event]) -> None:
        last = position_of(events[-1])
        try:
            async with asyncio.timeout(_TIMEOUT.total_seconds()):
                await self.listener.handle(events)
        except asyncio.CancelledError:
            await self._settle(taken, Cursor.release)
            raise
        except Exception as error:
            now = self.now()
            if len(events) == 1 and taken.gives_up(now):
                letter = DeadLetter.of(taken.name, events[0], f"{type(error).__name__}: {error}", at=now)
                await self._settle(taken, lambda cursor: cursor.give_up(last), letter)
            else:
                await self._settle(taken, lambda cursor: cursor.fail(at=now))
            raise
        await self._settle(taken, lambda cursor: cursor.advance(last))

    async def _settle(self, taken: Cursor, step: Callable[[Cursor], Cursor], letter: DeadLetter | None = None) -> None:
        """Store what came of a call, unless another process has taken over since."""
        async with self.store.unit_of_work() as uow:
            current = await uow.listeners.get(taken.name)
            if (current.position, current.next_try) != (taken.position, taken.next_try):
                return
            if letter:
                await uow.listeners.add_dead(letter)
            await uow.listeners.put(step(current))


@frozen
class ListDeadLetters:
    """List the events that listeners have given up on."""

    store: Store

    async def __call__(self) -> tuple[DeadLetter, ...]:
        """The dead letters, oldest first, at most MAX_DEAD_LETTERS."""
        async with self.store.read() as uow:
            return await uow.listeners.dead(MAX_DEAD_LETTERS)


@frozen
class RetryDeadLetter:
    """Call a listener again with an event that it had given up on."""

    store: Store
    listeners: Sequence[Listener]

    async def __call__(self, id: str) -> DeadLetter:
        """The dead letter, deleted now. Raises NotFound, and what the listener raises; the dead letter stays then."""
        async with self.store.read() as uow:
            letter = await uow.listeners.find_dead(id)
        listener = next((listener for listener in self.listeners if listener.name == letter.listener), None)
        if listener is None:
            raise NotFound("listener", letter.listener)
        async with asyncio.timeout(_TIMEOUT.total_seconds()):
            await listener.handle((letter.event,))
        async with self.store.unit_of_work() as uow:
            await uow.listeners.delete_dead(id)
        return letter


async def handled_until(uow: UnitOfWork, listeners: Iterable[Listener]) -> int:
    """The position up to which every one of these listeners has handled what it wants."""
    until = await uow.events.head()
    for listener in listeners:
        cursor = await uow.listeners.get(listener.name)
        for event in await uow.events.read(cursor.position, 1, kinds=listener.kinds):
            until = min(until, position_of(event) - 1)
    return until


def position_of(event: Event) -> int:
    """The position of an event from the log."""
    assert event.position is not None, "an event from the log has a position"
    return event.position
