"""The contract of a whole store: subclass `StoreSuite` and give a store."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale, Unavailable
from tradecore.model.ids import AnalysisId, JobId, TopicKind, UserId, topic_of
from tradecore.model.jobs import Job, Kind, QueuedJob
from tradecore.model.market import AssetType, Symbol
from tradecore.model.plan import Plan, PlannedAgent, PlannedStep
from tradecore.model.steps import Analyst, Collected, Reported
from tradecore.model.users import User
from tradecore.ports.store import Store
from tradecore.testing.store_jobs import queue

AT = datetime(2024, 10, 10, 14, 23, 45, 678901, tzinfo=UTC)
ANN = UserId("ann")
_HASH = "$argon2id$x"
_BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS,), 2, "any-model")
_PLAN = Plan(
    (PlannedAgent("news_analyst", "News analysis"),),
    (PlannedStep("collect"), PlannedStep("report:news", "news_analyst")),
)


def new_job(id: str) -> Change[Job]:
    """A queued job."""
    return Job.queue(JobId(id), ANN, Kind.ANALYSIS, at=AT)


def new_analysis(id: str) -> Change[Analysis]:
    """A queued analysis."""
    return Analysis.begin(AnalysisId(id), ANN, _BRIEF, engine="rules", plan=_PLAN, at=AT)


class StoreSuite:
    """What a store promises beyond its parts: one transaction over all of them, and events. Give `store`."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_an_exception_undoes_the_whole_unit_of_work(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError):
            async with store.unit_of_work() as uow:
                user = User(id=ANN, email="ann@example.com", name="Ann", password_hash=_HASH, created_at=AT)
                await uow.users.put(Change(user))
                await uow.jobs.put(new_job("j"))
                raise ZeroDivisionError
        async with store.snapshot() as uow:
            assert await uow.users.by_email("ann@example.com") is None
            assert await uow.jobs.waiting() == 0
            assert not await uow.events.waiting()

    async def test_a_cancelled_unit_of_work_leaves_nothing_and_blocks_nobody(self, store: Store) -> None:
        begun = asyncio.Event()

        async def write_and_wait() -> None:
            async with store.unit_of_work() as uow:
                await uow.jobs.put(new_job("j"))
                begun.set()
                await asyncio.Event().wait()

        writing = asyncio.create_task(write_and_wait())
        await begun.wait()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        assert await queue(store, "j")

    async def test_a_snapshot_and_a_read_cannot_write(self, store: Store) -> None:
        for reading in (store.snapshot, store.read):
            async with reading() as uow:
                with pytest.raises(Unavailable):
                    await uow.jobs.put(new_job("j"))
        async with store.snapshot() as uow:
            assert await uow.jobs.waiting() == 0

    async def test_a_commit_with_events_ends_the_wait_for_events_and_nothing_else_does(self, store: Store) -> None:
        await store.wait_for_events(0.01)
        waiting = asyncio.create_task(store.wait_for_events(30))
        await asyncio.sleep(0)
        async with store.snapshot() as uow:
            await uow.jobs.waiting()
        assert not waiting.done()
        await queue(store, "j")
        await asyncio.wait_for(waiting, 5)

    async def test_a_job_and_its_work_are_added_together_or_not_at_all(self, store: Store) -> None:
        async with store.unit_of_work() as uow:
            added = await uow.jobs.add(new_job("a"), new_analysis("a"), limit=2)
            assert added == QueuedJob(await uow.jobs.get(JobId("a")), ahead=0)
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.jobs.add(new_job("a"), new_analysis("b"), limit=9)
        async with store.unit_of_work() as uow:
            assert await uow.jobs.add(new_job("c"), new_analysis("c"), limit=1) is None
        async with store.snapshot() as uow:
            assert (await uow.analyses.get(AnalysisId("a"), owner=ANN)).version == 1
            assert [event.seq for event in await uow.events.after(topic_of(TopicKind.JOB, "a"), 0)] == [1]
            for missing in (
                uow.analyses.get(AnalysisId("b")),
                uow.analyses.get(AnalysisId("c")),
                uow.jobs.get(JobId("c")),
            ):
                with pytest.raises(NotFound):
                    await missing

    async def test_jobs_that_are_added_together_have_places_one_after_the_other(self, store: Store) -> None:
        async def add(*ids: str, limit: int, wait: bool = True) -> list[int | None]:
            entries = [(new_job(id), new_analysis(id)) for id in ids]
            async with store.unit_of_work() as uow:
                queued = await uow.jobs.add_all(entries, limit=limit, wait=wait)
                for id, job in zip(ids, queued, strict=True):
                    if job is not None:
                        assert job.job == await uow.jobs.get(JobId(id))
                        assert (await uow.analyses.get(AnalysisId(id), owner=ANN)).version == 1
            return [job.ahead if job else None for job in queued]

        assert await add("a", "b", "c", limit=10_000, wait=False) == [0, 1, 2]
        assert await add("d", "e", "f", limit=5) == [3, 4, None]
        assert await add("g", "h", limit=5) == [None, None]
        with pytest.raises(Stale):
            await add("i", "a", "j", limit=10_000)
        async with store.snapshot() as uow:
            assert await uow.jobs.waiting() == 5

    async def test_of_jobs_that_are_added_concurrently_never_more_are_queued_than_the_limit(self, store: Store) -> None:
        async def add(*ids: str) -> int:
            async with store.single_write() as uow:
                queued = await uow.jobs.add_all(
                    [(new_job(id), new_analysis(id)) for id in ids], limit=7, wait=len(ids) == 1
                )
            return sum(job is not None for job in queued)

        added = await asyncio.gather(*(add(f"{n}a", f"{n}b", f"{n}c") for n in range(4)), *map(add, "abcdefgh"))
        async with store.snapshot() as uow:
            assert await uow.jobs.waiting() == sum(added) == 7

    async def test_a_single_write_is_stored_and_announced(self, store: Store) -> None:
        async def add(id: str, limit: int) -> bool:
            async with store.single_write() as uow:
                return await uow.jobs.add(new_job(id), new_analysis(id), limit=limit) is not None

        await store.wait_for_events(0.01)
        waiting = asyncio.create_task(store.wait_for_events(30))
        assert [await add(id, limit) for id, limit in (("far", 1000), ("near", 2), ("full", 2))] == [True, True, False]
        await asyncio.wait_for(waiting, 5)
        async with store.snapshot() as uow:
            assert await uow.jobs.waiting() == 2
        with pytest.raises(Stale):
            await add("near", 1000)

    async def test_of_changes_that_are_put_together_only_those_that_are_stored_have_events(self, store: Store) -> None:
        async with store.unit_of_work() as uow:
            jobs = [await uow.jobs.put(new_job(id)) for id in "abcd"]
        async with store.unit_of_work() as uow:
            await uow.jobs.put(jobs[1].claim("other", at=AT, lease=timedelta(seconds=10)))
        claim = jobs[3].claim("w", at=AT, lease=timedelta(seconds=10))
        async with store.unit_of_work() as uow:
            stored = await uow.jobs.put_all([*(job.cancel(at=AT) for job in jobs[:3]), claim])
        assert [job and job.state for job in stored] == ["cancelled", None, "cancelled", "running"]
        async with store.snapshot() as uow:
            events = {job.id: await uow.events.after(topic_of(TopicKind.JOB, job.id), 0) for job in jobs}
        assert {id: [event.seq for event in of_job] for id, of_job in events.items()} == {
            "a": [1, 2],
            "b": [1],
            "c": [1, 2],
            "d": [1],
        }

    async def test_a_stored_step_has_its_place_among_the_events(self, store: Store) -> None:
        report = Reported(Analyst.NEWS, Decimal(0), (), (), "# News")
        async with store.unit_of_work() as uow:
            analysis = await uow.analyses.put(Change(new_analysis("a").entity.start(at=AT).entity))
            await uow.analyses.add_step(analysis.id, Collected((), "0" * 64, ()), at=AT)
            analysis = await uow.analyses.put(analysis.step_began("report:news", at=AT))
        async with store.unit_of_work() as uow:
            await uow.analyses.add_step(analysis.id, report, at=AT)
            await uow.analyses.put(analysis.record(report, at=AT))
        async with store.snapshot() as uow:
            stored = await uow.analyses.stored_steps(analysis.id)
        assert [(record.step.key, record.events_before) for record in stored] == [("collect", 0), ("report:news", 1)]

    async def test_a_store_that_works_passes_its_check(self, store: Store) -> None:
        await store.check()
