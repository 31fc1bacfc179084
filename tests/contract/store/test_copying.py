"""A store is copied between SQLite and Postgres, over interruptions, and what arrives is what was there."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from opening import open_adapter
from servers import SettingOf
from tradecore.model.errors import Unavailable
from tradecore.model.ids import UserId
from tradecore_adapters.store import copying
from tradecore_adapters.store.content import read_content, schema_tables
from tradecore_adapters.store.copying import copy_store, require_whole
from tradecore_adapters.store.sqlite import SqliteStore
from tradecore_adapters.store.sqlite_file import connect, migrate
from tradecore_app.commands import moving

# More than one page of the largest table.
ROWS = {"events": 450}


def fill(path: Path, rows: int = 3) -> None:
    """Rows in every table of a file, each of them other ones, NULL where that is allowed."""
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for table in schema_tables():
            connection.execute(f"DELETE FROM {table.name}")
            columns = connection.execute("SELECT * FROM pragma_table_info(?)", (table.name,)).fetchall()
            parents = {
                row[3]: f"{row[2]}.{row[4]}"
                for row in connection.execute("SELECT * FROM pragma_foreign_key_list(?)", (table.name,))
            }
            for number in range(ROWS.get(table.name, 1 if table.name == "event_log_head" else rows)):
                values = [
                    _value(parents.get(name, f"{table.name}.{name}"), kind, number, required or bool(place))
                    for _, name, kind, required, _, place in columns
                ]
                places = ", ".join("?" for _ in values)
                connection.execute(f"INSERT INTO {table.name} VALUES ({places})", values)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def _value(name: str, kind: str, number: int, required: bool) -> Any:
    if not required and number % 2:
        return None
    if kind == "REAL":
        return number / 7 + 1e-9
    if kind == "INTEGER":
        return number + 1
    return "queued" if name == "jobs.state" else f"{name} {number} \"ä€😀\" \\ 'x'"


@asynccontextmanager
async def sqlite(path: Path) -> AsyncIterator[SqliteStore]:
    async with SqliteStore(path) as store:
        yield store


@pytest.fixture
async def full(tmp_path: Path) -> Path:
    path = tmp_path / "full.db"
    async with SqliteStore(path):
        pass
    fill(path)
    return path


@pytest.mark.parametrize("row", ["sqlite", "postgresql"])
async def test_a_store_is_the_same_after_it_was_moved_and_moved_back(
    row: str, full: Path, setting_of: SettingOf, tmp_path: Path
) -> None:
    async with (
        setting_of(row) as setting,
        open_adapter("store", setting, data=tmp_path / "other") as other,
        sqlite(full) as source,
        sqlite(tmp_path / "back.db") as back,
    ):
        shown: dict[str, int] = {}
        content = await copy_store(source, other, copied=shown.__setitem__)
        assert shown == {
            table.name: table_content.rows
            for table, table_content in zip(schema_tables(), content.tables.values(), strict=True)
        }
        assert min(shown.values()) >= 1
        assert await copy_store(other, back) == content
        assert [(await read_content(store)).digest for store in (source, other, back)] == [content.digest] * 3
        async with other.snapshot() as uow:
            assert await uow.connection.rows("SELECT CAST(SUM(waiting) AS INTEGER) FROM queue_counts") == [(3,)]
        # Numbers that the database gives out go on after those that were copied.
        async with other.unit_of_work() as uow:
            await uow.connection.execute(
                "INSERT INTO outbox (topic, seq, user_id) VALUES (?, ?, ?)", "topic", 1, UserId("ann")
            )
            assert await uow.connection.rows("SELECT MAX(id) FROM outbox") == [(4,)]


async def test_a_store_that_is_not_empty_is_no_target(full: Path, tmp_path: Path) -> None:
    async with sqlite(full) as source, sqlite(tmp_path / "target.db") as target:
        await copy_store(source, target)
        before = await read_content(target)
        with pytest.raises(Unavailable, match="The target is not empty: there are rows in users"):
            await copy_store(source, target)
        assert await read_content(target) == before


class Interruption(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("row", ["sqlite", "postgresql"])
async def test_a_copy_that_is_interrupted_again_and_again_goes_on_and_ends_with_the_same_content(
    row: str, full: Path, setting_of: SettingOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, written, left = Random(19), Counter[str](), [0]
    write = copying._write

    async def interrupted(target: Any, table: Any, rows: Any, before: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise Interruption
        after = await write(target, table, rows, before)
        written[table.name] += len(rows)
        return after

    monkeypatch.setattr(copying, "_write", interrupted)
    async with sqlite(full) as source, setting_of(row) as setting:
        expected = await read_content(source)
        for _ in count():
            left[0] = chance.randrange(10)
            async with open_adapter("store", setting, data=tmp_path / "other") as target:
                try:
                    assert await copy_store(source, target) == expected
                    break
                except Interruption:
                    with pytest.raises(Unavailable, match="A copy into this store has not ended"):
                        await require_whole(target)
        async with open_adapter("store", setting, data=tmp_path / "other") as target:
            await require_whole(target)
            assert await read_content(target) == expected
    # Nothing was copied twice.
    assert written == {name: table.rows for name, table in expected.tables.items()}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET doc = 'newer' WHERE id LIKE '%0 %'",
        "DELETE FROM events WHERE seq = 1",
        "INSERT INTO events VALUES ('a', 1, 'kind', 'doc')",
        "INSERT INTO events VALUES ('zzz', 1, 'kind', 'doc')",
        "DELETE FROM events",
    ],
)
async def test_an_interrupted_copy_of_a_source_that_has_changed_since_ends_with_the_new_content(
    change: str, full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sqlite(full) as source, sqlite(tmp_path / "target.db") as target:
        with monkeypatch.context() as patch:
            write, pages = copying._write, count()

            async def interrupted(target: Any, table: Any, rows: Any, before: Any) -> Any:
                if table.name == "events" and next(pages) == 2:
                    raise Interruption
                return await write(target, table, rows, before)

            patch.setattr(copying, "_write", interrupted)
            with pytest.raises(Interruption):
                await copy_store(source, target)
        async with source.unit_of_work() as uow:
            await uow.connection.execute(change)
        content = await copy_store(source, target)
        assert content == await read_content(source) == await read_content(target)
        with pytest.raises(Unavailable, match="not empty"):
            await copy_store(source, target)


async def test_of_two_copies_into_one_store_at_once_one_ends_and_the_other_stops(
    full: Path, setting_of: SettingOf
) -> None:
    async with (
        setting_of("postgresql") as setting,
        sqlite(full) as source,
        open_adapter("store", setting) as target,
        open_adapter("store", setting) as same_target,
    ):
        copies = copy_store(source, target), copy_store(source, same_target)
        results = await asyncio.gather(*copies, return_exceptions=True)
        content = await read_content(source)
        assert content in results
        assert await read_content(target) == content
        [failure] = [result for result in results if result != content]
        assert isinstance(failure, Unavailable)


@pytest.mark.parametrize(
    ("stray", "error"),
    [
        ("DELETE FROM orders WHERE id LIKE '%0 %'", r"orders did not arrive as it was read \(2 of 3 rows\)"),
        ("INSERT INTO alerts SELECT * FROM source.alerts LIMIT 1", "Something else writes to alerts of the target"),
    ],
)
async def test_a_target_that_others_write_to_meanwhile_is_never_used(
    stray: str, error: str, full: Path, tmp_path: Path
) -> None:
    path = tmp_path / "target.db"

    def write(table: str, rows: int) -> None:
        if table == "orders":
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("ATTACH ? AS source", (str(full),))
                connection.execute(stray)
                connection.commit()

    async with sqlite(full) as source, sqlite(path) as target:
        with pytest.raises(Unavailable, match=error):
            await copy_store(source, target, copied=write)
        with pytest.raises(Unavailable, match="A copy into this store has not ended"):
            await require_whole(target)
        # Nor is it a source.
        async with sqlite(tmp_path / "next.db") as third:
            with pytest.raises(Unavailable, match="A copy into this store has not ended"):
                await copy_store(target, third)


def run(command: Any, *words: str, data: Path, **settings: str) -> Any:
    environment = {"TRADECORE_DATA": str(data), **settings}
    return CliRunner(env=environment).invoke(command, words, catch_exceptions=False)


def test_a_backup_appears_once_it_is_whole_and_is_restored_into_an_empty_store_only(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "copy.db"
    run(moving.migrate, data=data)
    fill(data / "tradecore.db")
    # What a backup that was killed leaves behind.
    (tmp_path / "copy.db.part").write_text("half of a")
    made = run(moving.backup, str(file), data=data)
    assert (made.exit_code, file.stat().st_mode & 0o777) == (0, 0o600)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "data"]
    assert run(moving.backup, str(file), data=data).exit_code == 2
    restored = run(moving.restore, str(file), data=tmp_path / "new")
    assert restored.output.splitlines()[-1] == made.output.splitlines()[-1]
    assert "SHA-256" in restored.output
    with pytest.raises(Unavailable, match="not empty"):
        run(moving.restore, str(file), data=tmp_path / "new")
    moved = run(moving.migrate, "--from", f"sqlite:{file}", data=tmp_path / "newer")
    assert moved.output.splitlines()[-1] == made.output.splitlines()[-1]


def test_a_backup_that_cannot_be_finished_leaves_nothing_behind(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "backups"
    run(moving.migrate, data=data)
    fill(data / "tradecore.db")
    folder.mkdir()
    code = f"""
import resource, signal
from tradecore.model.errors import Unavailable
from tradecore_app.commands.moving import backup

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # as on a full disk: no file can grow
try:
    backup([{str(folder / "copy.db")!r}], standalone_mode=False)
except Unavailable as error:
    print(error)
"""
    environment = {**os.environ, "TRADECORE_DATA": str(data)}
    made = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert made.stdout == "The store's disk could not be read or written; check it and try again.\n"
    assert list(folder.iterdir()) == []


def test_a_backup_of_an_older_version_is_restored_and_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "old.db"
    older = migrate.__globals__["migrations"]("sqlite")[:20]
    with closing(connect(file)) as connection:
        with monkeypatch.context() as patch:
            patch.setitem(migrate.__globals__, "migrations", lambda dialect: older)
            migrate(connection, file)
        connection.execute("INSERT INTO removed_users VALUES ('ann', 1)")
    assert run(moving.restore, str(file), data=tmp_path / "new").exit_code == 0
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT MAX(number) FROM migrations").fetchall() == [(20,)]
    with closing(sqlite3.connect(tmp_path / "new/tradecore.db")) as connection:
        assert connection.execute("SELECT * FROM removed_users").fetchall() == [("ann", 1)]


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("hello")
    with pytest.raises(Unavailable, match="cannot be read as a store of tradecore"):
        run(moving.restore, str(tmp_path / "x.db"), data=tmp_path / "new")
