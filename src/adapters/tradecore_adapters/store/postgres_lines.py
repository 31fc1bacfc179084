"""Lines to a Postgres server: a few that are lent to whoever works, and one that rings in every process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import asyncpg

from tradecore.model.errors import Stale, Unavailable

Line: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Connect = Callable[[], Awaitable["Line"]]

# What can go wrong on a line, besides a mistake of ours.
Trouble = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)

# How many units of work may be under way in a process, and how long another one waits for its turn, in seconds.
_LINES = 10
_PATIENCE = 2.0
# How long tidying up after a failed unit of work may take, in seconds.
_TIDYING = 2.0
_CHANNEL = "tradecore"
# At most so often is rung, and so long is waited before a lost line is replaced, in seconds.
_RINGING = 0.005
_FIRST_PAUSE, _LAST_PAUSE = 0.1, 5.0


class Lines:
    """Lends open connections, each to one borrower, and takes back only those that are fit for the next."""

    def __init__(self, connect: Connect) -> None:
        """Connections are opened by `connect` when they are needed first."""
        self._connect = connect
        self._places = asyncio.Semaphore(_LINES)
        self._idle: list[Line] = []

    @contextlib.asynccontextmanager
    async def lent(self) -> "AsyncIterator[Line]":
        """A connection outside of any transaction. Raises Unavailable when there is none for too long."""
        await self._take_place()
        try:
            line = await self._open()
            try:
                yield line
            finally:
                # Nothing is reset on the way back: nothing was set but a transaction, and that has ended by itself.
                if line.is_in_transaction() or line.is_closed():
                    await _tidy(line)
                if not line.is_closed():
                    self._idle.append(line)
        finally:
            self._places.release()

    async def close(self) -> None:
        """Close all; none may be lent any more."""
        for line in self._idle:
            with contextlib.suppress(*Trouble):
                await line.close(timeout=_TIDYING)
        self._idle.clear()

    async def _take_place(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._places.acquire()
        except TimeoutError as error:
            raise Unavailable("The database is busy with other requests; try again.") from error

    async def _open(self) -> "Line":
        while self._idle:
            line = self._idle.pop()
            if not line.is_closed():
                return line
        try:
            return await self._connect()
        except Trouble as error:
            raise refusal(error) from error


async def _tidy(line: "Line") -> None:
    """Roll back what is left open, or else give the connection up."""
    try:
        await line.execute("ROLLBACK", timeout=_TIDYING)
    except (*Trouble, asyncio.CancelledError) as error:
        line.terminate()
        if isinstance(error, asyncio.CancelledError):
            raise


class Bell:
    """Rings here and in every other process that shares the database, by NOTIFY on a connection of its own.

    A commit that says NOTIFY itself waits for all others that do, because Postgres keeps notifications in the order of
    commits. So it is said after the commit, for all commits of the last moment at once (docs/decisions/0021).
    """

    def __init__(self, connect: Connect) -> None:
        """A silent bell; `connect` opens its connection, again after each loss."""
        self._connect = connect
        self._here = asyncio.Event()
        self._elsewhere = asyncio.Event()

    def ring(self) -> None:
        """Wake those who wait here at once, and those elsewhere in a moment."""
        self._here.set()
        self._elsewhere.set()

    async def wait(self, seconds: float) -> None:
        """Return when it has rung since the last return, or after `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._here.wait()
        self._here.clear()

    async def keep(self) -> None:
        """Listen and tell for ever, whatever happens to the connection."""
        pause = _FIRST_PAUSE
        while True:
            with contextlib.suppress(*Trouble):
                line = await self._connect()
                try:
                    pause = _FIRST_PAUSE
                    await self._listen_and_tell(line)
                finally:
                    line.terminate()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LAST_PAUSE)
            # Something may be said while nobody listens.
            self._here.set()

    async def _listen_and_tell(self, line: "Line") -> None:
        own = line.get_server_pid()
        line.add_termination_listener(lambda _: self._elsewhere.set())
        await line.add_listener(_CHANNEL, lambda _, pid, *rest: None if pid == own else self._here.set())
        while not line.is_closed():
            await self._elsewhere.wait()
            self._elsewhere.clear()
            await line.execute(f"NOTIFY {_CHANNEL}")
            await asyncio.sleep(_RINGING)


_UNREACHABLE = "The database cannot be reached; check that it runs, and its address in TRADECORE_STORE."
_SENTENCES: tuple[tuple[type[BaseException], str], ...] = (
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
    # What asyncpg says of a server that hung up between two statements.
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


def refusal(error: BaseException, line: "Line | None" = None) -> BaseException:
    """What a failure on a line means to the core: a lost race, a store out of order, or else our own mistake."""
    if isinstance(error, _LOST_RACES):
        return Stale("Another writer was first; read again.")
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return Unavailable(sentence)
    if isinstance(error, asyncpg.InterfaceError) and (line is None or line.is_closed()):
        return Unavailable(_UNREACHABLE)
    return error
