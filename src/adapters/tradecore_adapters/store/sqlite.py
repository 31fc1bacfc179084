"""The embedded store: SQLite in WAL mode, in a file or in memory, called on the event loop.

Short statements run on the event loop: a point lookup takes some ten microseconds and a hop to a thread several times
that (docs/decisions/0004). Long reads and checkpoints run in threads.
"""

import asyncio
import contextlib
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from tradecore.model.errors import Unavailable
from tradecore.ports.ambient import Now
from tradecore.ports.store import UnitOfWork
from tradecore_adapters.background import call_forever
from tradecore_adapters.store.connection import WRITE_CHECK, GuardedInsert, RecordedWrite, Row
from tradecore_adapters.store.sqlite_file import (
    POLL_INTERVAL,
    WRITE_TIMEOUT,
    WriteAheadLog,
    connect,
    enter_wal,
    file_at,
    migrate,
    network_file_system,
    open_in_memory,
    translate_error,
)
from tradecore_adapters.store.unit_of_work import SqlUnitOfWork

T = TypeVar("T")

log = structlog.get_logger("tradecore.store")

# How often commits of other processes are looked for, and how often the log is checkpointed, in seconds.
_LISTEN_INTERVAL = 0.1
_CHECKPOINT_INTERVAL = 1.0
# Snapshots open at the same time; further ones wait.
_READERS = 8


class SqliteStore:
    """A store in one SQLite file, shared by any number of processes on one machine, or in the memory of one process."""

    dialect = "sqlite"

    def __init__(self, path: Path | None) -> None:
        """`path` is the database file, created if missing; None keeps everything in memory."""
        self._path = path
        self._write_lock = asyncio.Lock()
        self._committed = asyncio.Event()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="sqlite")
        self._readers: list[sqlite3.Connection] = []
        self._reader_slots = asyncio.Semaphore(_READERS)
        self._checkpointer: asyncio.Task[None] | None = None
        self._file: tuple[int, int] | None = None

    async def __aenter__(self) -> "SqliteStore":
        """Open the file and apply pending migrations; a new file has mode 0600.

        Raises Unavailable where the file cannot be used or was created by another version of tradecore.
        """
        self._writer = await self._in_thread(self._prepare)
        if self._path:
            self._file = file_at(self._path)
            self._listener = connect(self._path)
            self._seen_version = self._data_version()
            self._log = WriteAheadLog(self._path, connect(self._path))
            # In a thread, so that no commit on the event loop has to checkpoint.
            checkpoint = partial(self._in_thread, self._log.checkpoint)
            self._checkpointer = asyncio.create_task(
                call_forever("sqlite checkpoints", checkpoint, pause=_CHECKPOINT_INTERVAL)
            )
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close all connections; every unit of work must have ended."""
        if self._checkpointer:
            self._checkpointer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._checkpointer
            self._listener.close()
        # A thread may be in the middle of a checkpoint.
        self._threads.shutdown(wait=True)
        if self._checkpointer:
            self._log.connection.close()
        for connection in (*self._readers, self._writer):
            connection.close()

    @contextlib.asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """One writer at a time: per process by a lock of its own, per machine by SQLite's lock."""
        async with self._write_lock:
            await self._begin_writing()
            connection = _SqliteConnection(self._writer, self._threads)
            try:
                yield SqlUnitOfWork(connection)
                await connection.execute("COMMIT")
            except BaseException:
                # After some errors, such as a full disk, SQLite has already rolled back.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
        if connection.wrote_events:
            self._committed.set()

    def single_write(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """The same as a unit of work, which costs nothing extra in SQLite."""
        return self.unit_of_work()

    @contextlib.asynccontextmanager
    async def snapshot(self) -> AsyncIterator[UnitOfWork]:
        """A read transaction on a connection of its own. In memory there is one connection, so it excludes writers."""
        if self._path is None:
            async with self._write_lock:
                self._writer.execute("PRAGMA query_only = 1")
                try:
                    yield SqlUnitOfWork(_SqliteConnection(self._writer, None))
                finally:
                    self._writer.execute("PRAGMA query_only = 0")
            return
        async with self._reader_slots:
            try:
                reader = self._readers.pop() if self._readers else self._new_reader()
            except sqlite3.Error as error:
                raise translate_error(error) from error
            try:
                reader.execute("BEGIN")
                yield SqlUnitOfWork(_SqliteConnection(reader, self._threads))
            finally:
                if reader.in_transaction:
                    reader.execute("ROLLBACK")
                self._readers.append(reader)

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """The same as a snapshot, which costs nothing extra in SQLite."""
        return self.snapshot()

    def clock(self, own: Now) -> Now:
        """The process's own clock, since all processes that share the file are on one machine."""
        return own

    def lease_clock(self, own: Now) -> Now:
        """The process's own clock at this moment, continued by one that nobody sets and that counts sleep as well."""
        start, began = own(), _steady()
        return lambda: start + timedelta(seconds=_steady() - began)

    async def wait_for_events(self, seconds: float) -> None:
        """Return at once for commits of this process, within 0.1 s for those of other processes."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, _LISTEN_INTERVAL)):
                    await self._committed.wait()
            if self._committed.is_set():
                self._committed.clear()
                return
            if self._path and (version := self._data_version()) != self._seen_version:
                self._seen_version = version
                return

    async def check(self) -> None:
        """Write a row; raises Unavailable, for one where the disk is full."""
        async with self.unit_of_work():
            try:
                self._writer.execute(WRITE_CHECK)
            except sqlite3.Error as error:
                raise translate_error(error) from error

    def _new_reader(self) -> sqlite3.Connection:
        self._require_file()
        return connect(self._path, read_only=True)

    def _require_file(self) -> None:
        """Raises Unavailable where another file, or none, is at the path: the next start would not find this one."""
        if self._path and file_at(self._path) != self._file:
            raise Unavailable(
                f"The store's file {self._path} was moved, replaced or deleted while this process uses it; move it "
                "back, or start the process again."
            )

    async def _begin_writing(self) -> None:
        self._require_file()
        deadline = time.monotonic() + WRITE_TIMEOUT
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise translate_error(error) from error
                await asyncio.sleep(POLL_INTERVAL)
            else:
                return

    def _prepare(self) -> sqlite3.Connection:
        if self._path:
            try:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._path.touch(mode=0o600, exist_ok=True)
                if file_system := network_file_system(self._path):
                    log.warning("store_on_network_file_system", path=str(self._path), file_system=file_system)
            except OSError as error:
                raise Unavailable(f"The store {self._path} cannot be opened: {error.strerror}.") from error
        try:
            connection = _open_file(self._path) if self._path else open_in_memory()
        except sqlite3.Error as error:
            raise translate_error(error) from error
        # SQLite's own wait would block the event loop; _begin_writing waits instead.
        connection.execute("PRAGMA busy_timeout = 0")
        return connection

    def _data_version(self) -> int:
        [[version]] = self._listener.execute("PRAGMA data_version").fetchall()
        return int(version)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


def _open_file(path: Path) -> sqlite3.Connection:
    """One process migrates; the others wait for its lock and then find nothing to apply."""
    connection = connect(path)
    with contextlib.ExitStack() as undo:
        undo.callback(connection.close)
        enter_wal(connection)
        migrate(connection, path)
        undo.pop_all()
    return connection


def _steady() -> float:
    """Seconds since this machine started."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


class _SqliteConnection:
    """One open transaction on a sqlite3 connection; long reads run in `threads`, if given."""

    def __init__(self, connection: sqlite3.Connection, threads: ThreadPoolExecutor | None) -> None:
        self._connection = connection
        self._threads = threads
        self.wrote_events = False

    async def rows(self, sql: str, *args: object) -> list[Row]:
        try:
            return self._connection.execute(sql, args).fetchall()
        except sqlite3.Error as error:
            raise translate_error(error) from error

    async def many_rows(self, sql: str, *args: object) -> list[Row]:
        if self._threads is None:
            return await self.rows(sql, *args)
        loop = asyncio.get_running_loop()
        read = loop.run_in_executor(self._threads, lambda: self._connection.execute(sql, args).fetchall())
        try:
            return await asyncio.shield(read)
        except asyncio.CancelledError:
            # The connection is reused, so the thread has to finish with it first.
            await asyncio.wait([read])
            raise
        except sqlite3.Error as error:
            raise translate_error(error) from error

    # BEGIN IMMEDIATE excludes every other writer, so nothing more has to be locked.

    def skip_locked(self, table: str) -> str:
        return ""

    async def rows_for_update(self, sql: str, *args: object) -> list[Row]:
        return await self.rows(sql, *args)

    async def lock(self, name: str) -> None:
        return None

    async def execute(self, sql: str, *args: object) -> int:
        try:
            return self._connection.execute(sql, args).rowcount
        except sqlite3.Error as error:
            raise translate_error(error) from error

    async def execute_and_record(self, write: RecordedWrite) -> int:
        changed = await self.execute(write.statement.sql, *write.statement.args)
        if not changed:
            return 0
        for event in write.events:
            [(seq,)] = await self.rows(
                "INSERT INTO events (topic, seq, kind, doc) "
                "SELECT ?, COALESCE(MAX(seq), 0) + 1, ?, ? FROM events WHERE topic = ? RETURNING seq",
                event.topic, event.kind, event.doc, event.topic,
            )  # fmt: skip
            await self.execute(
                "INSERT INTO outbox (topic, seq, user_id) VALUES (?, ?, ?)", event.topic, seq, write.owner
            )
        return changed

    async def execute_and_record_all(self, writes: Sequence[RecordedWrite]) -> list[int]:
        return [await self.execute_and_record(write) for write in writes]

    async def insert_all(self, inserts: Sequence[GuardedInsert]) -> list[Row | None]:
        return [await self._insert(insert) for insert in inserts]

    async def _insert(self, insert: GuardedInsert) -> Row | None:
        given, condition = insert.given, insert.condition
        values = await self.rows(
            f"WITH {given.sql} SELECT {insert.returning} WHERE {condition.sql}",  # constants
            *given.args, *condition.args,
        )  # fmt: skip
        if not values:
            return None
        first, *others = insert.rows
        await self.execute(f"WITH {given.sql} {first.insert('TRUE')}", *given.args, *first.values.values())
        for row in others:
            await self.execute(row.insert("TRUE"), *row.values.values())
        return values[0]

    def below_limit(self, name: str, count: str, *, several: bool) -> str:
        return f"{count} < ?"

    async def execute_many(self, sql: str, args: Iterable[tuple[object, ...]]) -> None:
        try:
            self._connection.executemany(sql, args)
        except sqlite3.Error as error:
            raise translate_error(error) from error

    async def notify(self) -> None:
        self.wrote_events = True
