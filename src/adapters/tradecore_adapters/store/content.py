"""What a store has in it, whatever its database: its tables, their rows in order, and a digest of them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, closing
from functools import cache
from hashlib import sha256
from typing import Protocol, cast

import msgspec
from attrs import frozen

from tradecore.ports.store import UnitOfWork
from tradecore_adapters.store.connection import Connection, Row
from tradecore_adapters.store.sqlite_file import open_in_memory
from tradecore_adapters.store.unit_of_work import SqlUnitOfWork

# How many rows are read and written at once.
_PAGE = 200
# Of one database only: its schema, counts that triggers keep and Postgres spreads, and how far a copy into it came.
_NO_CONTENT = frozenset({"migrations", "queue_counts", "copied_tables"})
_encoder = msgspec.json.Encoder()


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
    """How many rows a table has, and their digest: of each row and the digest of those before it, a SHA-256 in hex."""

    rows: int = 0
    digest: str = ""

    def with_rows(self, rows: list[Row]) -> "TableContent":
        """The content once these rows follow in the order of the key."""
        digest = self.digest
        for row in rows:
            digest = sha256(digest.encode() + _encoder.encode(row)).hexdigest()
        return TableContent(self.rows + len(rows), digest)


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


@cache
def schema_tables() -> tuple[StoreTable, ...]:
    """The tables of the schema that have content, each after those that it refers to."""
    with closing(open_in_memory()) as connection:
        created = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
            "ORDER BY rowid"
        ).fetchall()
        tables = []
        for name, sql in created:
            if name in _NO_CONTENT:
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
        connection = await patient_connection(store, uow)
        return StoreContent({table.name: await read_table(connection, table) for table in schema_tables()})


async def read_table(connection: Connection, table: StoreTable) -> TableContent:
    """The content of one table. Raises Unavailable."""
    content = TableContent()
    async for rows in pages(connection, table):
        content = content.with_rows(rows)
    return content


async def pages(
    connection: Connection, table: StoreTable, *, after: Row | None = None, limit: int | None = None
) -> AsyncIterator[list[Row]]:
    """Some rows at a time in the order of the key, `limit` in all: those of the table, or those that follow a row."""
    key, places = ", ".join(table.key), [table.columns.index(column) for column in table.key]
    select = f"SELECT {', '.join(table.columns)} FROM {table.name}"  # noqa: S608  # names of the schema
    following = f"WHERE ({key}) > ({', '.join('?' for _ in table.key)})"
    while limit is None or limit > 0:
        size = _PAGE if limit is None else min(_PAGE, limit)
        where, values = ("", []) if after is None else (following, [after[place] for place in places])
        rows = [
            tuple(row) for row in await connection.many_rows(f"{select} {where} ORDER BY {key} LIMIT ?", *values, size)
        ]
        if rows:
            yield rows
            after = rows[-1]
        if len(rows) < size:
            return
        limit = None if limit is None else limit - size


async def patient_connection(store: SqlStore, uow: UnitOfWork) -> Connection:
    """The connection of a unit of work, which may take as long as all rows of a store need."""
    connection = cast(SqlUnitOfWork, uow).connection
    if store.dialect == "postgres":
        # One side is idle while the other one works.
        await connection.rows("SET LOCAL idle_in_transaction_session_timeout = 0")
        await connection.rows("SET LOCAL statement_timeout = 0")
    return connection
