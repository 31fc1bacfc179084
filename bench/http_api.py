"""The HTTP API against a bare Litestar app that runs the same statements on the same SQLite file, in one run.

    python bench/http_api.py                        everything, in about two minutes
    BENCH_SIZES=10000 python bench/http_api.py      one size, in half a minute

Figures depend on the machine and on what else it does; the ratios within one run are what counts. The bare app knows no
users: it checks no token, no owner, no limits and no input, adds no headers, and reads documents into plain dicts.
"""

import asyncio
import contextlib
import gc
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from attrs import define, field, frozen
from bench_users import put_user

USER = "00000000-0000-4000-8000-000000000000"
SECRET = "a secret of the benchmark and of nothing else"  # noqa: S105  # of servers that live for a minute
SIZES = tuple(int(each) for each in os.environ.get("BENCH_SIZES", "1000,10000,100000").split(","))
# The size at which everything is measured, launches too.
MIDDLE = 10_000 if 10_000 in SIZES else SIZES[0]
CONNECTIONS = 50
ROUNDS = 3
SECONDS = 1.0
LAUNCHES = 600
# Results are some 20 kB each: a file of them all would measure the disk of whoever runs this.
RESULTS = 2_000
YEAR = 365 * 86_400_000_000
HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


# --- the two servers ---


async def serve_ours(path: Path, port: int) -> None:
    """The HTTP API as it is served, without a worker and without a rate limit."""
    from tradecore_app.assembly import assemble
    from tradecore_app.settings import read_settings
    from tradecore_app.web import build_app, build_live

    settings = read_settings(
        data=path.parent, store=f"sqlite:{path}", secret=SECRET, queue_limit=10**9, rate_per_minute=0
    )
    async with assemble(settings) as assembled:
        app = build_app(assembled, build_live(assembled))
        # The server does the same once it listens.
        gc.collect()
        gc.freeze()
        await _serve(app, port)


async def serve_bare(path: Path, port: int) -> None:
    """The same statements in plain handlers."""
    import uuid
    from datetime import UTC, datetime

    from litestar import Litestar, get, post

    reader, writer = sqlite3.connect(path, isolation_level=None), sqlite3.connect(path, isolation_level=None)
    for connection in (reader, writer):
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA busy_timeout = 5000")
    decode = msgspec.json.decode

    def stamp() -> str:
        return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"

    @contextlib.contextmanager
    def view() -> Iterator[Callable[..., sqlite3.Cursor]]:
        reader.execute("BEGIN")
        yield reader.execute
        reader.execute("ROLLBACK")

    @get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @get("/api/analyze/{id:str}/status")
    async def status(id: str) -> dict[str, Any]:
        with view() as run:
            [[doc]] = run("SELECT doc FROM analyses WHERE id = ?", (id,)).fetchall()
        analysis = decode(doc)
        agents = [
            {"name": each["agent"], "status": each["state"], "duration": each["ended_at"]}
            for each in analysis["agents"]
        ]
        data = {
            "status": analysis["state"],
            "progress": {
                "currentAgent": next((each["name"] for each in agents if each["status"] == "running"), ""),
                "completedAgents": [each["name"] for each in agents if each["status"] == "completed"],
                "overallPercent": 100,
                "agents": agents,
            },
        }
        return {"success": True, "data": data, "timestamp": stamp()}

    @get("/api/analyze/{id:str}/results")
    async def results(id: str) -> dict[str, Any]:
        with view() as run:
            run("SELECT doc FROM analyses WHERE id = ?", (id,)).fetchall()
            [[doc]] = run(
                "SELECT doc FROM analysis_results WHERE analysis_id = ? AND user_id = ?", (id, USER)
            ).fetchall()
        made = decode(doc)
        data = {
            "id": made["id"],
            "decision": made["decision"],
            "reports": {report["analyst"]: report["markdown"] for report in made["reports"]},
            "debate": {"rounds": made["rounds"], "finalVerdict": made["verdict"]},
            "riskAssessment": made["risk"],
            "metadata": made["brief"],
            "evidence": made["evidence"],
        }
        return {"success": True, "data": data, "timestamp": stamp()}

    @get("/api/history")
    async def history(days: int = 30) -> dict[str, Any]:
        since = int(time.time() * 1_000_000) - days * 86_400_000_000
        where = "state = 'completed' AND user_id = ? AND created_at >= ?"
        with view() as run:
            rows = run(
                "SELECT id, symbol, asset_type, action, confidence, as_of, created_at, actual_return FROM analyses "
                f"WHERE {where} ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
                (USER, since, 50, 0),
            ).fetchall()
            [sums] = run(
                "SELECT COUNT(*), COALESCE(SUM(confidence), 0), COUNT(actual_return), "
                "COALESCE(SUM(CASE WHEN actual_return > 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(actual_return), 0), "
                f"COALESCE(SUM(actual_return * actual_return), 0) FROM analyses WHERE {where}",
                (USER, since),
            ).fetchall()
        names = ("id", "symbol", "assetType", "action", "confidence", "date", "createdAt", "actualReturn")
        analyses = [dict(zip(names, row, strict=True)) for row in rows]
        return {"success": True, "data": {"analyses": analyses, "metrics": sums}, "timestamp": stamp()}

    @post("/api/analyze", status_code=202)
    async def launch(data: dict[str, Any]) -> dict[str, Any]:
        id, now = str(uuid.uuid4()), int(time.time() * 1_000_000)
        job = {"id": id, "user": USER, "kind": "analysis", "state": "queued", "queued_at": stamp()}
        analysis = {"id": id, "user": USER, "brief": data, "created_at": stamp(), "state": "queued", "agents": []}
        run = writer.execute
        run("BEGIN IMMEDIATE")
        run("SELECT COUNT(*) FROM jobs WHERE state = 'queued'").fetchall()
        run("SELECT MAX(round) FROM jobs WHERE state = 'queued' AND user_id = ?", (USER,)).fetchall()
        run("SELECT MIN(round) FROM jobs WHERE state = 'queued'").fetchall()
        run(
            "INSERT INTO jobs (id, user_id, kind, state, round, queued_at, not_before, lease_until, version, doc) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (id, USER, "analysis", "queued", 0, now, 0, None, 1, json.dumps(job)),
        )
        topic = f"job:{id}"
        run(
            "INSERT INTO events (topic, seq, kind, doc) SELECT ?, COALESCE(MAX(seq), 0) + 1, ?, ? FROM events "
            "WHERE topic = ? RETURNING seq",
            (topic, "JobQueued", json.dumps({"topic": topic, "at": stamp(), "kind": "analysis"}), topic),
        ).fetchall()
        run("INSERT INTO outbox (topic, seq) VALUES (?, ?)", (topic, 1))
        run(
            "INSERT INTO analyses (id, user_id, symbol, asset_type, state, as_of, created_at, version, doc) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (id, USER, data["symbol"], data["assetType"], "queued", data["date"], now, 1, json.dumps(analysis)),
        )
        run(
            "SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND (round, queued_at, id) < (?, ?, ?)", (0, now, id)
        ).fetchall()
        run("SELECT count, mean FROM run_times WHERE engine = ? AND shape = ?", ("bare", "1x1")).fetchall()
        run("COMMIT")
        answer = {"analysisId": id, "status": "queued", "estimatedTime": 1, "queuePosition": 1}
        return {"success": True, "data": answer, "timestamp": stamp()}

    await _serve(Litestar([health, status, results, history, launch], openapi_config=None, logging_config=None), port)


async def _serve(app: Any, port: int) -> None:
    import uvicorn

    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False, proxy_headers=False
    )
    await uvicorn.Server(config).serve()


SERVERS: dict[str, Callable[[Path, int], Any]] = {"ours": serve_ours, "bare": serve_bare}


# --- the prepared file ---


async def prepare(path: Path, size: int) -> tuple[list[str], list[str], int]:
    """A file with `size` completed analyses of one user over a year.

    All their ids, those that have a result, and the bytes of one result.
    """
    from datetime import date

    from tradecore_app.embed import open_tradecore

    async with open_tradecore(user=USER, store=f"sqlite:{path}", data=path.parent) as tradecore:
        store = tradecore.core.get_analysis_status.store
        async with store.unit_of_work() as uow:
            await put_user(uow, USER)
        ticket = await tradecore.launch("AAPL", date(2012, 10, 10), depth=3)
        await tradecore.result(ticket.analysis)
    chance = random.Random(7)
    connection = sqlite3.connect(path, isolation_level=None)
    [row] = connection.execute("SELECT * FROM analyses").fetchall()
    [[result]] = connection.execute("SELECT doc FROM analysis_results").fetchall()
    names = [name for _, name, *_ in connection.execute("PRAGMA table_info(analyses)")]
    template = dict(zip(names, row, strict=True))
    old, now = template["id"], int(time.time() * 1_000_000)
    ids = [f"{n:08x}-0000-4000-8000-{chance.getrandbits(48):012x}" for n in range(size)]

    def rows() -> Iterator[list[Any]]:
        for n, id in enumerate(ids):
            made = {
                **template,
                "id": id,
                "symbol": ("AAPL", "NVDA", "MSFT", "BTC-USD")[n % 4],
                "created_at": now - int(YEAR * (size - n) / size),
                "confidence": chance.randrange(20, 100) / 10,
                "actual_return": None if n % 10 == 0 else round(chance.gauss(0.3, 4), 2),
                "doc": template["doc"].replace(old, id),
            }
            yield list(made.values())

    connection.execute("BEGIN")
    marks = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO analyses VALUES ({marks})", rows())
    with_result = ids[:: max(1, size // RESULTS)][:RESULTS]
    connection.executemany(
        "INSERT INTO analysis_results (analysis_id, user_id, doc) VALUES (?, ?, ?)",
        ((id, USER, result.replace(old, id)) for id in with_result),
    )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("ANALYZE")
    connection.close()
    return ids, with_result, len(result)


# --- the load ---


@define
class Load:
    """What came back of one stretch of load."""

    answers: int = 0
    wrong: int = 0
    latencies: list[float] = field(factory=list)
    seconds: float = 0.0
    # Of the server, which a busy machine changes less than anything else.
    cpu_seconds: float = 0.0

    @property
    def rate(self) -> float:
        return self.answers / self.seconds

    @property
    def cpu(self) -> float:
        """Microseconds of the server's processor time per answer."""
        return 1_000_000 * self.cpu_seconds / self.answers

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Connection(asyncio.Protocol):
    """One keep-alive connection: sends, waits for the whole answer, sends again."""

    def __init__(self) -> None:
        self.buffer = b""
        self.missing = -1

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def begin(self, load: Load, requests: Iterator[bytes], expected: bytes) -> "asyncio.Future[None]":
        """Send all requests; what is returned is done when all are answered."""
        self.load, self.requests, self.expected = load, requests, expected
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.send()
        return self.done

    def send(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.done.set_result(None)
            return
        self.sent = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self.missing < 0:
            self.buffer += data
            head, separator, rest = self.buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            self.right = head[9:12] == self.expected
            place = head.lower().find(b"content-length:") + 15
            self.missing = int(head[place : head.find(b"\r\n", place) if b"\r\n" in head[place:] else None]) - len(rest)
        else:
            self.missing -= len(data)
        if self.missing == 0:
            self.buffer, self.missing = b"", -1
            self.load.answers += 1
            self.load.wrong += not self.right
            self.load.latencies.append(time.perf_counter() - self.sent)
            self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("The server closed the connection."))


async def connected(port: int) -> Connection:
    """A connection that the server has answered on.

    uvloop accepts one connection in each turn of its loop (libuv since 1.45), and a turn serves everybody who waits:
    whoever connects to a busy server, together with 49 others, waits for up to a second. That is not what is measured.
    """
    _, opened = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    await opened.begin(Load(), iter([HEALTH]), b"200")
    return opened


async def load(server: "Server", requests: Iterator[bytes], expected: bytes) -> Load:
    """Send all requests over the connections, each of which waits for its answer before it sends again."""
    opened = [await connected(server.port) for _ in range(CONNECTIONS)]
    made, began, cpu = Load(), time.perf_counter(), server.cpu_seconds
    await asyncio.gather(*(each.begin(made, requests, expected) for each in opened))
    made.seconds, made.cpu_seconds = time.perf_counter() - began, server.cpu_seconds - cpu
    for each in opened:
        each.transport.close()
    if made.wrong:
        raise RuntimeError(f"{made.wrong} of {made.answers} answers had another status than {expected.decode()}.")
    return made


def during(seconds: float, request: Callable[[], bytes]) -> Iterator[bytes]:
    """Requests for so long from the first on."""
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        yield request()


# --- one server process ---


@frozen
class Server:
    """A running server, and how long it took to answer for the first time."""

    port: int
    process: "subprocess.Popen[bytes]"
    start_up: float

    @property
    def memory(self) -> float:
        """Resident MiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return float("nan")

    @property
    def cpu_seconds(self) -> float:
        """Processor time so far."""
        user, system = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextlib.asynccontextmanager
async def running(kind: str, place: object, script: str = __file__) -> Any:
    """Start the server `kind` of a script on a free port, with `place` as its argument; end it."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, script, kind, str(place), str(port)])
    try:
        while True:
            try:
                (await connected(port)).transport.close()
                break
            except ConnectionError:
                if process.poll() is not None:
                    raise RuntimeError(f"The server {kind} ended before it answered.") from None
                await asyncio.sleep(0.005)
        yield Server(port, process, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(10)


# --- the run ---


def routes(token: str, ids: list[str], with_result: list[str]) -> dict[str, tuple[Callable[[], bytes], bytes]]:
    """What is asked, by name, and the status that is right."""
    chance = random.Random(11)
    head = f" HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nAccept: */*\r\n".encode()
    body = json.dumps(
        {
            "symbol": "AAPL",
            "assetType": "equity",
            "date": "2012-10-10",
            "analysts": ["technical", "sentiment", "news", "fundamentals"],
            "config": {"researchDepth": 3, "llmModel": "rules"},
        }
    ).encode()

    def got(path: str) -> bytes:
        return b"GET " + path.encode() + head + b"\r\n"

    posted = b"POST /api/analyze" + head + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    return {
        "launch": (lambda: posted + body, b"202"),
        "status": (lambda: got(f"/api/analyze/{chance.choice(ids)}/status"), b"200"),
        "results": (lambda: got(f"/api/analyze/{chance.choice(with_result)}/results"), b"200"),
        "history, 30 days": (lambda: got("/api/history"), b"200"),
        "history, 365 days": (lambda: got("/api/history?days=365"), b"200"),
    }


async def measure(server: Server, name: str, request: Callable[[], bytes], expected: bytes) -> Load:
    """One stretch of load on one route."""
    launches = iter([request() for _ in range(LAUNCHES)])
    return await load(server, launches if name == "launch" else during(SECONDS, request), expected)


async def compare(path: Path, size: int, rounds: int, token: str) -> dict[str, dict[str, list[Load]]]:
    """Both servers on one file, taking turns."""
    ids, with_result, each = await prepare(path, size)
    found: dict[str, dict[str, list[Load]]] = {}
    async with running("ours", path) as ours, running("bare", path) as bare:
        idle = (ours.memory, bare.memory)
        requests = routes(token, ids, with_result)
        for name, (request, expected) in requests.items():
            if name == "launch" and size != MIDDLE:
                continue
            for _ in range(rounds + 1):
                for kind, server in (("ours", ours), ("bare", bare)):
                    found.setdefault(name, {}).setdefault(kind, []).append(
                        await measure(server, name, request, expected)
                    )
            # The first round warms caches and compiles statements.
            found[name] = {kind: loads[1:] for kind, loads in found[name].items()}
        if size == MIDDLE:
            print(f"results of {each / 1024:.0f} KiB, {len(with_result):,} of them, in any order")
            print(f"start-up to first answer   ours {ours.start_up:.2f} s   bare {bare.start_up:.2f} s")
            loaded = (ours.memory, bare.memory)
            for kind, before, after in zip(("ours", "bare"), idle, loaded, strict=True):
                print(f"memory of {kind:<17}{before:.0f} MiB idle, {after:.0f} MiB after the load")
    return found


def show(found: dict[str, dict[str, list[Load]]]) -> None:
    """A table of one size; ratios are ours to bare: of requests more is better, of processor time less."""
    print(f"{'':<18} {'requests/s':>24} {'server CPU, us/request':>24} {'p50 / p99 ms':>28}")
    form = "{:<18} {:>8} {:>8} {:>6} {:>9} {:>7} {:>6} {:>14} {:>13}"
    print(form.format("route", "ours", "bare", "ratio", "ours", "bare", "ratio", "ours", "bare"))
    figures: tuple[Callable[[Load], float], ...] = (lambda each: each.rate, lambda each: each.cpu)
    for name, loads in found.items():
        cells = [name]
        for figure in figures:
            ours, bare = ([figure(each) for each in loads[kind]] for kind in ("ours", "bare"))
            ratio = median(one / other for one, other in zip(ours, bare, strict=True))
            cells += [f"{median(ours):,.0f}", f"{median(bare):,.0f}", f"{ratio:.2f}"]
        for kind in ("ours", "bare"):
            middle, tail = (median(each.percentile(share) for each in loads[kind]) for share in (0.5, 0.99))
            cells.append(f"{middle:.1f} / {tail:.1f}")
        print(form.format(*cells))


async def main() -> None:
    """Measure and print."""
    from datetime import timedelta

    from tradecore.model.ids import SessionId, UserId
    from tradecore_adapters import ambient
    from tradecore_adapters.identity.jwt import JwtAccessTokens

    token = JwtAccessTokens([SECRET]).issue(
        UserId(USER), SessionId(USER), at=ambient.now(), lifetime=timedelta(hours=1)
    )
    print(
        f"{CONNECTIONS} connections, one server process each, {os.cpu_count()} cores; the load comes from this machine"
    )
    with tempfile.TemporaryDirectory() as folder:
        by_size = {}
        for size in (MIDDLE, *(each for each in SIZES if each != MIDDLE)):
            print(f"\n{size:,} completed analyses of one user")
            by_size[size] = await compare(Path(folder) / f"{size}.db", size, ROUNDS if size == MIDDLE else 1, token)
            show(by_size[size])
    print("\ngrowth of ours, in requests/s")
    for name in by_size[MIDDLE]:
        rates = {
            size: median(each.rate for each in found[name]["ours"]) for size, found in by_size.items() if name in found
        }
        print(f"{name:<18} " + "   ".join(f"{size:,}: {rates[size]:,.0f}" for size in SIZES if size in rates))


if __name__ == "__main__":
    import uvloop

    if len(sys.argv) == 4:
        uvloop.run(SERVERS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3])))
    else:
        uvloop.run(main())
