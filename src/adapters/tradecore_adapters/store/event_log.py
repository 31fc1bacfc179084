"""The event log and its outbox in SQL; `entities.record` appends to both."""

from collections.abc import Sequence

from attrs import frozen

from tradecore.model.change import Event
from tradecore.model.ids import Topic
from tradecore.ports.store_events import UnsentEvent
from tradecore_adapters.store.connection import Connection, scalar
from tradecore_adapters.store.documents import decode_fact


@frozen
class SqlEventLog:
    """The tables `events` and `outbox`."""

    connection: Connection

    async def after(self, topic: Topic, seq: int, limit: int = 1000) -> tuple[Event, ...]:
        rows = await self.connection.rows(
            "SELECT seq, kind, doc FROM events WHERE topic = ? AND seq > ? ORDER BY seq LIMIT ?", topic, seq, limit
        )
        return tuple(Event(seq, decode_fact(kind, doc)) for seq, kind, doc in rows)

    async def first(self, topic: Topic) -> int:
        return await scalar(self.connection, "SELECT MIN(seq) FROM events WHERE topic = ?", topic)

    async def last(self, topic: Topic) -> int:
        return await scalar(self.connection, "SELECT MAX(seq) FROM events WHERE topic = ?", topic)

    async def unsent(self, limit: int) -> tuple[UnsentEvent, ...]:
        rows = await self.connection.rows_skip_locked(
            "SELECT position, seq, kind, doc FROM outbox JOIN events USING (topic, seq) ORDER BY position LIMIT ?",
            limit, of="outbox",
        )  # fmt: skip
        return tuple(UnsentEvent(position, Event(seq, decode_fact(kind, doc))) for position, seq, kind, doc in rows)

    async def sent(self, facts: Sequence[UnsentEvent]) -> None:
        await self.connection.execute_many(
            "DELETE FROM outbox WHERE position = ?", [(unsent.position,) for unsent in facts]
        )

    async def delete(self, topic: Topic, *, but_last: bool = False) -> None:
        until = await self.last(topic) - int(but_last)
        await self.connection.execute("DELETE FROM outbox WHERE topic = ? AND seq <= ?", topic, until)
        await self.connection.execute("DELETE FROM events WHERE topic = ? AND seq <= ?", topic, until)
