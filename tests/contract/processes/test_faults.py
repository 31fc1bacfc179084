"""What happens to real processes: killed, stopped, two at once, misconfigured."""

import asyncio
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tradecore_app import probes

# Everything here takes seconds; the limit is for machines that are busy with other things.
PATIENCE = 200
pytestmark = pytest.mark.timeout(400)
Brief = Callable[..., dict[str, object]]


def wait_for_all(client: httpx.Client, ids: list[str], *, seconds: float) -> dict[str, str]:
    """The status of each analysis, once all have ended or the time is up."""
    deadline, ended = time.monotonic() + seconds, dict[str, str]()
    while time.monotonic() < deadline and len(ended) < len(ids):
        for id in ids:
            if id not in ended:
                status = client.get(f"/api/analyze/{id}/status").json()["data"]["status"]
                if status in ("completed", "error"):
                    ended[id] = status
        time.sleep(0.1)
    return ended


def launch(client: httpx.Client, brief: dict[str, object], key: str | None = None) -> str:
    answer = client.post("/api/analyze", json=brief, headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["data"]["analysisId"])


async def launch_at_once(client: httpx.Client, briefs: list[dict[str, object]]) -> list[str]:
    """Launch many from as many connections."""
    async with httpx.AsyncClient(base_url=client.base_url, headers=client.headers, timeout=30) as many:
        answers = await asyncio.gather(*(many.post("/api/analyze", json=brief) for brief in briefs))
    assert {answer.status_code for answer in answers} == {202}
    return [answer.json()["data"]["analysisId"] for answer in answers]


def unfinished(house: Any) -> int:
    """How many jobs have yet to end, read from the file that a dead process left behind."""
    with closing(sqlite3.connect(house.folder / "tradecore.db")) as db, db:
        [(jobs,)] = db.execute("SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'running')").fetchall()
    db.close()
    return int(jobs)


def wait_until_relayed(house: Any) -> None:
    """Until the outbox is empty; a relay looks into it once a second."""
    deadline = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(house.folder / "tradecore.db")) as db, db:
        while db.execute("SELECT COUNT(*) FROM outbox").fetchall() != [(0,)] and time.monotonic() < deadline:
            time.sleep(0.1)
    db.close()


def check_invariants(house: Any, ids: list[str]) -> None:
    """What has to be true of the store after any fault."""
    with closing(sqlite3.connect(house.folder / "tradecore.db")) as db, db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for id in ids:
            sequence = [
                seq for (seq,) in db.execute("SELECT seq FROM events WHERE topic = ? ORDER BY seq", [f"analysis:{id}"])
            ]
            assert sequence == list(range(1, len(sequence) + 1))
            ends = db.execute(
                "SELECT MAX(seq) = ?, COUNT(*) FROM events "
                "WHERE topic = ? AND kind IN ('AnalysisCompleted', 'AnalysisFailed')",
                [len(sequence), f"analysis:{id}"],
            ).fetchall()
            assert ends == [(1, 1)]
        [(results,)] = db.execute("SELECT COUNT(*) FROM analysis_results").fetchall()
        [(completed,)] = db.execute("SELECT COUNT(*) FROM analyses WHERE state = 'completed'").fetchall()
        assert results == completed
        # What is passed on may raise alerts, which are events too.
        deadline = time.monotonic() + 20
        while (waiting := db.execute("SELECT COUNT(*) FROM outbox").fetchall()) != [(0,)]:
            assert time.monotonic() < deadline, waiting
            time.sleep(0.05)
    db.close()


@pytest.mark.endurance
def test_F01_a_server_killed_in_the_middle_of_50_analyses_completes_each_once_after_its_return(
    house: Any, brief: Brief
) -> None:
    process, client = house.serve()
    ids = asyncio.run(launch_at_once(client, [brief()] * 50))
    house.kill(process)
    assert 0 < unfinished(house) <= 50
    _, client = house.serve()
    ended = wait_for_all(client, ids, seconds=PATIENCE)
    assert ended == dict.fromkeys(ids, "completed")
    assert client.get("/api/history?limit=200").json()["data"]["metrics"]["totalAnalyses"] == 50
    wait_until_relayed(house)
    check_invariants(house, ids)


@pytest.mark.endurance
def test_F23_a_launch_repeated_with_its_key_after_a_kill_gives_one_analysis(house: Any, brief: Brief) -> None:
    process, client = house.serve("--no-worker")
    before = [launch(client, brief(), key=f"key-{n}") for n in range(20)]
    house.kill(process)
    _, client = house.serve()
    assert [launch(client, brief(), key=f"key-{n}") for n in range(20)] == before
    assert wait_for_all(client, before, seconds=PATIENCE) == dict.fromkeys(before, "completed")
    assert client.get("/api/history").json()["data"]["metrics"]["totalAnalyses"] == 20


@pytest.mark.endurance
def test_F05_F24_a_server_told_to_stop_gives_its_jobs_back_and_exits_well(house: Any, brief: Brief) -> None:
    process, client = house.serve()
    config = {"researchDepth": 5, "llmModel": "any"}
    ids = asyncio.run(launch_at_once(client, [brief(config=config)] * 60))
    assert house.kill(process, signal.SIGTERM) == 0
    assert 0 < unfinished(house) <= 60
    with closing(sqlite3.connect(house.folder / "tradecore.db")) as db, db:
        assert db.execute("SELECT COUNT(*) FROM jobs WHERE state = 'running'").fetchall() == [(0,)]
    db.close()
    _, client = house.serve()
    assert wait_for_all(client, ids, seconds=PATIENCE) == dict.fromkeys(ids, "completed")
    with closing(sqlite3.connect(house.folder / "tradecore.db")) as db, db:
        crashes = db.execute("SELECT SUM(json_array_length(doc, '$.crashed_attempts')) FROM jobs").fetchall()
    db.close()
    assert crashes == [(0,)]


@pytest.mark.endurance
def test_F43_a_server_and_a_worker_share_one_file_without_a_locked_database(house: Any, brief: Brief) -> None:
    _, client = house.serve("--no-worker")
    worker = house.start("worker")
    ids = [launch(client, brief()) for _ in range(30)]

    async def ask() -> list[int]:
        limits = httpx.Limits(max_connections=8)
        async with httpx.AsyncClient(base_url=client.base_url, headers=client.headers, limits=limits) as many:
            answers = await asyncio.gather(*(many.get(f"/api/analyze/{id}/status") for id in ids * 5))
        return [answer.status_code for answer in answers]

    assert set(asyncio.run(ask())) == {200}
    assert wait_for_all(client, ids, seconds=PATIENCE) == dict.fromkeys(ids, "completed")
    assert house.kill(worker, signal.SIGTERM) == 0


def test_F44_a_store_that_cannot_be_used_is_refused_with_one_sentence(house: Any) -> None:
    house.folder.mkdir()
    store = house.folder / "tradecore.db"
    store.write_bytes(b"this is not a database, however long one looks at it" * 100)
    before = store.read_bytes()
    refused = house.run("serve")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert (
        refused.stderr == "tradecore: The store's file is not a SQLite database; choose another file or restore it.\n"
    )
    assert store.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"\n", b"cut", b"\xff\xfe" * 40, "schlüssel".encode() * 8])
def test_a_signing_secret_that_is_not_one_is_refused_with_its_file_and_what_to_do(house: Any, content: bytes) -> None:
    assert house.run("migrate").returncode == 0
    secret = house.folder / "signing.secret"
    secret.write_bytes(content)
    for command in (("serve", "--port", "0"), ("doctor",), ("users", "list")):
        refused = house.run(*command)
        assert refused.returncode == 1
        assert f"The file {secret} holds no secret as tradecore writes them." in refused.stdout + refused.stderr
        assert "Traceback" not in refused.stderr
    assert secret.read_bytes() == content


def drop_a_table(store: Path) -> None:
    with closing(sqlite3.connect(store)) as db, db:
        db.execute("DROP TABLE watchlists")


def drop_an_index(store: Path) -> None:
    with closing(sqlite3.connect(store)) as db, db:
        [name] = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL LIMIT 1"
        ).fetchone()
        db.execute(f"DROP INDEX {name}")


def garble_a_page(store: Path) -> None:
    with closing(sqlite3.connect(store)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [size] = db.execute("PRAGMA page_size").fetchone()
        [page] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'webhook_deliveries'").fetchone()
    content = bytearray(store.read_bytes())
    content[(page - 1) * size : (page - 1) * size + 100] = b"\xee" * 100
    store.write_bytes(content)


@pytest.mark.parametrize("harm", [drop_a_table, drop_an_index, garble_a_page])
def test_F44_doctor_finds_damage_that_no_start_meets(house: Any, harm: Callable[[Path], None]) -> None:
    assert house.run("doctor").returncode == 0
    harm(house.folder / "tradecore.db")
    told = house.run("doctor")
    assert told.returncode == 1
    assert f"FAIL  store: {house.folder / 'tradecore.db'} is damaged (" in told.stdout, told.stdout + told.stderr
    assert "restore it from a backup" in told.stdout


def test_F44_doctor_fails_for_a_store_on_a_network_file_system(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ok    store: sqlite" in house.invoke("doctor").output
    monkeypatch.setattr(probes, "network_file_system", lambda path: "nfs4")
    told = house.invoke("doctor")
    assert told.exit_code == 1
    assert f"FAIL  store: {house.folder / 'tradecore.db'} is on nfs4, a network file system" in told.output


def test_F44_a_store_of_a_newer_tradecore_is_refused(house: Any) -> None:
    assert house.run("migrate").returncode == 0
    with closing(sqlite3.connect(house.folder / "tradecore.db")) as db, db:
        db.execute("INSERT INTO migrations VALUES (9999, '9999_future.sql', 'x')")
    db.close()
    refused = house.run("doctor")
    assert refused.returncode == 1
    assert "upgrade tradecore" in refused.stdout


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"TRADECORE_RATE_PER_MINUTE": "many"}, "TRADECORE_RATE_PER_MINUTE"),
        ({"TRADECORE_TRADNG": "false"}, "TRADECORE_TRADNG: there is no such setting; the nearest is TRADECORE_TRADING"),
        ({"TRADECORE_AT_ONCE": "8"}, "TRADECORE_CONCURRENCY"),
        (
            {"TRADECORE_PORT": "9000"},
            "TRADECORE_PORT: this is an option, `tradecore serve --port`; remove the variable",
        ),
        ({"TRADECORE_SECRET_FILE": "missing"}, "TRADECORE_SECRET_FILE"),
        ({"TRADECORE_STORE": "oracle:x"}, "TRADECORE_STORE"),
        ({"TRADECORE_MARKET": "csv:/nowhere/at/all"}, "/nowhere/at/all"),
        ({"TRADECORE_MARKET": "csv:"}, "TRADECORE_MARKET names no folder"),
        ({"TRADECORE_NEWS": "sample:, file:"}, "TRADECORE_NEWS names no file"),
        ({"TRADECORE_SECRET": "short"}, "TRADECORE_SECRET"),
        ({"TRADECORE_CORS_ORIGINS": "*"}, "TRADECORE_CORS_ORIGINS"),
    ],
)
def test_F48_a_setting_that_is_not_right_is_named_and_its_value_kept_quiet(
    house: Any, settings: dict[str, str], said: str
) -> None:
    house.settings.update(settings)
    refused = house.run("serve", "--port", "0")
    assert refused.returncode == 1, refused.stdout
    assert said in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "short" not in refused.stderr.replace("shorter", "")


def test_S30_a_public_address_needs_a_secret_of_ones_own(house: Any) -> None:
    refused = house.run("serve", "--host", "0.0.0.0", "--port", "0")
    assert refused.returncode == 1
    assert "TRADECORE_SECRET" in refused.stderr


def test_S98_store_and_secret_are_readable_by_their_owner_only(house: Any) -> None:
    assert house.run("migrate").returncode == 0
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in house.folder.iterdir()}
    assert modes["tradecore.db"] == modes["signing.secret"] == 0o600
    assert stat.S_IMODE(house.folder.stat().st_mode) == 0o700


OPEN = """
import asyncio, sys
from pathlib import Path
from tradecore_adapters.store.sqlite import SqliteStore

async def open_store():
    print("ready", flush=True)
    sys.stdin.read()
    async with SqliteStore(Path(sys.argv[1])) as store:
        await store.check()

asyncio.run(open_store())
"""


def test_four_processes_that_start_at_once_migrate_once(house: Any) -> None:
    house.folder.mkdir()
    opening = [sys.executable, "-c", OPEN, str(house.folder / "tradecore.db")]
    processes = [subprocess.Popen(opening, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.stdout.readline() for process in processes if process.stdout] == ["ready\n"] * 4
    for process in processes:
        assert process.stdin
        process.stdin.close()  # which lets it begin
    assert [process.wait(timeout=60) for process in processes] == [0] * 4
    for process in processes:
        assert process.stdout
        process.stdout.close()
    with closing(sqlite3.connect(house.folder / "tradecore.db")) as db, db:
        numbers = [number for (number,) in db.execute("SELECT number FROM migrations ORDER BY number")]
    db.close()
    assert numbers == list(range(1, len(numbers) + 1))
