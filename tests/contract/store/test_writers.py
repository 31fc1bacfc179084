"""Many writers at once on one store: what one of them does, the others see, wait for, or are refused for."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import asyncpg
import pytest
from attrs import evolve

from hold_engine import HoldEngine
from servers import Databases
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import Desk
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Event
from tradecore.model.errors import QueueFull, Stale
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Costs
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.analysis_task import AnalysisTask
from tradecore.use_cases.comparisons import LaunchComparison
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.launch import LaunchAnalysis, Limits
from tradecore.use_cases.portfolio import GetPortfolio, MoveCash
from tradecore.use_cases.relay import PublishEvents, RelayEvents
from tradecore.use_cases.run import ClaimJob, JobClaim, RenewLease, RunJob
from tradecore.use_cases.settle import SettleOrder
from tradecore_adapters.broker.paper import PaperBroker
from tradecore_adapters.calendar.exchange import ExchangeCalendar
from tradecore_adapters.market.sample import SampleMarket
from tradecore_adapters.store.postgres import PostgresStore

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN = Caller(UserId("ann"))
BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL,), 1, "m")
MARKET = SampleMarket()
ENGINES = Engines((Desk(Sources(MARKET)),))


def now() -> datetime:
    return NOW


def launcher(store: Store) -> LaunchAnalysis:
    ids = count(1)
    return LaunchAnalysis(store, MARKET, now, lambda: f"a{next(ids)}", Limits(1000, 10), ENGINES)


async def concurrency(calls: list[Awaitable[object]]) -> list[object]:
    return list(await asyncio.gather(*calls))


class Ears:
    """A queue and a stream that take a moment, as those of another machine do."""

    def __init__(self) -> None:
        self.heard: list[Event] = []

    async def offer(self, job: JobId, kind: Kind, *, not_before: datetime | None = None) -> None:
        await asyncio.sleep(0)

    async def publish(self, *events: Event) -> None:
        for event in events:
            await asyncio.sleep(0.001)
            self.heard.append(event)


@pytest.fixture
async def launched(store: Store) -> int:
    """Twenty analyses that wait."""
    launch = launcher(store)
    await concurrency([launch(BRIEF, by=Caller(UserId(f"user{n % 5}"))) for n in range(20)])
    return 20


async def test_F23_one_request_sent_many_times_at_once_gets_one_ticket(store: Store) -> None:
    launch = launcher(store)
    tickets = await concurrency([launch(BRIEF, by=ANN, idempotency=IdempotencyKey("key", "f" * 64)) for _ in range(20)])
    assert len(set(map(repr, tickets))) == 1
    async with store.snapshot() as uow:
        assert await uow.jobs.waiting() == 1


async def test_of_forty_launches_at_once_as_many_are_admitted_as_there_is_room_for(store: Store) -> None:
    launch = evolve(launcher(store), limits=Limits(7, 10))

    async def admitted(n: int) -> bool:
        try:
            await launch(BRIEF, by=Caller(UserId(f"user{n}")))
        except QueueFull:
            return False
        return True

    assert (await concurrency([admitted(n) for n in range(40)])).count(True) == 7
    async with store.snapshot() as uow:
        assert await uow.jobs.waiting() == 7


async def test_of_comparisons_at_once_those_are_admitted_whole_for_which_there_is_room(store: Store) -> None:
    engines = Engines((Desk(Sources(MARKET)), HoldEngine()))
    compare = LaunchComparison(evolve(launcher(store), limits=Limits(7, 10), engines=engines))

    async def admitted(n: int) -> bool:
        try:
            await compare(BRIEF, ["rules", "hold"], by=Caller(UserId(f"user{n}")))
        except QueueFull:
            return False
        return True

    assert (await concurrency([admitted(n) for n in range(8)])).count(True) == 3
    async with store.snapshot() as uow:
        assert await uow.jobs.waiting() == 6


async def test_the_limit_of_waiting_jobs_is_exact_however_many_processes_launch(postgres: Databases) -> None:
    async with postgres.fresh() as address, AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(PostgresStore(address)) for _ in range(25)]
        ids = count(1)
        limits = Limits(7, 10)

        async def admitted(store: Store, user: UserId) -> bool:
            launch = LaunchAnalysis(store, MARKET, now, lambda: f"a{next(ids)}", limits, ENGINES)
            try:
                await launch(BRIEF, by=Caller(user))
            except QueueFull:
                return False
            return True

        launches = [admitted(store, UserId(f"user{n}")) for n, store in enumerate(stores * 2)]
        assert (await concurrency(launches)).count(True) == 7
        async with stores[0].snapshot() as uow:
            assert await uow.jobs.waiting() == 7


async def test_F50_who_is_refused_by_a_full_queue_does_not_wait_for_others_who_launch(postgres: Databases) -> None:
    async with postgres.fresh() as address, PostgresStore(address) as store:
        launch = evolve(launcher(store), limits=Limits(1, 10))
        await launch(BRIEF, by=ANN)
        other = await asyncpg.connect(address)
        try:
            async with other.transaction():
                await other.execute("SELECT pg_advisory_xact_lock(hashtext('queue'))")
                with pytest.raises(QueueFull):
                    await launch(BRIEF, by=ANN)
        finally:
            await other.close()


async def test_every_job_is_claimed_by_one_worker(store: Store, launched: int) -> None:
    claims: list[str] = []

    async def work_through(worker_id: str) -> None:
        claim_job = ClaimJob(store, now, {Kind.ANALYSIS: AnalysisTask(store, now, ENGINES, ExchangeCalendar())})
        while claim := await claim_job(worker_id):
            claims.append(claim.job.id)

    await concurrency([work_through(f"w{n}") for n in range(6)])
    assert Counter(claims) == Counter(f"a{n}" for n in range(1, launched + 1))


async def test_a_digest_of_a_user_waits_for_the_other_however_many_workers_ask(store: Store) -> None:
    async with store.unit_of_work() as uow:
        for n in range(6):
            await uow.jobs.put(Job.queue(JobId(f"d{n}"), UserId(f"user{n % 2}"), Kind.DIGEST, at=NOW, round=n))

    async def claim(worker_id: str) -> str | None:
        try:
            async with store.unit_of_work() as uow:
                jobs = await uow.jobs.next(NOW)
                if not jobs:
                    return None
                [job] = jobs
                await uow.jobs.put(job.claim(worker_id, at=NOW, lease=NOW - NOW.replace(hour=11)))
                return job.user
        except Stale:
            return None

    users = [user for user in await concurrency([claim(f"w{n}") for n in range(6)]) if user]
    assert len(users) == len(set(users))
    assert users


async def test_renewing_a_lease_and_writing_steps_do_not_disturb_each_other(store: Store) -> None:
    await launcher(store)(BRIEF, by=ANN)
    tasks = {Kind.ANALYSIS: AnalysisTask(store, now, ENGINES, ExchangeCalendar())}
    claim = await ClaimJob(store, now, tasks)("worker")
    assert claim

    hours = count()
    # For whom time flies, so that each renewal is due.
    renew_lease = RenewLease(store, lambda: NOW + timedelta(hours=next(hours)), tasks)

    async def renew(claim: JobClaim) -> None:
        while True:
            await renew_lease(claim)
            await asyncio.sleep(0)

    renewing = asyncio.create_task(renew(claim))
    await RunJob(store, now, tasks)(claim)
    with pytest.raises(Stale):
        await asyncio.wait_for(renewing, 5)
    async with store.snapshot() as uow:
        assert (await uow.jobs.get(claim.job.id)).state == "completed"


async def test_several_relays_pass_everything_on_once(store: Store, launched: int) -> None:
    ears = Ears()
    relays = [RelayEvents(store, [PublishEvents(ears)]) for _ in range(4)]  # type: ignore[arg-type]

    async def pass_on(relay: Callable[[], Awaitable[int]]) -> None:
        while await relay():
            pass

    await concurrency([pass_on(relay) for relay in relays])
    await pass_on(relays[0])
    assert Counter((event.fact.topic, event.seq) for event in ears.heard) == Counter(
        (f"job:a{n}", 1) for n in range(1, launched + 1)
    )
    assert sorted(event.position or 0 for event in ears.heard) == list(range(1, launched + 1))


async def test_what_is_paid_in_and_out_at_once_adds_up(store: Store) -> None:
    ids = count(1)
    move = MoveCash(store, now, lambda: f"e{next(ids)}", Decimal(1000), Costs())
    moved = 0

    async def pay(amount: Decimal) -> None:
        nonlocal moved
        try:
            await move(amount, by=ANN)
            moved += int(amount)
        except Stale:
            pass

    await concurrency([pay(Decimal(amount)) for amount in (100, -300, 50, -60, 220) * 3])
    settle = SettleOrder(store, PaperBroker(store, MARKET, now, Costs()), now)
    shown = await GetPortfolio(store, MARKET, now, Decimal(1000), NOW - NOW.replace(hour=11), settle)(by=ANN)
    assert shown.book.cash == 1000 + moved
    assert moved


async def test_a_view_stays_as_it_was_and_a_glance_sees_what_is_newest(store: Store) -> None:
    seen = asyncio.Event()

    async def write() -> None:
        await seen.wait()
        await launcher(store)(BRIEF, by=ANN)

    async def look(reading: Callable[[], AbstractAsyncContextManager[UnitOfWork]]) -> tuple[int, int]:
        async with reading() as uow:
            before = await uow.jobs.waiting()
            seen.set()
            await asyncio.sleep(0.05)
            return before, await uow.jobs.waiting()

    writing = asyncio.create_task(write())
    assert await look(store.snapshot) == (0, 0)
    await writing
    async with store.read() as uow:
        assert await uow.jobs.waiting() == 1


async def test_a_job_that_another_writer_holds_keeps_no_other_from_being_written(store: Store) -> None:
    if not isinstance(store, PostgresStore):
        pytest.skip("SQLite has one writer at a time, so there is nothing to wait for.")
    async with store.unit_of_work() as uow:
        jobs = [await uow.jobs.put(Job.queue(JobId(id), ANN.user, Kind.ANALYSIS, at=NOW)) for id in "ab"]
    async with store.unit_of_work() as holding:
        await holding.jobs.get(jobs[0].id)
        async with store.unit_of_work() as uow:
            stored = await uow.jobs.put_all([job.cancel(at=NOW) for job in jobs])
        assert [job and job.id for job in stored] == [None, "b"]
    async with store.unit_of_work() as uow:
        assert (await uow.jobs.put_all([jobs[0].cancel(at=NOW)]))[0]
