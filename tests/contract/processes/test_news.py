"""News with real processes: the documented shell script, a kill in the middle, the command line."""

import json
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent.parent / "golden" / "news" / "workflow.sh"
KEY = "a-key-of-this-installation"
TITLES = [
    "Regulator clears custody rule for banks",
    "Miners sell holdings as hash price falls to record low",
    "Exchange Aldebit halts withdrawals after theft of $40 million",
    "Lending protocol Oakvault adds euro stablecoin as collateral",
    "Payment firm tests settlement with tokenised deposits",
]


def write_news(folder: Path) -> Path:
    """A file of news from the last hour."""
    path = folder / "wire.jsonl"
    now = datetime.now(UTC)
    lines = [
        {"title": title, "url": f"https://wire.example/{n}", "published_at": f"{now - timedelta(minutes=n):%FT%TZ}"}
        for n, title in enumerate(TITLES, 1)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def newsroom(house: Any, tmp_path: Path) -> Any:
    """A house with a key and a file of fresh news."""
    house.settings |= {"API_KEY": KEY, "TRADECORE_NEWS": f"file:{write_news(tmp_path)}"}
    return house


def as_documented(root: str, user: str) -> str:
    """The documented script, with its three values replaced."""
    script = SCRIPT.read_text()
    for name, shown, value in (
        ("API_KEY", "your-api-key", KEY),
        ("BASE_URL", "https://news.tradao.xyz", root),
        ("USER_ID", "my_agent_01", user),
    ):
        assert script.count(f'\n{name}="{shown}"\n') == 1
        script = script.replace(f'\n{name}="{shown}"\n', f'\n{name}="{value}"\n')
    return script


def test_the_documented_script_runs_unchanged(newsroom: Any) -> None:
    newsroom.settings["TZ"] = "Asia/Kathmandu"
    assert newsroom.run("news", "fetch").returncode == 0
    _, client = newsroom.serve()
    ran = subprocess.run(
        ["bash", "-c", as_documented(str(client.base_url).rstrip("/"), "my_agent_01")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    created, *polled, result = ran.stdout.splitlines()
    assert created.startswith("Created job: analyze_job_")
    assert polled[-1] == "Status: completed"
    assert set(polled[:-1]) <= {"Status: queued", "Status: running"}
    made = json.loads(result)
    assert made["items_processed"] == len(TITLES)
    assert all(title.replace("$", "") in made["report"].replace("$", "") for title in TITLES)
    client.headers["Authorization"] = f"Bearer {KEY}"
    shown = client.get(f"/analyze/{made['job_id']}").json()
    for name in ("created_at", "started_at", "completed_at"):
        assert shown[name].endswith("+00:00")
        assert timedelta() <= datetime.now(UTC) - datetime.fromisoformat(shown[name]) < timedelta(minutes=2)


def told(folder: Path) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """What the ledger holds, and what the reports of completed jobs print, by recipient and item."""
    with closing(sqlite3.connect(folder / "tradecore.db")) as db, db:
        db.execute("BEGIN")  # one snapshot: workers may be completing more
        ledger = Counter(db.execute("SELECT recipient, item_id FROM deliveries").fetchall())
        printed: Counter[tuple[str, str]] = Counter()
        results = db.execute(
            "SELECT recipient, digest_results.doc FROM digests JOIN digest_results ON digest_id = id "
            "WHERE state = 'completed'"
        ).fetchall()
        [(completed,)] = db.execute("SELECT COUNT(*) FROM digests WHERE state = 'completed'").fetchall()
        assert len(results) == completed
        items = dict(db.execute("SELECT sequence, id FROM items").fetchall())
    db.close()
    for recipient, doc in results:
        considered = json.loads(doc)["considered"]
        for reason in ("reported", "update", "grouped", "more_coverage"):
            printed.update((recipient, items[sequence]) for sequence in considered.get(reason, ()))
    return ledger, printed


@pytest.mark.endurance
def test_a_worker_killed_among_digests_leaves_nothing_told_twice_and_nothing_untold(newsroom: Any) -> None:
    assert newsroom.run("news", "fetch").returncode == 0
    _, client = newsroom.serve("--no-worker")
    client.headers["Authorization"] = f"Bearer {KEY}"
    jobs = [client.post("/analyze", json={"hours": 24, "user_id": f"user{n % 20}"}).json()["job_id"] for n in range(40)]
    worker = newsroom.start("worker")
    deadline = time.monotonic() + 30
    while not any(told(newsroom.folder)) and time.monotonic() < deadline:
        time.sleep(0.005)
    newsroom.kill(worker, signal.SIGKILL)
    ledger, printed = told(newsroom.folder)
    assert ledger == printed
    assert len(ledger) > 0
    newsroom.start("worker")
    deadline = time.monotonic() + newsroom.lease + 30
    states = set[str]()
    while states != {"completed"} and time.monotonic() < deadline:
        time.sleep(0.2)
        states = {client.get(f"/analyze/{job}").json()["status"] for job in jobs}
    assert states == {"completed"}
    ledger, printed = told(newsroom.folder)
    assert ledger == printed
    assert len(ledger) == 20 * len(TITLES)
    assert set(ledger.values()) == {1}


def test_the_command_line_tells_each_thing_once(newsroom: Any) -> None:
    first = newsroom.run("news", "--hours", "24", "--user", "me")
    assert first.stdout.startswith("# Crypto News Analysis Report\n")
    assert first.stdout.count("https://wire.example/") == len(TITLES)
    again = newsroom.run("news", "--user", "me")
    assert "Nothing new for you in this window." in again.stdout
