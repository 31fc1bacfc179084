"""A stream within one process: each listener has a bounded buffer, and a full one loses its oldest."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator

from tradecore.model.change import Event
from tradecore.model.ids import Topic

# An analysis has fewer events than this; only a listener that has stopped listening loses some.
BUFFER = 256


class MemorySubscription:
    """One listener's place."""

    def __init__(self, buffer: int) -> None:
        """An empty place for at most `buffer` events."""
        self._events: deque[Event] = deque(maxlen=buffer)
        self._bell = asyncio.Event()

    def add(self, event: Event) -> None:
        """Hand over an event, at the cost of the oldest where there is no room."""
        self._events.append(event)
        self._bell.set()

    async def next(self, seconds: float) -> Event | None:
        """The oldest event waiting, or the next to come; None after `seconds`."""
        if not self._events:
            self._bell.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._bell.wait()
        return self._events.popleft() if self._events else None


class MemoryStream:
    """Carries events to the listeners of this process."""

    def __init__(self, buffer: int = BUFFER) -> None:
        """A stream nobody listens to."""
        self._buffer = buffer
        self._listeners: dict[Topic, set[MemorySubscription]] = {}

    async def publish(self, event: Event) -> None:
        """Hand it to everybody listening to its topic."""
        self.hand_over(event)

    def hand_over(self, event: Event) -> None:
        """Put it into everybody's place."""
        for listener in self._listeners.get(event.fact.topic, ()):
            listener.add(event)

    @contextlib.asynccontextmanager
    async def subscribe(self, topic: Topic) -> AsyncIterator[MemorySubscription]:
        """Listen until the context is left."""
        subscription = MemorySubscription(self._buffer)
        self._listeners.setdefault(topic, set()).add(subscription)
        try:
            yield subscription
        finally:
            listeners = self._listeners[topic]
            listeners.discard(subscription)
            if not listeners:
                del self._listeners[topic]
