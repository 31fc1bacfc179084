"""The HTTP API against the sample stack of the trading document, on one Postgres server, taking turns.

    python bench/stack.py                                      in about three minutes
    BENCH_WAITING=0,1000 BENCH_ROUTES=launch python bench/stack.py    some of it

`sample` is FastAPI, SQLAlchemy's asyncio ORM and python-socketio (bench/sample_stack). `bare` is Litestar with one
handler that checks a token it has seen before and sends the bytes of our results from one row of the same database.
Launches are measured while 0, 1,000 and 10,000 analyses wait. Figures depend on the machine and on what else it does;
the ratios within one run are what counts.
"""

import gc
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from bench_users import put_user
from http_api import SECRET, Load, Server, during, load, routes, running

sys.path.append(str(Path(__file__).parents[1] / "tests"))

WAITING = tuple(int(count) for count in os.environ.get("BENCH_WAITING", "0,1000,10000").split(","))
ROUTES = tuple(os.environ.get("BENCH_ROUTES", "launch,status,results,history").split(","))
SIZE = int(os.environ.get("BENCH_SIZE", "10000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))
LAUNCHES = int(os.environ.get("BENCH_LAUNCHES", "400"))
# Those who wait belong to this many users, one of whom launches.
USERS = 100
RESULTS = 2_000
USER = UUID("00000000-0000-4000-8000-000000000000")
FAR = 10**9


# --- the three servers ---


async def serve_ours(address: str, port: int) -> None:
    """The HTTP API as it is served without a worker and without a rate limit, relay included."""
    from tradecore_app.assembly import assemble
    from tradecore_app.embed import running as background
    from tradecore_app.heap import collect_cycles_less_often, return_freed_memory, share_one_heap
    from tradecore_app.settings import read_settings
    from tradecore_app.web import build_app, build_live

    share_one_heap()
    collect_cycles_less_often()
    settings = read_settings(store=address, secret=SECRET, queue_limit=FAR, rate_per_minute=0)
    async with assemble(settings) as assembled, background(assembled, worker=False):
        app = build_app(assembled, build_live(assembled))
        gc.collect()
        gc.freeze()
        return_freed_memory()
        await _serve(app, port)


async def serve_sample(address: str, port: int) -> None:
    """The sample stack."""
    from sample_stack.app import create_app

    gc.collect()
    gc.freeze()
    await _serve(create_app(address, SECRET, FAR), port)


async def serve_bare(address: str, port: int) -> None:
    """One handler that sends the bytes of our results."""
    from litestar import Litestar, Request, Response, get
    from litestar.exceptions import NotAuthorizedException

    pool = await asyncpg.create_pool(address, min_size=10, max_size=10, reset=_no_reset)
    tokens = {f"Bearer {_token()}": str(USER)}

    @get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @get("/api/analyze/{id:str}/results")
    async def results(id: str, request: Request) -> Response:
        user = tokens.get(request.headers.get("authorization", ""))
        if user is None:
            raise NotAuthorizedException
        body = await pool.fetchval("SELECT body FROM bare_results WHERE analysis_id = $1 AND user_id = $2", id, user)
        return Response(body, media_type="application/json")

    await _serve(Litestar([health, results], openapi_config=None, logging_config=None), port)


async def _no_reset(connection: Any) -> None:
    """Keep what the session has; it has nothing."""


async def _serve(app: Any, port: int) -> None:
    import uvicorn

    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False, proxy_headers=False
    )
    await uvicorn.Server(config).serve()


SERVERS: dict[str, Callable[[str, int], Any]] = {"ours": serve_ours, "sample": serve_sample, "bare": serve_bare}


def _token() -> str:
    from joserfc import jwt
    from joserfc.jwk import OctKey

    issued = int(time.time()) // 3600 * 3600
    claims = {
        "iss": "tradecore", "aud": "tradecore-api", "typ": "access",
        "sub": str(USER), "sid": str(USER), "jti": "bench", "iat": issued, "exp": issued + 86_400,
    }  # fmt: skip
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, OctKey.import_key(SECRET))


# --- the prepared databases ---


class Ours:
    """Our database: completed analyses of one user over a year, and analyses that wait."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.chance = random.Random(7)

    async def fill(self, address: str, size: int) -> tuple[list[str], list[str]]:
        """All ids, and those that have a result."""
        from tradecore_app.embed import open_tradecore

        async with open_tradecore(user=str(USER), store=address) as tradecore:
            store = tradecore.core.get_analysis_status.store
            async with store.unit_of_work() as uow:
                for number in range(USERS):
                    await put_user(uow, _user(number), f"{number}@example.com")
            ticket = await tradecore.launch("AAPL", date(2012, 10, 10), depth=3)
            await tradecore.result(ticket.analysis)
        old, run = str(ticket.analysis), self.connection.fetch
        [template] = await run("SELECT * FROM analyses")
        [result] = await run("SELECT * FROM analysis_results")
        self.template_job = (await run("SELECT * FROM jobs"))[0]
        self.template_analysis = template
        self.old = old
        now = int(time.time() * 1_000_000)
        ids = [str(UUID(int=self.chance.getrandbits(128), version=4)) for _ in range(size)]
        rows = [
            {
                **template,
                "id": id,
                "symbol": ("AAPL", "NVDA", "MSFT", "BTC-USD")[n % 4],
                "created_at": now - int(365 * 86_400_000_000 * (size - n) / size),
                "confidence": self.chance.randrange(20, 100) / 10,
                "actual_return": None if n % 10 == 0 else round(self.chance.gauss(0.3, 4), 2),
                "doc": template["doc"].replace(old, id),
            }
            for n, id in enumerate(ids)
        ]
        await self._copy("analyses", rows)
        with_result = ids[:RESULTS]
        await self._copy(
            "analysis_results",
            [{**result, "analysis_id": id, "doc": result["doc"].replace(old, id)} for id in with_result],
        )
        await self.connection.execute("VACUUM ANALYZE")
        return ids, with_result

    async def wait(self, count: int) -> None:
        """Let exactly `count` analyses wait."""
        run = self.connection.execute
        await run("DELETE FROM outbox")
        await run("DELETE FROM events WHERE topic IN (SELECT 'job:' || id FROM jobs WHERE state = 'queued')")
        await run("DELETE FROM analyses WHERE state = 'queued'")
        await run("ALTER TABLE jobs DISABLE TRIGGER USER")
        await run("DELETE FROM jobs WHERE state = 'queued'")
        now = int(time.time() * 1_000_000)
        jobs, analyses = [], []
        for n in range(count):
            id, user, queue_round = str(uuid4()), _user(n % USERS), n // USERS
            job = json.loads(self.template_job["doc"])
            job.update(id=id, user=user, state="queued", round=queue_round, started_at=None, ended_at=None, attempt=0)
            jobs.append(
                {
                    **self.template_job, "id": id, "user_id": user, "state": "queued", "round": queue_round,
                    "queued_at": now + n, "not_before": 0, "lease_until": None, "version": 1, "doc": json.dumps(job),
                }
            )  # fmt: skip
            analyses.append(
                {**self.template_analysis, "id": id, "user_id": user, "state": "queued", "action": None,
                 "confidence": None, "doc": self.template_analysis["doc"].replace(self.old, id)}
            )  # fmt: skip
        await self._copy("jobs", jobs)
        await self._copy("analyses", analyses)
        await run("ALTER TABLE jobs ENABLE TRIGGER USER")
        await run("UPDATE queue_counts SET waiting = CASE shard WHEN 0 THEN $1 ELSE 0 END".replace("$1", str(count)))
        for table in ("jobs", "analyses", "events", "outbox", "queue_counts"):
            await run(f"VACUUM ANALYZE {table}")

    async def _copy(self, table: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self.connection.copy_records_to_table(
                table, columns=list(rows[0]), records=[tuple(row.values()) for row in rows]
            )


class Sample:
    """The same in the tables of the sample stack."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.chance = random.Random(7)

    async def fill(self, size: int) -> tuple[list[str], list[str]]:
        """All ids, and those that have a result, of the document's own size."""
        run, now = self.connection.execute, datetime.now(UTC)
        await self.connection.executemany(
            "INSERT INTO users (id, email, name) VALUES ($1, $2, 'Bench')",
            [(UUID(_user(number)), f"{number}@example.com") for number in range(USERS)],
        )
        ids = [UUID(int=self.chance.getrandbits(128), version=4) for _ in range(size)]
        agents = [{"name": f"{name}_analyst", "status": "completed", "duration": 12} for name in _ANALYSTS]
        progress = {
            "currentAgent": "", "completedAgents": [agent["name"] for agent in agents], "overallPercent": 100,
            "agents": agents,
        }  # fmt: skip
        result = {
            "decision": {"symbol": "AAPL", "action": "BUY", "confidence": 8.5, "reasoning": "Momentum. " * 20},
            "reports": dict.fromkeys(_ANALYSTS, "# Report\n\n" + "Some findings. " * 20),
            "debate": {"rounds": [], "finalVerdict": "Buy."},
            "riskAssessment": {"volatility": "moderate", "maxDrawdown": 12, "liquidity": "high", "concerns": []},
        }
        rows = [
            self._row(
                id, UUID(_user(0)), "completed", now - timedelta(days=365) * ((size - n) / size), json.dumps(progress),
                json.dumps(result) if n < RESULTS else None, "BUY", self.chance.randrange(20, 100) / 10,
                None if n % 10 == 0 else round(self.chance.gauss(0.3, 4), 2),
            )
            for n, id in enumerate(ids)
        ]  # fmt: skip
        await self._copy(rows)
        await run("VACUUM ANALYZE")
        return [str(id) for id in ids], [str(id) for id in ids[:RESULTS]]

    async def wait(self, count: int) -> None:
        """Let exactly `count` analyses wait."""
        await self.connection.execute("DELETE FROM analyses WHERE status = 'queued'")
        now = datetime.now(UTC)
        await self._copy(
            [
                self._row(uuid4(), UUID(_user(n % USERS)), "queued", now, "{}", None, None, None, None)
                for n in range(count)
            ]
        )
        await self.connection.execute("VACUUM ANALYZE analyses")

    def _row(self, id: UUID, user: UUID, status: str, at: datetime, *rest: Any) -> tuple[Any, ...]:
        progress, result, action, confidence, actual_return = rest
        return (
            id, user, "AAPL", "equity", date(2012, 10, 10), json.dumps(_ANALYSTS), "{}", status, progress, result,
            action, confidence, actual_return, at,
        )  # fmt: skip

    async def _copy(self, rows: list[tuple[Any, ...]]) -> None:
        columns = (
            "id", "user_id", "symbol", "asset_type", "date", "analysts", "config", "status", "progress", "result",
            "action", "confidence", "actual_return", "created_at",
        )  # fmt: skip
        await self.connection.copy_records_to_table("analyses", columns=columns, records=rows)


_ANALYSTS = ("technical", "sentiment", "news", "fundamentals")


def _user(number: int) -> str:
    return str(UUID(int=USER.int + number))


async def _keep_bare_results(ours: Server, sent: Any, ids: list[str], token: str) -> int:
    """Give the bare server the bytes that ours sends, and return how many they are."""
    import httpx

    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{ours.port}", headers=headers) as client:
        bodies = [(id, str(USER), (await client.get(f"/api/analyze/{id}/results")).content) for id in ids]
    await sent.execute("CREATE TABLE bare_results (analysis_id TEXT PRIMARY KEY, user_id TEXT, body BYTEA)")
    await sent.copy_records_to_table("bare_results", records=bodies)
    await sent.execute("VACUUM ANALYZE bare_results")
    return len(bodies[0][2])


# --- the run ---


async def measure(server: Server, request: Callable[[], bytes], expected: bytes, *, launches: bool) -> Load:
    """One stretch of load on one route."""
    requests: Iterator[bytes] = iter([request() for _ in range(LAUNCHES)]) if launches else during(SECONDS, request)
    return await load(server, requests, expected)


def show(name: str, loads: dict[str, list[Load]]) -> None:
    """One line: requests/s, their ratio to each of the others, and processor time per request."""
    ours = loads["ours"]
    cells = [f"{name:<26}", f"{median(load.rate for load in ours):>8,.0f}"]
    for other in ("sample", "bare"):
        if other in loads:
            pairs = list(zip(ours, loads[other], strict=True))
            rate = median(load.rate for load in loads[other])
            cells.append(
                f"{other} {rate:>6,.0f}  ratio {median(a.rate / b.rate for a, b in pairs):.2f} "
                f"(CPU {median(b.cpu / a.cpu for a, b in pairs):.2f})"
            )
    cells.append(
        f"{median(load.cpu for load in ours):,.0f} us, p50 {median(load.percentile(0.5) for load in ours):.1f}"
    )
    print("   ".join(cells), flush=True)


async def main() -> None:
    """Measure and print."""
    from servers import some_postgres

    token = _token()
    async with AsyncExitStack() as stack:
        databases = stack.enter_context(some_postgres())
        ours_at = await stack.enter_async_context(databases.bare())
        sample_at = await stack.enter_async_context(databases.bare())
        ours_database, sample_database = await asyncpg.connect(ours_at), await asyncpg.connect(sample_at)
        stack.push_async_callback(ours_database.close)
        stack.push_async_callback(sample_database.close)
        ours = Ours(ours_database)
        ids, with_result = await ours.fill(ours_at, SIZE)
        servers = {
            "ours": await stack.enter_async_context(running("ours", ours_at, __file__)),
            "sample": await stack.enter_async_context(running("sample", sample_at, __file__)),
            "bare": await stack.enter_async_context(running("bare", ours_at, __file__)),
        }
        sample = Sample(sample_database)
        sample_ids = await sample.fill(SIZE)
        for name, server in servers.items():
            print(f"start-up of {name:<8} {server.start_up:.2f} s to the first answer, {server.memory:.0f} MiB idle")
        size = await _keep_bare_results(servers["ours"], ours_database, with_result, token)
        print(
            f"results of ours have {size / 1024:.0f} KiB\n{'':<26} requests/s of ours, then of the others", flush=True
        )
        requests = {
            "ours": routes(token, ids, with_result),
            "sample": routes(token, *sample_ids),
            "bare": routes(token, ids, with_result),
        }
        for name in requests["ours"]:
            if name.partition(",")[0] not in ROUTES:
                continue
            for waiting in WAITING if name == "launch" else WAITING[:1]:
                loads: dict[str, list[Load]] = {}
                for turn in range(ROUNDS + 1):
                    for kind, server in servers.items():
                        if kind == "bare" and name != "results":
                            continue
                        if name == "launch" or not turn:
                            await (ours if kind == "ours" else sample).wait(waiting)
                        found = await measure(server, *requests[kind][name], launches=name == "launch")
                        # The first turn warms caches and compiles statements.
                        loads.setdefault(kind, []).extend([found] if turn else [])
                show(f"{name}, {waiting:,} waiting" if name == "launch" else name, loads)
        for name, server in servers.items():
            print(f"memory of {name:<8} {server.memory:.0f} MiB after the load")


if __name__ == "__main__":
    import uvloop

    if len(sys.argv) == 4:
        uvloop.run(SERVERS[sys.argv[1]](sys.argv[2], int(sys.argv[3])))
    else:
        uvloop.run(main())
