"""A database of many analyses of many users: copies of rows of real runs, with ids, users and times of their own."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
from attrs import frozen
from bench_users import put_user
from http_api import SECRET

USER, TEMPLATE = "bench", "template"
OWN, WHOLE, WITH_EVENTS = 1_000, 10_000, 385_000
TODAY = date(2012, 2, 6)
_DAY = 86_400_000_000

# The copies of one analysis, numbered from the newest, over 300 days. Of one user they are so many in each database,
# spread over the same time; every fourth of a user has a recommendation, and every eighth an order.
_COPIES = """
CREATE TEMP TABLE copies AS
SELECT n, new_id, own, made_at, number % 4 = 0 AS quarter, number % 8 = 0 AS eighth,
    CASE WHEN own THEN '{user}' ELSE 'u' || n % {users} END AS of_user
FROM (
    SELECT n, lpad(to_hex(n), 8, '0') || '-0000-4000-8000-000000000000' AS new_id, n % {step} = 0 AS own,
        CASE WHEN n % {step} = 0 THEN n / {step} ELSE n / {users} END AS number,
        (extract(epoch FROM now()) * 1000000)::bigint - n::bigint * (300 * {day} / {size}) AS made_at
    FROM generate_series(0, {size} - 1) AS n
) AS numbered
"""


@frozen
class _Copied:
    """A table, its columns that differ from the template's, which rows are the templates, and which copies it has."""

    table: str
    changed: dict[str, str]
    templates: str
    which: str = "TRUE"


_OF_ANALYSIS = "t.analysis_id = $1"
_ONE = "TRUE LIMIT 1"
_TABLES: tuple[_Copied, ...] = (
    _Copied("users", {"id": "of_user", "email": "of_user || '@example.com'"}, "t.id = $2", "n < {users}"),
    _Copied("sessions", {"id": "of_user", "user_id": "of_user"}, "t.id = $2", "n < {users}"),
    _Copied("accounts", {"id": "of_user"}, "t.id = $2", "n < {users}"),
    _Copied("watchlists", {"id": "new_id", "user_id": "of_user", "created_at": "made_at"}, _ONE, "n < {users}"),
    _Copied("schedules", {"id": "new_id", "user_id": "of_user", "created_at": "made_at"}, _ONE, "n < {users}"),
    _Copied("webhooks", {"id": "new_id", "user_id": "of_user", "created_at": "made_at"}, _ONE, "n < {users}"),
    _Copied("analyses", {"id": "new_id", "user_id": "of_user", "created_at": "made_at"}, "t.id = $1"),
    _Copied("jobs", {"id": "new_id", "user_id": "of_user", "queued_at": "made_at"}, "t.id = $1"),
    _Copied("analysis_results", {"analysis_id": "new_id", "user_id": "of_user"}, _OF_ANALYSIS, "own OR n < {whole}"),
    _Copied("steps", {"analysis_id": "new_id"}, _OF_ANALYSIS, "own OR n < {whole}"),
    _Copied("scores", {"analysis_id": "new_id", "user_id": "of_user", "created_at": "made_at"}, _OF_ANALYSIS),
    _Copied("events", {"topic": "'analysis:' || new_id"}, "t.topic = 'analysis:' || $1", "n < {with_events}"),
    _Copied("recommendations", {"id": "new_id", "user_id": "of_user", "created_at": "made_at",
                                "expires_at": "made_at + 40000000000000"}, "t.state = 'pending' LIMIT 1",
            "quarter AND NOT eighth"),
    # Of the positions, one of every eighth user is still held.
    _Copied("recommendations", {"id": "new_id", "user_id": "of_user", "created_at": "made_at",
                                "live": "(n < {users})::int"}, "t.state = 'executed' LIMIT 1", "eighth"),
    _Copied("orders", {"id": "'tradecore-' || new_id", "user_id": "of_user", "created_at": "made_at"}, _ONE, "eighth"),
    _Copied("ledger_entries", {"id": "t.id || n", "user_id": "of_user", "position": "t.position + 2 * n"}, "TRUE",
            "eighth"),
    _Copied("alerts", {"id": "new_id", "user_id": "of_user", "created_at": "made_at"}, _ONE, "quarter"),
    _Copied("digests", {"id": "new_id", "recipient": "of_user", "owner": "of_user", "window_end": "made_at",
                        "created_at": "made_at"}, _ONE, "quarter"),
    _Copied("digest_results", {"digest_id": "new_id"}, _ONE, "quarter AND (own OR n < {whole})"),
    _Copied("items", {"id": "new_id", "url_key": "new_id", "guid": "new_id", "story_id": "new_id",
                      "published_at": "made_at", "first_seen_at": "made_at", "happened_at": "made_at"}, _ONE),
)  # fmt: skip
_COUNTED = (
    "INSERT INTO event_log (position, topic, seq, user_id, at) SELECT "
    "(SELECT MAX(position) FROM event_log) + row_number() OVER (ORDER BY n DESC, seq), topic, seq, of_user, "
    "made_at FROM copies JOIN events ON topic = 'analysis:' || new_id",
    "UPDATE event_log_head SET position = (SELECT MAX(position) FROM event_log)",
    "UPDATE listeners SET position = (SELECT MAX(position) FROM event_log)",
    "INSERT INTO item_keys (key, happened_at, sequence) SELECT abs(hashtext(id || k)::bigint) % 100000, "
    "happened_at, sequence FROM items, generate_series(1, 3) AS k ON CONFLICT DO NOTHING",
    "INSERT INTO deliveries (recipient, item_id, story_id, delivered_at, doc) "
    "SELECT of_user, new_id, new_id, made_at, '{}' FROM copies",
    f"INSERT INTO daily_history SELECT user_id, created_at / {_DAY}, symbol, asset_type, COUNT(*), SUM(confidence), "
    "COUNT(actual_return), COUNT(*) FILTER (WHERE actual_return > 0), COALESCE(SUM(actual_return), 0), "
    "COALESCE(SUM(actual_return * actual_return), 0) FROM analyses GROUP BY 1, 2, 3, 4 ON CONFLICT DO NOTHING",
)


def own_id(number: int, size: int) -> str:
    """The id of an analysis of `USER`, numbered from the newest, in a database of `size` analyses."""
    return f"{number * (size // OWN):08x}-0000-4000-8000-000000000000"


async def fill(address: str, size: int) -> None:
    """Run one of each thing, and copy their rows."""
    id = await _run_templates(address)
    connection = await asyncpg.connect(address)
    # Rows are written for good, and their keys are new: neither triggers nor foreign keys have anything to do.
    for setting in ("session_replication_role = replica", "maintenance_work_mem = '1GB'", "work_mem = '256MB'"):
        await connection.execute(f"SET {setting}")
    # That of the template is over since its day.
    await connection.execute(
        'UPDATE recommendations SET doc = regexp_replace(doc, \'"expires_at":"2012\', \'"expires_at":"2112\')'
    )
    names: dict[str, Any] = {
        "user": USER, "users": max(1, size // 100), "step": size // OWN, "size": size, "day": _DAY, "whole": WHOLE,
        "with_events": WITH_EVENTS,
    }  # fmt: skip
    await connection.execute(_COPIES.format(**names))
    indexes = await connection.fetch(
        "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index "
        "JOIN pg_class ON pg_class.oid = indrelid WHERE NOT indisunique AND relnamespace = 'public'::regnamespace"
    )
    for name, _ in indexes:
        await connection.execute(f"DROP INDEX {name}")
    for copied in _TABLES:
        made = await connection.execute(await _statement(connection, copied, id, names))
        print(f"    {copied.table:<18} {made.split()[-1]:>9}", flush=True)
    for statement in _COUNTED:
        await connection.execute(statement)
    for _, definition in indexes:
        await connection.execute(definition)
    await connection.execute("VACUUM ANALYZE")
    [[bytes_]] = await connection.fetch("SELECT pg_database_size(current_database())")
    print(f"{size:,} analyses: {bytes_ / 1e6:,.0f} MB", flush=True)
    await connection.close()


async def _statement(connection: Any, copied: _Copied, id: str, names: dict[str, Any]) -> str:
    columns = [
        name
        for (name,) in await connection.fetch(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = $1 AND is_identity = 'NO' ORDER BY ordinal_position",
            copied.table,
        )
    ]
    doc = f"replace(t.doc, '{id}', new_id)"
    # The first column is the key.
    doc = f"replace({doc}, t.{columns[0]}::text, ({copied.changed.get(columns[0], 'new_id')})::text)"
    doc = f"""replace(replace({doc}, '"{TEMPLATE}"', '"' || of_user || '"'), '{TEMPLATE}@', of_user || '@')"""
    values = [copied.changed.get(name, doc if name == "doc" else f"t.{name}") for name in columns]
    templates = copied.templates.replace("$1", f"'{id}'").replace("$2", f"'{TEMPLATE}'")
    return (
        f"INSERT INTO {copied.table} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM (SELECT * FROM {copied.table} AS t WHERE {templates}) AS t, copies "
        f"WHERE {copied.which} ORDER BY n ON CONFLICT DO NOTHING"
    ).format(**names)


async def _run_templates(address: str) -> str:
    """Run one of each thing; the id of the analysis, which is that of its recommendation and of its job too."""
    from tradecore.model.ids import RecommendationId, UserId
    from tradecore.model.market import AssetType, symbol
    from tradecore.model.money import Asset
    from tradecore.model.schedules import CronTime, ScheduledDigest
    from tradecore.model.users import Caller, Scope
    from tradecore.use_cases.schedules import ScheduleChange
    from tradecore_app.assembly import assemble
    from tradecore_app.embed import Embedded, running
    from tradecore_app.settings import read_settings

    caller = Caller(UserId(TEMPLATE))
    with tempfile.TemporaryDirectory() as folder:
        settings: dict[str, Any] = {"data": Path(folder), "store": address, "secret": SECRET, "exits": "watch"}
        # Recommendations are issued for the newest day only.
        async with assemble(read_settings(**settings, today=str(TODAY))) as assembled:
            core = assembled.core
            async with assembled.store.unit_of_work() as uow:
                await put_user(uow, USER)
                await put_user(uow, TEMPLATE, "template@example.com")
            await core.grant_scopes("bench@example.com", [Scope.ADMIN])
            async with running(assembled):
                embedded = Embedded(core, caller, "rules", None)
                id = await _bought(embedded)
                await core.execute_recommendation(RecommendationId(id), by=caller)
                # Another recommendation, which stays pending.
                await _bought(embedded)
                await embedded.digest(24, "ann")
            await core.create_watchlist("Technology", [Asset(symbol("AAPL"), AssetType.EQUITY)], by=caller)
            digest = ScheduledDigest(reader=UserId("ann"), hours=24)
            when = CronTime("0 8 * * *", "UTC")
            await core.create_schedule(
                ScheduleChange(name="At eight", cron=when, digest=digest, enabled=False), by=caller
            )
            await core.create_webhook("https://example.com/hooks", ["order_cancelled"], by=caller)
        async with assemble(read_settings(**settings)) as assembled:
            await assembled.core.score_decisions()
    return id


async def _bought(embedded: Any) -> str:
    """An analysis with a recommendation, and its id."""
    for ticker in ("AAPL", "GOOG", "IBM", "MSFT"):
        id = (await embedded.launch(ticker, TODAY, depth=3)).analysis
        if (await embedded.result(id)).decision.action == "BUY":
            return str(id)
    raise RuntimeError("No analysis of the sample decides to buy.")
