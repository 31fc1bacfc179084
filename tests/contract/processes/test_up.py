"""`make up`: a cluster over a real Postgres and Redis that starts again what dies, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from servers import free_port

ROOT = Path(__file__).parents[3]


def until(read: Callable[[], Any]) -> Any:
    """The first value of `read` that is true. Polls, since it is another process that gets ready."""
    deadline = time.monotonic() + 120
    while not (value := read()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return value


@pytest.mark.endurance
def test_a_cluster_completes_an_analysis_although_its_workers_are_killed(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()
    with log.open("wb") as output:
        up = subprocess.Popen(
            [sys.executable, "-P", ROOT / "tools/up.py", "--port", str(port)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "tests")}, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        email, password = until(lambda: re.search(r"Demo account: (\S+)  password: (\S+)", log.read_text())).groups()
        until(lambda: f"listens on http://localhost:{port + 1} " in log.read_text())
        with (
            httpx.Client(base_url=f"http://127.0.0.1:{port}") as first,
            httpx.Client(base_url=f"http://127.0.0.1:{port + 1}") as second,
        ):
            signed_in = first.post("/api/auth/login", json={"email": email, "password": password}).json()["data"]
            for client in (first, second):
                client.headers["Authorization"] = f"Bearer {signed_in['token']}"
            launched = second.post(
                "/api/analyze",
                json={
                    "symbol": "NVDA", "assetType": "equity", "date": "2024-10-10", "analysts": ["technical"],
                    "config": {"researchDepth": 1, "llmProvider": "openai", "llmModel": "gpt-4o-mini"},
                },
            )  # fmt: skip
            id = launched.json()["data"]["analysisId"]
            children = Path(f"/proc/{up.pid}/task/{up.pid}/children").read_text().split()
            commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
            workers = [pid for pid, command in commands.items() if command.endswith(b"\0worker\0")]
            assert len(workers) == 2
            for pid in workers:
                os.kill(pid, signal.SIGKILL)
            path = f"/api/analyze/{id}/status"
            until(lambda: first.get(path).json()["data"]["status"] == "completed")
        assert log.read_text().count(" ended with -9; started again") == 2
    finally:
        up.terminate()
        assert up.wait(60) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/health")
