"""The schema on Postgres: the migrations of SQLite in its words, applied by one process at a time."""

import asyncio
import re

import asyncpg

from tradecore.model.errors import Unavailable
from tradecore_adapters.store.migrations import Migration, migrations, pending
from tradecore_adapters.store.postgres_lines import Line

# The whole difference between the two dialects, in this order. Text is compared byte by byte, as SQLite does it. What
# was migrated once is not migrated again, so a rule may be added here, and never changed.
_RULES = (
    (r"\bINTEGER PRIMARY KEY( AUTOINCREMENT)?\b", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    (r"\bINTEGER\b", "BIGINT"),
    (r"\bREAL\b", "DOUBLE PRECISION"),
    (r"\bTEXT\b", 'TEXT COLLATE "C"'),
    (r"\) WITHOUT ROWID;", ");"),
)
# Any number will do, as long as it is the same everywhere and nobody else's: the letters of "tradecore".
_TURN = int.from_bytes(b"tradecor")
# How long to wait for another process that migrates, and for a table that is in use, in seconds; and how often.
_PATIENCE, _LOCK, _TRIES = 60, 2, 5


def in_postgres(sql: str) -> str:
    """What a migration of SQLite is on Postgres."""
    for said, meant in _RULES:
        sql = re.sub(said, meant, sql)
    return sql


async def migrate(connection: "Line") -> None:
    """Apply what is still to be applied, file by file. Needs no right to do so where nothing is. Raises Unavailable."""
    known = migrations("sqlite")
    if not await _pending(connection, known):
        return
    await connection.execute(f"SET statement_timeout = 0; SET lock_timeout = '{_PATIENCE}s'")
    await connection.execute("SELECT pg_advisory_lock($1)", _TURN)
    try:
        await connection.execute(f"SET lock_timeout = '{_LOCK}s'")
        for migration in await _pending(connection, known):
            await _apply(connection, migration)
    except asyncpg.InsufficientPrivilegeError as error:
        raise Unavailable(
            "The database has to be migrated, which this role may not do; run `tradecore migrate` with one that may."
        ) from error
    finally:
        if not connection.is_closed():
            await connection.execute("SELECT pg_advisory_unlock($1)", _TURN)


async def _pending(connection: "Line", known: tuple[Migration, ...]) -> tuple[Migration, ...]:
    if not await connection.fetchval("SELECT to_regclass('migrations') IS NOT NULL"):
        return known
    applied = await connection.fetch("SELECT number, digest FROM migrations")
    return pending(known, {number: digest for number, digest in applied})  # noqa: C416  # records are no tuples


async def _apply(connection: "Line", migration: Migration) -> None:
    """One file, one transaction. Requests queue behind a lock that is waited for, so it is given up and tried again."""
    for attempt in range(1, _TRIES + 1):
        try:
            async with connection.transaction():
                await connection.execute(
                    "CREATE TABLE IF NOT EXISTS migrations "
                    "(number BIGINT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)"
                )
                await connection.execute(in_postgres(migration.sql))
                await connection.execute(
                    "INSERT INTO migrations VALUES ($1, $2, $3)", migration.number, migration.name, migration.digest
                )
        except asyncpg.LockNotAvailableError:
            if attempt == _TRIES:
                raise
            await asyncio.sleep(attempt)
        else:
            return
