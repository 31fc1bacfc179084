"""The worker within a process: it stops what is no longer wanted, and outlives what nobody foresaw."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, field

from tradecore.model.analyses import AnalysisBrief
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst
from tradecore.model.users import Caller
from tradecore.ports.store import UnitOfWork
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.run import JobClaim
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
        assert (job.state, job.crashes, await uow.jobs.waiting()) == ("queued", 0, 1)


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

    async def clumsy(worker_id: str) -> JobClaim | None:
        if not failures:
            failures.append("a kind of job that only a newer tradecore knows")
            raise KeyError(failures[0])
        return await claim(worker_id)

    async with at_work(assembled, task, claim_job=clumsy):
        await assembled.core.launch_analysis(BRIEF, by=ANN)
        await soon(task.begun.wait())
    assert failures
