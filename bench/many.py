"""Postgres and Redis: the HTTP API compared with a bare Litestar app on asyncpg, and the start latency of jobs.

    python bench/many.py            everything, in about a minute
    python bench/many.py jobs       only the start latency of jobs

The bare app is what `bench/http_api.py` compares with, on a pool of ten connections that are not reset: it knows no
users, limits or input, and reads with single statements outside of transactions. Its launch is one transaction with the
same statements. Postgres waits for its disk. Figures depend on the machine; the ratios within one run are what counts.
"""

import asyncio
import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
import msgspec
from bench_users import put_user
from http_api import CONNECTIONS, SECRET, USER, YEAR, Load, Server, _serve, connected, measure, routes, show

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import servers

SIZE = 10_000
ROUNDS = 3


async def serve_tradecore(address: str, port: int) -> None:
    """Serve the HTTP API without a worker and without a rate limit."""
    from tradecore_app.assembly import assemble
    from tradecore_app.settings import read_settings
    from tradecore_app.web import build_app, build_live

    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(data=Path(folder), store=address, secret=SECRET, queue_limit=10**9, rate_per_minute=0)
        async with assemble(settings) as made:
            await _serve(build_app(made, build_live(made)), port)


async def serve_bare(address: str, port: int) -> None:
    """Serve the same statements from plain Litestar handlers."""
    import uuid
    from datetime import UTC, datetime

    from litestar import Litestar, get, post

    async def keep_state(connection: Any) -> None:
        """Reset nothing when a connection returns to the pool."""

    pool = await asyncpg.create_pool(address, min_size=10, max_size=10, reset=keep_state)
    decode = msgspec.json.decode

    def stamp() -> str:
        return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"

    @get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @get("/api/analyze/{id:str}/status")
    async def status(id: str) -> dict[str, Any]:
        [[doc]] = await pool.fetch("SELECT doc FROM analyses WHERE id = $1", id)
        analysis = decode(doc)
        agents = [
            {"name": each["agent"], "status": each["state"], "duration": each["ended_at"]}
            for each in analysis["agents"]
        ]
        return {"success": True, "data": {"status": analysis["state"], "agents": agents}, "timestamp": stamp()}

    @get("/api/analyze/{id:str}/results")
    async def results(id: str) -> dict[str, Any]:
        [[doc]] = await pool.fetch("SELECT doc FROM analysis_results WHERE analysis_id = $1 AND user_id = $2", id, USER)
        made = decode(doc)
        names = ("id", "decision", "rounds", "verdict", "risk", "brief", "evidence")
        reports = {report["analyst"]: report["markdown"] for report in made["reports"]}
        return {"success": True, "data": {**{name: made[name] for name in names}, "reports": reports}}

    @get("/api/history")
    async def history(days: int = 30) -> dict[str, Any]:
        since = int(time.time() * 1_000_000) - days * 86_400_000_000
        where = "state = 'completed' AND user_id = $1 AND created_at >= $2"
        async with pool.acquire() as connection:
            rows = await connection.fetch(
                "SELECT id, symbol, asset_type, action, confidence, as_of, created_at, actual_return FROM analyses "
                f"WHERE {where} ORDER BY created_at DESC, id DESC LIMIT 50",
                USER, since,
            )  # fmt: skip
            sums = await connection.fetchrow(
                "SELECT COUNT(*), SUM(confidence), COUNT(actual_return), COUNT(*) FILTER (WHERE actual_return > 0), "
                f"SUM(actual_return), SUM(actual_return * actual_return) FROM analyses WHERE {where}",
                USER, since,
            )  # fmt: skip
        return {"success": True, "data": {"analyses": [dict(row) for row in rows], "metrics": list(sums)}}

    @post("/api/analyze", status_code=202)
    async def launch(data: dict[str, Any]) -> dict[str, Any]:
        id, now = str(uuid.uuid4()), int(time.time() * 1_000_000)
        job = {"id": id, "user": USER, "kind": "analysis", "state": "queued", "queued_at": stamp()}
        analysis = {"id": id, "user": USER, "brief": data, "created_at": stamp(), "state": "queued", "agents": []}
        topic = f"job:{id}"
        async with pool.acquire() as connection, connection.transaction():
            run = connection.fetch
            await run("SELECT COUNT(*) FROM jobs WHERE state = 'queued'")
            await run("SELECT MAX(round) FROM jobs WHERE state = 'queued' AND user_id = $1", USER)
            await run("SELECT MIN(round) FROM jobs WHERE state = 'queued'")
            await run(
                "INSERT INTO jobs (id, user_id, kind, state, round, queued_at, not_before, version, doc) "
                "VALUES ($1, $2, 'analysis', 'queued', 0, $3, 0, 1, $4)",
                id, USER, now, json.dumps(job),
            )  # fmt: skip
            await run("INSERT INTO events (topic, seq, kind, doc) VALUES ($1, 1, 'JobQueued', $2)", topic, "{}")
            await run("INSERT INTO outbox (topic, seq) VALUES ($1, 1)", topic)
            await run(
                "INSERT INTO analyses (id, user_id, symbol, asset_type, state, as_of, created_at, version, doc) "
                "VALUES ($1, $2, $3, $4, 'queued', $5, $6, 1, $7)",
                id, USER, data["symbol"], data["assetType"], data["date"], now, json.dumps(analysis),
            )  # fmt: skip
            await run(
                "SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND (round, queued_at, id) < ($1, $2, $3)", 0, now, id
            )
            await run("SELECT count, mean FROM run_times WHERE engine = 'bare' AND shape = $1", "1x1")
        answer = {"analysisId": id, "status": "queued", "estimatedTime": 1, "queuePosition": 1}
        return {"success": True, "data": answer, "timestamp": stamp()}

    await _serve(Litestar([health, status, results, history, launch], openapi_config=None, logging_config=None), port)


SERVERS = {"ours": serve_tradecore, "bare": serve_bare}


async def prepare(address: str) -> list[str]:
    """Store completed analyses of one user over a year, each with a result; returns their ids."""
    from datetime import date

    from tradecore_app.embed import open_tradecore

    with tempfile.TemporaryDirectory() as folder:
        async with open_tradecore(user=USER, store=address, data=Path(folder)) as tradecore:
            async with tradecore.core.get_analysis_status.store.unit_of_work() as uow:
                await put_user(uow, USER)
            ticket = await tradecore.launch("AAPL", date(2012, 10, 10), depth=3)
            await tradecore.result(ticket.analysis)
    chance = random.Random(7)
    ids = [f"{n:08x}-0000-4000-8000-{chance.getrandbits(48):012x}" for n in range(SIZE)]
    connection = await asyncpg.connect(address)
    columns = "user_id, asset_type, state, as_of, action, version"
    await connection.execute(
        f"INSERT INTO analyses (id, symbol, created_at, confidence, actual_return, {columns}, doc) "
        "SELECT made.id, 'AAPL', $2::bigint - ($3::float * ($4 - n) / $4)::bigint, 2 + n % 8, "
        f"CASE n % 10 WHEN 0 THEN NULL ELSE n % 7 - 3 END, {columns}, replace(doc, analyses.id, made.id) "
        "FROM analyses, unnest($1::text[]) WITH ORDINALITY AS made (id, n)",
        ids, int(time.time() * 1_000_000), YEAR, SIZE,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO analysis_results SELECT made.id, user_id, replace(doc, analysis_id, made.id) "
        "FROM analysis_results, unnest($1::text[]) AS made (id)", ids,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO daily_history SELECT user_id, created_at / 86400000000, symbol, asset_type, COUNT(*), "
        "SUM(confidence), COUNT(actual_return), COUNT(*) FILTER (WHERE actual_return > 0), "
        "COALESCE(SUM(actual_return), 0), COALESCE(SUM(actual_return * actual_return), 0) "
        "FROM analyses WHERE id = ANY($1) GROUP BY 1, 2, 3, 4 ON CONFLICT DO NOTHING", ids,
    )  # fmt: skip
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return ids


@contextlib.asynccontextmanager
async def running(kind: str, address: str) -> AsyncIterator[Server]:
    """Run a server on a free port for as long as the context lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, kind, address, str(port)])
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


async def compare(address: str) -> None:
    """Measure both servers on one database, in alternating rounds."""
    from tradecore.model.ids import SessionId, UserId
    from tradecore_adapters import ambient
    from tradecore_adapters.identity.jwt import JwtAccessTokens

    ids = await prepare(address)
    token = JwtAccessTokens([SECRET]).issue(
        UserId(USER), SessionId(USER), at=ambient.now(), lifetime=timedelta(hours=1)
    )
    found: dict[str, dict[str, list[Load]]] = {}
    async with running("ours", address) as ours, running("bare", address) as bare:
        for name, (request, expected) in routes(token, ids, ids[::5]).items():
            for _ in range(ROUNDS + 1):
                for kind, server in (("ours", ours), ("bare", bare)):
                    loads = found.setdefault(name, {}).setdefault(kind, [])
                    loads.append(await measure(server, name, request, expected))
            found[name] = {kind: loads[1:] for kind, loads in found[name].items()}
    print(f"\n{SIZE:,} completed analyses of one user, {CONNECTIONS} connections, Postgres on the same machine")
    show(found)


async def start_latencies(address: str, queue: str, *, jobs: int = 40) -> list[float]:
    """Seconds from the response to a launch until a worker in another process claims the job, one job at a time."""
    from datetime import date

    from tradecore.model.ids import JobId, UserId
    from tradecore.model.users import Caller
    from tradecore_app.assembly import assemble
    from tradecore_app.embed import Embedded, running
    from tradecore_app.settings import read_settings

    stream = "memory:" if queue == "memory:" else queue.removeprefix("dramatiq+")
    with tempfile.TemporaryDirectory() as folder:
        chosen = {"data": folder, "store": address, "queue": queue, "stream": stream, "secret": SECRET}
        environment = {f"TRADECORE_{name.upper()}": str(value) for name, value in chosen.items()}
        worker = subprocess.Popen(
            [Path(sys.executable).with_name("tradecore"), "worker"], env={**os.environ, **environment},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with assemble(read_settings(**chosen)) as made, running(made, worker=False):
                desk = Embedded(made.core, Caller(UserId(USER)))
                found = []
                for n in range(jobs + 5):
                    ticket = await desk.launch("AAPL", date(2012, 10, 10))
                    await asyncio.wait_for(desk.result(ticket.analysis), 30)
                    async with made.store.snapshot() as uow:
                        job = await uow.jobs.get(JobId(ticket.analysis))
                    assert job.started_at
                    if n >= 5:
                        found.append((job.started_at - job.queued_at).total_seconds())
                    await asyncio.sleep(random.uniform(0.05, 0.3))
            return found
        finally:
            worker.terminate()
            worker.wait(10)


async def show_latencies(postgres: str, redis: str) -> None:
    """Print one line for each way to wake a worker."""
    connection = await asyncpg.connect(postgres)
    if await connection.fetchval("SELECT to_regclass('jobs')"):
        await connection.execute("TRUNCATE jobs, outbox")
    await connection.close()
    print("\nfrom launch to start on a worker in another process, ms, one job at a time, half of them idle")
    for queue in ("memory:", redis, f"dramatiq+{redis}"):
        found = sorted(1000 * each for each in await start_latencies(postgres, queue))
        name = queue.partition(":")[0].replace("memory", "looking only")
        print(f"{name:<18} p50 {median(found):6.1f}   p95 {found[int(0.95 * len(found))]:6.1f}")


async def main(what: str) -> None:
    """Measure and print."""
    postgres, redis = servers.own_postgres(), servers.own_redis()
    durable = {"fsync=off": "fsync=on", "synchronous_commit=off": "synchronous_commit=on"}
    postgres.command = [durable.get(str(each), each) for each in postgres.command]
    try:
        postgres.start()
        redis.start()
        if what != "jobs":
            await compare(servers.address(postgres))
        await show_latencies(servers.address(postgres), servers.address(redis))
    finally:
        postgres.close()
        redis.close()


if __name__ == "__main__":
    import uvloop

    if len(sys.argv) == 4:
        uvloop.run(SERVERS[sys.argv[1]](sys.argv[2], int(sys.argv[3])))
    else:
        uvloop.run(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
