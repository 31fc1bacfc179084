"""Copies a whole store into an empty one, goes on where a copy was interrupted, and compares what arrived."""

from collections.abc import Callable, Mapping
from typing import cast

from tradecore.model.errors import Stale, Unavailable
from tradecore.ports.store import Store
from tradecore_adapters.store.connection import Connection, Row
from tradecore_adapters.store.content import (
    SqlStore,
    StoreContent,
    StoreTable,
    TableContent,
    pages,
    patient_connection,
    read_table,
    schema_tables,
)
from tradecore_adapters.store.unit_of_work import SqlUnitOfWork

# Tables that a store without any content has rows in.
_NEVER_EMPTY = frozenset({"event_log_head", "scheduled_tasks", "listeners"})
_NOTHING = TableContent()
_ANOTHER_COPY = "Another copy into the target has gone on or has ended meanwhile; this one has stopped."


async def copy_store(
    source: SqlStore, target: SqlStore, *, copied: Callable[[str, int], None] = lambda table, rows: None
) -> StoreContent:
    """Copy all of `source`, as of one moment, into `target`; the content of both.

    The target is empty, or an interrupted copy was made into it: this one goes on from there. Where the source has
    changed since, the tables from the first that differs are copied anew, so that the result is always of one moment.
    `require_whole` refuses the target until all has arrived and was compared. `copied` is told each table with its
    number of rows.

    Raises Unavailable where the target is not empty or is being written, where what arrived is not what was read, and
    where a database cannot be used.
    """
    tables = schema_tables()
    await require_whole(source)
    before = await _begin(target, tables)
    sent: dict[str, TableContent] = {}
    async with source.snapshot() as uow:
        read = await patient_connection(source, uow)
        for number, table in enumerate(tables):
            content, last = await _read_first(read, table, before[table.name].rows)
            if content != before[table.name]:
                before = await _discard(target, tables[number:])
                content, last = _NOTHING, None
            async for rows in pages(read, table, after=last):
                content = await _write(target, table, rows, content)
            sent[table.name] = content
            copied(table.name, content.rows)
    await _finish(target, sent)
    return StoreContent(sent)


async def require_whole(store: Store | SqlStore) -> None:
    """Raise Unavailable where a copy into a store was begun and has not ended."""
    if hasattr(store, "dialect"):
        async with store.snapshot() as uow:
            if await _connection(uow).rows("SELECT 1 FROM copied_tables LIMIT 1"):
                raise Unavailable(
                    "A copy into this store has not ended. Repeat the `tradecore restore` or `tradecore migrate "
                    "--from` that began it, which goes on where it was interrupted, or choose another store with "
                    "TRADECORE_STORE."
                )


def _connection(uow: object) -> Connection:
    return cast(SqlUnitOfWork, uow).connection


async def _begin(target: SqlStore, tables: tuple[StoreTable, ...]) -> Mapping[str, TableContent]:
    """What earlier copies brought into each table of the target."""
    async with target.unit_of_work() as uow:
        connection = _connection(uow)
        await connection.lock("copy of a store")
        stored = await connection.rows("SELECT name, row_count, digest FROM copied_tables")
        before = {name: TableContent(rows, digest) for name, rows, digest in stored}
        for table in tables if not before else ():
            if table.name in _NEVER_EMPTY:
                await connection.execute(f"DELETE FROM {table.name}")  # noqa: S608  # names of the schema
            elif await connection.rows(f"SELECT 1 FROM {table.name} LIMIT 1"):  # noqa: S608
                raise Unavailable(
                    f"The target is not empty: there are rows in {table.name}. Choose another store with "
                    "TRADECORE_STORE, or another folder with TRADECORE_DATA."
                )
        # A version that has more tables may go on with the copy of another one.
        new = {table.name: _NOTHING for table in tables if table.name not in before}
        await connection.execute_many(
            "INSERT INTO copied_tables (name, row_count, digest) VALUES (?, ?, ?)",
            [(name, content.rows, content.digest) for name, content in new.items()],
        )
    return {**before, **new}


async def _read_first(read: Connection, table: StoreTable, count: int) -> tuple[TableContent, Row | None]:
    """The content that the first rows of a table make, and the last one of them."""
    content, last = _NOTHING, None
    async for rows in pages(read, table, limit=count):
        content, last = content.with_rows(rows), rows[-1]
    return content, last


async def _discard(target: SqlStore, tables: tuple[StoreTable, ...]) -> Mapping[str, TableContent]:
    """Delete what earlier copies brought into some tables; the content that each has then."""
    async with target.unit_of_work() as uow:
        connection = await patient_connection(target, uow)
        # First, since it waits for another copy that is being written.
        await connection.execute_many(
            "UPDATE copied_tables SET row_count = ?, digest = ? WHERE name = ?",
            [(_NOTHING.rows, _NOTHING.digest, table.name) for table in tables],
        )
        for table in reversed(tables):
            await connection.execute(f"DELETE FROM {table.name}")  # noqa: S608  # names of the schema
    return {table.name: _NOTHING for table in tables}


async def _write(target: SqlStore, table: StoreTable, rows: list[Row], before: TableContent) -> TableContent:
    """Append rows to a table that has the content `before`; the content that it has then."""
    overriding = " OVERRIDING SYSTEM VALUE" if table.numbered and target.dialect == "postgres" else ""
    values = ", ".join("?" for _ in table.columns)
    after = before.with_rows(rows)
    try:
        async with target.unit_of_work() as uow:
            connection = _connection(uow)
            moved = await connection.execute(
                "UPDATE copied_tables SET row_count = ?, digest = ? WHERE name = ? AND row_count = ? AND digest = ?",
                after.rows, after.digest, table.name, before.rows, before.digest,
            )  # fmt: skip
            if not moved:
                raise Unavailable(_ANOTHER_COPY)
            await connection.execute_many(
                f"INSERT INTO {table.name} ({', '.join(table.columns)}){overriding} VALUES ({values})",  # noqa: S608
                rows,
            )
    except Stale as error:
        raise Unavailable(
            f"Something else writes to {table.name} of the target; stop it, and copy into a new, empty store."
        ) from error
    return after


async def _finish(target: SqlStore, sent: Mapping[str, TableContent]) -> None:
    """Compare what arrived with what was sent, and give the target free."""
    async with target.snapshot() as uow:
        connection = await patient_connection(target, uow)
        for table in schema_tables():
            arrived = await read_table(connection, table)
            if arrived != sent[table.name]:
                raise Unavailable(
                    f"The table {table.name} did not arrive as it was read ({arrived.rows} of {sent[table.name].rows} "
                    "rows), since something else writes to the target; stop it, and copy into a new, empty store."
                )
    async with target.unit_of_work() as uow:
        connection = _connection(uow)
        if not await connection.execute("DELETE FROM copied_tables"):
            raise Unavailable(_ANOTHER_COPY)
        for table in schema_tables():
            if table.numbered and target.dialect == "postgres":
                [column] = table.key
                await connection.rows(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column}'), MAX({column})) "  # noqa: S608
                    f"FROM {table.name}"
                )
