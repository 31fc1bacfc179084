"""A stream within one process; each subscriber has a bounded buffer that drops its oldest event when full."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator

from tradecore.model.change import Event
from tradecore.model.ids import Topic, TopicKind, topic_of

# An analysis has fewer events, so only a subscriber that has stopped reading loses any.
BUFFER = 256


class MemorySubscription:
    """The buffer of one subscriber."""

    def __init__(self, buffer: int) -> None:
        """An empty buffer of at most `buffer` events."""
        self._events: deque[Event] = deque(maxlen=buffer)
        self._arrived = asyncio.Event()

    def add(self, event: Event) -> None:
        """Append an event; a full buffer drops its oldest."""
        self._events.append(event)
        self._arrived.set()

    async def next(self, seconds: float) -> Event | None:
        """The oldest buffered event, or the next one; None after `seconds` without one."""
        if not self._events:
            self._arrived.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._arrived.wait()
        return self._events.popleft() if self._events else None


class MemoryStream:
    """Delivers events to the subscribers of this process."""

    def __init__(self, buffer: int = BUFFER) -> None:
        """A stream without subscribers; each gets a buffer of `buffer` events."""
        self._buffer = buffer
        self._subscribers: dict[Topic, set[MemorySubscription]] = {}

    async def publish(self, *events: Event) -> None:
        """Deliver events to the subscribers of their topics and users."""
        for event in events:
            self.deliver(event)

    def deliver(self, event: Event) -> None:
        """Deliver an event to the subscribers of its topic and of its user."""
        for subscriber in self._subscribers.get(event.fact.topic, ()):
            subscriber.add(event)
        if event.user is not None:
            for subscriber in self._subscribers.get(topic_of(TopicKind.USER, event.user), ()):
                subscriber.add(event)

    @contextlib.asynccontextmanager
    async def subscribe(self, topic: Topic) -> AsyncIterator[MemorySubscription]:
        """Subscribe to a topic for as long as the context lasts."""
        subscription = MemorySubscription(self._buffer)
        self._subscribers.setdefault(topic, set()).add(subscription)
        try:
            yield subscription
        finally:
            subscribers = self._subscribers[topic]
            subscribers.discard(subscription)
            if not subscribers:
                del self._subscribers[topic]
