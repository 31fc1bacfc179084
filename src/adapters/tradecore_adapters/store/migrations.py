"""Numbered migrations in SQL files, applied once and in order; a released file is never edited."""

import re
from collections.abc import Collection, Iterator
from hashlib import sha256
from importlib.resources import files
from sqlite3 import complete_statement

from attrs import frozen

from tradecore.model.errors import Unavailable

_CREATED = re.compile(r"^CREATE TABLE (?:IF NOT EXISTS )?(\w+)", re.MULTILINE)
_COLUMNS = frozenset({"number", "name", "digest"})


@frozen
class Migration:
    """One file: its number, name and SQL."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """The SHA-256 of the SQL in hexadecimal, stored with an applied migration so that an edited file is noticed."""
        return sha256(self.sql.encode()).hexdigest()

    def statements(self) -> Iterator[str]:
        """The statements one by one, for drivers that commit before they run a script.

        Raises ValueError where the file ends within a statement.
        """
        statement = ""
        for line in self.sql.splitlines(keepends=True):
            statement += line
            if complete_statement(statement):
                yield statement
                statement = ""
        if statement.strip():
            raise ValueError(f"The migration {self.name} ends in the middle of a statement.")


def migrations(dialect: str) -> tuple[Migration, ...]:
    """All migrations of an SQL dialect, in order of their numbers 1, 2, 3 ..."""
    folder = files("tradecore_adapters.store") / "sql" / dialect
    texts = sorted((file.name, file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".sql"))
    return tuple(Migration(int(name[:4]), name, sql) for name, sql in texts)


def refuse_tables_of_others(tables: Collection[str], columns: Collection[str], *, database: str = "") -> None:
    """Refuse a database that belongs to another program, before the first migration adds tables to it.

    `tables` are those that the database has, and `columns` those of its table `migrations`. Other tables are refused
    where their names are taken: an extension of Postgres may have brought some. Raises Unavailable, naming `database`.
    """
    if "migrations" in tables:
        taken = [] if set(columns) >= _COLUMNS else ["migrations"]
    else:
        own = {table for migration in migrations("sqlite") for table in _CREATED.findall(migration.sql)}
        taken = sorted(own.intersection(tables))
    if taken:
        name = f"The database {database}".rstrip()
        raise Unavailable(
            f"{name} has a table {taken[0]} of another program; choose another database with TRADECORE_STORE."
        )


def pending(known: tuple[Migration, ...], applied: dict[int, str], *, database: str = "") -> tuple[Migration, ...]:
    """The migrations that are still to be applied; `applied` maps numbers of applied ones to their SHA-256 digests.

    Raises Unavailable, naming `database`, where a newer tradecore or one with other migrations created it.
    """
    name = f"The database {database}".rstrip()
    newest = max(applied, default=0)
    if newest > len(known):
        raise Unavailable(
            f"{name} has schema version {newest} and this tradecore knows up to {len(known)}; upgrade tradecore."
        )
    for migration in known[:newest]:
        if applied.get(migration.number) != migration.digest:
            raise Unavailable(
                f"{name} was created by another version of tradecore (its {migration.name} differs); start that "
                "version, or choose a new database with TRADECORE_STORE."
            )
    return known[newest:]
