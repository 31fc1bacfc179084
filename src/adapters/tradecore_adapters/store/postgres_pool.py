"""Connections to a Postgres server: a pool for units of work, and one connection for LISTEN and NOTIFY."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TypeAlias

import asyncpg
import structlog

from tradecore.model.errors import Stale, Unavailable

log = structlog.get_logger("tradecore.store")

DriverConnection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Connect = Callable[[], Awaitable["DriverConnection"]]

# What asyncpg raises for failures of a server or a connection, as well as for bugs in statements.
DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)

# How many units of work one process has open at once, and how long another one waits for a connection, in seconds.
MAX_CONNECTIONS = 10
_ACQUIRE_TIMEOUT = 2.0
# How long the rollback of a failed unit of work may take, in seconds.
_RESET_TIMEOUT = 2.0
_CHANNEL = "tradecore"
# The shortest time between two NOTIFYs, and between attempts to reconnect, in seconds.
_NOTIFY_INTERVAL = 0.005
_MIN_RETRY, _MAX_RETRY = 0.1, 5.0
# How often a silent connection for notifications is used, so that a loss that nobody told is noticed, in seconds.
_PROBE_INTERVAL = 10.0


class Pool:
    """A bounded pool of connections, which keeps only connections without an open transaction."""

    def __init__(self, connect: Connect) -> None:
        """`connect` opens a connection; it is called when no idle one is left."""
        self._connect = connect
        self._slots = asyncio.Semaphore(MAX_CONNECTIONS)
        self._idle: list[DriverConnection] = []

    @contextlib.asynccontextmanager
    async def acquire(self, begin: str | None = None) -> "AsyncIterator[DriverConnection]":
        """A connection on which the statement `begin` was run, or which is outside of any transaction.

        Raises Unavailable when none is free within two seconds.
        """
        await self._take_slot()
        try:
            connection = await self._open(begin)
            try:
                yield connection
            finally:
                # A session has no state but its transaction, so a connection without one needs no reset. A connection
                # that was aborted has no protocol to tell about transactions.
                if not connection.is_closed() and connection.is_in_transaction():
                    await _reset(connection)
                if not connection.is_closed():
                    self._idle.append(connection)
        finally:
            self._slots.release()

    async def close(self) -> None:
        """Close all connections; none may be acquired afterwards."""
        for connection in self._idle:
            with contextlib.suppress(Exception):
                await connection.close(timeout=_RESET_TIMEOUT)
        self._idle.clear()

    async def _take_slot(self) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(_ACQUIRE_TIMEOUT):
                await self._slots.acquire()
        except TimeoutError:
            # Without a cause, which would be logged with its traceback: what is said often under load costs little.
            raise Unavailable("The database is busy with other requests; try again.") from None

    async def _open(self, begin: str | None) -> "DriverConnection":
        """An idle connection, or a new one where an idle one turns out to be lost: nothing was done on it yet."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_closed():
                continue
            try:
                await _begin(connection, begin)
            except Unavailable:
                if not connection.is_closed():
                    connection.terminate()
                    raise
                # The others were opened before as well.
                self._terminate_idle()
            except BaseException:
                connection.terminate()
                raise
            else:
                return connection
        with driver_errors():
            connection = await self._connect()
        try:
            await _begin(connection, begin)
        except BaseException:
            connection.terminate()
            raise
        return connection

    def _terminate_idle(self) -> None:
        for connection in self._idle:
            connection.terminate()
        self._idle.clear()


async def _begin(connection: "DriverConnection", statement: str | None) -> None:
    if statement:
        with driver_errors(connection):
            await connection.execute(statement)


async def _reset(connection: "DriverConnection") -> None:
    """Roll back an open transaction, or else terminate the connection."""
    try:
        await connection.execute("ROLLBACK", timeout=_RESET_TIMEOUT)
    except asyncio.CancelledError:
        connection.terminate()
        raise
    except Exception:  # noqa: BLE001  # whatever the reason, the connection is given up
        connection.terminate()


class CommitNotifier:
    """Wakes waiters in this process and in all others that share the database, over a connection of its own.

    Postgres serializes transactions that contain NOTIFY, because it delivers notifications in the order of commits. So
    NOTIFY runs after the commit, once for all commits of the last five milliseconds (docs/decisions/0021).
    """

    def __init__(self, connect: Connect) -> None:
        """`connect` opens the connection, and reopens it after each loss."""
        self._connect = connect
        self._local = asyncio.Event()
        self._remote = asyncio.Event()

    def notify(self) -> None:
        """Wake the waiters of this process at once, and those of other processes within milliseconds."""
        self._local.set()
        self._remote.set()

    async def wait(self, seconds: float) -> None:
        """Return when `notify` was called in any process since the last return, or after `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._local.wait()
        self._local.clear()

    async def run(self) -> None:
        """LISTEN and NOTIFY until cancelled; a lost connection is replaced."""
        self._delay = _MIN_RETRY
        while True:
            try:
                await self._run_once()
            except DRIVER_ERRORS:
                pass  # a server that is away; units of work say so
            except Exception:
                log.exception("notifications failed")
            await asyncio.sleep(self._delay)
            self._delay = min(2 * self._delay, _MAX_RETRY)
            # Notifications may have been missed while there was no connection.
            self._local.set()

    async def _run_once(self) -> None:
        connection = await self._connect()
        try:
            await self._listen_and_notify(connection)
        finally:
            connection.terminate()

    async def _listen_and_notify(self, connection: "DriverConnection") -> None:
        own = connection.get_server_pid()
        connection.add_termination_listener(lambda _: self._remote.set())
        await connection.add_listener(_CHANNEL, lambda _, pid, *rest: None if pid == own else self._local.set())
        self._delay = _MIN_RETRY
        while not connection.is_closed():
            # A server that no longer answers is found out by asking it.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_PROBE_INTERVAL):
                    await self._remote.wait()
            self._remote.clear()
            await connection.execute(f"NOTIFY {_CHANNEL}")
            await asyncio.sleep(_NOTIFY_INTERVAL)


_UNREACHABLE = "The database cannot be reached; check that it runs, and its address in TRADECORE_STORE."
_MESSAGES: tuple[tuple[type[BaseException], str], ...] = (
    (asyncpg.ReadOnlySQLTransactionError, "The database is read-only at the moment; try again."),
    (asyncpg.QueryCanceledError, "The database took too long; try again."),
    (asyncpg.LockNotAvailableError, "Another process has been writing to the same rows for too long; try again."),
    (asyncpg.DiskFullError, "The database's disk is full; free some space and try again."),
    (asyncpg.InvalidAuthorizationSpecificationError, "The database refuses the name or password in TRADECORE_STORE."),
    (asyncpg.InvalidCatalogNameError, "The server has no database of the name in TRADECORE_STORE; create it first."),
    (asyncpg.InsufficientPrivilegeError, "The database role of TRADECORE_STORE may not do this; grant it the right."),
    (asyncpg.InsufficientResourcesError, "The database has too many connections or too little memory; try again."),
    (asyncpg.PostgresConnectionError, _UNREACHABLE),
    (asyncpg.OperatorInterventionError, _UNREACHABLE),
    # asyncpg raises this for a server that closed the connection between two statements.
    (asyncpg.InternalClientError, _UNREACHABLE),
    (OSError, _UNREACHABLE),
    (TimeoutError, "The database took too long; try again."),
)
_LOST_RACES = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.TransactionRollbackError,
    asyncpg.InFailedSQLTransactionError,
    asyncpg.InvalidCachedStatementError,
)


def translate_error(error: BaseException, connection: "DriverConnection | None" = None) -> BaseException:
    """The core's error for an error of asyncpg: Stale, Unavailable, or the error itself where it is a bug."""
    if isinstance(error, _LOST_RACES):
        return Stale("Another writer was first; read again.")
    for kind, message in _MESSAGES:
        if isinstance(error, kind):
            return Unavailable(message)
    if isinstance(error, asyncpg.InterfaceError) if connection is None else connection.is_closed():
        # A driver whose connection ends in the middle of a call fails in many ways, AttributeError among them.
        return Unavailable(_UNREACHABLE)
    return error


@contextlib.contextmanager
def driver_errors(connection: "DriverConnection | None" = None) -> Iterator[None]:
    """Raise the core's errors in place of the driver's."""
    try:
        yield
    except Exception as error:
        translated = translate_error(error, connection)
        if translated is error:
            raise
        raise translated from error
