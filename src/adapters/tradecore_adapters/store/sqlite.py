"""The embedded store: SQLite in WAL mode, on a file or in memory, used from the event loop itself.

Statements run where they are called: a point lookup takes some ten microseconds, a hop to a thread and back several
times that, and a busy interpreter makes such hops wait for one another (docs/decisions/0004). What may take longer does
not run here: long reads hop to a thread, and the log is checkpointed by another.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

from tradecore.model.errors import Stale, Unavailable
from tradecore.ports.ambient import Now
from tradecore.ports.store import UnitOfWork
from tradecore_adapters.store.connection import Row
from tradecore_adapters.store.migrations import migrations, pending
from tradecore_adapters.store.repositories import SqlWork

T = TypeVar("T")

# How long a writer waits for another process that writes, and how often it looks, in seconds.
_PATIENCE = 5.0
_GLANCE = 0.002
# How often another process's commits are looked for, and the log is copied into the file, in seconds.
_LISTEN = 0.1
_CHECKPOINT = 1.0
# Views that a long read holds up at the same time; more wait for their turn.
_READERS = 8


class SqliteStore:
    """Everything in one SQLite file, shared by any number of processes on one machine; or in memory, by none."""

    def __init__(self, path: Path | None) -> None:
        """Keep everything in the file at `path`, or with None in this process's memory."""
        self._path = path
        self._turn = asyncio.Lock()
        self._bell = asyncio.Event()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="sqlite")
        self._readers: list[sqlite3.Connection] = []
        self._places = asyncio.Semaphore(_READERS)
        self._housework: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "SqliteStore":
        """Open the file, for its owner only where it is new, and bring its schema up to date. Raises Unavailable."""
        self._writer = await self._in_thread(self._prepare)
        if self._path:
            self._listener = self._connect(self._path)
            self._heard = self._data_version()
            self._housework = asyncio.create_task(self._checkpoint_now_and_then(self._path))
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close everything; units of work under way must have ended."""
        if self._housework:
            self._housework.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._housework
            self._listener.close()
        self._threads.shutdown(wait=True)
        for connection in (*self._readers, self._writer):
            connection.close()

    @contextlib.asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """One writer at a time in this process, and by SQLite's own lock one at a time on the machine."""
        async with self._turn:
            await self._begin_writing()
            connection = _SqliteConnection(self._writer, self._threads)
            try:
                yield SqlWork(connection)
                await connection.change("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself after some errors, a full disk among them.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
        if connection.rung:
            self._bell.set()

    @contextlib.asynccontextmanager
    async def snapshot(self) -> AsyncIterator[UnitOfWork]:
        """A snapshot on a connection of its own; a memory store has but one connection, so there readers take turns."""
        if self._path is None:
            async with self._turn:
                self._writer.execute("PRAGMA query_only = 1")
                try:
                    yield SqlWork(_SqliteConnection(self._writer, None))
                finally:
                    self._writer.execute("PRAGMA query_only = 0")
            return
        async with self._places:
            try:
                reader = self._readers.pop() if self._readers else self._connect(self._path, read_only=True)
            except sqlite3.Error as error:
                raise _refusal(error) from error
            try:
                reader.execute("BEGIN")
                yield SqlWork(_SqliteConnection(reader, self._threads))
            finally:
                if reader.in_transaction:
                    reader.execute("ROLLBACK")
                self._readers.append(reader)

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A view costs nothing here."""
        return self.snapshot()

    def clock(self, own: Now) -> Now:
        """Whoever shares the file shares the machine."""
        return own

    async def wait_for_facts(self, seconds: float) -> None:
        """Hear this process's commits at once, and another's within a tenth of a second."""
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, _LISTEN)):
                    await self._bell.wait()
            if self._bell.is_set():
                self._bell.clear()
                return
            if self._path and (version := self._data_version()) != self._heard:
                self._heard = version
                return

    async def check(self) -> None:
        """Prove it by a transaction that writes."""
        async with self.unit_of_work():
            pass

    async def _begin_writing(self) -> None:
        deadline = monotonic() + _PATIENCE
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                    raise _refusal(error) from error
                await asyncio.sleep(_GLANCE)
            else:
                return

    def _prepare(self) -> sqlite3.Connection:
        if self._path:
            try:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._path.touch(mode=0o600, exist_ok=True)
            except OSError as error:
                raise Unavailable(f"The store {self._path} cannot be opened: {error.strerror}.") from error
        try:
            connection = self._connect(self._path)
            with contextlib.ExitStack() as undo:
                undo.callback(connection.close)
                # One process migrates; the others wait for its lock and find nothing left to do.
                _enter_wal(connection)
                _migrate(connection)
                # From now on it waits beside the event loop, see _begin_writing.
                connection.execute("PRAGMA busy_timeout = 0")
                undo.pop_all()
        except sqlite3.Error as error:
            raise _refusal(error) from error
        return connection

    def _connect(self, path: Path | None, *, read_only: bool = False) -> sqlite3.Connection:
        connection = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False, cached_statements=256, timeout=_PATIENCE
        )
        with contextlib.ExitStack() as undo:
            undo.callback(connection.close)
            connection.execute("PRAGMA foreign_keys = ON")
            # In WAL mode NORMAL loses nothing when a process is killed; see docs/decisions/0004 for a power cut.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            connection.execute(f"PRAGMA query_only = {int(read_only)}")
            undo.pop_all()
        return connection

    def _data_version(self) -> int:
        [[version]] = self._listener.execute("PRAGMA data_version").fetchall()
        return int(version)

    async def _checkpoint_now_and_then(self, path: Path) -> None:
        """Copy the log into the file beside the event loop, so that no commit has to."""
        connection = await self._in_thread(lambda: self._connect(path))
        try:
            while True:
                await asyncio.sleep(_CHECKPOINT)
                # A disk that is full or away is the writers' to report; the log is tried again.
                with contextlib.suppress(sqlite3.Error):
                    await self._in_thread(lambda: connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall())
        finally:
            connection.close()

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


class _SqliteConnection:
    """One open transaction on a sqlite3 connection; long reads hop to a thread where there is one."""

    def __init__(self, connection: sqlite3.Connection, threads: ThreadPoolExecutor | None) -> None:
        self._connection = connection
        self._threads = threads
        self.rung = False

    async def rows(self, sql: str, *args: object) -> list[Row]:
        try:
            return self._connection.execute(sql, args).fetchall()
        except sqlite3.Error as error:
            raise _refusal(error) from error

    async def many_rows(self, sql: str, *args: object) -> list[Row]:
        if self._threads is None:
            return await self.rows(sql, *args)
        loop = asyncio.get_running_loop()
        read = loop.run_in_executor(self._threads, lambda: self._connection.execute(sql, args).fetchall())
        try:
            return await asyncio.shield(read)
        except asyncio.CancelledError:
            # The connection goes back to the others, so the thread must have left it.
            await asyncio.wait([read])
            raise
        except sqlite3.Error as error:
            raise _refusal(error) from error

    # BEGIN IMMEDIATE has kept every other writer away already.

    async def rows_for_update(self, sql: str, *args: object, of: str) -> list[Row]:
        return await self.rows(sql, *args)

    async def rows_to_change(self, sql: str, *args: object) -> list[Row]:
        return await self.rows(sql, *args)

    async def alone(self, name: str) -> None:
        return None

    async def change(self, sql: str, *args: object) -> int:
        try:
            return self._connection.execute(sql, args).rowcount
        except sqlite3.Error as error:
            raise _refusal(error) from error

    async def change_each(self, sql: str, args: Iterable[tuple[object, ...]]) -> None:
        try:
            self._connection.executemany(sql, args)
        except sqlite3.Error as error:
            raise _refusal(error) from error

    async def ring(self) -> None:
        self.rung = True


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. Two who do it at once are refused without the usual wait, so it is done here."""
    deadline = monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(_GLANCE)
        else:
            return


def _migrate(connection: sqlite3.Connection) -> None:
    known = migrations("sqlite")
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations "
            "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)"
        )
        applied = dict(connection.execute("SELECT number, digest FROM migrations").fetchall())
        for migration in pending(known, applied):
            for statement in migration.statements():
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migrations VALUES (?, ?, ?)", (migration.number, migration.name, migration.digest)
            )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


_SENTENCES = {
    sqlite3.SQLITE_FULL: "The disk is full, so nothing more can be stored; free some space and try again.",
    sqlite3.SQLITE_BUSY: "Another process has been writing to the store for too long; try again.",
    sqlite3.SQLITE_LOCKED: "The store is locked by another process; try again.",
    sqlite3.SQLITE_READONLY: "The store is read-only; make its file and folder writable.",
    sqlite3.SQLITE_CANTOPEN: "The store's file cannot be opened; check the folder and its permissions.",
    sqlite3.SQLITE_NOTADB: "The store's file is not a SQLite database; choose another file or restore it.",
    sqlite3.SQLITE_CORRUPT: "The store's file is damaged; restore it from a backup.",
    sqlite3.SQLITE_IOERR: "The store's disk could not be read or written; check it and try again.",
}


def _refusal(error: sqlite3.Error) -> Exception:
    """What a failed statement means to the core: a lost race, a store out of order, or else our own mistake."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, sqlite3.IntegrityError):
        return Stale("Another writer was first; read again.")
    # Extended codes carry the primary one in their low byte.
    sentence = _SENTENCES.get(code & 0xFF) if code is not None else None
    return Unavailable(sentence) if sentence else error
