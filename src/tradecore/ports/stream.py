"""The event stream port: stored events, with low latency. Lost events are still in the store."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tradecore.model.change import Event
from tradecore.model.ids import Topic


class Subscription(Protocol):
    """A subscription to one topic."""

    async def next(self, seconds: float) -> Event | None:
        """The next event published since subscribing, or None after `seconds`.

        Events may be missing (a full buffer, a lost connection) or repeated; their `seq` shows it.
        """
        ...


class EventStream(Protocol):
    """Carries events from relays to subscribers."""

    async def publish(self, *events: Event) -> None:
        """Publish each event, in order, to all current subscribers of its topic and of its user's.

        It does not wait for slow subscribers. Raises Unavailable where the events may be lost.
        """
        ...

    def subscribe(self, topic: Topic) -> AbstractAsyncContextManager[Subscription]:
        """A subscription that lasts as long as the context."""
        ...
