"""What jobs and requests survive: a job that kills its workers, a worker that is suspended, a disk that is full."""

import json
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.timeout(300)
Brief = Callable[..., dict[str, object]]
NODE = Path(__file__).parents[2] / "chaos/node.py"
PATIENCE = 120.0


def until(true: Callable[[], object]) -> None:
    """Wait for something that is going to be so."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def launch(client: httpx.Client, brief: dict[str, object]) -> str:
    response = client.post("/api/analyze", json=brief)
    assert response.status_code == 202, response.text
    return str(response.json()["data"]["analysisId"])


def statuses(client: httpx.Client, ids: list[str]) -> list[dict[str, Any]]:
    return [client.get(f"/api/analyze/{id}/status").json()["data"] for id in ids]


def all_ended(client: httpx.Client, ids: list[str]) -> list[dict[str, Any]]:
    """The status of analyses, once all have ended."""
    until(lambda: all(status["status"] in ("completed", "error") for status in statuses(client, ids)))
    return statuses(client, ids)


def query(house: Any, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(house.folder / "tradecore.db")) as database:
        return database.execute(sql).fetchall()


def jobs(house: Any) -> list[dict[str, Any]]:
    return [json.loads(doc) for (doc,) in query(house, "SELECT doc FROM jobs")]


def check_events(house: Any, ids: list[str]) -> None:
    """The events of each analysis are numbered without holes, and end once, with the last one."""
    for id in ids:
        events = query(house, f"SELECT seq, kind FROM events WHERE topic = 'analysis:{id}' ORDER BY seq")
        assert [seq for seq, _ in events] == list(range(1, len(events) + 1))
        assert [seq for seq, kind in events if kind in ("AnalysisCompleted", "AnalysisFailed")] == [len(events)]


@pytest.fixture
def gate(house: Any) -> Path:
    """A file; workers of the house begin with no analysis before it exists."""
    _, file = house.serve("--no-worker"), Path(house.folder / "gate")
    house.command = [sys.executable, "-P", str(NODE)]
    house.settings["CHAOS_GATE"] = str(file)
    house.lease = 2
    return file


@pytest.mark.endurance
def test_F07_a_job_that_crashes_its_workers_fails_and_the_others_of_these_workers_complete(
    house: Any, brief: Brief, gate: Path
) -> None:
    """A real segmentation fault in one analysis among five, all of which run when it happens first.

    It ends two workers, and then the process of its own that the third one gives it.
    """
    [client] = house.clients
    others = [launch(client, brief()) for _ in range(4)]
    poison = launch(client, brief(symbol="AAPL"))
    house.settings["CHAOS_POISON"] = "AAPL"
    crashes = 0
    worker = house.start("worker")
    while any(status["status"] not in ("completed", "error") for status in statuses(client, [poison, *others])):
        with suppress(subprocess.TimeoutExpired):
            crashes += worker.wait(timeout=0.1) == -signal.SIGSEGV
            gate.touch()
            worker = house.start("worker")
    condemned, *ended = all_ended(client, [poison, *others])
    assert condemned["status"] == "error"
    assert "died 3 times" in condemned["error"]
    assert [status["status"] for status in ended] == ["completed"] * 4
    assert crashes == 2
    assert worker.poll() is None
    check_events(house, [poison, *others])


@pytest.mark.parametrize("command", ["worker", "serve"])
def test_F06_a_process_that_is_told_to_stop_twice_gives_its_jobs_back(
    house: Any, brief: Brief, gate: Path, command: str
) -> None:
    [client] = house.clients
    id = launch(client, brief())
    worker = house.start("worker") if command == "worker" else house.serve()[0]
    until(lambda: jobs(house)[0]["state"] == "running")
    worker.send_signal(signal.SIGTERM)
    time.sleep(0.01)
    # The second may come when everything is done and Python itself is about to end.
    assert house.kill(worker, signal.SIGTERM) in (0, -signal.SIGTERM)
    [job] = jobs(house)
    assert (job["state"], job["crashed_attempts"]) == ("queued", [])
    gate.touch()
    house.start("worker")
    assert all_ended(client, [id])[0]["status"] == "completed"


def suspend(house: Any, worker: Any) -> None:
    """Stop a process at a moment at which it holds no lock on the store."""
    while True:
        worker.send_signal(signal.SIGSTOP)
        try:
            with closing(sqlite3.connect(house.folder / "tradecore.db", timeout=0.5, isolation_level=None)) as database:
                database.execute("BEGIN IMMEDIATE")
                return
        except sqlite3.OperationalError:
            worker.send_signal(signal.SIGCONT)


@pytest.mark.endurance
def test_F04_a_worker_that_is_suspended_for_longer_than_its_lease_writes_nothing_afterwards(
    house: Any, brief: Brief, gate: Path
) -> None:
    [client] = house.clients
    ids = [launch(client, brief()) for _ in range(4)]
    suspended = house.start("worker")
    until(lambda: [job["attempt"] for job in jobs(house)] == [1] * 4)
    suspend(house, suspended)
    gate.touch()
    other = house.start("worker")
    assert [status["status"] for status in all_ended(client, ids)] == ["completed"] * 4
    stored = "SELECT topic, seq, doc FROM events WHERE topic LIKE 'analysis:%' ORDER BY topic, seq"
    before = query(house, stored)
    # It finds out that it has lost its jobs, and takes others.
    suspended.send_signal(signal.SIGCONT)
    assert house.kill(other, signal.SIGTERM) == 0
    assert query(house, stored) == before
    late = launch(client, brief())
    assert all_ended(client, [late])[0]["status"] == "completed"
    assert house.kill(suspended, signal.SIGTERM) == 0
    assert sorted(job["attempt"] for job in jobs(house)) == [1, 2, 2, 2, 2]
    check_events(house, [*ids, late])


def test_F41_reads_are_answered_while_the_disk_is_full_and_writes_once_there_is_room(house: Any, brief: Brief) -> None:
    """No file of the server can grow: the kernel refuses each write, as a full disk does."""
    process, client = house.serve()
    id = launch(client, brief())
    assert all_ended(client, [id])[0]["status"] == "completed"
    reads = [
        "/api/portfolio",
        "/api/portfolio/recommendations",
        "/api/history",
        f"/api/analyze/{id}/status",
        f"/api/analyze/{id}/results",
        "/api/alerts",
    ]
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    for _ in range(3):
        assert {path: client.get(path).status_code for path in reads} == dict.fromkeys(reads, 200)
        refused = client.post("/api/analyze", json=brief())
        assert refused.status_code == 503, refused.text
        assert int(refused.headers["Retry-After"]) > 0
        assert "disk" in refused.json()["error"]["message"]
    ready = client.get("/ready")
    assert ready.status_code == 503
    assert "disk" in ready.json()["error"]["message"]
    assert client.get("/health").status_code == 200
    assert client.get("/api/portfolio").json()["data"]["cash"] > 0, "the account could not be opened"
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert all_ended(client, [launch(client, brief())])[0]["status"] == "completed"
    assert client.get("/api/history").json()["data"]["metrics"]["totalAnalyses"] == 2
    assert query(house, "PRAGMA integrity_check") == [("ok",)]
