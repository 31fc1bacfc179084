"""What the repositories ask of a database: a few statements within one transaction, written once for every dialect."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

Row = tuple[Any, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """Microseconds since 1970 UTC: how times are kept in columns that are compared and sorted."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def from_micros(value: int) -> datetime:
    """The time that `micros` was given, in UTC."""
    return _EPOCH + timedelta(microseconds=value)


class Connection(Protocol):
    """One open transaction. Statements use `?` for arguments and the SQL that SQLite and Postgres share."""

    async def rows(self, sql: str, *args: object) -> list[Row]:
        """All rows of a query that touches few of them."""
        ...

    async def many_rows(self, sql: str, *args: object) -> list[Row]:
        """All rows of a query that may read thousands; others are served meanwhile where the driver would block."""
        ...

    async def rows_for_update(self, sql: str, *args: object, of: str) -> list[Row]:
        """Rows of the table `of` that nobody else has taken so; nobody else gets them until this transaction ends.

        In a view nothing is taken.
        """
        ...

    async def rows_to_change(self, sql: str, *args: object) -> list[Row]:
        """Rows that nobody else changes until this transaction ends; waits for whoever is changing them."""
        ...

    async def alone(self, name: str) -> None:
        """Nobody else gets beyond the same name until this transaction ends; waits for whoever has. Not in a view."""
        ...

    async def change(self, sql: str, *args: object) -> int:
        """The number of rows a statement changed. Raises Stale where it would break a uniqueness."""
        ...

    async def change_each(self, sql: str, args: Iterable[tuple[object, ...]]) -> None:
        """Run a statement once for each tuple of arguments."""
        ...

    async def ring(self) -> None:
        """Wake those who wait for facts, once this transaction is committed."""
        ...


async def row(connection: Connection, sql: str, *args: object) -> Row | None:
    """The first row of a query, if there is one."""
    found = await connection.rows(sql, *args)
    return found[0] if found else None
