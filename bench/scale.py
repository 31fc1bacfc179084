"""How routes and periodic tasks do with many analyses of many users: two databases in one Postgres, ten to one.

    python bench/scale.py                        10,000 and 100,000 analyses, some minutes
    python bench/scale.py 10000 1000000          other sizes; these take half an hour and 14 GB
    python bench/scale.py --plans                print the plan of every statement

Each database has the same user with 1,000 analyses, and everything else belongs to others: a user for each hundred
analyses. Rows are copies of those of real runs: an analysis with its job, score, result, steps and events (results and
steps of the newest 10,000 only, since they are 24 kB, and events of the newest 385,000, ten million), recommendations,
orders, ledgers, alerts, digests, and as many news as analyses. Each route is called in turn on both; printed are p50
and p95, the ratio of p25, and the rows that Postgres read without an index per call, where they are more than a page.
Then each route and every scheduled task runs once more, and the plans of all their statements are compared: which read
other indexes, or more than twice the rows. Exit code 1 where a route fails or takes twice its figure.
"""

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import asyncpg
import httpx
import structlog
from attrs import define, field
from http_api import SECRET
from plans import log_plans, read_plans
from scale_data import USER, fill, own_id

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import servers

ROUNDS, WARMING = 60, 3
_READS = (
    "/api/analyses?limit=50", "/api/analyses?status=completed&symbol=AAPL&page=5&limit=50",
    "/api/history?days=30", "/api/history?days=365&sortBy=confidence", "/api/history?days=365&symbol=AAPL&page=5",
    "/api/history?days=365&groupBy=engine", "/api/history/calibration?days=365", "/api/analyze/{id}/status",
    "/api/analyze/{id}/results", "/api/analyze/{id}/steps", "/api/portfolio", "/api/portfolio/history?days=30",
    "/api/portfolio/recommendations", "/api/portfolio/recommendations?status=pending",
    "/api/portfolio/recommendations/{id}", "/api/portfolio/orders", "/api/alerts", "/api/tokens", "/api/users",
    "/api/webhooks", "/api/webhooks/{id}/deliveries", "/api/notice-channels", "/api/watchlists", "/api/schedules",
    "/api/schedules/{id}/runs", "/api/engines", "/api/models", "/api/usage?days=30", "/api/market/symbols?query=AP",
    "/api/market/AAPL/bars", "/api/backtests", "/api/compare", "/api/sources", "/api/settings/interests",
    "/api/digests?limit=50", "/api/digests/{digest}", "/api/digests.rss", "/analyze/{digest}",
    "/analyze/{digest}/result", "/analyze/{digest}/items", "/api/auth/me", "/ready",
)  # fmt: skip
_LAUNCH = {
    "symbol": "AAPL", "assetType": "equity", "date": "2012-10-10", "analysts": ["technical"],
    "config": {"researchDepth": 1, "llmModel": "none", "llmProvider": "rules"},
}  # fmt: skip
# What is written, to a recommendation that is still pending at each call, or to an analysis that was just launched.
_WRITES: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
    ("POST", "/api/analyze", _LAUNCH),
    ("DELETE", "/api/analyze/{launched}", None),
    ("POST", "/analyze", {"user_id": "ann", "hours": 24}),
    ("POST", "/api/portfolio/recommendations/{pending}/reject", None),
    ("POST", "/api/alerts/{id}/ack", None),
)
_ROUTES = (*(("GET", path, None) for path in _READS), *_WRITES)


@define
class Application:
    """The application over a database of `size` analyses, and a client that is signed in as the user."""

    size: int
    assembled: Any
    client: httpx.AsyncClient
    launched: list[str] = field(factory=list)
    rejected: int = 0

    async def call(self, method: str, route: str, body: dict[str, Any] | None) -> httpx.Response:
        """The response of a route."""
        id = own_id(0, self.size)
        path = route.replace("{id}", id).replace("{digest}", f"analyze_job_{id.replace('-', '')}")
        if "{pending}" in path:
            # Of eight recommendations of the user in time, the fifth is pending.
            path = path.replace("{pending}", own_id(8 * self.rejected + 4, self.size))
            self.rejected += 1
        if "{launched}" in path:
            path = path.replace("{launched}", self.launched.pop())
        response = await self.client.request(method, path, json=body)
        if response.is_success and route == "/api/analyze":
            self.launched.append(response.json()["data"]["analysisId"])
        return response


@asynccontextmanager
async def served(size: int, address: str) -> AsyncIterator[Application]:
    """The application over a database."""
    from tradecore.model.ids import SessionId, UserId
    from tradecore_adapters import ambient
    from tradecore_adapters.identity.jwt import JwtAccessTokens
    from tradecore_app.assembly import assemble
    from tradecore_app.settings import read_settings
    from tradecore_app.web import build_app, build_live

    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(data=Path(folder), store=address, secret=SECRET, rate_per_minute=0, exits="watch")
        async with assemble(settings) as assembled:
            app: Any = build_app(assembled, build_live(assembled))
            token = JwtAccessTokens([SECRET]).issue(
                UserId(USER), SessionId(USER), at=ambient.now(), lifetime=timedelta(hours=1)
            )
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://x", headers={"authorization": f"Bearer {token}"}
            ) as client:
                yield Application(size, assembled, client)


async def scanned(connection: Any) -> dict[str, int]:
    """The rows that were read without an index so far, by table."""
    await connection.execute("SELECT pg_stat_clear_snapshot()")
    rows = await connection.fetch("SELECT relname, seq_tup_read FROM pg_stat_user_tables")
    return dict(rows)


async def measure(databases: dict[int, str]) -> bool:
    """Print a line for each route; whether all of them take less than twice their figure."""
    good = True
    small, large = databases
    async with AsyncExitStack() as stack:
        apps = [await stack.enter_async_context(served(size, address)) for size, address in databases.items()]
        statistics = await asyncpg.connect(databases[large])
        stack.push_async_callback(statistics.close)
        print(f"\n{'ms':<52} {small:>9,} p50   p95 {large:>9,} p50   p95  ratio  read without an index per call")
        for route in _ROUTES:
            name = route[1] if route[0] == "GET" else " ".join(route[:2])
            for app in apps:
                for _ in range(WARMING):
                    response = await app.call(*route)
                if not response.is_success:
                    print(f"{name:<52} {response.status_code} {response.text[:100]}")
                    good = False
            # Postgres counts what a session read once that has been idle for a moment.
            await asyncio.sleep(1.1)
            before = await scanned(statistics)
            took: dict[int, list[float]] = {size: [] for size in databases}
            for _ in range(ROUNDS):
                for app in apps:
                    began = time.perf_counter()
                    await app.call(*route)
                    took[app.size].append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(1.1)
            await apps[1].client.get("/api/auth/me")
            after = await scanned(statistics)
            reads = {name: round((after[name] - before.get(name, 0)) / ROUNDS) for name in after}
            unindexed = ", ".join(f"{name} {count}" for name, count in reads.items() if count > 100)
            p50 = {size: median(each) for size, each in took.items()}
            p95 = {size: quantiles(each, n=20)[-1] for size, each in took.items()}
            # Others use the machine too, and the fastest quarter of the calls sees least of them.
            ratio = quantiles(took[large], n=4)[0] / quantiles(took[small], n=4)[0]
            good &= ratio < 2
            print(
                f"{name:<52} {p50[small]:>13.1f} {p95[small]:>5.1f} {p50[large]:>13.1f} {p95[large]:>5.1f} "
                f"{ratio:>6.2f}  {unindexed}",
                flush=True,
            )
    return good


async def compare_plans(databases: dict[int, str], log: Path, *, show_all: bool) -> None:
    """Run each route and each task once with logged plans; print the times of tasks and the plans that differ."""
    small, large = databases
    async with AsyncExitStack() as stack:
        apps = [await stack.enter_async_context(served(size, address)) for size, address in databases.items()]
        for app in apps:
            # Those before it are rejected already.
            app.rejected = ROUNDS + WARMING
            for route in _ROUTES:
                await app.call(*route)
        print(f"\n{'scheduled task, ms, one run':<52} {small:>12,} {large:>19,}")
        for tasks in zip(*(app.assembled.core.run_scheduled_tasks.scheduled_tasks for app in apps), strict=True):
            times = []
            for task in tasks:
                began = time.perf_counter()
                await task.do()
                times.append((time.perf_counter() - began) * 1000)
            print(f"{tasks[0].name:<52} {times[0]:>12.0f} {times[1]:>19.0f}", flush=True)
    plans = {size: read_plans(log, address.rpartition("/")[2]) for size, address in databases.items()}
    both = [(statement, plans[small][statement], plan) for statement, plan in plans[large].items()
            if statement in plans[small]]  # fmt: skip
    print(f"\n{len(both)} statements of routes and tasks; of these, with other plans, tables without an index or more "
          "than twice the rows:")  # fmt: skip
    for statement, before, after in both:
        if show_all or after.unindexed or after.scans != before.scans or after.rows > 2 * before.rows + 100:
            print(f"  {before.rows} rows by {', '.join(before.scans) or 'none'}; {after.rows} by "
                  f"{', '.join(after.scans) or 'none'}: {statement[:160]}")  # fmt: skip


async def main(sizes: list[int], *, show_all: bool) -> bool:
    """Fill both databases and measure; whether all routes are below twice their figure."""
    # The log has a line for each API key that is used.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    postgres = servers.own_postgres()
    # That of tests has 32 MB of memory, and this one a checkpoint at the end of all that is written.
    for option in ("shared_buffers=1GB", "max_wal_size=16GB", "checkpoint_timeout=1h", "wal_level=minimal",
                   "max_wal_senders=0", "autovacuum=off"):  # fmt: skip
        postgres.command += ["-c", option]
    try:
        postgres.start()
        databases = {}
        admin = await asyncpg.connect(servers.address(postgres))
        for size in sizes:
            await admin.execute(f"CREATE DATABASE scale_{size}")
            databases[size] = servers.address(postgres, f"scale_{size}")
            began = time.perf_counter()
            await fill(databases[size], size)
            print(f"  filled in {time.perf_counter() - began:.0f} s")
        good = await measure(databases)
        for size in sizes:
            await log_plans(admin, f"scale_{size}")
        await admin.close()
        await compare_plans(databases, postgres.folder / "log", show_all=show_all)
        return good
    finally:
        postgres.close()


if __name__ == "__main__":
    import uvloop

    chosen = [int(word) for word in sys.argv[1:] if word.isdigit()] or [10_000, 100_000]
    sys.exit(0 if uvloop.run(main(chosen, show_all="--plans" in sys.argv)) else 1)
