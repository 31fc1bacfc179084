"""Real processes: `tradecore serve` and `tradecore worker` as a user starts them, on a port of their own."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from attrs import define, field
from click.testing import CliRunner, Result

from prefork import Process, prefork
from tradecore_app.cli import COMMANDS, load_command

TRADECORE = Path(sys.executable).with_name("tradecore")
BRIEF = {
    "symbol": "NVDA",
    "assetType": "equity",
    "date": "2024-10-10",
    "analysts": ["technical", "sentiment", "news", "fundamentals"],
    "config": {"researchDepth": 3, "llmModel": "gpt-4o-mini", "llmProvider": "openai"},
}


@define
class House:
    """A data folder, and the processes that use it."""

    folder: Path
    settings: dict[str, str] = field(factory=dict)
    command: list[str] = field(factory=lambda: [str(TRADECORE)])
    lease: int = 3  # short, because many tests wait for the jobs of a killed worker
    running: list[Process] = field(factory=list)
    clients: list[httpx.Client] = field(factory=list)
    banner: str = ""

    @property
    def log(self) -> Path:
        """The file with the standard error of all processes: nobody would read a pipe."""
        return self.folder.with_suffix(".log")

    def records(self) -> list[dict[str, Any]]:
        """What the processes have logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRADECORE_")}
        return {
            **inherited,
            "TRADECORE_DATA": str(self.folder),
            "TRADECORE_RATE_PER_MINUTE": "0",
            "TRADECORE_LEASE_SECONDS": str(self.lease),
            "TRADECORE_DEMO_PACE": "0",
            **self.settings,
        }

    def start(self, *arguments: str) -> Process:
        with self.log.open("ab") as log:
            process: Process
            if self.command == [str(TRADECORE)]:
                process = prefork().start(arguments, self.environment(), stderr=log.fileno())
            else:
                process = subprocess.Popen(
                    [*self.command, *arguments], env=self.environment(), stdout=subprocess.PIPE, stderr=log, text=True
                )
        self.running.append(process)
        return process

    def run(self, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        return prefork().run(arguments, self.environment(), given=given)

    def invoke(self, name: str, *arguments: str, given: str = "") -> Result:
        """Run a command as `run` does, but in this process, which starts none."""
        environment = self.environment()
        access = (environment.get("TRADECORE_SERVER"), environment.get("TRADECORE_EMAIL"))
        command = load_command(COMMANDS[name][0], name)
        try:
            return CliRunner(env=environment).invoke(command, arguments, input=given, obj=access)
        finally:
            structlog.reset_defaults()

    def serve(self, *arguments: str) -> tuple[Process, httpx.Client]:
        """Start a server with a demo account; returns it with a client that has logged in."""
        process = self.start("serve", "--demo", "--port", "0", *arguments)
        output: list[str] = []
        assert process.stdout
        for line in process.stdout:
            output.append(line)
            if line.startswith("Try it"):
                break
        self.banner = banner = "".join(output)
        root = re.search(r"listens on (http://\S+)", banner)
        account = re.search(r"Demo account: (\S+)  password: (\S+)", banner)
        assert root, banner + self.log.read_text()
        assert account, banner
        client = httpx.Client(base_url=root[1], timeout=30)
        self.clients.append(client)
        response = client.post("/api/auth/login", json={"email": account[1], "password": account[2]})
        client.headers["Authorization"] = f"Bearer {response.json()['data']['token']}"
        return process, client

    def kill(self, process: Process, how: signal.Signals = signal.SIGKILL) -> int:
        process.send_signal(how)
        return process.wait(timeout=30)

    def close(self) -> None:
        for client in self.clients:
            client.close()
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait(timeout=10)
            if process.stdout:
                process.stdout.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with an empty data folder; its processes are stopped at the end."""
    opened = House(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def house_at() -> Callable[[Path], House]:
    """Makes houses for tests that need several; the tests close them."""
    return House


@pytest.fixture
def brief() -> Callable[..., dict[str, object]]:
    """Makes the documented brief, with the given fields replaced."""

    def make(**fields: object) -> dict[str, object]:
        return {**BRIEF, **fields}

    return make
