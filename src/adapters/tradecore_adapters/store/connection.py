"""The interface between the repositories and a database driver: a few kinds of statement in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Protocol

from attrs import field, frozen

from tradecore.model.ids import UserId

Row = tuple[Any, ...]

# Writes a row without a meaning, in its place; what it writes changes each time.
WRITE_CHECK = (
    "INSERT INTO scheduled_tasks (name, due_at) VALUES ('write check', 0) "
    "ON CONFLICT (name) DO UPDATE SET due_at = scheduled_tasks.due_at + 1"
)

# The most rows that one transaction adds to what `Connection.below_limit` counts.
MOST_ADDED = 64

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """A time as microseconds since 1970-01-01 UTC, the form in which columns compare and sort times."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def from_micros(value: int) -> datetime:
    """The time, in UTC, of a number of microseconds since 1970-01-01 UTC."""
    return _EPOCH + timedelta(microseconds=value)


@frozen
class Expression:
    """A statement or a part of one: SQL with a `?` per argument."""

    sql: str
    args: tuple[object, ...] = ()


@frozen
class NewRow:
    """A row to insert: its table, its values by column, and columns that a SQL expression without arguments fills."""

    table: str
    values: Mapping[str, object]
    computed: Mapping[str, str] = field(factory=dict)

    def insert(self, condition: str) -> str:
        """The statement that inserts it where a condition holds; its arguments are `values`, in their order."""
        return _insert(self.table, (*self.values,), (*self.computed,), (*self.computed.values(),), condition)


@cache
def _insert(
    table: str, columns: tuple[str, ...], computed: tuple[str, ...], expressions: tuple[str, ...], condition: str
) -> str:
    values = ", ".join((*("?" for _ in columns), *expressions))
    return f"INSERT INTO {table} ({', '.join((*columns, *computed))}) SELECT {values} WHERE {condition}"


@frozen
class GuardedInsert:
    """Rows of different tables to insert if a condition holds, and none otherwise.

    `given` are common table expressions without WITH, to which the condition and the expressions of the first row may
    refer. `returning` are expressions over `given` as of before the insertion.
    """

    rows: Sequence[NewRow]
    given: Expression
    condition: Expression
    returning: str


@frozen
class NewEvent:
    """An event to append under the next number of its topic: the name of its kind, and its document."""

    topic: str
    kind: str
    doc: str


@frozen
class RecordedWrite:
    """A statement that writes, and the events of `owner` that are appended, and to the outbox, if it changes a row."""

    statement: Expression
    events: tuple[NewEvent, ...]
    owner: UserId | None


class Connection(Protocol):
    """One open transaction. Statements use `?` for arguments and only the SQL that SQLite and Postgres share.

    Every method raises Stale when another writer wins a race, and Unavailable when the database cannot serve.
    """

    async def rows(self, sql: str, *args: object) -> list[Row]:
        """All rows of a statement that reads few of them."""
        ...

    async def many_rows(self, sql: str, *args: object) -> list[Row]:
        """All rows of a query that may read thousands; it does not block the event loop."""
        ...

    async def rows_for_update(self, sql: str, *args: object) -> list[Row]:
        """Rows, locked against other writers until this transaction ends. Waits for a writer that holds them.

        Nothing is locked in a read-only transaction.
        """
        ...

    def skip_locked(self, table: str) -> str:
        """The end of a query that skips rows of a table that another transaction holds, and locks the others.

        They are locked until this transaction ends, and nothing is locked in a read-only one.
        """
        ...

    async def lock(self, name: str) -> None:
        """Hold a named lock until this transaction ends; waits for its holder. No effect in a read-only transaction."""
        ...

    async def execute(self, sql: str, *args: object) -> int:
        """Run a statement that writes, and return the number of rows it changed."""
        ...

    async def execute_and_record(self, write: RecordedWrite) -> int:
        """Run a statement and record its events; the number of rows it changed."""
        ...

    async def execute_and_record_all(self, writes: Sequence[RecordedWrite]) -> list[int]:
        """The same for several, in few round trips and in any order."""
        ...

    async def insert_all(self, inserts: Sequence[GuardedInsert]) -> list[Row | None]:
        """Insert in few round trips and in order, so that later conditions see what was inserted before.

        The values of `returning` for each; None where its condition was false.
        """
        ...

    def below_limit(self, name: str, count: str, *, several: bool) -> str:
        """A condition with one argument, a limit: the SQL expression `count` is below it.

        It may be false close to the limit, where other transactions may be about to add to the count, and where
        `several` are to be added by this transaction while another adds several. Where it was true, others cannot
        `lock` the name before this transaction ends. A transaction adds at most MOST_ADDED.
        """
        ...

    async def execute_many(self, sql: str, args: Iterable[tuple[object, ...]]) -> None:
        """Run a statement that writes, once for each tuple of arguments."""
        ...

    async def notify(self) -> None:
        """Wake the processes that wait for events, once this transaction is committed."""
        ...


async def first_row(connection: Connection, sql: str, *args: object) -> Row | None:
    """The first row of a query, or None."""
    rows = await connection.rows(sql, *args)
    return rows[0] if rows else None


async def scalar(connection: Connection, sql: str, *args: object) -> int:
    """The integer in the first column of the first row; 0 where there is no row or the column is null."""
    row = await first_row(connection, sql, *args)
    return int(row[0] or 0) if row else 0
