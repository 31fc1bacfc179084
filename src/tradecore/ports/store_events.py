"""Store port, events: everything that happened, by topic, and the outbox of what is still to be relayed."""

from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from tradecore.model.change import Event
from tradecore.model.ids import Topic


@frozen
class UnsentEvent:
    """A stored event in the outbox, and its position there."""

    position: int
    event: Event


class EventLog(Protocol):
    """The event log by topic, and the outbox of events that are still to be relayed."""

    async def after(self, topic: Topic, seq: int, limit: int = 1000) -> tuple[Event, ...]:
        """The events of a topic after `seq`, in order, at most `limit`."""
        ...

    async def first(self, topic: Topic) -> int:
        """The sequence number of the oldest stored event of a topic; 0 if there is none."""
        ...

    async def last(self, topic: Topic) -> int:
        """The sequence number of the newest event of a topic; 0 if there is none."""
        ...

    async def unsent(self, limit: int) -> tuple[UnsentEvent, ...]:
        """The oldest events in the outbox, at most `limit`. No other unit of work gets them until this one ends."""
        ...

    async def sent(self, events: Sequence[UnsentEvent]) -> None:
        """Remove events from the outbox."""
        ...

    async def delete(self, topic: Topic, *, but_last: bool = False) -> None:
        """Delete the events of a topic, whether or not they were relayed; with `but_last`, all but the last."""
        ...
