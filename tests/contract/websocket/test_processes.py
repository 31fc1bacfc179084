"""A real server, killed and started again under its followers; stopped under load; what its log holds; the command."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import define, field
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tradecore_adapters.client import AsyncClient, Completed

TRADECORE = Path(sys.executable).with_name("tradecore")
EMAIL, PASSWORD = "ann@example.com", "a long password"
DAY = date(2024, 10, 10)


@define
class Machine:
    """A data folder and a port, and processes that come and go on them."""

    folder: Path
    port: int
    running: list["subprocess.Popen[str]"] = field(factory=list)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRADECORE_", "API_KEY"))}
        return {
            **kept,
            "TRADECORE_DATA": str(self.folder),
            "TRADECORE_RATE_PER_MINUTE": "0",
            "TRADECORE_EMAIL": EMAIL,
            "TRADECORE_PASSWORD": PASSWORD,
        }

    def run(self, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        command = [TRADECORE, *arguments]
        return subprocess.run(
            command, env=self.environment, input=given, capture_output=True, text=True, timeout=60, check=False
        )

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        with open(self.folder / "log.txt", "a") as log:
            process = subprocess.Popen([TRADECORE, *arguments], env=self.environment, stdout=log, stderr=log, text=True)
        self.running.append(process)
        return process

    async def serve(self, *arguments: str) -> "subprocess.Popen[str]":
        """A server that answers."""
        process = self.start("serve", "--port", str(self.port), *arguments)
        async with httpx.AsyncClient() as client, asyncio.timeout(40):
            while True:
                assert process.poll() is None, (self.folder / "log.txt").read_text()
                try:
                    if (await client.get(f"{self.root}/health")).status_code == 200:
                        return process
                except httpx.TransportError:
                    await asyncio.sleep(0.05)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """One with an account."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made = Machine(tmp_path, free.getsockname()[1])
    assert made.run("users", "add", EMAIL, given=PASSWORD + "\n").returncode == 0
    yield made
    for process in made.running:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=10)


async def _follow(client: AsyncClient, id: str, seen: list[int], halfway: asyncio.Event | None = None) -> Any:
    async for told in client.follow(id):
        seen.append(told.seq)
        if halfway and told.seq >= 3:
            halfway.set()
    return told


async def test_a_server_whose_port_is_taken_says_so_in_a_sentence(machine: Machine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", machine.port))
        taken.listen()
        ended = machine.run("serve", "--port", str(machine.port))
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith(f"tradecore: Nothing can listen on 127.0.0.1:{machine.port}")
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
async def test_f25_followers_of_a_server_that_is_killed_and_started_again_miss_nothing(machine: Machine) -> None:
    server = await machine.serve("--no-worker")
    async with AsyncClient(machine.root) as client:
        await client.login(EMAIL, PASSWORD)
        ids = [(await client.launch("NVDA", DAY, depth=5)).analysis_id for _ in range(12)]
        logs: list[list[int]] = [[] for _ in ids]
        halfway = asyncio.Event()
        followers = [asyncio.create_task(_follow(client, id, log, halfway)) for id, log in zip(ids, logs, strict=True)]
        machine.start("worker")
        async with asyncio.timeout(60):
            await halfway.wait()
            server.kill()
            server.wait()
            await machine.serve("--no-worker")
            ends = await asyncio.gather(*followers)
    assert all(isinstance(end, Completed) for end in ends)
    assert all(log == list(range(1, len(log) + 1)) for log in logs)
    assert {len(log) for log in logs} == {len(logs[0])}


async def test_f24_at_sigterm_sockets_are_closed_with_1001_and_the_exit_code_is_0(machine: Machine) -> None:
    server = await machine.serve()
    async with AsyncClient(machine.root) as client:
        await client.login(EMAIL, PASSWORD)
        address = machine.root.replace("http", "ws") + "/ws"
        headers = {"Authorization": f"Bearer {client.token}"}
        async with (
            connect(address, additional_headers=headers) as raw,
            connect(f"{machine.root.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket") as socketio,
        ):
            await raw.recv()
            await socketio.recv()
            server.send_signal(signal.SIGTERM)
            async with asyncio.timeout(30):
                await raw.wait_closed()
                await socketio.wait_closed()
            assert (raw.close_code, socketio.close_code) == (1001, 1001)
            assert await asyncio.to_thread(server.wait, 30) == 0


async def test_s55_the_log_holds_no_token_and_no_session_id(machine: Machine) -> None:
    server = await machine.serve()
    async with AsyncClient(machine.root) as client:
        await client.login(EMAIL, PASSWORD)
        token = client.token
    secrets = [token, token.split(".")[2]]
    sockets = machine.root.replace("http", "ws")
    for query in (f"token={token}", f"token={token}x", "token=canary-in-the-query"):
        async with connect(f"{sockets}/ws?{query}") as raw:
            with suppress(ConnectionClosed):
                await raw.send(b"binary")
            await raw.wait_closed()
        async with connect(f"{sockets}/socket.io/?EIO=4&transport=websocket&{query}") as socketio:
            secrets.append(json.loads(str(await socketio.recv())[1:])["sid"])
            await socketio.send("40")
            await socketio.recv()
            await socketio.send("nonsense")
            await socketio.wait_closed()
    async with httpx.AsyncClient(base_url=machine.root) as http:
        for sid in ("canary-as-session", secrets[-1]):
            await http.get("/socket.io/", params={"EIO": "4", "transport": "polling", "sid": sid, "token": token})
    server.terminate()
    server.wait(timeout=30)
    log = (machine.folder / "log.txt").read_text()
    assert "listens on" in log
    assert not [secret for secret in (*secrets, "canary") if secret in log]


async def test_analyze_asks_a_server_elsewhere(machine: Machine) -> None:
    await machine.serve()
    arguments = (
        "--server",
        machine.root,
        "analyze",
        "NVDA",
        "--date",
        "2024-10-10",
        "--analysts",
        "technical",
        "--depth",
        "1",
    )
    shown = await asyncio.to_thread(machine.run, *arguments)
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"(BUY|SELL|HOLD) +confidence", shown.stdout)
    as_json = await asyncio.to_thread(machine.run, *arguments, "--json")
    assert json.loads(as_json.stdout)["data"]["metadata"]["symbol"] == "NVDA"
