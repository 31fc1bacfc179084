"""Workers of Dramatiq as real processes: of `tradecore worker`, and of Dramatiq's own command line."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from servers import address as address_of
from servers import own_redis

Brief = Callable[..., dict[str, object]]
DRAMATIQ = Path(sys.executable).with_name("dramatiq")


@pytest.fixture
def dramatiq_house(house: Any) -> Iterator[Any]:
    """A house with a Redis of its own, whose jobs Dramatiq carries."""
    redis = own_redis()
    redis.start()
    house.settings = {"TRADECORE_QUEUE": f"dramatiq+{address_of(redis)}", "TRADECORE_NEWS": "none:"}
    yield house
    house.close()
    redis.close()


def launch(client: httpx.Client, briefs: list[dict[str, object]]) -> list[str]:
    answers = [client.post("/api/analyze", json=brief) for brief in briefs]
    assert {answer.status_code for answer in answers} == {202}
    return [str(answer.json()["data"]["analysisId"]) for answer in answers]


def wait_until_completed(client: httpx.Client, ids: list[str], *, seconds: float = 240) -> None:
    deadline, open_ids = time.monotonic() + seconds, set(ids)
    while open_ids:
        assert time.monotonic() < deadline, f"{len(open_ids)} of {len(ids)} are not completed"
        for id in list(open_ids):
            status = client.get(f"/api/analyze/{id}/status").json()["data"]["status"]
            assert status != "error"
            if status == "completed":
                open_ids.remove(id)
        time.sleep(0.1)


@pytest.mark.endurance
def test_F02_analyses_of_a_worker_that_is_killed_are_completed_by_another(dramatiq_house: Any, brief: Brief) -> None:
    _, client = dramatiq_house.serve("--no-worker")
    victim = dramatiq_house.start("worker")
    ids = launch(client, [brief()] * 4)
    wait_until_completed(client, ids[:1])
    ids += launch(client, [brief()] * 12)
    dramatiq_house.kill(victim)
    dramatiq_house.start("worker")
    wait_until_completed(client, ids)


@pytest.mark.endurance
def test_a_worker_that_is_stopped_releases_its_jobs_and_ends_with_zero(dramatiq_house: Any, brief: Brief) -> None:
    _, client = dramatiq_house.serve("--no-worker")
    worker = dramatiq_house.start("worker")
    wait_until_completed(client, launch(client, [brief()]))
    ids = launch(client, [brief()] * 12)
    assert dramatiq_house.kill(worker, signal.SIGTERM) == 0
    dramatiq_house.start("worker")
    # Nothing waits for a lease: released jobs are offered at once.
    wait_until_completed(client, ids)


def test_a_server_with_its_own_worker_runs_jobs_of_dramatiq(dramatiq_house: Any, brief: Brief) -> None:
    server, client = dramatiq_house.serve()
    wait_until_completed(client, launch(client, [brief()] * 3))
    assert dramatiq_house.kill(server, signal.SIGTERM) == 0


def test_the_command_line_of_dramatiq_runs_jobs(dramatiq_house: Any, brief: Brief, tmp_path: Path) -> None:
    _, client = dramatiq_house.serve("--no-worker")
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [DRAMATIQ, "tradecore_app.dramatiq", "--processes", "1", "--threads", "8"],
            env=dramatiq_house.environment(), cwd=tmp_path, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        wait_until_completed(client, launch(client, [brief()] * 3))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0, log.read_text()
    finally:
        with suppress(ProcessLookupError):
            process.kill()


def test_the_command_line_of_dramatiq_says_which_setting_is_missing(house: Any, tmp_path: Path) -> None:
    process = subprocess.run(
        [DRAMATIQ, "tradecore_app.dramatiq", "--processes", "1"],
        env=house.environment(), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert process.returncode != 0
    assert "TRADECORE_QUEUE: set it to dramatiq+redis://HOST" in process.stderr
