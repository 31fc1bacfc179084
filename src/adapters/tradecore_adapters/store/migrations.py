"""Numbered migrations in SQL files: each applied once, in order, and never edited after it was."""

from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from sqlite3 import complete_statement

from attrs import frozen

from tradecore.model.errors import Unavailable


@frozen
class Migration:
    """One file: its number, its name, what it says, and the SHA-256 of that."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """What is remembered of it, to notice an edit."""
        return sha256(self.sql.encode()).hexdigest()

    def statements(self) -> Iterator[str]:
        """Its statements one by one, for drivers that would commit before a script."""
        pending = ""
        for line in self.sql.splitlines(keepends=True):
            pending += line
            if complete_statement(pending):
                yield pending
                pending = ""
        if pending.strip():
            raise ValueError(f"The migration {self.name} ends in the middle of a statement.")


def migrations(dialect: str) -> tuple[Migration, ...]:
    """All migrations of a dialect, in order; their numbers count 1, 2, 3 ..."""
    folder = files("tradecore_adapters.store") / "sql" / dialect
    found = sorted((file.name, file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".sql"))
    return tuple(Migration(int(name[:4]), name, sql) for name, sql in found)


def pending(known: tuple[Migration, ...], applied: dict[int, str]) -> tuple[Migration, ...]:
    """Which migrations are still to be applied, given number and digest of those that were.

    Raises Unavailable when the store was made by a newer tradecore, or by one whose files were edited since.
    """
    newest = max(applied, default=0)
    if newest > len(known):
        raise Unavailable(
            f"The store has schema version {newest}, this tradecore knows {len(known)}; start a newer tradecore."
        )
    for migration in known[:newest]:
        if applied.get(migration.number) != migration.digest:
            raise Unavailable(
                f"The store was migrated with another {migration.name} than this one; start the tradecore that made it."
            )
    return known[newest:]
