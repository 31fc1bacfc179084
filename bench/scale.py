"""How routes and periodic tasks do with many analyses of many users: two databases in one Postgres, ten to one.

    python bench/scale.py                        10,000 and 100,000 analyses, some minutes
    python bench/scale.py 10000 1000000          other sizes
    python bench/scale.py --plans                print the plan of every statement

Each database has the same user with 1,000 analyses, and everything else belongs to others: a user for each hundred
analyses. Rows are copies of those of real runs: an analysis with its job, result, steps and events (results and steps
of the first 10,000 only, since they are 24 kB, and events of the first 75,000, two million), scores, recommendations,
alerts, digests, and as many news as analyses. Each route is called in turn on both; printed are p50 and p95, the ratio
of p25, and the rows that Postgres read without an index per call, where they are more than a page. Then each route
and every scheduled task runs once more, and the plans of all their statements are compared: which read other indexes,
or more than twice the rows. Exit code 1 where a route takes twice its figure.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import asyncpg
import httpx
from bench_users import put_user
from http_api import SECRET
from plans import log_plans, read_plans

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import servers

USER, TEMPLATE = "bench", "template"
OWN, WHOLE, WITH_EVENTS = 1_000, 10_000, 75_000
ROUNDS = 60
TODAY = date(2012, 2, 6)
DAY = 86_400_000_000

# The copies of one analysis, numbered, over 300 days.
_COPIES = """
CREATE TEMP TABLE copies AS SELECT n, lpad(to_hex(n), 8, '0') || '-0000-4000-8000-000000000000' AS new_id,
    CASE WHEN n < $1 THEN $2 ELSE 'u' || n % $3 END AS of_user,
    (extract(epoch FROM now()) * 1000000)::bigint - n::bigint * (300 * 86400000000 / $4) AS made_at
FROM generate_series(0, $4 - 1) AS n
"""
# Table, its columns that differ from the template's, the condition of the template's rows, and which copies.
_TABLES: tuple[tuple[str, dict[str, str], str, str], ...] = (
    ("analyses", {"id": "new_id", "user_id": "of_user", "created_at": "made_at"}, "t.id = $1", "TRUE"),
    ("jobs", {"id": "new_id", "user_id": "of_user", "queued_at": "made_at"}, "t.id = $1", "TRUE"),
    ("analysis_results", {"analysis_id": "new_id", "user_id": "of_user"}, "t.analysis_id = $1", f"n < {WHOLE}"),
    ("steps", {"analysis_id": "new_id"}, "t.analysis_id = $1", f"n < {WHOLE}"),
    ("scores", {"analysis_id": "new_id", "user_id": "of_user", "created_at": "made_at"}, "t.analysis_id = $1", "TRUE"),
    ("events", {"topic": "'analysis:' || new_id"}, "t.topic = 'analysis:' || $1",
     f"n < {WITH_EVENTS}"),
    ("recommendations", {"id": "new_id", "user_id": "of_user", "created_at": "made_at",
                         "expires_at": "made_at + 40000000000000"}, "TRUE", "n % 4 = 0"),
    ("alerts", {"id": "new_id", "user_id": "of_user", "created_at": "made_at"}, "TRUE", "n % 4 = 0"),
    ("digests", {"id": "new_id", "recipient": "of_user", "owner": "of_user", "window_end": "made_at",
                 "created_at": "made_at"}, "TRUE", "n % 4 = 0"),
    ("digest_results", {"digest_id": "new_id"}, "TRUE", f"n % 4 = 0 AND n < {WHOLE}"),
    ("items", {"id": "new_id", "url_key": "new_id", "guid": "new_id", "story_id": "new_id", "published_at": "made_at",
               "first_seen_at": "made_at", "happened_at": "made_at"}, "TRUE", "TRUE"),
)  # fmt: skip
_ROUTES = (
    "/api/analyses?limit=50", "/api/analyses?status=completed&symbol=AAPL&page=5&limit=50",
    "/api/history?days=30", "/api/history?days=365&sortBy=confidence", "/api/history?days=365&symbol=AAPL&page=5",
    "/api/history?days=365&groupBy=engine", "/api/history/calibration?days=365", "/api/analyze/{id}/status",
    "/api/analyze/{id}/results", "/api/analyze/{id}/steps", "/api/portfolio", "/api/portfolio/history?days=30",
    "/api/portfolio/recommendations", "/api/portfolio/recommendations?status=pending", "/api/portfolio/orders",
    "/api/alerts", "/api/tokens", "/api/webhooks", "/api/engines", "/api/models", "/api/usage?days=30",
    "/api/backtests", "/api/compare", "/api/sources", "/api/settings/interests", "/api/digests?limit=50",
    "/api/digests/{digest}", "/api/auth/me",
)  # fmt: skip


async def _decided(embedded: Any) -> str:
    """An analysis with a recommendation."""
    for symbol in ("AAPL", "GOOG", "IBM", "MSFT"):
        id = (await embedded.launch(symbol, TODAY, depth=3)).analysis
        if (await embedded.result(id)).decision.action == "BUY":
            return str(id)
    raise RuntimeError("No analysis of the sample decides to buy.")


async def fill(address: str, size: int) -> None:
    """Run one of each thing, and copy their rows."""
    from tradecore.model.ids import UserId
    from tradecore.model.users import Caller
    from tradecore_app.assembly import assemble
    from tradecore_app.embed import Embedded, running
    from tradecore_app.settings import read_settings

    with tempfile.TemporaryDirectory() as folder:
        # Recommendations are issued for the newest day only.
        settings = read_settings(data=Path(folder), store=address, secret=SECRET, today=str(TODAY), exits="watch")
        async with assemble(settings) as assembled:
            async with assembled.store.unit_of_work() as uow:
                await put_user(uow, USER)
                await put_user(uow, TEMPLATE, "template@example.com")
            async with running(assembled):
                embedded = Embedded(assembled.core, Caller(UserId(TEMPLATE)), "rules", None)
                id = await _decided(embedded)
                await embedded.digest(24, "ann")
        async with assemble(read_settings(data=Path(folder), store=address, secret=SECRET)) as assembled:
            await assembled.core.score_decisions()
    connection = await asyncpg.connect(address)
    await connection.execute(_COPIES.replace("$1", str(OWN)).replace("$2", f"'{USER}'").replace(
        "$3", str(max(1, size // 100))).replace("$4", str(size)))  # fmt: skip
    for table, changed, template, which in _TABLES:
        columns = [
            name
            for (name,) in await connection.fetch(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_name = $1 AND is_identity = 'NO' ORDER BY ordinal_position",
                table,
            )
        ]
        # The first column is the key.
        doc = f"replace(replace(t.doc, '{id}', new_id), t.{columns[0]}, new_id)"
        doc = f"""replace({doc}, '"{TEMPLATE}"', '"' || of_user || '"')"""
        values = [changed.get(name, doc if name == "doc" else f"t.{name}") for name in columns]
        source = f"(SELECT * FROM {table} AS t WHERE {template.replace('$1', chr(39) + id + chr(39))}"
        # One row of the template where it stands for all, such as one recommendation.
        source += " LIMIT 1)" if template == "TRUE" else ")"
        made = await connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source} AS t, copies "
            f"WHERE {which} ORDER BY n ON CONFLICT DO NOTHING"
        )
        print(f"    {table:<18} {made.split()[-1]:>9}", flush=True)
    await connection.execute(
        "INSERT INTO event_log (position, topic, seq, user_id, at) SELECT "
        "(SELECT MAX(position) FROM event_log) + row_number() OVER (ORDER BY n DESC, seq), topic, seq, of_user, "
        "made_at FROM copies JOIN events ON topic = 'analysis:' || new_id"
    )
    await connection.execute("UPDATE event_log_head SET position = (SELECT MAX(position) FROM event_log)")
    await connection.execute("UPDATE listeners SET position = (SELECT MAX(position) FROM event_log)")
    await connection.execute(
        "INSERT INTO item_keys (key, happened_at, sequence) SELECT abs(hashtext(id || k)::bigint) % 100000, "
        "happened_at, sequence FROM items, generate_series(1, 3) AS k ON CONFLICT DO NOTHING"
    )
    await connection.execute(
        f"INSERT INTO daily_history SELECT user_id, created_at / {DAY}, symbol, asset_type, COUNT(*), SUM(confidence), "
        "COUNT(actual_return), COUNT(*) FILTER (WHERE actual_return > 0), COALESCE(SUM(actual_return), 0), "
        "COALESCE(SUM(actual_return * actual_return), 0) FROM analyses GROUP BY 1, 2, 3, 4 ON CONFLICT DO NOTHING"
    )
    await connection.execute("VACUUM ANALYZE")
    [[bytes_]] = await connection.fetch("SELECT pg_database_size(current_database())")
    print(f"{size:,} analyses: {bytes_ / 1e6:,.0f} MB", flush=True)
    await connection.close()


@asynccontextmanager
async def served(address: str) -> AsyncIterator[tuple[Any, httpx.AsyncClient]]:
    """The application over a database, and a client that is signed in as the user."""
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
                yield assembled, client


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
        apps = {size: await stack.enter_async_context(served(address)) for size, address in databases.items()}
        statistics = await asyncpg.connect(databases[large])
        stack.push_async_callback(statistics.close)
        print(f"\n{'ms':<52} {small:>8,} p50   p95 {large:>9,} p50   p95  ratio  read without an index per call")
        for route in _ROUTES:
            path = _path(route)
            took: dict[int, list[float]] = {size: [] for size in databases}
            for _, client in apps.values():
                for _ in range(3):
                    response = await client.get(path)
                if response.status_code != httpx.codes.OK:
                    print(f"{route:<52} {response.status_code} {response.text[:100]}")
            # Postgres counts what a session read once that has been idle for a moment.
            await asyncio.sleep(1.1)
            before = await scanned(statistics)
            for _ in range(ROUNDS):
                for size, (_, client) in apps.items():
                    began = time.perf_counter()
                    await client.get(path)
                    took[size].append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(1.1)
            await apps[large][1].get("/api/auth/me")
            after = await scanned(statistics)
            reads = {name: round((after[name] - before.get(name, 0)) / ROUNDS) for name in after}
            unindexed = ", ".join(f"{name} {count}" for name, count in reads.items() if count > 100)
            p50 = {size: median(each) for size, each in took.items()}
            p95 = {size: quantiles(each, n=20)[-1] for size, each in took.items()}
            # Others use the machine too, and the fastest quarter of the calls sees least of them.
            ratio = quantiles(took[large], n=4)[0] / quantiles(took[small], n=4)[0]
            good &= ratio < 2
            print(
                f"{route:<52} {p50[small]:>12.1f} {p95[small]:>5.1f} {p50[large]:>13.1f} {p95[large]:>5.1f} "
                f"{ratio:>6.2f}  {unindexed}",
                flush=True,
            )
    return good


def _path(route: str) -> str:
    path_id = f"{4:08x}-0000-4000-8000-000000000000"
    return route.replace("{id}", path_id).replace("{digest}", f"analyze_job_{path_id.replace('-', '')}")


async def compare_plans(databases: dict[int, str], log: Path, *, show_all: bool) -> None:
    """Run each route and each task once with logged plans; print the times of tasks and the plans that differ."""
    small, large = databases
    async with AsyncExitStack() as stack:
        apps = {size: await stack.enter_async_context(served(address)) for size, address in databases.items()}
        for route in _ROUTES:
            for _, client in apps.values():
                await client.get(_path(route))
        print(f"\n{'scheduled task, ms, one run':<52} {small:>12,} {large:>19,}")
        for number, task in enumerate(apps[small][0].core.run_scheduled_tasks.scheduled_tasks):
            times = {}
            for size, (assembled, _) in apps.items():
                began = time.perf_counter()
                await assembled.core.run_scheduled_tasks.scheduled_tasks[number].do()
                times[size] = (time.perf_counter() - began) * 1000
            print(f"{task.name:<52} {times[small]:>12.0f} {times[large]:>19.0f}", flush=True)
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
    postgres = servers.own_postgres()
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
