"""The event log in SQL: events by topic, the outbox, positions, and the cursors of listeners."""

from collections.abc import Collection
from datetime import datetime

from attrs import frozen

from tradecore.model.change import Event, Fact
from tradecore.model.errors import NotFound
from tradecore.model.ids import Topic, TopicKind, UserId
from tradecore.model.listeners import Cursor, DeadLetter
from tradecore_adapters.store.connection import Connection, Row, first_row, from_micros, micros, scalar
from tradecore_adapters.store.documents import decode_fact, encode, name_of, names_of

# No further event comes to these topics once their last one is old.
_ENDING = tuple(f"{kind}:" for kind in (TopicKind.JOB, TopicKind.DIGEST, TopicKind.ALERT))


# Kind and document of the event of a row of `numbered`, looked up by its key. Postgres would keep a plan for a join
# from when the tables were almost empty, and read all events for each row of a full outbox.
_KIND = "(SELECT kind FROM events WHERE events.topic = numbered.topic AND events.seq = numbered.seq)"
_DOC = "(SELECT doc FROM events WHERE events.topic = numbered.topic AND events.seq = numbered.seq)"


@frozen
class SqlEventLog:
    """The tables `events`, `outbox`, `event_log` and `event_log_head`; `entities.record` appends to the first two."""

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

    async def waiting(self) -> bool:
        return await first_row(self.connection, "SELECT 1 FROM outbox LIMIT 1") is not None

    async def sequence(self, limit: int) -> tuple[Event, ...]:
        # Locking the head makes this the only sequencer, so positions follow each other without gaps.
        lock = self.connection.skip_locked("event_log_head")
        held = await self.connection.rows(f"SELECT position FROM event_log_head {lock}")  # noqa: S608  # a constant
        if not held:
            return ()
        rows = await self.connection.rows(
            f"SELECT id, user_id, seq, {_KIND}, {_DOC} FROM outbox AS numbered ORDER BY id LIMIT ?",  # noqa: S608  # constants
            limit,
        )
        if not rows:
            return ()
        [(head,)] = held
        events = tuple(
            Event(seq, decode_fact(kind, doc), position, user)
            for position, (_, user, seq, kind, doc) in enumerate(rows, head + 1)
        )
        await self.connection.execute_many(
            "INSERT INTO event_log (position, topic, seq, user_id, at) VALUES (?, ?, ?, ?, ?)",
            [(event.position, event.fact.topic, event.seq, event.user, micros(event.fact.at)) for event in events],
        )
        await self.connection.execute_many("DELETE FROM outbox WHERE id = ?", [(row[0],) for row in rows])
        await self.connection.execute("UPDATE event_log_head SET position = ?", head + len(events))
        return events

    async def read(
        self, after: int, limit: int, *, kinds: Collection[type[Fact]] = (), user: UserId | None = None
    ) -> tuple[Event, ...]:
        names = names_of(kinds)
        of_kinds = f" AND {_KIND} IN ({', '.join('?' * len(names))})" if names else ""
        of_user = " AND user_id = ?" if user is not None else ""
        rows = await self.connection.rows(
            f"SELECT position, user_id, seq, {_KIND}, {_DOC} "  # noqa: S608  # constants and marks
            f"FROM event_log AS numbered WHERE position > ?{of_kinds}{of_user} "
            "ORDER BY position LIMIT ?",
            after, *names, *(() if user is None else (user,)), limit,
        )  # fmt: skip
        return tuple(Event(seq, decode_fact(kind, doc), position, user) for position, user, seq, kind, doc in rows)

    async def start(self) -> int:
        oldest = await scalar(self.connection, "SELECT MIN(position) FROM event_log")
        return oldest or await self.head() + 1

    async def head(self) -> int:
        return await scalar(self.connection, "SELECT position FROM event_log_head")

    async def forget(self, *, until: int, before: datetime, limit: int) -> int:
        rows = await self.connection.rows(
            "SELECT position, topic, seq, at FROM event_log WHERE position <= ? ORDER BY position LIMIT ?", until, limit
        )
        # Positions follow time, so nothing behind a newer event is old.
        old = rows[: next((n for n, row in enumerate(rows) if row[3] >= micros(before)), len(rows))]
        if not old:
            return 0
        await self.connection.execute("DELETE FROM event_log WHERE position <= ?", old[-1][0])
        # Positions follow the numbers of a topic too, so what has lower ones there is as old: one statement a topic.
        last = {topic: seq for _, topic, seq, _ in old}
        await self.connection.execute_many(
            "DELETE FROM events WHERE topic = ? AND seq <= ?",
            [(topic, seq) for topic, seq in last.items() if topic.startswith(_ENDING)],
        )
        await self.connection.execute_many(
            "DELETE FROM events WHERE topic = ? AND seq <= ? "
            "AND seq < (SELECT MAX(newer.seq) FROM events AS newer WHERE newer.topic = ?)",
            [(topic, seq, topic) for topic, seq in last.items() if not topic.startswith(_ENDING)],
        )
        return len(old)


@frozen
class SqlListeners:
    """The tables `listeners` and `dead_letters`."""

    connection: Connection

    async def get(self, name: str) -> Cursor:
        sql = "SELECT position, failures, failing_since, next_try, dead FROM listeners WHERE name = ?"
        rows = await self.connection.rows_for_update(sql, name)
        if not rows:
            # A row that does not exist yet cannot be locked.
            await self.connection.lock(f"listener {name}")
            rows = await self.connection.rows_for_update(sql, name)
        if not rows:
            return Cursor(name=name)
        [(position, failures, failing_since, next_try, dead)] = rows
        return Cursor(
            name=name,
            position=position,
            failures=failures,
            failing_since=None if failing_since is None else from_micros(failing_since),
            next_try=None if next_try is None else from_micros(next_try),
            dead=dead,
        )

    async def put(self, cursor: Cursor) -> None:
        await self.connection.execute(
            "INSERT INTO listeners (name, position, failures, failing_since, next_try, dead) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET position = excluded.position, failures = excluded.failures, "
            "failing_since = excluded.failing_since, next_try = excluded.next_try, dead = excluded.dead",
            cursor.name,
            cursor.position,
            cursor.failures,
            None if cursor.failing_since is None else micros(cursor.failing_since),
            None if cursor.next_try is None else micros(cursor.next_try),
            cursor.dead,
        )

    async def add_dead(self, letter: DeadLetter) -> None:
        event = letter.event
        await self.connection.execute(
            "INSERT INTO dead_letters (id, listener, position, seq, user_id, kind, doc, error, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            letter.id, letter.listener, event.position, event.seq, event.user, name_of(event.fact), encode(event.fact),
            letter.error, micros(letter.at),
        )  # fmt: skip

    async def dead(self, limit: int) -> tuple[DeadLetter, ...]:
        rows = await self.connection.rows(f"{_DEAD_LETTERS} ORDER BY at, id LIMIT ?", limit)
        return tuple(map(_dead_letter, rows))

    async def find_dead(self, id: str) -> DeadLetter:
        row = await first_row(self.connection, f"{_DEAD_LETTERS} WHERE id = ?", id)
        if row is None:
            raise NotFound("dead letter", id)
        return _dead_letter(row)

    async def delete_dead(self, id: str) -> None:
        letters = await self.connection.rows("DELETE FROM dead_letters WHERE id = ? RETURNING listener", id)
        for (listener,) in letters:
            await self.connection.execute("UPDATE listeners SET dead = dead - 1 WHERE name = ?", listener)


_DEAD_LETTERS = "SELECT id, listener, position, seq, user_id, kind, doc, error, at FROM dead_letters"


def _dead_letter(row: Row) -> DeadLetter:
    id, listener, position, seq, user, kind, doc, error, at = row
    event = Event(seq, decode_fact(kind, doc), position, user)
    return DeadLetter(id=id, listener=listener, event=event, error=error, at=from_micros(at))
