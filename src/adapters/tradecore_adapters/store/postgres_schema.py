"""The schema on Postgres: SQLite's migrations translated, applied by one process at a time."""

import asyncio
import re
from importlib.resources import files

import asyncpg

from tradecore.model.errors import Unavailable
from tradecore_adapters.store.migrations import Migration, migrations, pending, refuse_tables_of_others
from tradecore_adapters.store.postgres_pool import DriverConnection

# All differences between the two dialects, applied in this order. Text is compared byte by byte, as in SQLite.
# Applied migrations are not applied again, so once a version is released a rule may be added but never changed.
_RULES = (
    (r"\bINTEGER PRIMARY KEY( AUTOINCREMENT)?\b", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    (r"\bINTEGER\b", "BIGINT"),
    (r"\bREAL\b", "DOUBLE PRECISION"),
    (r"\bTEXT\b", 'TEXT COLLATE "C"'),
    (r"\) WITHOUT ROWID;", ");"),
)
# The advisory lock of migrations: any number that all processes share and no other program uses.
_MIGRATION_LOCK = int.from_bytes(b"tradecor")
# How long to wait for another process that migrates, and for a table in use, in seconds; and how often to try.
_MIGRATION_TIMEOUT, _TABLE_LOCK_TIMEOUT, _ATTEMPTS = 60, 2, 5
# How long one migration may take, in seconds: a new index on a table of many million rows takes minutes.
_STATEMENT_TIMEOUT = 3600


def to_postgres(sql: str) -> str:
    """A migration written for SQLite, in the dialect of Postgres."""
    for pattern, replacement in _RULES:
        sql = re.sub(pattern, replacement, sql)
    return sql


def in_postgres(migration: Migration) -> str:
    """The SQL of a migration: translated, or from the file of its name in sql/postgres where that is not possible."""
    own = files("tradecore_adapters.store") / "sql" / "postgres" / migration.name
    return own.read_text("utf-8") if own.is_file() else to_postgres(migration.sql)


async def migrate(connection: "DriverConnection") -> None:
    """Apply pending migrations, one transaction per file.

    A role without the right to change the schema succeeds where nothing is pending. Raises Unavailable where it may not
    migrate, and for a database of another version of tradecore or of another program.
    """
    known = migrations("sqlite")
    if not await _pending(connection, known):
        return
    await connection.execute(
        f"SET statement_timeout = '{_STATEMENT_TIMEOUT}s'; SET lock_timeout = '{_MIGRATION_TIMEOUT}s'"
    )
    # The driver has a timeout of its own for each call, which must not end what the server is allowed to do.
    await connection.execute("SELECT pg_advisory_lock($1)", _MIGRATION_LOCK, timeout=_MIGRATION_TIMEOUT + 1)
    try:
        await connection.execute(f"SET lock_timeout = '{_TABLE_LOCK_TIMEOUT}s'")
        for migration in await _pending(connection, known):
            await _apply(connection, migration)
    except asyncpg.InsufficientPrivilegeError as error:
        raise Unavailable(
            "The database needs migrations that this role may not apply; run `tradecore migrate` with a role that may."
        ) from error
    finally:
        if not connection.is_closed():
            await connection.execute("SELECT pg_advisory_unlock($1)", _MIGRATION_LOCK)


async def _pending(connection: "DriverConnection", known: tuple[Migration, ...]) -> tuple[Migration, ...]:
    columns = await connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('migrations') AND attnum > 0"
    )
    tables = ["migrations"] if columns else await _tables(connection)
    refuse_tables_of_others(tables, [name for (name,) in columns])
    if not columns:
        return known
    applied = await connection.fetch("SELECT number, digest FROM migrations")
    return pending(known, {number: digest for number, digest in applied})  # noqa: C416  # records are not tuples


async def _tables(connection: "DriverConnection") -> list[str]:
    """The tables in the schema that migrations would create theirs in."""
    return [
        name
        for (name,) in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    ]


async def _apply(connection: "DriverConnection", migration: Migration) -> None:
    """Apply one file. Other requests queue behind a waiting schema lock, so it times out quickly and is retried."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with connection.transaction():
                await connection.execute(
                    "CREATE TABLE IF NOT EXISTS migrations "
                    "(number BIGINT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)"
                )
                await connection.execute(in_postgres(migration), timeout=_STATEMENT_TIMEOUT + 1)
                await connection.execute(
                    "INSERT INTO migrations VALUES ($1, $2, $3)", migration.number, migration.name, migration.digest
                )
        except asyncpg.LockNotAvailableError:
            if attempt == _ATTEMPTS:
                raise
            await asyncio.sleep(attempt)
        else:
            return
