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
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import define, field
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from model_vendors import FakeVendors, plausible
from prefork import Process, prefork
from tradecore_adapters.client import AsyncClient, Completed

TRADECORE = Path(sys.executable).with_name("tradecore")
EMAIL, PASSWORD = "ann@example.com", "a long password"
DAY = date(2024, 10, 10)


@define
class Machine:
    """A data folder and a port, and processes that come and go on them."""

    folder: Path
    port: int
    running: list[Process] = field(factory=list)
    settings: dict[str, str] = field(factory=dict)

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
            **self.settings,
        }

    def run(self, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        return prefork().run(arguments, self.environment, given=given)

    def start(self, *arguments: str) -> Process:
        with open(self.folder / "log.txt", "a") as log:
            process = prefork().start(arguments, self.environment, stdout=log.fileno(), stderr=log.fileno())
        self.running.append(process)
        return process

    async def serve(self, *arguments: str) -> Process:
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


@pytest.mark.parametrize("host", ["192.0.2.1", "fe80::1"])
def test_a_server_whose_address_is_none_of_the_machine_says_what_an_address_is(host: str, machine: Machine) -> None:
    machine.settings["TRADECORE_SECRET"] = "9f8b1c3e5a7d2046e8fb1c3d5a7e9024"
    ended = machine.run("serve", "--host", host, "--port", str(machine.port))
    assert ended.returncode == 1
    assert "this machine has no such address. --host is an address or a name alone" in ended.stderr
    assert "end what listens there" not in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.endurance
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


@define
class Follower:
    """A client that keeps what it is told and resumes after the last of it, over as many connections as it takes."""

    machine: Machine
    refresh_token: str
    analysis: str
    steps: bool = False
    told: list[dict[str, Any]] = field(factory=list)
    endings: list[str] = field(factory=list)

    @property
    def last(self) -> int:
        return self.told[-1]["seq"] if self.told else 0

    @property
    def ended(self) -> bool:
        return bool(self.told) and "decision" in self.told[-1]

    async def token(self) -> str:
        """A fresh access token, once the server is there."""
        async with httpx.AsyncClient(base_url=self.machine.root) as http:
            while True:
                with suppress(httpx.TransportError):
                    answer = await http.post("/api/auth/refresh", json={"refreshToken": self.refresh_token})
                    if answer.status_code == 200:
                        return str(answer.json()["data"]["token"])
                await asyncio.sleep(0.05)

    async def over_raw(self) -> None:
        address = self.machine.root.replace("http", "ws") + "/ws"
        while not self.ended:
            headers = {"Authorization": f"Bearer {await self.token()}"}
            with suppress(OSError, WebSocketException):
                async with connect(address, additional_headers=headers) as socket:
                    asked = {"analysisId": self.analysis, "since": self.last, "steps": self.steps}
                    await socket.send(json.dumps({"event": "subscribe_analysis", "data": asked}))
                    with suppress(ConnectionClosed):
                        while not self.ended:
                            said = json.loads(await socket.recv())
                            if said["event"] not in ("authenticated", "analysis_subscribed"):
                                self.told.append(said["data"])
                    self.endings.append(str(socket.close_code))

    async def over_sse(self) -> None:
        while not self.ended:
            headers = {"Authorization": f"Bearer {await self.token()}"}
            with suppress(httpx.TransportError):
                async with (
                    httpx.AsyncClient(base_url=self.machine.root, headers=headers, timeout=30) as http,
                    http.stream("GET", f"/api/analyze/{self.analysis}/events?since={self.last}") as stream,
                ):
                    async for line in stream.aiter_lines():
                        if line.startswith("data: "):
                            self.told.append(json.loads(line[6:]))
                        elif line.startswith(": "):
                            self.endings.append(line[2:])


# python-socketio runs each handler in a thread of its own, so what it prints is in no order.
SOCKETIO = """
import json, sys, threading, time, urllib.request
import socketio
root, analysis, refresh = sys.argv[1:]
client = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=0.3)
seen, alone = [0], threading.Lock()
def tell(name, data):
    with alone:
        print(json.dumps([name, data]), flush=True)
        if name.startswith("analysis_"):
            seen.append(data["seq"])
def auth():
    body = json.dumps({"refreshToken": refresh}).encode()
    request = urllib.request.Request(root + "/api/auth/refresh", body, {"Content-Type": "application/json"})
    while True:
        try:
            with urllib.request.urlopen(request) as response:
                return {"token": json.load(response)["data"]["token"]}
        except OSError:
            time.sleep(0.05)
client.on("connect", lambda: client.emit("subscribe_analysis", {"analysisId": analysis, "since": max(seen)}))
client.on("disconnect", lambda *reason: tell("disconnect", reason))
client.on("analysis_progress", lambda data: tell("analysis_progress", data))
client.on("analysis_error", lambda data: tell("analysis_error", data))
client.on("analysis_complete", lambda data: (tell("analysis_complete", data), time.sleep(0.5), client.disconnect()))
client.connect(root, auth=auth)
client.wait()
"""


@pytest.mark.slow
async def test_s51_a_reload_a_second_tab_an_expired_token_and_a_restart_during_an_analysis_lose_nothing(
    machine: Machine,
) -> None:
    async with FakeVendors(answer=plausible, thinks_for=lambda: 0.5).serving() as vendors, asyncio.timeout(100):
        machine.settings |= {
            "OPENAI_API_KEY": vendors.key,
            "OPENAI_BASE_URL": f"{vendors.url}/v1",
            "TRADECORE_MODEL_PRICES": "gpt-4o-mini=0.15/0.075/0.60",
            "TRADECORE_ACCESS_SECONDS": "4",
        }
        server = await machine.serve()
        async with httpx.AsyncClient(base_url=machine.root) as http:
            login = await http.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
            refresh_token = login.json()["data"]["refreshToken"]
        async with AsyncClient(machine.root, refresh_token=refresh_token, token="expired") as client:
            launched = await client.launch("NVDA", DAY, depth=5, model="gpt-4o-mini", provider="openai")
            id = launched.analysis_id
            first_tab, sse = (Follower(machine, refresh_token, id) for _ in range(2))
            socketio = await asyncio.create_subprocess_exec(
                sys.executable, "-c", SOCKETIO, machine.root, id, refresh_token, stdout=asyncio.subprocess.PIPE
            )
            tasks = [asyncio.create_task(follow) for follow in (first_tab.over_raw(), sse.over_sse())]
            while first_tab.told[-1:] == [] or first_tab.told[-1].get("round", 1) < 2:
                await asyncio.sleep(0.05)
            # A reload: the page has forgotten everything, and reads how things are before it follows them again.
            tasks[0].cancel()
            before = await client.status(id)
            reloaded = Follower(machine, refresh_token, id)
            second_tab = Follower(machine, refresh_token, id, steps=True)
            tasks += [asyncio.create_task(tab.over_raw()) for tab in (reloaded, second_tab)]
            while reloaded.last < first_tab.last:
                await asyncio.sleep(0.05)
            assert reloaded.told[: len(first_tab.told)] == first_tab.told
            assert max(event["progress"] for event in reloaded.told) >= before.progress.overall_percent
            server.send_signal(signal.SIGTERM)
            await asyncio.to_thread(server.wait, 30)
            await machine.serve()
            # What is polled is never behind what was told.
            while not reloaded.ended:
                told = max(event.get("progress", 100) for event in reloaded.told)
                polled = (await client.status(id)).progress.overall_percent
                assert polled >= told
                await asyncio.sleep(0.1)
            await asyncio.gather(*tasks[1:])
            output, _ = await socketio.communicate()
            steps = (await client.steps(id)).steps
            assert (await client.status(id)).status == "completed"
    plain = reloaded.told
    assert [event["seq"] for event in plain] == list(range(1, len(plain) + 1))
    assert sse.told == plain
    lines = [json.loads(line) for line in output.splitlines()]
    heard = [data for name, data in lines if name.startswith("analysis_")]
    assert sorted(heard, key=lambda data: data["seq"]) == plain
    # Every agent was completed once, the debaters in their last round.
    completed = [event["agent"] for event in plain if event.get("status") == "completed" and "agent" in event]
    assert len(completed) == len(set(completed)) == 9
    progress = [event["progress"] for event in plain if "progress" in event]
    assert progress == sorted(progress)
    assert max(after - earlier for earlier, after in pairwise([0, *progress, 100])) <= 20
    # With steps, the same and what each agent wrote, as the list has it.
    assert [event["seq"] for event in second_tab.told] == list(range(1, len(second_tab.told) + 1))
    written = [(event["seq"], event["text"]) for event in second_tab.told if "kind" in event]
    assert written == [(step.seq, step.text) for step in steps if step.kind != "decision"]
    assert len(second_tab.told) == len(plain) + len(written)
    # Tokens did expire, and the server did go away.
    assert {"4401", "1001"} <= {*reloaded.endings, *second_tab.endings}
    assert any("expired" in comment for comment in sse.endings)
    assert len([name for name, _ in lines if name == "disconnect"]) > 2


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
