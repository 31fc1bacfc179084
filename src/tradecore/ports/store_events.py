"""Store port, events: everything that happened, by topic and as one log, and the cursors of those who read the log."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from tradecore.model.change import Event, Fact
from tradecore.model.ids import Topic, UserId
from tradecore.model.listeners import Cursor, DeadLetter


class EventLog(Protocol):
    """Events by topic, the outbox of events without a position, and the log of those with one."""

    async def after(self, topic: Topic, seq: int, limit: int = 1000) -> tuple[Event, ...]:
        """The events of a topic after `seq`, in order, at most `limit`."""
        ...

    async def first(self, topic: Topic) -> int:
        """The sequence number of the oldest stored event of a topic; 0 if there is none."""
        ...

    async def last(self, topic: Topic) -> int:
        """The sequence number of the newest event of a topic; 0 if there is none."""
        ...

    async def waiting(self) -> bool:
        """Whether committed events wait in the outbox for their positions."""
        ...

    async def sequence(self, limit: int) -> tuple[Event, ...]:
        """Move the oldest events of the outbox, at most `limit`, to the end of the log, and return them.

        One unit of work at a time: returns nothing while another one holds events that it has moved.
        """
        ...

    async def read(
        self, after: int, limit: int, *, kinds: Collection[type[Fact]] = (), user: UserId | None = None
    ) -> tuple[Event, ...]:
        """The events of the log after position `after`, in order, at most `limit`; of some kinds or one user only."""
        ...

    async def start(self) -> int:
        """The position of the oldest stored event of the log; that after the newest if there is none."""
        ...

    async def head(self) -> int:
        """The position of the newest event of the log; 0 before the first."""
        ...

    async def forget(self, *, until: int, before: datetime, limit: int) -> int:
        """Delete the oldest events up to position `until` from before a time, at most `limit`; how many were deleted.

        The last event of a topic stays, since its number counts on, unless it is about a job, a digest or an alert.
        """
        ...


class Listeners(Protocol):
    """The cursors of durable listeners, and their dead letters."""

    async def get(self, name: str) -> Cursor:
        """The cursor of a listener, held against other writers; one at position 0 if none was stored."""
        ...

    async def put(self, cursor: Cursor) -> None:
        """Store a cursor."""
        ...

    async def add_dead(self, letter: DeadLetter) -> None:
        """Store a dead letter; no effect if it is stored already."""
        ...

    async def dead(self, limit: int) -> tuple[DeadLetter, ...]:
        """The dead letters, oldest first, at most `limit`."""
        ...

    async def find_dead(self, id: str) -> DeadLetter:
        """The dead letter with an id. Raises NotFound."""
        ...

    async def delete_dead(self, id: str) -> None:
        """Delete a dead letter; no effect if there is none."""
        ...


class EventRepositories(Protocol):
    """The event log and its listeners."""

    @property
    def events(self) -> EventLog: ...
    @property
    def listeners(self) -> Listeners: ...
