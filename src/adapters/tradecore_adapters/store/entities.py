"""How any entity is kept: its version demanded, its document written, its facts recorded in the same transaction."""

import re
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from attrs import AttrsInstance, evolve

from tradecore.model.change import Change, Fact
from tradecore.model.errors import NotFound, Stale
from tradecore_adapters.store.connection import Connection, row
from tradecore_adapters.store.documents import decode, encode, name_of


class Entity(AttrsInstance, Protocol):
    """Something with an id and a version; a new one has version 0."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


T = TypeVar("T", bound=Entity)


async def record(connection: Connection, facts: Sequence[Fact]) -> None:
    """Write facts down under the next numbers of their topics, and put them on their way out."""
    for fact in facts:
        numbered = await row(
            connection,
            "INSERT INTO facts (topic, seq, kind, doc) "
            "SELECT ?, COALESCE(MAX(seq), 0) + 1, ?, ? FROM facts WHERE topic = ? RETURNING seq",
            fact.topic, name_of(fact), encode(fact), fact.topic,
        )  # fmt: skip
        assert numbered, "an INSERT of one row returns one row"
        await connection.change("INSERT INTO outbox (topic, seq) VALUES (?, ?)", fact.topic, numbered[0])
    if facts:
        await connection.ring()


async def put(connection: Connection, table: str, change: Change[T], columns: dict[str, object]) -> T:
    """Insert a new entity, or update the version that was read; then its facts. Raises Stale."""
    entity: Any = evolve(change.entity, version=change.entity.version + 1)  # type: ignore[misc]  # the bound says so
    written: dict[str, object] = {**columns, "version": entity.version, "doc": encode(entity)}
    if change.entity.version == 0:
        names, marks = ", ".join(["id", *written]), ", ".join("?" * (1 + len(written)))
        changed = await connection.change(
            f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT (id) DO NOTHING",  # noqa: S608  # names are ours
            entity.id, *written.values(),
        )  # fmt: skip
    else:
        assignments = ", ".join(f"{name} = ?" for name in written)
        changed = await connection.change(
            f"UPDATE {table} SET {assignments} WHERE id = ? AND version = ?",  # noqa: S608  # names are ours
            *written.values(), entity.id, change.entity.version,
        )  # fmt: skip
    if not changed:
        raise Stale(f"{type(entity).__name__} {entity.id} was changed by someone else since it was read.")
    await record(connection, change.facts)
    kept: T = entity
    return kept


async def get(connection: Connection, cls: type[T], table: str, id: str) -> T:
    """The entity with an id, which nobody else changes before this transaction ends. Raises NotFound."""
    found = await connection.rows_to_change(f"SELECT doc FROM {table} WHERE id = ?", id)  # noqa: S608  # the name is ours
    if not found:
        raise NotFound(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__).lower(), id)
    return decode(cls, found[0][0])
