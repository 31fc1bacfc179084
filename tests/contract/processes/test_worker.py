"""The worker within a process: it stops what is no longer wanted, and outlives what nobody foresaw."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Set
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, field

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import MAX_CRASHES, Job, JobState, Kind
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore.ports.store import UnitOfWork
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.run import JobClaim
from tradecore_adapters.queue.memory import MemoryQueue
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.settings import read_settings
from tradecore_app.worker import Worker

ANN = Caller(UserId("ann"))
BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL,), 1, "m")


@define
class LongTask:
    """A task that costs money until it is told to stop."""

    begun: asyncio.Event = field(factory=asyncio.Event)
    stopped: asyncio.Event = field(factory=asyncio.Event)

    stored: int = 0

    async def steps(self, uow: UnitOfWork, job: Job) -> int:
        return self.stored

    async def begin(self, uow: UnitOfWork, job: Job) -> None:
        pass

    async def run(self, claim: JobClaim) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped.set()

    async def fail(self, uow: UnitOfWork, job: Job, error: str, *, cancelled: bool = False) -> None:
        pass


@asynccontextmanager
async def at_work(assembled: Assembled, task: Any, **verbs: Any) -> AsyncIterator[None]:
    """A worker that knows one kind of task."""
    core, tasks = assembled.core, {Kind.ANALYSIS: task}
    verbs = {"claim_job": evolve(core.claim_job, tasks=tasks), "run_job": evolve(core.run_job, tasks=tasks), **verbs}
    running = asyncio.create_task(Worker(evolve(core, **verbs), assembled.queue, concurrency=4, worker_id="w").run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def assembled(tmp_path: Path) -> AsyncIterator[Assembled]:
    async with assemble(read_settings(data=tmp_path, store="memory:", news="none:")) as opened:
        yield opened


async def soon(what: Coroutine[Any, Any, Any]) -> Any:
    return await asyncio.wait_for(what, 10)


async def test_a_cancelled_job_is_stopped_in_the_middle_of_what_it_waits_for(assembled: Assembled) -> None:
    task = LongTask()
    async with at_work(assembled, task):
        ticket = await assembled.core.launch_analysis(BRIEF, by=ANN)
        await soon(task.begun.wait())
        tasks = {Kind.ANALYSIS: task}
        await CancelAnalysis(assembled.store, assembled.core.claim_job.now, tasks)(ticket.analysis, by=ANN)
        await soon(task.stopped.wait())


async def test_a_worker_that_is_stopped_gives_its_jobs_back(assembled: Assembled) -> None:
    task = LongTask()
    async with at_work(assembled, task):
        ticket = await assembled.core.launch_analysis(BRIEF, by=ANN)
        await soon(task.begun.wait())
    assert task.stopped.is_set()
    async with assembled.store.snapshot() as uow:
        job = await uow.jobs.get(JobId(ticket.analysis))
        assert (job.state, job.crashed_attempts, await uow.jobs.waiting()) == ("queued", (), 1)


async def test_a_long_job_keeps_its_lease(assembled: Assembled) -> None:
    task, core = LongTask(), assembled.core
    lease = timedelta(seconds=2)
    claim, renew = evolve(core.claim_job, lease=lease), evolve(core.renew_lease, lease=lease)
    async with at_work(evolve(assembled, core=evolve(core, claim_job=claim)), task, renew_lease=renew):
        ticket = await core.launch_analysis(BRIEF, by=ANN)
        await soon(task.begun.wait())
        begun = core.claim_job.now()

        async def outlived() -> None:
            while core.claim_job.now() < begun + lease:
                assert await core.claim_job("other") is None
                await asyncio.sleep(0.05)

        await soon(outlived())
        async with assembled.store.snapshot() as uow:
            assert (await uow.jobs.get(JobId(ticket.analysis))).attempt == 1
        assert not task.stopped.is_set()


async def test_a_worker_goes_on_after_a_claim_that_fails_for_an_unknown_reason(assembled: Assembled) -> None:
    task = LongTask()
    claim = evolve(assembled.core.claim_job, tasks={Kind.ANALYSIS: task})
    failures: list[str] = []

    async def clumsy(worker_id: str, *, running: Set[JobId], only: JobId | None) -> JobClaim | None:
        if not failures:
            failures.append("a kind of job that only a newer tradecore knows")
            raise KeyError(failures[0])
        return await claim(worker_id, running=running)

    async with at_work(assembled, task, claim_job=clumsy):
        await assembled.core.launch_analysis(BRIEF, by=ANN)
        await soon(task.begun.wait())
    assert failures


async def crash(assembled: Assembled, task: LongTask, times: int) -> JobId:
    """An analysis whose workers disappeared so many times."""
    ticket = await assembled.core.launch_analysis(BRIEF, by=ANN)
    claim = evolve(assembled.core.claim_job, tasks={Kind.ANALYSIS: task}, lease=timedelta(0))
    for number in range(times + 1):
        claimed = await claim(f"crashed {number}")
        assert claimed
    assert len(claimed.job.crashed_attempts) == times
    return JobId(ticket.analysis)


async def test_a_suspect_runs_alone_and_the_jobs_that_it_waits_for_in_vain_are_released(
    assembled: Assembled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradecore_app.worker._ISOLATION_TIMEOUT", 0.05)
    core, task, runs = assembled.core, LongTask(), asyncio.Queue[JobId]()

    async def run_job(claim: JobClaim) -> None:
        runs.put_nowait(claim.job.id)
        await asyncio.Event().wait()

    suspect = await crash(assembled, task, MAX_CRASHES - 2)
    async with assembled.store.unit_of_work() as uow:
        # Another worker holds the job while this one takes an innocent one.
        job = await uow.jobs.get(suspect)
        await uow.jobs.put(job.renew(at=core.claim_job.now(), lease=timedelta(minutes=5)))
    renew = evolve(core.renew_lease, tasks={Kind.ANALYSIS: task})
    async with at_work(assembled, task, run_job=run_job, renew_lease=renew):
        innocent = JobId((await core.launch_analysis(BRIEF, by=ANN)).analysis)
        assert await soon(runs.get()) == innocent
        async with assembled.store.unit_of_work() as uow:
            job = await uow.jobs.get(suspect)
            await uow.jobs.put(job.renew(at=core.claim_job.now(), lease=timedelta(0)))
        assert await soon(runs.get()) == suspect
        async with assembled.store.snapshot() as uow:
            assert (await uow.jobs.get(innocent)).state is JobState.QUEUED
            assert (await uow.jobs.get(suspect)).suspect
        # The worker takes others again once the suspect has stored a step.
        task.stored = 1
        assert await soon(runs.get()) == innocent


async def test_no_failure_of_the_queue_or_of_a_renewal_ends_a_worker_or_its_job(
    assembled: Assembled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradecore_app.worker._RETRY_DELAY", 0.01)
    monkeypatch.setattr("tradecore_app.worker._RENEW_INTERVAL", 0.01)
    task, core = LongTask(), assembled.core
    failures = {"wait": 0, "renew": 0}

    class BrokenQueue:
        async def wait(self, seconds: float) -> None:
            failures["wait"] += 1
            await asyncio.sleep(0)
            raise AttributeError("a driver in a state that nobody foresaw")

        async def offer(self, job: JobId, kind: Kind, *, not_before: datetime | None = None) -> None:
            raise AttributeError("a driver in a state that nobody foresaw")

    async def broken_renewal(claim: JobClaim) -> Job:
        failures["renew"] += 1
        raise AttributeError("a driver in a state that nobody foresaw")

    async def failed_often() -> None:
        while min(failures.values()) < 5:
            await asyncio.sleep(0.01)

    async with at_work(evolve(assembled, queue=BrokenQueue()), task, renew_lease=broken_renewal):
        for _ in range(2):
            task.begun.clear()
            await core.launch_analysis(BRIEF, by=ANN)
            await soon(task.begun.wait())
        await soon(failed_often())
        assert not task.stopped.is_set()


async def test_while_leases_are_renewed_slowly_a_worker_with_some_jobs_claims_no_further_one(
    assembled: Assembled,
) -> None:
    core, runs, renewed, seconds = assembled.core, asyncio.Queue[JobId](), asyncio.Event(), 0.0

    async def renew_slowly(claim: JobClaim) -> Job:
        await asyncio.sleep(late := seconds)
        job = await core.renew_lease(claim)
        if late == seconds:
            renewed.set()
        return job

    async def run_job(claim: JobClaim) -> None:
        runs.put_nowait(claim.job.id)
        await asyncio.Event().wait()

    claim = evolve(core.claim_job, tasks={Kind.ANALYSIS: LongTask()})
    worker = Worker(
        evolve(core, run_job=run_job, claim_job=claim, renew_lease=renew_slowly),
        assembled.queue, concurrency=9, worker_id="w",
    )  # fmt: skip
    running = asyncio.create_task(worker.run())
    try:
        for _ in range(4):
            await core.launch_analysis(BRIEF, by=ANN)
            await soon(runs.get())
        # What is slow is seen by what is usual.
        await soon(renewed.wait())
        seconds = 0.2
        renewed.clear()
        await soon(renewed.wait())
        fifth = JobId((await core.launch_analysis(BRIEF, by=ANN)).analysis)
        for _ in range(4):
            renewed.clear()
            await soon(renewed.wait())
        assert runs.empty()
        seconds = 0.0
        assert await soon(runs.get()) == fifth
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_job_that_a_worker_is_handed_runs_once_and_is_released_when_that_is_cancelled(
    assembled: Assembled,
) -> None:
    task, core = LongTask(), assembled.core
    tasks = {Kind.ANALYSIS: task}
    core = evolve(core, claim_job=evolve(core.claim_job, tasks=tasks), run_job=evolve(core.run_job, tasks=tasks))
    worker = Worker(core, MemoryQueue(), concurrency=4, worker_id="w")
    id = JobId((await core.launch_analysis(BRIEF, by=ANN)).analysis)
    handed = asyncio.create_task(worker.run_one(id))
    await soon(task.begun.wait())
    await soon(worker.run_one(id))
    await soon(worker.run_one(JobId("nobody knows it")))
    handed.cancel()
    await asyncio.gather(handed, return_exceptions=True)
    async with assembled.store.snapshot() as uow:
        job = await uow.jobs.get(id)
    assert (job.state, job.attempt, task.stopped.is_set()) == (JobState.QUEUED, 1, True)


async def test_many_jobs_that_a_worker_is_handed_at_once_run_once_each_and_are_all_released(
    assembled: Assembled,
) -> None:
    core, runs, all_begun = assembled.core, Counter[JobId](), asyncio.Event()

    async def run_job(claim: JobClaim) -> None:
        runs[claim.job.id] += 1
        if len(runs) == len(ids):
            all_begun.set()
        await asyncio.Event().wait()

    ids = [JobId((await core.launch_analysis(BRIEF, by=ANN)).analysis) for _ in range(5)]
    claim = evolve(core.claim_job, tasks={Kind.ANALYSIS: LongTask()})
    worker = Worker(evolve(core, run_job=run_job, claim_job=claim), MemoryQueue(), concurrency=9, worker_id="w")
    handed = [asyncio.create_task(worker.run_one(id)) for id in (*ids, *ids[:2])]
    await soon(all_begun.wait())
    for task in handed:
        task.cancel()
    await soon(asyncio.wait(handed))
    assert {*runs.values()} == {1}
    async with assembled.store.snapshot() as uow:
        assert [(await uow.jobs.get(id)).state for id in ids] == [JobState.QUEUED] * 5


async def test_jobs_that_are_being_claimed_when_their_worker_stops_are_released(assembled: Assembled) -> None:
    core, claiming, go_on = assembled.core, asyncio.Event(), asyncio.Event()

    @define
    class SlowTask(LongTask):
        async def begin(self, uow: UnitOfWork, job: Job) -> None:
            claiming.set()
            await go_on.wait()

    ids = [JobId((await core.launch_analysis(BRIEF, by=ANN)).analysis) for _ in range(2)]
    tasks = {Kind.ANALYSIS: SlowTask()}
    core = evolve(core, claim_job=evolve(core.claim_job, tasks=tasks), run_job=evolve(core.run_job, tasks=tasks))
    worker = Worker(core, MemoryQueue(), concurrency=4, worker_id="w")
    handed = [asyncio.create_task(worker.run_one(id)) for id in ids]
    await soon(claiming.wait())
    for task in handed:
        task.cancel()
    go_on.set()
    await soon(asyncio.wait(handed))
    async with assembled.store.snapshot() as uow:
        assert [(await uow.jobs.get(id)).state for id in ids] == [JobState.QUEUED] * 2


async def test_while_a_suspect_runs_other_jobs_that_a_worker_is_handed_wait(assembled: Assembled) -> None:
    task, core, runs, done = LongTask(), assembled.core, asyncio.Queue[JobId](), asyncio.Event()

    async def run_job(claim: JobClaim) -> None:
        runs.put_nowait(claim.job.id)
        await done.wait()

    suspect = await crash(assembled, task, MAX_CRASHES - 2)
    innocent = JobId((await core.launch_analysis(BRIEF, by=ANN)).analysis)
    claim = evolve(core.claim_job, tasks={Kind.ANALYSIS: task})
    worker = Worker(evolve(core, run_job=run_job, claim_job=claim), MemoryQueue(), concurrency=4, worker_id="w")
    first = asyncio.create_task(worker.run_one(suspect))
    assert await soon(runs.get()) == suspect
    second = asyncio.create_task(worker.run_one(innocent))
    for _ in range(10):
        await asyncio.sleep(0)
    assert runs.empty()
    done.set()
    await soon(first)
    assert await soon(runs.get()) == innocent
    await soon(second)
