"""Latency from an event to its followers, compared with python-socketio's emit and `websockets`' broadcast in one run.

Each server is a process of its own; 1, 100 and 1,000 clients live in this one and read frames by hand, so that what is
measured is the server. Paced: one event at a time, latency from the fact to the client. Burst: events back to back,
deliveries per second. Memory: growth of the server per idle client. Under two minutes.
"""

import asyncio
import base64
import json
import os
import re
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

import uvloop
from bench_users import put_user

SUBSCRIBERS = (1, 100, 1000)
PACED = {1: 200, 100: 60, 1000: 25}
BURST = {1: 2000, 100: 200, 1000: 40}
# More than the kernel and the server together hold for a client that does not read.
SILENT_EVENTS = 1500
SERVERS = {
    "tradecore raw": ("tradecore", "raw"),
    "tradecore Socket.IO": ("tradecore", "socketio"),
    "python-socketio emit": ("socketio", "socketio"),
    "websockets broadcast": ("websockets", "raw"),
}
# Contexts that a server process keeps open until it is killed.
HELD = AsyncExitStack()
_STAMP = re.compile(rb'"message":"(\d+)"')
_ANALYSIS = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"


def payload(n: int) -> dict[str, Any]:
    """The documented progress event; its message is the time at which it happened."""
    return {
        "analysisId": _ANALYSIS,
        "agent": "sentiment_analyst",
        "status": "running",
        "progress": 50,
        "message": str(time.monotonic_ns()),
        "timestamp": "2024-10-10T14:25:30Z",
        "seq": n,
    }


# ---------------------------------------------------------------- servers


async def serve(kind: str) -> None:
    """Print the port, then run commands from standard input: `pace COUNT SECONDS`, `burst COUNT`, `rss`."""
    publish, port, token = await {
        "tradecore": tradecore_live,
        "socketio": python_socketio,
        "websockets": websockets_broadcast,
    }[kind]()
    print(json.dumps({"port": port, "token": token}), flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while command := (await lines.readline()).split():
        if command[0] == b"rss":
            with open("/proc/self/statm") as statm:
                print(int(statm.read().split()[1]) * resource.getpagesize(), flush=True)
            continue
        if command[0] == b"burst":
            await publish(int(command[1]))
        else:
            for _ in range(int(command[1])):
                await publish(1)
                await asyncio.sleep(float(command[2]))
        print("done", flush=True)
    os._exit(0)


async def uvicorn_port(app: Any, **settings: Any) -> int:
    """Serve an application on a free port."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off", **settings))
    asyncio.create_task(server.serve())  # noqa: RUF006  # lives as long as the process
    while not server.started:
        await asyncio.sleep(0.01)
    return int(server.servers[0].sockets[0].getsockname()[1])


async def tradecore_live() -> tuple[Callable[[int], Awaitable[None]], int, str]:
    """The complete path: an event in the store, the relay, the stream, the replay buffer, the sockets."""
    from tradecore.engines.desk.plan import plan_desk
    from tradecore.model.analyses import AgentBegan, Analysis
    from tradecore.model.analysis_briefs import AnalysisBrief
    from tradecore.model.change import Change
    from tradecore.model.ids import AnalysisId, SessionId, TopicKind, UserId, topic_of
    from tradecore.model.market import AssetType, Symbol
    from tradecore.model.steps import Agent, Analyst
    from tradecore_adapters import ambient
    from tradecore_adapters.websocket.app import Live
    from tradecore_adapters.websocket.options import LiveOptions
    from tradecore_app.assembly import assemble
    from tradecore_app.embed import running
    from tradecore_app.settings import read_settings
    from tradecore_app.sockets import websocket_settings

    assembled = await HELD.enter_async_context(assemble(read_settings(store="memory:", secret="x" * 32)))
    await HELD.enter_async_context(running(assembled, worker=False))
    core, store, now = assembled.core, assembled.store, datetime.now(UTC)
    id, user = AnalysisId(_ANALYSIS), UserId("bench")
    brief = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), tuple(Analyst), 1, "rules")
    async with store.unit_of_work() as uow:
        await put_user(uow, user)
        begun = Analysis.begin(id, user, brief, engine="bench", plan=plan_desk(brief, by_model=False), at=now).entity
        analysis = [await uow.analyses.put(Change(begun.start(at=now).entity))]

    async def publish(count: int) -> None:
        stamp = str(time.monotonic_ns())
        facts = (AgentBegan(topic_of(TopicKind.ANALYSIS, id), now, Agent.SENTIMENT, 50, stamp),) * count
        async with store.unit_of_work() as uow:
            analysis[0] = await uow.analyses.put(Change(analysis[0], facts))

    options = LiveOptions(per_user=100_000, connections=100_000)
    live = Live(
        core.watch_analysis, core.watch_user, core.authenticate, options, now=ambient.now, new_id=ambient.new_id
    )

    async def nothing(scope: Any, receive: Any, send: Any) -> None:
        """No HTTP API: only sockets are measured."""

    port = await uvicorn_port(live.wrap(nothing), **websocket_settings())
    return publish, port, core.authenticate.tokens.issue(user, SessionId(user), at=now, lifetime=timedelta(hours=1))


async def python_socketio() -> tuple[Callable[[int], Awaitable[None]], int, str]:
    """python-socketio as its documentation describes it: rooms and emit."""
    import socketio

    server = socketio.AsyncServer(async_mode="asgi")

    @server.on("subscribe_analysis")
    async def subscribe(sid: str, data: dict[str, str]) -> None:
        await server.enter_room(sid, data["analysisId"])

    async def publish(count: int) -> None:
        for n in range(count):
            await server.emit("analysis_progress", payload(n), room=_ANALYSIS)

    return publish, await uvicorn_port(socketio.ASGIApp(server), ws_per_message_deflate=False), "-"


async def websockets_broadcast() -> tuple[Callable[[int], Awaitable[None]], int, str]:
    """`websockets`: one text broadcast to all connections."""
    from websockets.asyncio.server import ServerConnection, broadcast
    from websockets.asyncio.server import serve as listen

    connections: set[ServerConnection] = set()

    async def follow(connection: ServerConnection) -> None:
        connections.add(connection)
        async for _ in connection:
            pass

    async def publish(count: int) -> None:
        for n in range(count):
            body = {"event": "analysis_progress", "data": payload(n)}
            broadcast(connections, json.dumps(body, separators=(",", ":")))

    server = await listen(follow, "127.0.0.1", 0, compression=None)
    return publish, int(next(iter(server.sockets)).getsockname()[1]), "-"


# ---------------------------------------------------------------- clients


class Client(asyncio.Protocol):
    """A WebSocket client that records the age of each event."""

    def __init__(self, path: str, opening: list[str], ready: bytes, ages: list[int]) -> None:
        self.path, self.opening, self.ready_sign, self.ages = path, opening, ready, ages
        self.ready = False
        self.buffer = bytearray()
        self.open = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        buffer = self.buffer
        buffer += data
        if not self.open:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            self.open = True
            del buffer[: end + 4]
            for text in self.opening:
                self.send(text)
            self.ready = not self.ready_sign
        while len(buffer) >= 2:
            size, start = buffer[1], 2
            if size == 126:
                size, start = int.from_bytes(buffer[2:4], "big"), 4
            if len(buffer) < start + size:
                return
            text = bytes(buffer[start : start + size])
            opcode = buffer[0] & 15
            del buffer[: start + size]
            if opcode == 9:
                self.frame(10, text)
            elif text == b"2":
                self.send("3")
            elif not self.ready and self.ready_sign in text:
                self.ready = True
            elif stamp := _STAMP.search(text):
                self.ages.append(now - int(stamp[1]))

    def send(self, text: str) -> None:
        self.frame(1, text.encode())

    def frame(self, opcode: int, data: bytes) -> None:
        size = bytes([128 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
        self.transport.write(bytes([128 | opcode]) + size + bytes(4) + data)


class Server:
    """One server process, at the other end of two pipes."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.process = subprocess.Popen(
            [sys.executable, "-P", __file__, "--serve", kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        hello = json.loads(self._line())
        self.port, self.token = hello["port"], hello["token"]

    def rss(self) -> int:
        """Its resident memory in bytes."""
        self._send("rss")
        return int(self._line())

    async def publish(self, count: int, pause: float | None = None) -> None:
        """Publish `count` events, with a pause after each or all at once."""
        self._send(f"burst {count}" if pause is None else f"pace {count} {pause}")
        await asyncio.to_thread(self._line)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def _send(self, command: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()


async def connect(
    server: Server, protocol: str, count: int, ages: list[int], *, window: int | None = None
) -> list[Client]:
    """`count` clients that follow the analysis; `window` is the receive buffer of the kernel in bytes."""
    body = json.dumps({"analysisId": _ANALYSIS})
    if protocol == "raw":
        path, opening = f"/ws?token={server.token}", [f'{{"event":"subscribe_analysis","data":{body}}}']
        ready = b"analysis_subscribed" if server.kind == "tradecore" else b""
    else:
        path = "/socket.io/?EIO=4&transport=websocket"
        opening = [f'40{{"token":"{server.token}"}}', f'421["subscribe_analysis",{body}]']
        ready = b"431["
    loop = asyncio.get_running_loop()
    clients = []
    for n in range(count):
        sock = socket.socket()
        if window:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        sock.setblocking(False)
        await loop.sock_connect(sock, ("127.0.0.1", server.port))
        _, client = await loop.create_connection(lambda: Client(path, opening, ready, ages), sock=sock)
        clients.append(client)
        if n % 20 == 19:
            await asyncio.sleep(0.02)
    deadline = time.monotonic() + 20
    while not all(client.ready for client in clients):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{sum(not client.ready for client in clients)} of {count} clients never got ready")
        await asyncio.sleep(0.05)
    return clients


async def all_in(ages: list[int], count: int, seconds: float = 20) -> None:
    """Wait for `count` deliveries."""
    deadline = time.monotonic() + seconds
    while len(ages) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{count - len(ages)} of {count} deliveries never came")
        await asyncio.sleep(0.005)


async def measure(name: str) -> dict[int, dict[str, float]]:
    """All measurements of one server, by number of followers."""
    kind, protocol = SERVERS[name]
    found: dict[int, dict[str, float]] = {}
    for count in SUBSCRIBERS:
        server = Server(kind)
        try:
            ages: list[int] = []
            warm = await connect(server, protocol, 1, ages)
            before = server.rss()
            clients = await connect(server, protocol, count - 1, ages) if count > 1 else []
            memory = (server.rss() - before) / max(1, len(clients))
            await server.publish(3, 0.05)
            await all_in(ages, 3 * count)
            ages.clear()
            await server.publish(PACED[count], 0.01 if count < 1000 else 0.12)
            await all_in(ages, PACED[count] * count)
            ages.sort()
            paced = list(ages)
            ages.clear()
            began = time.monotonic()
            await server.publish(BURST[count])
            await all_in(ages, BURST[count] * count)
            rate = BURST[count] * count / (time.monotonic() - began)
            found[count] = {
                "p50": paced[len(paced) // 2] / 1e6,
                "p99": paced[len(paced) * 99 // 100] / 1e6,
                "rate": rate,
                "memory": memory / 1024 if count > 1 else float("nan"),
            }
            for client in (*warm, *clients):
                client.transport.abort()
        finally:
            server.stop()
    return found


async def beside_silent(silent: int) -> tuple[float, float]:
    """p95 in ms of 20 raw followers beside `silent` clients that never read; MiB by which the server grew meanwhile."""
    server = Server("tradecore")
    try:
        ages: list[int] = []
        readers = await connect(server, "raw", 20, ages)
        silent_clients = await connect(server, "raw", silent, [], window=4096)
        for client in silent_clients:
            client.transport.pause_reading()
        before = server.rss()
        await server.publish(SILENT_EVENTS, 0.004)
        await all_in(ages, SILENT_EVENTS * len(readers))
        grown = (server.rss() - before) / 2**20
        for client in (*readers, *silent_clients):
            client.transport.abort()
        return sorted(ages)[len(ages) * 95 // 100] / 1e6, grown
    finally:
        server.stop()


async def main() -> None:
    """Measure tradecore beside clients that never read, then all four servers, and compare them."""
    (alone, _), (beside, grown) = await beside_silent(0), await beside_silent(100)
    print(
        f"20 raw followers, p95 from fact to client: alone {alone:.1f} ms, beside 100 that never read {beside:.1f} ms "
        f"({beside / alone:.2f}x); the server grew by {grown:.1f} MiB"
    )
    found = {name: await measure(name) for name in SERVERS}
    for count in SUBSCRIBERS:
        print(f"\n{count} followers of one analysis")
        print(f"  {'':<22}{'p50 ms':>9}{'p99 ms':>9}{'deliveries/s':>14}{'KiB a client':>14}")
        for name in SERVERS:
            each = found[name][count]
            print(f"  {name:<22}{each['p50']:>9.2f}{each['p99']:>9.2f}{each['rate']:>14,.0f}{each['memory']:>14.1f}")
        for name, baseline in (
            ("tradecore raw", "websockets broadcast"),
            ("tradecore Socket.IO", "python-socketio emit"),
        ):
            mine, other = found[name][count], found[baseline][count]
            print(
                f"  {name} / {baseline}: p50 {mine['p50'] / other['p50']:.2f}, p99 {mine['p99'] / other['p99']:.2f}, "
                f"deliveries/s {mine['rate'] / other['rate']:.2f}, memory {mine['memory'] / other['memory']:.2f}"
            )


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[2]) if sys.argv[1:2] == ["--serve"] else main())
