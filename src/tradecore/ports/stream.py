"""The promise of the event stream: stored facts, soon. What it loses, the store still has."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tradecore.model.change import Event
from tradecore.model.ids import Topic


class Subscription(Protocol):
    """One listener's place in a topic."""

    async def next(self, seconds: float) -> Event | None:
        """The next event published since subscribing, or None after `seconds`.

        Events may be missing (a full buffer, a lost connection) or repeated, never invented; their `seq` tells.
        """
        ...


class EventStream(Protocol):
    """Carries events from whoever relays them to whoever listens."""

    async def publish(self, event: Event) -> None:
        """Hand an event to all who listen to its topic now; never waits for a slow one."""
        ...

    def subscribe(self, topic: Topic) -> AbstractAsyncContextManager[Subscription]:
        """Listen to a topic from the moment the context is entered; leaving it frees everything."""
        ...
