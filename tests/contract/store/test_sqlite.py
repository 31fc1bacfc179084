"""The SQLite file itself: which files are opened, and which are refused and left as they are."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from time import sleep
from typing import Any, ClassVar

import pytest

from tradecore.model.digests import DigestId
from tradecore.model.errors import Unavailable
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore.model.news import Reason
from tradecore_adapters.store import sqlite, sqlite_file
from tradecore_adapters.store.migrations import Migration, migrations
from tradecore_adapters.store.sqlite import SqliteStore

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


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


async def test_a_store_in_memory_has_the_schema_of_a_file_and_rows_of_its_own(tmp_path: Path) -> None:
    async with SqliteStore(tmp_path / "store.db"):
        pass
    with (
        closing(sqlite_file.open_in_memory()) as first,
        closing(sqlite_file.open_in_memory()) as second,
        closing(sqlite_file.connect(tmp_path / "store.db")) as stored,
    ):
        created = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
        assert first.execute(created).fetchall() == stored.execute(created).fetchall()
        first.execute("DELETE FROM migrations")
        assert second.execute("SELECT COUNT(*) FROM migrations").fetchall() == [(len(migrations("sqlite")),)]


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


@pytest.mark.parametrize(
    ("schema", "table"),
    [
        ("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES (1, 'Ann')", "users"),
        ("CREATE TABLE notes (id TEXT); CREATE TABLE sessions (id TEXT); CREATE TABLE orders (id TEXT)", "orders"),
        ("CREATE TABLE migrations (id INTEGER PRIMARY KEY, migration TEXT, batch INTEGER)", "migrations"),
    ],
)
async def test_a_file_of_another_program_is_refused_and_left_as_it_is(schema: str, table: str, tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema)
        before = list(connection.iterdump())
    with pytest.raises(Unavailable) as refused:
        async with SqliteStore(path):
            pass
    assert str(refused.value) == (
        f"The database {path} has a table {table} of another program; choose another database with TRADECORE_STORE."
    )
    with closing(sqlite3.connect(path)) as connection:
        assert list(connection.iterdump()) == before


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


def _result(items: list[dict[str, Any]], id: str = "empty") -> str:
    """The document of a result of an earlier release."""
    counts = dict.fromkeys("considered reported grouped already_delivered below_threshold stories".split(), 0)
    counts |= {"new_stories": 0, "updates": 0, "too_old": 0}
    return json.dumps({"id": id, "markdown": "# Ä\n", "counts": counts, "items": items})


async def test_results_of_an_earlier_release_keep_which_items_they_considered(tmp_path: Path) -> None:
    path = tmp_path / "earlier.db"
    create(path, list(migrations("sqlite")[:30]))
    items = [
        {"item_id": f"item_{n}", "story_id": "s", "reason": reason, "source": "Wire", "title": f"Title {n}",
         "url": None, "published_at": f"2026-03-28T1{n}:00:00Z"}
        for n, reason in enumerate(("reported", "already_delivered", "reported"))
    ]  # fmt: skip
    with closing(sqlite3.connect(path)) as connection:
        for sequence, item in enumerate(items, 11):
            row = (sequence, item["item_id"], "Wire", "s", 0, 0, sequence, json.dumps({**item, "id": item["item_id"]}))
            connection.execute(
                "INSERT INTO items (sequence, id, source, story_id, published_at, first_seen_at, happened_at, doc) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        for id, considered in (("d", items), ("empty", [])):
            connection.execute(
                "INSERT INTO digests (id, recipient, state, version, doc) VALUES (?, '', '', 1, '')", (id,)
            )
            connection.execute("INSERT INTO digest_results VALUES (?, ?)", (id, _result(considered, id)))
        connection.commit()
    async with SqliteStore(path) as store, store.snapshot() as uow:
        kept = await uow.digests.result(DigestId("d"))
        assert (kept.markdown, kept.considered) == (
            "# Ä\n",
            {Reason.REPORTED: (11, 13), Reason.ALREADY_DELIVERED: (12,)},
        )
        assert [(item.title, item.reason.value) for item in await uow.digests.items(DigestId("d"))] == [
            (item["title"], item["reason"]) for item in items
        ]
        assert await uow.digests.items(DigestId("empty")) == ()
        # What the earlier release writes during an upgrade is read, and it reads what this one has written.
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE digest_results SET doc = ? WHERE digest_id = 'empty'", (_result(items),))
            connection.commit()
            [[moved]] = connection.execute("SELECT doc FROM digest_results WHERE digest_id = 'd'").fetchall()
    assert json.loads(moved)["items"] == []
    async with SqliteStore(path) as store, store.unit_of_work() as uow:
        assert [item.title for item in await uow.digests.items(DigestId("empty"))] == ["Title 0", "Title 1", "Title 2"]
        result = await uow.digests.result(DigestId("d"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM digest_results WHERE digest_id = 'd'")
        connection.commit()
    async with SqliteStore(path) as store, store.unit_of_work() as uow:
        await uow.digests.add_result(result)
    with closing(sqlite3.connect(path)) as connection:
        [[added]] = connection.execute("SELECT doc FROM digest_results WHERE digest_id = 'd'").fetchall()
    assert json.loads(added)["items"] == []


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


async def queue(store: SqliteStore, id: str) -> None:
    async with store.unit_of_work() as uow:
        await uow.jobs.put(Job.queue(JobId(id), UserId("ann"), Kind.ANALYSIS, at=NOW))


async def log_shrinks(path: Path, below: int) -> None:
    log = path.with_name(f"{path.name}-wal")
    async with asyncio.timeout(20):
        while log.stat().st_size >= below:
            await asyncio.sleep(0.02)


async def test_the_log_is_truncated_when_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_CHECKPOINT_INTERVAL", 0.05)
    path = tmp_path / "tradecore.db"
    async with SqliteStore(path) as store:
        for number in range(20):
            await queue(store, f"{number}")
        await log_shrinks(path, 1)
        async with store.snapshot() as uow:
            assert await uow.jobs.waiting() == 20


async def test_the_log_stays_short_while_there_is_always_a_reader_and_a_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_CHECKPOINT_INTERVAL", 0.02)
    monkeypatch.setattr(sqlite_file, "_MAX_LOG_SIZE", 100_000)
    path = tmp_path / "tradecore.db"
    async with SqliteStore(path) as store:
        log, sizes, written = path.with_name(f"{path.name}-wal"), [0], 0

        async def read() -> None:
            while True:
                async with store.snapshot() as uow:
                    await uow.jobs.waiting()
                    await asyncio.sleep(0.005)

        readers = [asyncio.create_task(read()) for _ in range(3)]
        async with asyncio.timeout(60):
            # Until the log was shorter than before three times, in 30 times its greatest length of writes at least.
            while sum(after < before for before, after in pairwise(sizes)) < 3 or written < 300:
                await queue(store, f"{written}")
                written += 1
                await asyncio.sleep(0)
                sizes.append(log.stat().st_size)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        async with store.snapshot() as uow:
            assert await uow.jobs.waiting() == written


async def test_F45_leases_on_one_machine_do_not_follow_its_clock_when_it_is_set(tmp_path: Path) -> None:
    own = [NOW]
    async with SqliteStore(tmp_path / "tradecore.db") as store:
        now, lease_clock = store.clock(lambda: own[0]), store.lease_clock(lambda: own[0])
        for hours in (1, -1):
            own[0] = NOW + timedelta(hours=hours)
            assert now() == own[0]
            assert timedelta(0) <= lease_clock() - NOW < timedelta(minutes=1)
        before = lease_clock()
        assert lease_clock() >= before


MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
filer:/export /srv/data nfs4 rw,vers=4.2 0 0
/dev/sdb1 /srv/data/local xfs rw 0 0
//nas/share /mnt/my\\040share cifs rw 0 0
C:\\134 /mnt/c 9p rw 0 0
tmpfs /mnt/c/ramdisk tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "file_system"),
    [
        ("/srv/data/tradecore.db", "nfs4"),
        ("/srv/database/tradecore.db", ""),
        ("/srv/data/local/tradecore.db", ""),
        ("/mnt/my share/tradecore/tradecore.db", "cifs"),
        ("/mnt/c/Users/ann/data/tradecore.db", "9p"),
        ("/mnt/c/ramdisk/tradecore.db", ""),
        ("/var/lib/tradecore/tradecore.db", ""),
    ],
)
def test_F44_a_network_file_system_is_recognised(path: str, file_system: str, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert sqlite_file.network_file_system(Path(path), mounts) == file_system
    assert sqlite_file.network_file_system(Path(path), tmp_path / "no such file") == ""


def moved(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def deleted(folder: Path) -> None:
    folder.rename(folder.with_name("trash"))
    folder.mkdir()


def replaced(folder: Path) -> None:
    other = folder / "restored.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE something (id TEXT)")
    (folder / "tradecore.db").rename(folder.with_name("before.db"))
    other.rename(folder / "tradecore.db")


@pytest.mark.parametrize("change", [moved, deleted, replaced])
async def test_a_store_whose_file_is_gone_from_its_path_refuses_to_write_where_nobody_would_find_it(
    change: Callable[[Path], None], tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    async with SqliteStore(folder / "tradecore.db") as store:
        await queue(store, "before")
        async with store.snapshot(), store.snapshot() as uow:
            change(folder)
            # Connections that are open go on reading what is stored; a further one would read another file.
            assert await uow.jobs.waiting() == 1
            with pytest.raises(Unavailable, match="was moved, replaced or deleted"):
                async with store.snapshot():
                    pass
        for write in (store.check(), queue(store, "lost")):
            with pytest.raises(Unavailable, match="was moved, replaced or deleted while this process uses it"):
                await write


async def test_a_store_goes_on_when_its_file_is_back_at_its_path(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    async with SqliteStore(folder / "tradecore.db") as store:
        folder.rename(tmp_path / "elsewhere")
        with pytest.raises(Unavailable):
            await store.check()
        (tmp_path / "elsewhere").rename(folder)
        await store.check()
        await queue(store, "after")
    async with SqliteStore(folder / "tradecore.db") as store, store.snapshot() as uow:
        assert await uow.jobs.waiting() == 1


def test_a_store_that_cannot_write_fails_its_check_and_still_reads(tmp_path: Path) -> None:
    code = f"""
import asyncio, resource, signal
from pathlib import Path
from tradecore.model.errors import Unavailable
from tradecore_adapters.store.sqlite import SqliteStore

async def main() -> None:
    async with SqliteStore(Path({str(tmp_path)!r}) / "tradecore.db") as store:
        await store.check()
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))  # as on a full disk: no file can grow
        try:
            await store.check()
        except Unavailable as error:
            print("refused")
        async with store.snapshot() as uow:
            print(await uow.jobs.waiting())

asyncio.run(main())
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100)
    assert (ended.returncode, ended.stdout.split()) == (0, ["refused", "0"]), ended.stderr


# Forks writers one after the other, and kills each while it writes. A writer names each job once it is stored.
_KILLED_WRITERS = """
import asyncio, os, random, signal, sys, time
from pathlib import Path
from test_sqlite import queue
from tradecore_adapters.store.sqlite import SqliteStore

async def write(number: int, acknowledged: int) -> None:
    async with SqliteStore(Path(sys.argv[1])) as store:
        for count in range(100_000):
            await queue(store, f"{number}-{count}")
            os.write(acknowledged, f"{number}-{count}\\n".encode())

for number in range(int(sys.argv[2])):
    reading, writing = os.pipe()
    writer = os.fork()
    if not writer:
        asyncio.run(write(number, writing))
    os.close(writing)
    acknowledged = os.read(reading, 65536)
    time.sleep(random.Random(number).uniform(0, 0.05))
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    while chunk := os.read(reading, 65536):
        acknowledged += chunk
    os.close(reading)
    sys.stdout.buffer.write(acknowledged)
"""


@pytest.mark.parametrize("kills", [40, pytest.param(200, marks=pytest.mark.endurance)])
async def test_F42_what_a_killed_writer_has_stored_is_there_and_the_file_is_whole(kills: int, tmp_path: Path) -> None:
    path = tmp_path / "tradecore.db"
    async with SqliteStore(path):
        pass
    script = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _KILLED_WRITERS, str(path), str(kills),
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )  # fmt: skip
    output, _ = await script.communicate()
    assert script.returncode == 0
    acknowledged = output.decode().split()
    assert {id.partition("-")[0] for id in acknowledged} == {str(number) for number in range(kills)}
    connection = sqlite3.connect(path)
    stored = {id for (id,) in connection.execute("SELECT id FROM jobs")}
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    assert set(acknowledged) <= stored
    # A writer that was killed between its commit and its word has stored one more.
    assert len(stored) <= len(acknowledged) + kills
