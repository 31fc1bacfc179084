"""Copies a whole store into an empty one, in one transaction, and compares what arrived with what was read."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, closing
from hashlib import sha256
from typing import Protocol, cast

from attrs import frozen

from tradecore.model.errors import Stale, Unavailable
from tradecore.ports.store import UnitOfWork
from tradecore_adapters.store.connection import Connection, Row
from tradecore_adapters.store.sqlite_file import connect, migrate
from tradecore_adapters.store.unit_of_work import SqlUnitOfWork

_BATCH = 200
# Tables that a store without any content has rows in.
_NO_CONTENT = frozenset({"event_log_head", "queue_counts", "scheduled_tasks", "listeners"})
# Kept by triggers, and spread differently on Postgres.
_NOT_COPIED = frozenset({"migrations", "queue_counts"})


class SqlStore(Protocol):
    """A store over the schema of this package: `dialect` is `sqlite` or `postgres`."""

    @property
    def dialect(self) -> str: ...

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that writes."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that reads one state of the store."""
        ...


@frozen
class StoreTable:
    """A table of the schema. `numbered`: its key is given out by the database."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    numbered: bool


@frozen
class TableContent:
    """How many rows a table has, and the SHA-256 of all of them in the order of the key, in hexadecimal."""

    rows: int
    digest: str


@frozen
class StoreContent:
    """The content of a store by table."""

    tables: Mapping[str, TableContent]

    @property
    def rows(self) -> int:
        """The number of rows in all tables."""
        return sum(table.rows for table in self.tables.values())

    @property
    def digest(self) -> str:
        """One SHA-256 over the tables: equal for stores with equal content, whatever their database."""
        lines = "".join(f"{name} {content.rows} {content.digest}\n" for name, content in sorted(self.tables.items()))
        return sha256(lines.encode()).hexdigest()


def schema_tables() -> tuple[StoreTable, ...]:
    """The tables of the schema that are copied, each after those that it refers to."""
    with closing(connect(None)) as connection:
        migrate(connection, None)
        created = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
            "ORDER BY rowid"
        ).fetchall()
        tables = []
        for name, sql in created:
            if name in _NOT_COPIED:
                continue
            columns = connection.execute("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", (name,)).fetchall()
            names = tuple(column for column, _ in columns)
            key = tuple(column for column, place in sorted(columns, key=lambda column: column[1]) if place)
            # The table of one row has no key.
            tables.append(StoreTable(name, names, key or names, "INTEGER PRIMARY KEY" in sql))
    return tuple(tables)


async def read_content(store: SqlStore) -> StoreContent:
    """The content of a store, as of one moment. Raises Unavailable."""
    async with store.snapshot() as uow:
        connection = await _connection(store, uow)
        return StoreContent({table.name: await _content(connection, table) for table in schema_tables()})


async def copy_store(
    source: SqlStore, target: SqlStore, *, copied: Callable[[str, int], None] = lambda table, rows: None
) -> StoreContent:
    """Copy all of `source`, as of one moment, into `target`, which is empty; the content of both.

    The target has either everything afterwards or nothing: a copy that ends in the middle is repeated. `copied` is told
    each table with its number of rows. Raises Unavailable where the target is not empty or is being written, where what
    arrived is not what was read, and where a database cannot be used.
    """
    try:
        async with source.snapshot() as reading, target.unit_of_work() as writing:
            read, write = await _connection(source, reading), await _connection(target, writing)
            await write.lock("copy of a store")
            tables = schema_tables()
            await _require_empty(write, tables)
            sent = {}
            for table in tables:
                sent[table.name] = await _copy(read, write, table, target.dialect)
                arrived = await _content(write, table)
                if arrived != sent[table.name]:
                    raise Unavailable(
                        f"The table {table.name} did not arrive as it was read ({arrived.rows} of "
                        f"{sent[table.name].rows} rows); nothing was copied."
                    )
                copied(table.name, arrived.rows)
            return StoreContent(sent)
    except Stale as error:
        raise Unavailable("Something else writes to the target; stop it, and repeat the copy.") from error


async def _connection(store: SqlStore, uow: UnitOfWork) -> Connection:
    connection = cast(SqlUnitOfWork, uow).connection
    if store.dialect == "postgres":
        # One side is idle while the other one works.
        await connection.rows("SET LOCAL idle_in_transaction_session_timeout = 0")
        await connection.rows("SET LOCAL statement_timeout = 0")
    return connection


async def _require_empty(connection: Connection, tables: tuple[StoreTable, ...]) -> None:
    for table in tables:
        if table.name in _NO_CONTENT:
            await connection.execute(f"DELETE FROM {table.name}")  # noqa: S608  # names of the schema
        elif await connection.rows(f"SELECT 1 FROM {table.name} LIMIT 1"):  # noqa: S608
            raise Unavailable(
                f"The target is not empty: there are rows in {table.name}. Choose another store with TRADECORE_STORE, "
                "or another folder with TRADECORE_DATA."
            )


async def _copy(read: Connection, write: Connection, table: StoreTable, dialect: str) -> TableContent:
    numbered = table.numbered and dialect == "postgres"
    overriding = " OVERRIDING SYSTEM VALUE" if numbered else ""
    values = ", ".join("?" for _ in table.columns)
    insert = f"INSERT INTO {table.name} ({', '.join(table.columns)}){overriding} VALUES ({values})"  # noqa: S608
    digest = _Digest()
    async for rows in _pages(read, table):
        digest.add(rows)
        await write.execute_many(insert, rows)
    if numbered and digest.rows:
        column = table.key[0]
        await write.rows(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column}'), MAX({column})) FROM {table.name}"  # noqa: S608
        )
    return digest.content()


async def _content(connection: Connection, table: StoreTable) -> TableContent:
    digest = _Digest()
    async for rows in _pages(connection, table):
        digest.add(rows)
    return digest.content()


async def _pages(connection: Connection, table: StoreTable) -> AsyncIterator[list[Row]]:
    """All rows in the order of the key."""
    key, places = ", ".join(table.key), [table.columns.index(column) for column in table.key]
    select = f"SELECT {', '.join(table.columns)} FROM {table.name}"  # noqa: S608
    end = f"ORDER BY {key} LIMIT {_BATCH}"
    after = f"WHERE ({key}) > ({', '.join('?' for _ in table.key)})"
    rows = await connection.many_rows(f"{select} {end}")
    while rows:
        rows = [tuple(row) for row in rows]
        yield rows
        if len(rows) < _BATCH:
            return
        rows = await connection.many_rows(f"{select} {after} {end}", *(rows[-1][place] for place in places))


class _Digest:
    """Counts and digests rows as they pass."""

    def __init__(self) -> None:
        self._hash = sha256()
        self.rows = 0

    def add(self, rows: list[Row]) -> None:
        for row in rows:
            self._hash.update(json.dumps(row, separators=(",", ":")).encode())
        self.rows += len(rows)

    def content(self) -> TableContent:
        return TableContent(self.rows, self._hash.hexdigest())
