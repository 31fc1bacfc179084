"""What can happen to a Postgres, and what of it the core is told; never an address, a name or a password."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from time import monotonic

import asyncpg
import pytest

from servers import Databases
from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.errors import Stale, Unavailable
from tradecore.model.ids import AnalysisId, JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Account
from tradecore.model.steps import Analyst
from tradecore_adapters.store import postgres as postgres_adapter
from tradecore_adapters.store import postgres_schema
from tradecore_adapters.store.connection import MOST_ADDED
from tradecore_adapters.store.migrations import Migration, migrations
from tradecore_adapters.store.postgres import PostgresStore
from tradecore_adapters.store.postgres_schema import in_postgres

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")


@pytest.fixture
async def database(postgres: Databases) -> AsyncIterator[str]:
    async with postgres.fresh() as address:
        yield address


@pytest.fixture
async def store(database: str) -> AsyncIterator[PostgresStore]:
    async with PostgresStore(database) as opened:
        yield opened


async def admin(database: str, sql: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def queue(store: PostgresStore, id: str) -> None:
    async with store.unit_of_work() as uow:
        await uow.jobs.put(Job.queue(JobId(id), ANN, Kind.ANALYSIS, at=NOW))


async def test_F20_a_connection_lost_in_a_unit_of_work_takes_it_along_and_nothing_else(
    store: PostgresStore, database: str
) -> None:
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() " \
        "AND pid <> pg_backend_pid()"  # fmt: skip
    await queue(store, "before")
    with pytest.raises(Unavailable, match="cannot be reached"):
        async with store.unit_of_work() as uow:
            await uow.jobs.put(Job.queue(JobId("lost"), ANN, Kind.ANALYSIS, at=NOW))
            await admin(database, others)
            await uow.jobs.waiting()
    await queue(store, "after")
    async with store.snapshot() as uow:
        assert await uow.jobs.waiting() == 2


async def test_F20_whoever_listens_hears_again_after_the_connection_was_lost(
    store: PostgresStore, database: str
) -> None:
    await asyncio.sleep(0.1)
    await admin(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' "
        "AND datname = current_database()",
    )
    await asyncio.sleep(0.5)
    await store.wait_for_events(0.05)
    async with PostgresStore(database) as other:
        waiting = asyncio.create_task(store.wait_for_events(30))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        await queue(other, "j")
        await asyncio.wait_for(waiting, 5)


async def test_F45_machines_whose_clocks_differ_go_by_the_database(store: PostgresStore, database: str) -> None:
    async with PostgresStore(database) as other:
        clocks = [store.clock(lambda: NOW), other.clock(lambda: NOW + timedelta(seconds=90))]
        connection = await asyncpg.connect(database)
        true = await connection.fetchval("SELECT clock_timestamp()")
        assert all(abs(clock() - true) < timedelta(seconds=5) for clock in clocks)
        # As after a day at another pace.
        other._clock_reading = NOW, other._clock_reading[1]
        assert true - clocks[1]() > timedelta(days=1)
        await other._read_clock(connection)
        assert abs(clocks[1]() - true) < timedelta(seconds=5)
        await connection.close()


async def test_of_several_readings_of_the_clock_the_quickest_counts(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The round trips take 0.8, 0.1 and 0.5 s.
    moments = iter((0.0, 0.8, 10.0, 10.1, 20.0, 20.5))
    monkeypatch.setattr(postgres_adapter, "monotonic", lambda: next(moments))
    connection = await asyncpg.connect(database)
    store = PostgresStore(database)
    await store._read_clock(connection)
    await connection.close()
    assert store._clock_reading[1] == pytest.approx(10.05)


async def test_F21_a_server_that_turned_read_only_is_read_and_refuses_to_write(
    store: PostgresStore, database: str, postgres: Databases
) -> None:
    await queue(store, "j")
    await admin(database, f"ALTER DATABASE {database.rpartition('/')[2]} SET default_transaction_read_only = on")
    try:
        async with PostgresStore(database) as other:
            async with other.snapshot() as uow:
                assert await uow.jobs.waiting() == 1
            for refused in (queue(other, "k"), other.check()):
                with pytest.raises(Unavailable, match="read-only"):
                    await refused
    finally:
        await admin(
            postgres.server, f"ALTER DATABASE {database.rpartition('/')[2]} RESET default_transaction_read_only"
        )


async def test_F19_when_all_connections_are_taken_others_are_refused_in_time_and_served_afterwards(
    store: PostgresStore,
) -> None:
    begun, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def hold() -> None:
        async with store.snapshot() as uow:
            await uow.jobs.waiting()
            begun.release()
            await go_on.wait()

    holding = [asyncio.create_task(hold()) for _ in range(10)]
    for _ in holding:
        await begun.acquire()
    with pytest.raises(Unavailable, match="busy"):
        async with asyncio.timeout(4):
            await store.check()
    go_on.set()
    await asyncio.gather(*holding)
    await store.check()


async def test_F22_of_two_that_wait_for_each_other_one_is_stale(store: PostgresStore) -> None:
    async with store.unit_of_work() as uow:
        accounts = {user: await uow.accounts.put(Change(Account(user, NOW))) for user in (ANN, BEN)}
    both = asyncio.Barrier(2)

    async def write(first: UserId, second: UserId) -> None:
        async with store.unit_of_work() as uow:
            await uow.accounts.put(Change(accounts[first]))
            await both.wait()
            await uow.accounts.put(Change(accounts[second]))

    ended = await asyncio.gather(write(ANN, BEN), write(BEN, ANN), return_exceptions=True)
    # The other one finds the version changed, or unchanged where the first was undone.
    assert any(isinstance(each, Stale) for each in ended)
    assert all(each is None or isinstance(each, Stale) for each in ended)


async def test_a_refusal_that_was_swallowed_cannot_be_committed_over(store: PostgresStore) -> None:
    async with store.unit_of_work() as uow:
        first = await uow.jobs.put(Job.queue(JobId("d0"), ANN, Kind.DIGEST, at=NOW))
        second = await uow.jobs.put(Job.queue(JobId("d1"), ANN, Kind.DIGEST, at=NOW))
    with pytest.raises(Stale):
        async with store.unit_of_work() as uow:
            await uow.jobs.put(first.claim("w", at=NOW, lease=NOW - NOW.replace(hour=11)))
            with pytest.raises(Stale):
                await uow.jobs.put(second.claim("w", at=NOW, lease=NOW - NOW.replace(hour=11)))
    async with store.snapshot() as uow:
        assert (await uow.jobs.get(JobId("d0"))).state == "queued"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("//tradecore@", "//nobody-known:secret-word@"), "refuses the name or password|cannot be reached"),
        (("/tradecore_", "/no_such_"), "no database of the name"),
        (("postgresql://", "postgresql://["), "not an address"),
    ],
)
async def test_what_is_wrong_with_an_address_is_said_without_the_address(
    database: str, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(Unavailable, match=said) as refused:
        async with PostgresStore(database.replace(*change)):
            pass
    assert not re.search("secret-word|127.0.0.1|nobody-known", str(refused.value))


async def test_F17_a_migration_waits_for_a_long_reader_and_holds_up_nobody_behind_it(
    postgres: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_schema, "_TABLE_LOCK_TIMEOUT", 0.2)
    later = Migration(len(migrations("sqlite")) + 1, "later.sql", "ALTER TABLE accounts ADD COLUMN later INTEGER;")
    async with postgres.bare() as address:
        async with PostgresStore(address):
            pass
        reader = await asyncpg.connect(address)
        other = await asyncpg.connect(address)
        monkeypatch.setattr(postgres_schema, "migrations", lambda dialect: (*migrations(dialect), later))
        transaction = reader.transaction()
        await transaction.start()
        await reader.fetch("SELECT * FROM accounts")

        async def migrate() -> None:
            async with PostgresStore(address):
                pass

        migrating = asyncio.create_task(migrate())
        delays = []
        for _ in range(10):
            began = monotonic()
            await other.fetch("SELECT * FROM accounts")
            delays.append(monotonic() - began)
            await asyncio.sleep(0.1)
        assert not migrating.done()
        assert max(delays) < 2
        await transaction.rollback()
        await asyncio.wait_for(migrating, 30)
        assert await other.fetch("SELECT later FROM accounts") == []
        await reader.close()
        await other.close()


async def test_F17_a_migration_and_those_who_wait_for_it_take_longer_than_a_statement_may(
    postgres: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = Migration(len(migrations("sqlite")) + 1, "later.sql", "SELECT pg_sleep(2.5);")
    async with postgres.bare() as address:
        async with PostgresStore(address):
            pass
        monkeypatch.setattr(postgres_schema, "migrations", lambda dialect: (*migrations(dialect), later))
        monkeypatch.setattr(postgres_adapter, "_COMMAND_TIMEOUT", 2.0)

        async def migrate() -> None:
            async with PostgresStore(address):
                pass

        await asyncio.gather(migrate(), migrate())
        connection = await asyncpg.connect(address)
        applied = await connection.fetch("SELECT name FROM migrations WHERE number = $1", later.number)
        await connection.close()
    assert [name for (name,) in applied] == ["later.sql"]


async def test_F49_a_database_of_a_newer_tradecore_is_refused_and_left_alone(database: str) -> None:
    await admin(database, "INSERT INTO migrations VALUES (999, 'later.sql', '')")
    try:
        with pytest.raises(Unavailable, match="upgrade tradecore"):
            async with PostgresStore(database):
                pass
    finally:
        await admin(database, "DELETE FROM migrations WHERE number = 999")


async def test_a_database_of_another_version_is_refused_with_what_to_do_and_left_alone(database: str) -> None:
    first = migrations("sqlite")[0]
    await admin(database, f"UPDATE migrations SET digest = '{'0' * 64}' WHERE number = 1")
    try:
        with pytest.raises(Unavailable, match=r"created by another version.*TRADECORE_STORE") as refused:
            async with PostgresStore(database):
                pass
    finally:
        await admin(database, f"UPDATE migrations SET digest = '{first.digest}' WHERE number = 1")
    assert "127.0.0.1" not in str(refused.value)


@pytest.mark.parametrize(
    ("theirs", "table"),
    [
        ("CREATE TABLE {schema}.users (id BIGINT)", "users"),
        ("CREATE TABLE {schema}.migrations (id BIGINT, migration TEXT, batch BIGINT)", "migrations"),
    ],
)
async def test_a_database_of_another_program_is_refused_and_left_alone(theirs: str, table: str, database: str) -> None:
    # A schema of its own, since the tables of the store itself are in the one by default.
    await admin(database, "CREATE SCHEMA theirs;" + theirs.format(schema="theirs"))
    separator = "&" if "?" in database else "?"
    try:
        with pytest.raises(Unavailable, match=f"has a table {table} of another program.*TRADECORE_STORE"):
            async with PostgresStore(f"{database}{separator}options=-csearch_path%3Dtheirs"):
                pass
        connection = await asyncpg.connect(database)
        left = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'theirs'")
        await connection.close()
        assert [name for (name,) in left] == [table]
    finally:
        await admin(database, "DROP SCHEMA theirs CASCADE")


async def test_tables_that_postgres_extensions_bring_are_no_obstacle(database: str) -> None:
    await admin(database, "CREATE SCHEMA shared; CREATE TABLE shared.spatial_ref_sys (srid BIGINT)")
    separator = "&" if "?" in database else "?"
    try:
        async with PostgresStore(f"{database}{separator}options=-csearch_path%3Dshared") as store:
            await store.check()
    finally:
        await admin(database, "DROP SCHEMA shared CASCADE")


async def test_results_of_an_earlier_release_keep_which_items_they_considered(database: str) -> None:
    items = [{"item_id": f"moved_{n}", "reason": "reported" if n else "grouped", "title": "x"} for n in range(3)]
    values = ", ".join(f"('moved_{n}', 'Wire', 's', 0, 0, 0, '')" for n in range(3))
    [renumbered] = [migration for migration in migrations("sqlite") if migration.number == 31]
    connection = await asyncpg.connect(database)
    transaction = connection.transaction()
    await transaction.start()
    try:
        added = await connection.fetch(
            "INSERT INTO items (id, source, story_id, published_at, first_seen_at, happened_at, doc) "
            f"VALUES {values} RETURNING sequence"
        )
        numbers = [row["sequence"] for row in added]
        for id, considered in (("moved", items), ("none", [])):
            await connection.execute(
                "INSERT INTO digests (id, recipient, state, version, doc) VALUES ($1, '', '', 1, '')", id
            )
            doc = json.dumps({"id": id, "markdown": "# Ä", "items": considered})
            await connection.execute("INSERT INTO digest_results VALUES ($1, $2)", id, doc)
        await connection.execute(in_postgres(renumbered))
        docs = [
            json.loads(doc) for (doc,) in await connection.fetch("SELECT doc FROM digest_results ORDER BY digest_id")
        ]
        docs[0]["considered"]["reported"].sort()
        assert docs == [
            {"id": id, "markdown": "# Ä", "items": [], "considered": considered}
            for id, considered in (("moved", {"grouped": numbers[:1], "reported": numbers[1:]}), ("none", {}))
        ]
    finally:
        await transaction.rollback()
        await connection.close()


def test_no_word_of_sqlite_is_left_in_a_migration() -> None:
    for migration in migrations("sqlite"):
        translated = in_postgres(migration)
        assert not re.search(r"\b(INTEGER|REAL|AUTOINCREMENT|ROWID|PRAGMA|BLOB)\b", translated), migration.name


async def test_plans_made_for_an_empty_database_read_little_of_a_full_one(database: str) -> None:
    waiting, launches = 3_000, 12
    job, analysis = Job.queue(JobId("j"), BEN, Kind.ANALYSIS, at=NOW).entity, an_analysis("j").entity
    await admin(database, "VACUUM ANALYZE")
    async with PostgresStore(database) as store:
        # A session keeps the plan of a statement after five executions.
        for n in range(10):
            await launch(store, f"warm{n}")
        await relay_all(store)
        await admin(
            database,
            "INSERT INTO jobs (id, user_id, kind, state, round, queued_at, not_before, version, doc) "
            f"SELECT 'j' || n, 'user' || n % 100, '{job.kind}', 'queued', n % 10, n, 0, 1, '' "
            f"FROM generate_series(1, {waiting}) AS n; "
            "INSERT INTO events (topic, seq, kind, doc) "
            f"SELECT '{analysis.topic}' || n, 1, 'AgentBegan', '{{}}' FROM generate_series(1, {waiting}) AS n; "
            "SELECT pg_stat_reset()",
        )
        for n in range(launches):
            await launch(store, f"late{n}")
        await relay_all(store)
    async with asyncio.timeout(10):
        # A session reports what it read when it ends.
        while (read := await rows_read(database)) <= launches:
            await asyncio.sleep(0.02)
    # A pass of one of these statements over one of the tables would be more.
    assert read < waiting


async def launch(store: PostgresStore, id: str) -> None:
    async with store.single_write() as uow:
        added = await uow.jobs.add(Job.queue(JobId(id), ANN, Kind.ANALYSIS, at=NOW), an_analysis(id), limit=100_000)
    assert added


async def relay_all(store: PostgresStore) -> None:
    moved = True
    while moved:
        async with store.unit_of_work() as uow:
            moved = bool(await uow.events.sequence(5))


def an_analysis(id: str) -> Change[Analysis]:
    brief = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS,), 1, None, "rules")
    return Analysis.begin(AnalysisId(id), ANN, brief, engine="rules", plan=plan_desk(brief, by_model=False), at=NOW)


async def rows_read(database: str) -> int:
    """How many rows and index entries of jobs and events were read by sessions that have reported."""
    connection = await asyncpg.connect(database)
    try:
        read: int = await connection.fetchval(
            "SELECT SUM(seq_tup_read + (SELECT SUM(idx_tup_read) FROM pg_stat_user_indexes AS index "
            "WHERE index.relid = whole.relid))::BIGINT FROM pg_stat_user_tables AS whole "
            "WHERE relname IN ('jobs', 'events')"
        )
    finally:
        await connection.close()
    return read


async def test_those_who_add_several_jobs_close_to_the_limit_wait_in_turn_and_not_for_each_other(
    store: PostgresStore, database: str
) -> None:
    connection = await asyncpg.connect(database)
    most_open = int(await connection.fetchval("SELECT current_setting('max_connections')"))

    async def add(name: str, limit: int) -> int:
        ids = [f"{name}{n}" for n in range(3)]
        jobs = [(Job.queue(JobId(id), ANN, Kind.ANALYSIS, at=NOW), an_analysis(id)) for id in ids]
        async with store.unit_of_work() as uow:
            return len([job for job in await uow.jobs.add_all(jobs, limit=limit) if job])

    for n in range(5):
        # The first job of each is far enough from the limit to wait for nobody, and the others are not.
        limit = 12 * n + most_open + MOST_ADDED + 1
        assert await asyncio.gather(*(add(f"{n}{name}", limit) for name in "abcd")) == [3, 3, 3, 3]
    await connection.close()
