"""The SQLite file itself: which files are opened, and which are refused and left as they are."""

import asyncio
import sqlite3
import threading
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import sleep
from typing import Any, ClassVar

import pytest

from tradecore.model.errors import Unavailable
from tradecore_adapters.store import sqlite
from tradecore_adapters.store.migrations import Migration, migrations
from tradecore_adapters.store.sqlite import SqliteStore


def create(path: Path, applied: list[Migration]) -> None:
    """A database file to which these migrations were applied."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)")
    for migration in applied:
        connection.executescript(migration.sql)
        connection.execute(
            "INSERT INTO migrations VALUES (?, ?, ?)", (migration.number, migration.name, migration.digest)
        )
    connection.commit()
    connection.close()


async def refusal_of(path: Path) -> str:
    """The error with which a file is refused, after a check that refusing it changed none of its tables."""
    before = schema(path)
    with pytest.raises(Unavailable) as refused:
        async with SqliteStore(path):
            pass
    assert schema(path) == before
    return str(refused.value)


def schema(path: Path) -> str:
    """A digest of all table definitions and of the list of applied migrations."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    rows += connection.execute("SELECT * FROM migrations ORDER BY number").fetchall()
    connection.close()
    return sha256(repr(rows).encode()).hexdigest()


async def test_a_file_with_other_migrations_of_the_same_numbers_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    first = migrations("sqlite")[0]
    create(
        path, [Migration(1, first.name, first.sql.replace("round INTEGER", "turn INTEGER").replace("round", "turn"))]
    )
    assert await refusal_of(path) == (
        f"The database {path} was created by another version of tradecore (its {first.name} differs); start that "
        "version, or choose a new database with TRADECORE_STORE."
    )


async def test_a_file_of_a_newer_tradecore_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    known = migrations("sqlite")
    create(path, [*known, Migration(len(known) + 1, "later.sql", "CREATE TABLE later (id TEXT)")])
    assert "upgrade tradecore" in await refusal_of(path)


async def test_pending_migrations_are_applied_to_a_file_of_an_earlier_release(tmp_path: Path) -> None:
    path = tmp_path / "earlier.db"
    known = migrations("sqlite")
    create(path, list(known[:3]))
    async with SqliteStore(path) as store:
        await store.check()
    connection = sqlite3.connect(path)
    numbers = [number for (number,) in connection.execute("SELECT number FROM migrations ORDER BY number")]
    connection.close()
    assert numbers == [migration.number for migration in known]


class SlowCheckpoints(sqlite3.Connection):
    """A connection whose checkpoints take a while, and which counts attempts to close it meanwhile."""

    begun: ClassVar = threading.Event()
    closed_too_early: ClassVar[list[str]] = []
    busy = False

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if "wal_checkpoint" not in sql:
            return super().execute(sql, *parameters)
        self.busy = True
        self.begun.set()
        sleep(0.2)  # what a long log costs
        try:
            return super().execute(sql, *parameters)
        finally:
            self.busy = False

    def close(self) -> None:
        if self.busy:
            self.closed_too_early.append("closed during a checkpoint")
        super().close()


async def test_a_connection_is_not_closed_under_its_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # SQLite crashes the process when a connection is closed while another thread uses it.
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=SlowCheckpoints))
    monkeypatch.setattr(sqlite, "_CHECKPOINT_INTERVAL", 0)
    async with SqliteStore(tmp_path / "tradecore.db"):
        assert await asyncio.to_thread(SlowCheckpoints.begun.wait, 20)
    assert SlowCheckpoints.closed_too_early == []
