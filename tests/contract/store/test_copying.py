"""A store is copied as a whole or not at all, between SQLite and Postgres, and what arrives is what was there."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from opening import open_adapter
from servers import SettingOf
from tradecore.model.errors import Unavailable
from tradecore.model.ids import UserId
from tradecore_adapters.store import copying
from tradecore_adapters.store.copying import copy_store, read_content, schema_tables
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


async def test_a_copy_that_ends_in_the_middle_or_goes_wrong_has_no_effect(
    full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(table: str, rows: int) -> None:
        if table == "orders":
            raise KeyboardInterrupt

    async with sqlite(full) as source, sqlite(tmp_path / "target.db") as target:
        empty = await read_content(target)
        with pytest.raises(KeyboardInterrupt):
            await copy_store(source, target, copied=stop)
        assert await read_content(target) == empty
        whole = copying._content

        async def lossy(connection: Any, table: Any) -> Any:
            if table.name == "orders":
                await connection.execute("DELETE FROM orders WHERE id LIKE '%0 %'")
            return await whole(connection, table)

        monkeypatch.setattr(copying, "_content", lossy)
        with pytest.raises(
            Unavailable, match=r"orders did not arrive as it was read \(2 of 3 rows\); nothing was copied"
        ):
            await copy_store(source, target)
        monkeypatch.undo()
        assert await read_content(target) == empty
        assert (await copy_store(source, target)).rows > 450


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


def test_a_backup_of_an_older_version_is_restored_and_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "old.db"
    older = copying.migrate.__globals__["migrations"]("sqlite")[:20]
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
