"""How entities are stored: optimistic versions, one JSON document per row, events in the same transaction."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from attrs import AttrsInstance, evolve

from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import UserId
from tradecore_adapters.store.connection import (
    Connection,
    Expression,
    NewEvent,
    NewRow,
    RecordedWrite,
    first_row,
    micros,
)
from tradecore_adapters.store.documents import decode, encode, name_of


class Entity(AttrsInstance, Protocol):
    """An object with an id and a version; a new one has version 0."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


T = TypeVar("T")
E = TypeVar("E", bound=Entity)


async def put(
    connection: Connection,
    table: str,
    change: Change[E],
    columns: Mapping[str, object],
    *,
    owner: UserId | None = None,
) -> E:
    """Insert a new entity or update the version that was read, and record its events as events of `owner`.

    Returns the entity with its next version. Raises Stale when another writer changed it since it was read.
    """
    stored, write = _write(table, change, columns, owner)
    if not await connection.execute_and_record(write):
        raise Stale(f"{type(stored).__name__} {stored.id} was changed by another writer since it was read.")
    if write.events:
        await connection.notify()
    return stored


async def update_all(
    connection: Connection, table: str, changes: Sequence[tuple[Change[E], Mapping[str, object], UserId | None]]
) -> tuple[E | None, ...]:
    """Update the versions that were read, each with its columns and owner, and record their events.

    Returns the entities with their next versions, and None for each that another writer changed since it was read, or
    holds: waiting for one would keep all others from being written.
    """
    lock = connection.skip_locked(table)
    writes = [_write(table, *change, lock=lock) for change in changes]
    changed = await connection.execute_and_record_all([write for _, write in writes])
    if any(write.events for _, write in writes):
        await connection.notify()
    return tuple(entity if done else None for (entity, _), done in zip(writes, changed, strict=True))


def _write(
    table: str, change: Change[E], columns: Mapping[str, object], owner: UserId | None, *, lock: str = ""
) -> tuple[E, RecordedWrite]:
    """The entity with its next version, and what stores it and its events; `lock` ends the query of its row."""
    entity: Any = evolve(change.entity, version=change.entity.version + 1)  # type: ignore[misc]  # the bound says so
    values: dict[str, object] = {**columns, "version": entity.version, "doc": encode(entity)}
    if change.entity.version == 0:
        statement = _insertion(table, {"id": entity.id, **values}, key=("id",))
    else:
        assignments, row = ", ".join(f"{name} = ?" for name in values), "id = ? AND version = ?"
        if lock:
            row = f"id = (SELECT id FROM {table} WHERE {row} {lock})"  # noqa: S608  # names are constants
        statement = Expression(
            f"UPDATE {table} SET {assignments} WHERE {row}",  # noqa: S608  # names are constants
            (*values.values(), entity.id, change.entity.version),
        )
    events = tuple(NewEvent(fact.topic, name_of(fact), encode(fact)) for fact in change.facts)
    return entity, RecordedWrite(statement, events, owner)


def new_rows(
    table: str,
    change: Change[E],
    columns: Mapping[str, object],
    *,
    owner: UserId,
    computed: Mapping[str, str] = MappingProxyType({}),
) -> tuple[E, list[NewRow]]:
    """A new entity with version 1, and the rows that store it and its events, which are the first of their topic.

    The events are those of `owner`. A SQL expression fills each of the `computed` columns.
    """
    entity: Any = evolve(change.entity, version=1)  # type: ignore[misc]  # the bound says so
    values = {"id": entity.id, **columns, "version": 1, "doc": encode(entity)}
    for column in computed:
        values.pop(column, None)
    rows = [NewRow(table, values, computed)]
    for seq, fact in enumerate(change.facts, 1):
        rows.append(NewRow("events", {"topic": fact.topic, "seq": seq, "kind": name_of(fact), "doc": encode(fact)}))
        rows.append(NewRow("outbox", {"topic": fact.topic, "seq": seq, "user_id": owner}))
    stored: E = entity
    return stored, rows


async def insert(connection: Connection, table: str, columns: Mapping[str, object], *, key: Sequence[str]) -> int:
    """Insert a row unless one with its `key` exists; the number of rows inserted, 0 or 1."""
    statement = _insertion(table, columns, key=key)
    return await connection.execute(statement.sql, *statement.args)


def _insertion(table: str, columns: Mapping[str, object], *, key: Sequence[str]) -> Expression:
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    return Expression(
        f"INSERT INTO {table} ({names}) VALUES ({marks}) "  # noqa: S608  # names are constants
        f"ON CONFLICT ({', '.join(key)}) DO NOTHING",
        tuple(columns.values()),
    )


async def get(connection: Connection, cls: type[E], table: str, id: str) -> E:
    """The entity with an id, locked against other writers until this transaction ends. Raises NotFound."""
    rows = await connection.rows_for_update(f"SELECT doc FROM {table} WHERE id = ?", id)  # noqa: S608  # a constant
    if not rows:
        raise NotFound(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__).lower(), id)
    return decode(cls, rows[0][0])


async def find(connection: Connection, cls: type[T], sql: str, *args: object) -> T | None:
    """The document that a query of one column selects, or None."""
    row = await first_row(connection, sql, *args)
    return decode(cls, row[0]) if row else None


async def find_all(connection: Connection, cls: type[T], sql: str, *args: object) -> tuple[T, ...]:
    """The documents that a query of one column selects; it may read thousands."""
    return tuple(decode(cls, doc) for (doc,) in await connection.many_rows(sql, *args))


async def delete_oldest(
    connection: Connection, table: str, key: Sequence[str], age: str, before: datetime, limit: int
) -> int:
    """Delete at most `limit` rows whose column `age` lies before a time, oldest first; how many were deleted."""
    columns = ", ".join(key)
    return await connection.execute(
        f"DELETE FROM {table} WHERE ({columns}) IN "  # noqa: S608  # names are constants
        f"(SELECT {columns} FROM {table} WHERE {age} < ? ORDER BY {age} LIMIT ?)",
        micros(before), limit,
    )  # fmt: skip
