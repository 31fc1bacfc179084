"""The store of many machines: Postgres through asyncpg, the same statements as on SQLite (docs/decisions/0020)."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import count
from time import monotonic
from typing import Any, cast

import asyncpg

from tradecore.model.errors import Stale, Unavailable
from tradecore.ports.ambient import Now
from tradecore.ports.store import UnitOfWork
from tradecore_adapters.store.connection import Row
from tradecore_adapters.store.postgres_lines import Bell, Line, Lines, Trouble, refusal
from tradecore_adapters.store.postgres_schema import migrate
from tradecore_adapters.store.repositories import SqlWork

# What a session may take, in milliseconds. Postgres looks for a deadlock after a second (deadlock_timeout), so a lock
# is waited for a little longer: then it is known who was first, and the other one reads again.
_SESSION = {
    "application_name": "tradecore",
    "statement_timeout": "5000",
    "lock_timeout": "1500",
    "idle_in_transaction_session_timeout": "10000",
    # A lookup by key is over before a compiler would have begun.
    "jit": "off",
}
# For a server that does not even say that it took too long, in seconds.
_CONNECTING, _DEADLINE = 3.0, 8.0
# For how long two clocks are believed to go at the same pace, in seconds.
_TIME_HOLDS = 60.0
# More than there are different statements.
_STATEMENTS = 500


class PostgresStore:
    """Everything in one Postgres database, shared by any number of processes on any number of machines."""

    def __init__(self, address: str) -> None:
        """`address` is a URL as libpq takes it: postgresql://role:password@host:port/database."""
        self._address = address
        self._lines = Lines(self._connect)
        self._bell = Bell(self._connect)

    async def __aenter__(self) -> "PostgresStore":
        """Connect, and bring the schema up to date. Raises Unavailable, without the address in its sentence."""
        try:
            line = await self._connect()
            try:
                await migrate(line)
                await self._ask_the_time(line)
            finally:
                await line.close(timeout=_CONNECTING)
        except Trouble as error:
            raise refusal(error) from error
        except ValueError as error:
            raise Unavailable("TRADECORE_STORE is not an address that Postgres understands.") from error
        self._beside = [
            asyncio.create_task(self._bell.keep(), name="postgres bell"),
            asyncio.create_task(self._keep_time(), name="postgres clock"),
        ]
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close everything; units of work under way must have ended."""
        for each in self._beside:
            each.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        await self._lines.close()

    @contextlib.asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """READ COMMITTED: entities are locked when they are read, versions and uniqueness see to the rest."""
        async with self._lines.lent() as line:
            connection = _PostgresConnection(line)
            await connection.run("BEGIN")
            yield SqlWork(connection)
            if await connection.run("COMMIT") != "COMMIT":
                raise Stale("Another writer was first; read again.")
        if connection.rung:
            self._bell.ring()

    @contextlib.asynccontextmanager
    async def snapshot(self) -> AsyncIterator[UnitOfWork]:
        """A snapshot, taken by the first statement."""
        async with self._lines.lent() as line:
            connection = _PostgresConnection(line, writes=False)
            await connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield SqlWork(connection)
            await connection.run("COMMIT")

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """Without a transaction: that saves two of three round trips where there is one statement."""
        async with self._lines.lent() as line:
            yield SqlWork(_PostgresConnection(line, writes=False))

    def clock(self, own: Now) -> Now:
        """The database's, as it was last asked for: machines whose clocks differ would take each other's jobs."""
        return lambda: self._told[0] + timedelta(seconds=monotonic() - self._told[1])

    async def wait_for_facts(self, seconds: float) -> None:
        """Hear this process's commits at once, and another's within milliseconds."""
        await self._bell.wait(seconds)

    async def check(self) -> None:
        """Prove it by a statement that writes, and finds nothing to."""
        async with self._lines.lent() as line:
            await _PostgresConnection(line).change("DELETE FROM scheduled_tasks WHERE name = ''")

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(_TIME_HOLDS)
            with contextlib.suppress(Unavailable, *Trouble):
                async with self._lines.lent() as line:
                    await self._ask_the_time(line)

    async def _ask_the_time(self, line: "Line") -> None:
        asked = monotonic()
        at: datetime = await line.fetchval("SELECT clock_timestamp()")
        self._told = at, (asked + monotonic()) / 2

    async def _connect(self) -> "Line":
        return await asyncpg.connect(
            self._address,
            timeout=_CONNECTING,
            command_timeout=_DEADLINE,
            server_settings=_SESSION,
            statement_cache_size=_STATEMENTS,
            max_cached_statement_lifetime=0,
        )


class _PostgresConnection:
    """One open transaction on a connection."""

    def __init__(self, line: "Line", *, writes: bool = True) -> None:
        self._line = line
        self._writes = writes
        self.rung = False

    async def run(self, statement: str) -> str:
        """What Postgres says it did."""
        try:
            return await self._line.execute(statement)
        except Trouble as error:
            raise refusal(error, self._line) from error

    async def rows(self, sql: str, *args: object) -> list[Row]:
        try:
            return cast(list[Row], await self._line.fetch(_numbered(sql), *args))
        except Trouble as error:
            raise refusal(error, self._line) from error

    async def many_rows(self, sql: str, *args: object) -> list[Row]:
        return await self.rows(sql, *args)

    async def rows_for_update(self, sql: str, *args: object, of: str) -> list[Row]:
        return await self.rows(f"{sql} FOR NO KEY UPDATE OF {of} SKIP LOCKED" if self._writes else sql, *args)

    async def rows_to_change(self, sql: str, *args: object) -> list[Row]:
        return await self.rows(f"{sql} FOR NO KEY UPDATE" if self._writes else sql, *args)

    async def alone(self, name: str) -> None:
        if self._writes:
            await self.rows("SELECT pg_advisory_xact_lock(hashtext(?))", name)

    async def change(self, sql: str, *args: object) -> int:
        self._demand_writing()
        try:
            done = await self._line.execute(_numbered(sql), *args)
        except Trouble as error:
            raise refusal(error, self._line) from error
        # "UPDATE 1", "INSERT 0 1"
        return int(done.rpartition(" ")[2])

    async def change_each(self, sql: str, args: Iterable[tuple[object, ...]]) -> None:
        self._demand_writing()
        try:
            await self._line.executemany(_numbered(sql), args)
        except Trouble as error:
            raise refusal(error, self._line) from error

    async def ring(self) -> None:
        self.rung = True

    def _demand_writing(self) -> None:
        if not self._writes:
            raise Unavailable("The store is only read here; write in a unit of work.")


@cache
def _numbered(sql: str) -> str:
    """The statement with $1, $2 ... for its question marks."""
    return re.sub(r"\?", partial(_next_number, count(1)), sql)


def _next_number(numbers: "count[int]", _: Any) -> str:
    return f"${next(numbers)}"
