"""The shared store: Postgres through asyncpg, with the schema and statements of SQLite (docs/decisions/0020)."""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import count
from math import inf
from time import monotonic
from typing import Any, cast

import asyncpg

from tradecore.model.errors import Stale, Unavailable
from tradecore.ports.ambient import Now
from tradecore.ports.store import UnitOfWork
from tradecore_adapters.background import call_forever
from tradecore_adapters.store.connection import MOST_ADDED, WRITE_CHECK, Expression, GuardedInsert, RecordedWrite, Row
from tradecore_adapters.store.postgres_pool import (
    MAX_CONNECTIONS,
    CommitNotifier,
    DriverConnection,
    Pool,
    driver_errors,
)
from tradecore_adapters.store.postgres_schema import migrate
from tradecore_adapters.store.unit_of_work import SqlUnitOfWork

# Limits of a session, in milliseconds. Postgres checks for deadlocks after one second (deadlock_timeout); a slightly
# longer lock_timeout lets it find one, so that the loser is Stale and retries.
_SESSION = {
    "application_name": "tradecore",
    "statement_timeout": "5000",
    "lock_timeout": "1500",
    # A client that is cut off or suspended within a transaction holds locks that others wait for. Units of work wait
    # for nothing else, so a client at work is never idle for that long.
    "idle_in_transaction_session_timeout": "5000",
    # Lookups by key end before a JIT compiler would have started.
    "jit": "off",
    # A session keeps its plans, and a scan of the whole table that suits the empty queue of today reads all of a long
    # one tomorrow. Every query that is not about a whole table has an index.
    "enable_seqscan": "off",
}
# For a server that does not enforce its own limits, in seconds.
_CONNECT_TIMEOUT, _COMMAND_TIMEOUT = 3.0, 8.0
# How often the clock of the database is read again, also after a failure, in seconds.
_CLOCK_SYNC_INTERVAL = 60.0
_CLOCK_RETRY = 5.0
# Of several readings the one with the shortest round trip counts, since its moment is known best.
_CLOCK_READINGS = 3
# A reading that took longer says too little about the present, in seconds.
_MAX_ROUND_TRIP = 1.0
# Larger than the number of different statements.
_STATEMENT_CACHE_SIZE = 500


class PostgresStore:
    """A store in one Postgres database, shared by any number of processes on any number of machines."""

    dialect = "postgres"
    connections = MAX_CONNECTIONS

    def __init__(self, address: str) -> None:
        """`address` is a libpq URL: postgresql://role:password@host:port/database."""
        self._address = address
        self._pool = Pool(self._connect)
        self._notifier = CommitNotifier(self._connect)
        self._clock_reading = datetime.min.replace(tzinfo=UTC), -inf

    async def __aenter__(self) -> "PostgresStore":
        """Connect and apply pending migrations.

        Raises Unavailable, without the address in its message, where the database cannot be used or was created by
        another version of tradecore.
        """
        try:
            with driver_errors():
                session = await self._connect()
                try:
                    await migrate(session)
                    await self._read_clock(session)
                finally:
                    await session.close(timeout=_CONNECT_TIMEOUT)
        except ValueError as error:
            raise Unavailable("TRADECORE_STORE is not an address that Postgres understands.") from error
        self._background = [
            asyncio.create_task(self._notifier.run(), name="postgres notifier"),
            asyncio.create_task(
                call_forever("postgres clock", self._sync_clock, pause=_CLOCK_SYNC_INTERVAL, retry_after=_CLOCK_RETRY),
                name="postgres clock",
            ),
        ]
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close all connections; every unit of work must have ended."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._pool.close()

    @contextlib.asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """A READ COMMITTED transaction; entities are locked when read, versions and unique keys cover the rest.

        Raises Stale when another writer was first, Unavailable when the server cannot be reached.
        """
        async with self._pool.acquire("BEGIN") as session:
            connection = _PostgresConnection(session)
            yield SqlUnitOfWork(connection)
            if await connection.run("COMMIT") != "COMMIT":
                raise Stale("Another writer was first; read again.")
        if connection.wrote_events:
            self._notifier.notify()

    @contextlib.asynccontextmanager
    async def single_write(self) -> AsyncIterator[UnitOfWork]:
        """One statement, which commits by itself and so saves two of three round trips; a lock begins a transaction.

        Raises Stale when another writer was first, Unavailable when the server cannot be reached.
        """
        async with self._pool.acquire() as session:
            connection = _PostgresConnection(session, single_write=True)
            yield SqlUnitOfWork(connection)
            if session.is_in_transaction() and await connection.run("COMMIT") != "COMMIT":
                raise Stale("Another writer was first; read again.")
        if connection.wrote_events:
            self._notifier.notify()

    @contextlib.asynccontextmanager
    async def snapshot(self) -> AsyncIterator[UnitOfWork]:
        """A REPEATABLE READ transaction; its first statement takes the snapshot."""
        async with self._pool.acquire("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as session:
            connection = _PostgresConnection(session, read_only=True)
            yield SqlUnitOfWork(connection)
            await connection.run("COMMIT")

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """No transaction, which saves two of three round trips for a single statement."""
        async with self._pool.acquire() as session:
            yield SqlUnitOfWork(_PostgresConnection(session, read_only=True))

    def clock(self, own: Now) -> Now:
        """The clock of the database, extrapolated since it was last read, so that machines agree on leases."""
        return lambda: self._clock_reading[0] + timedelta(seconds=monotonic() - self._clock_reading[1])

    def lease_clock(self, own: Now) -> Now:
        """The same as `clock`: the machines that share a database have no other clock in common."""
        return self.clock(own)

    async def wait_for_events(self, seconds: float) -> None:
        """Return at once for commits of this process, within milliseconds for those of other processes."""
        await self._notifier.wait(seconds)

    async def check(self) -> None:
        """Write a row; raises Unavailable, for one where the disk is full or the server accepts reads only."""
        async with self._pool.acquire() as session:
            await _PostgresConnection(session).execute(WRITE_CHECK)

    async def _sync_clock(self) -> None:
        async with self._pool.acquire() as session:
            with driver_errors(session):
                await self._read_clock(session)

    async def _read_clock(self, session: "DriverConnection") -> None:
        readings: list[tuple[float, datetime, float]] = []
        for _ in range(_CLOCK_READINGS):
            sent = monotonic()
            at: datetime = await session.fetchval("SELECT clock_timestamp()")
            received = monotonic()
            readings.append((received - sent, at, (sent + received) / 2))
        round_trip, at, middle = min(readings)
        if self._clock_reading[1] == -inf or round_trip < _MAX_ROUND_TRIP:
            self._clock_reading = at, middle

    async def _connect(self) -> "DriverConnection":
        return await asyncpg.connect(
            self._address,
            timeout=_CONNECT_TIMEOUT,
            command_timeout=_COMMAND_TIMEOUT,
            server_settings=_SESSION,
            statement_cache_size=_STATEMENT_CACHE_SIZE,
            max_cached_statement_lifetime=0,
        )


_RECORDING = """
WITH changed AS ({statement} RETURNING TRUE), recorded AS (
    INSERT INTO events (topic, seq, kind, doc)
    SELECT topic, nth_of_topic + COALESCE((SELECT MAX(seq) FROM events WHERE events.topic = new.topic), 0), kind, doc
    FROM (VALUES {rows}) AS new (number, nth_of_topic, topic, kind, doc)
    WHERE EXISTS (TABLE changed) ORDER BY number
    RETURNING topic, seq
), sent AS (
    INSERT INTO outbox (topic, seq, user_id) SELECT topic, seq, ? FROM recorded
)
SELECT COUNT(*) FROM changed
"""


# Without events, and like the above with the number of rows as its result.
_COUNTING = "WITH changed AS ({statement} RETURNING TRUE) SELECT COUNT(*) FROM changed"


def _recording(write: RecordedWrite) -> Expression:
    """One statement for a write and its events, which returns the number of rows that the write changed.

    Each round trip costs as much as several rows. It sees no row that it inserts.
    """
    if not write.events:
        return Expression(_COUNTING.format(statement=write.statement.sql), write.statement.args)
    rows, values, topics = [], [*write.statement.args], Counter[str]()
    for number, event in enumerate(write.events):
        topics[event.topic] += 1
        rows.append(f"({number}, {topics[event.topic]}, ?::TEXT, ?::TEXT, ?::TEXT)")
        values += [event.topic, event.kind, event.doc]
    sql = _RECORDING.format(statement=write.statement.sql, rows=", ".join(rows))
    return Expression(sql, (*values, write.owner))


def _inserting(insert: GuardedInsert) -> Expression:
    """One statement, which returns whether the condition held, and the values of `returning`."""
    first, *others = insert.rows
    row0 = first.insert(insert.condition.sql)
    others_sql = tuple(row.insert("EXISTS (TABLE row0)") for row in others)
    args = [*insert.given.args, *first.values.values(), *insert.condition.args]
    for row in others:
        args += row.values.values()
    return Expression(_joined(insert.given.sql, row0, others_sql, insert.returning), tuple(args))


@cache
def _joined(given: str, row0: str, others: tuple[str, ...], returning: str) -> str:
    steps = [given, f"row0 AS ({row0} RETURNING TRUE)", *(f"row{n} AS ({sql})" for n, sql in enumerate(others, 1))]
    return f"WITH {', '.join(steps)} SELECT EXISTS (TABLE row0), {returning}"


class _PostgresConnection:
    """The statements of one unit of work on a session."""

    def __init__(self, session: "DriverConnection", *, read_only: bool = False, single_write: bool = False) -> None:
        self._session = session
        self._read_only = read_only
        self._single_write = single_write
        self._written = False
        self.wrote_events = False

    async def run(self, statement: str) -> str:
        """Run a statement without arguments; its command tag, such as COMMIT."""
        with driver_errors(self._session):
            return await self._session.execute(statement)

    async def rows(self, sql: str, *args: object) -> list[Row]:
        with driver_errors(self._session):
            return cast(list[Row], await self._session.fetch(_numbered(sql), *args))

    async def many_rows(self, sql: str, *args: object) -> list[Row]:
        return await self.rows(sql, *args)

    async def rows_for_update(self, sql: str, *args: object) -> list[Row]:
        return await self.rows(sql if self._read_only else f"{sql} FOR NO KEY UPDATE", *args)

    def skip_locked(self, table: str) -> str:
        return "" if self._read_only else f"FOR NO KEY UPDATE OF {table} SKIP LOCKED"

    async def lock(self, name: str) -> None:
        if self._single_write and not self._session.is_in_transaction():
            await self.run("BEGIN")
        if not self._read_only:
            await self.rows("SELECT pg_advisory_xact_lock(hashtext(?))", name)

    async def execute(self, sql: str, *args: object) -> int:
        self._require_writable()
        with driver_errors(self._session):
            tag = await self._session.execute(_numbered(sql), *args)
        # A command tag ends in the number of rows: "UPDATE 1", "INSERT 0 1".
        return int(tag.rpartition(" ")[2])

    async def execute_and_record(self, write: RecordedWrite) -> int:
        if not write.events:
            return await self.execute(write.statement.sql, *write.statement.args)
        self._require_writable()
        recording = _recording(write)
        [(changed,)] = await self.rows(recording.sql, *recording.args)
        return int(changed)

    async def execute_and_record_all(self, writes: Sequence[RecordedWrite]) -> list[int]:
        self._require_writable()
        return [int(changed) for (changed,) in await self._one_row_each([_recording(write) for write in writes])]

    async def insert_all(self, inserts: Sequence[GuardedInsert]) -> list[Row | None]:
        self._require_writable()
        rows = await self._one_row_each([_inserting(insert) for insert in inserts])
        return [tuple(values) if inserted else None for inserted, *values in rows]

    def below_limit(self, name: str, count: str, *, several: bool) -> str:
        # At most so many other transactions are open. One of them may have added several, and each of the others one.
        alone = f"WHEN NOT pg_try_advisory_xact_lock(hashtext('{name}, several')) THEN FALSE " if several else ""
        # In this order, so that whoever may not add several has nothing that another one waits for in `lock`.
        return (
            f"CASE WHEN {count} + current_setting('max_connections')::BIGINT + {MOST_ADDED} >= ? THEN FALSE {alone}"
            f"ELSE pg_try_advisory_xact_lock_shared(hashtext('{name}')) END"
        )

    async def execute_many(self, sql: str, args: Iterable[tuple[object, ...]]) -> None:
        self._require_writable()
        with driver_errors(self._session):
            await self._session.executemany(_numbered(sql), args)

    async def notify(self) -> None:
        self.wrote_events = True

    async def _one_row_each(self, statements: Sequence[Expression]) -> list[Row]:
        """The rows of statements that return one each; those with the same SQL take one round trip."""
        found: list[Row] = [()] * len(statements)
        different = dict.fromkeys(statement.sql for statement in statements)
        if self._single_write and len(different) > 1:
            await self.run("BEGIN")
        for sql in different:
            numbers = [number for number, statement in enumerate(statements) if statement.sql == sql]
            with driver_errors(self._session):
                rows = await self._session.fetchmany(_numbered(sql), [statements[number].args for number in numbers])
            for number, row in zip(numbers, rows, strict=True):
                found[number] = tuple(row)
        return found

    def _require_writable(self) -> None:
        if self._read_only:
            raise Unavailable("This transaction is read-only; write in a unit of work.")
        if self._single_write and self._written and not self._session.is_in_transaction():
            raise RuntimeError("This unit of work has made its single write; use one that may write more.")
        self._written = True


@cache
def _numbered(sql: str) -> str:
    """The statement with $1, $2 ... in place of its question marks."""
    return re.sub(r"\?", partial(_next_number, count(1)), sql)


def _next_number(numbers: "count[int]", _: Any) -> str:
    return f"${next(numbers)}"
