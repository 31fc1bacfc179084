"""The contract of the job part of a store: subclass `JobStoreSuite` and give a store."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import AnalysisId, JobId, OrderId, UserId
from tradecore.model.jobs import Backlog, Job, JobState, Kind, QueuedJob
from tradecore.model.market import AssetType, Symbol
from tradecore.model.plan import Plan
from tradecore.model.receipts import IdempotencyKey, IdempotencyReceipt
from tradecore.model.steps import Analyst
from tradecore.ports.store_jobs import JobRepositories
from tradecore.ports.store_transactions import Transactions
from tradecore.use_cases.execute import OrderTicket

AT = datetime(2024, 10, 10, 14, 23, 45, 678901, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
LEASE = timedelta(seconds=10)
JobStore = Transactions[JobRepositories]
_BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.NEWS,), 1, "any-model")


async def queue(store: JobStore, id: str, user: UserId = ANN, kind: Kind = Kind.ANALYSIS, at: datetime = AT) -> Job:
    """Queue a job in the first round."""
    async with store.unit_of_work() as uow:
        return await uow.jobs.put(Job.queue(JobId(id), user, kind, at=at))


async def launch(store: JobStore, id: str, user: UserId = ANN, at: datetime = AT) -> QueuedJob:
    """Add a job and its analysis in the next round of its user."""
    analysis = Analysis.begin(AnalysisId(id), user, _BRIEF, engine="rules", plan=Plan(), at=at)
    async with store.unit_of_work() as uow:
        added = await uow.jobs.add(Job.queue(JobId(id), user, Kind.ANALYSIS, at=at), analysis, limit=10_000)
    assert added
    return added


async def claim_next(store: JobStore, at: datetime = AT) -> str | None:
    """Claim the job that runs next; its id."""
    async with store.unit_of_work() as uow:
        jobs = await uow.jobs.next(at)
        if not jobs:
            return None
        [job] = jobs
        await uow.jobs.put(job.claim("worker", at=at, lease=LEASE))
        return job.id


def receipt(n: int, owner: str = ANN, operation: str = "execute") -> IdempotencyReceipt:
    """A receipt of the n-th second."""
    ticket = OrderTicket(OrderId(f"order{n}"))
    return IdempotencyReceipt(owner, operation, IdempotencyKey(f"key{n}", "f" * 64), ticket, AT + timedelta(seconds=n))


class JobStoreSuite:
    """What every store of jobs, idempotency receipts and scheduled tasks promises. Give `store`."""

    @pytest.fixture
    def store(self) -> JobStore:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_a_job_comes_back_as_it_was_put(self, store: JobStore) -> None:
        job = await queue(store, "j")
        async with store.snapshot() as uow:
            assert await uow.jobs.get(JobId("j")) == job
            assert await uow.jobs.waiting() == 1
            with pytest.raises(NotFound):
                await uow.jobs.get(JobId("k"))

    async def test_the_backlog_counts_queued_and_running_jobs_of_every_kind(self, store: JobStore) -> None:
        await queue(store, "running")
        assert await claim_next(store) == "running"
        await queue(store, "later", BEN, at=AT + timedelta(seconds=5))
        await queue(store, "first", BEN, at=AT + timedelta(seconds=2))
        ended = await queue(store, "ended", kind=Kind.DIGEST)
        async with store.unit_of_work() as uow:
            await uow.jobs.put(ended.cancel(at=AT))
        async with store.snapshot() as uow:
            backlog = await uow.jobs.backlog()
        none = {JobState.QUEUED: 0, JobState.RUNNING: 0}
        assert backlog == (
            Backlog(Kind.ANALYSIS, {JobState.QUEUED: 2, JobState.RUNNING: 1}, AT + timedelta(seconds=2)),
            Backlog(Kind.DIGEST, none, None),
            Backlog(Kind.BACKTEST, none, None),
        )

    async def test_ended_jobs_are_counted_by_kind_and_state_also_once_they_are_deleted(self, store: JobStore) -> None:
        for id in ("a", "b"):
            await queue(store, id)
            await claim_next(store)
        digest = await queue(store, "digest", kind=Kind.DIGEST)
        await queue(store, "queued")
        async with store.unit_of_work() as uow:
            await uow.jobs.put_all([(await uow.jobs.get(JobId(id))).complete(at=AT) for id in ("a", "b")])
            await uow.jobs.put(digest.cancel(at=AT))
        async with store.unit_of_work() as uow:
            assert await uow.jobs.delete_before(AT + timedelta(days=1), limit=10)
        async with store.read() as uow:
            ended = await uow.jobs.ended()
        assert ended == {(Kind.ANALYSIS, JobState.COMPLETED): 2, (Kind.DIGEST, JobState.CANCELLED): 1}

    async def test_the_slower_of_two_writers_is_stale(self, store: JobStore) -> None:
        job = await queue(store, "j")
        async with store.unit_of_work() as uow:
            await uow.jobs.put(job.claim("fast", at=AT, lease=LEASE))
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.jobs.put(job.claim("slow", at=AT, lease=LEASE))
        async with store.snapshot() as uow:
            kept = await uow.jobs.get(JobId("j"))
        assert kept.lease
        assert (kept.lease.worker_id, kept.attempt) == ("fast", 1)

    async def test_the_oldest_job_is_next_and_is_claimed_once(self, store: JobStore) -> None:
        for n in (2, 0, 1):
            await queue(store, f"j{n}", at=AT + timedelta(seconds=n))
        later = AT + timedelta(seconds=5)
        assert [await claim_next(store, later) for _ in range(4)] == ["j0", "j1", "j2", None]

    async def test_a_job_that_is_due_later_is_not_next_before(self, store: JobStore) -> None:
        job = await queue(store, "j")
        async with store.unit_of_work() as uow:
            job = await uow.jobs.put(job.claim("worker", at=AT, lease=LEASE))
            await uow.jobs.put(job.retry("the feed is down", at=AT, after=timedelta(seconds=60)))
        assert await claim_next(store, AT + timedelta(seconds=59)) is None
        assert await claim_next(store, AT + timedelta(seconds=60)) == "j"

    async def test_an_abandoned_job_is_next_once_its_lease_is_over(self, store: JobStore) -> None:
        await queue(store, "j")
        assert await claim_next(store) == "j"
        assert await claim_next(store, AT + LEASE - timedelta(microseconds=1)) is None
        assert await claim_next(store, AT + LEASE) == "j"

    async def test_a_user_has_one_running_digest_and_others_do_not_wait(self, store: JobStore) -> None:
        for id, user in (("ann0", ANN), ("ann1", ANN), ("ben0", BEN)):
            await queue(store, id, user, Kind.DIGEST)
        assert [await claim_next(store) for _ in range(3)] == ["ann0", "ben0", None]
        async with store.unit_of_work() as uow:
            await uow.jobs.put((await uow.jobs.get(JobId("ann0"))).complete(at=AT))
        assert await claim_next(store) == "ann1"

    async def test_two_running_digests_of_one_user_are_refused(self, store: JobStore) -> None:
        first, second = await queue(store, "d0", ANN, Kind.DIGEST), await queue(store, "d1", ANN, Kind.DIGEST)
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.jobs.put(first.claim("worker", at=AT, lease=LEASE))
                await uow.jobs.put(second.claim("worker", at=AT, lease=LEASE))
        async with store.snapshot() as uow:
            assert (await uow.jobs.get(JobId("d0"))).state is JobState.QUEUED

    async def test_jobs_are_next_by_turns_of_their_users_and_then_by_age(self, store: JobStore) -> None:
        for n in range(3):
            await launch(store, f"ann{n}", ANN, AT + timedelta(seconds=n))
        await launch(store, "ben0", BEN, AT + timedelta(seconds=9))
        assert [await claim_next(store) for _ in range(5)] == ["ann0", "ben0", "ann1", "ann2", None]

    async def test_a_job_gets_the_next_round_of_its_user_behind_those_of_earlier_rounds(self, store: JobStore) -> None:
        places = []
        for n, user in enumerate((ANN, ANN, ANN, BEN, ANN, BEN)):
            queued = await launch(store, f"j{n}", user, AT + timedelta(seconds=n))
            async with store.snapshot() as uow:
                assert await uow.jobs.get(queued.job.id) == queued.job
            places.append((queued.job.round, queued.ahead))
        assert places == [(0, 0), (1, 1), (2, 2), (0, 1), (3, 4), (1, 3)]

    async def test_a_user_who_comes_late_starts_in_the_current_round(self, store: JobStore) -> None:
        for n in range(3):
            await launch(store, f"ann{n}", ANN, AT + timedelta(seconds=n))
        assert [await claim_next(store), await claim_next(store)] == ["ann0", "ann1"]
        await launch(store, "ben0", BEN, AT + timedelta(seconds=9))
        assert [await claim_next(store), await claim_next(store)] == ["ann2", "ben0"]

    async def test_the_number_ahead_is_right_at_the_ends_and_in_the_middle_of_a_long_queue(
        self, store: JobStore
    ) -> None:
        async with store.unit_of_work() as uow:
            for n in range(900):
                await uow.jobs.put(Job.queue(JobId(f"j{n}"), UserId("heavy"), Kind.ANALYSIS, at=AT, round=n))
            await uow.jobs.put(Job.queue(JobId("ben"), BEN, Kind.ANALYSIS, at=AT, round=449))
        # Ben is behind "new", who is in the first round by then.
        places = {user: (await launch(store, f"next of {user}", UserId(user))).ahead for user in ("heavy", "new", BEN)}
        assert places == {"heavy": 901, "new": 1, BEN: 453}

    async def test_the_number_of_queued_jobs_follows_every_move(self, store: JobStore) -> None:
        async def waiting() -> int:
            async with store.snapshot() as uow:
                return await uow.jobs.waiting()

        counted = [await waiting()]
        job = (await launch(store, "j")).job
        await launch(store, "k")
        counted.append(await waiting())
        async with store.unit_of_work() as uow:
            job = await uow.jobs.put(job.claim("worker", at=AT, lease=LEASE))
        counted.append(await waiting())
        async with store.unit_of_work() as uow:
            job = await uow.jobs.put(job.renew(at=AT, lease=LEASE))
            job = await uow.jobs.put(job.release(at=AT))
        counted.append(await waiting())
        async with store.unit_of_work() as uow:
            await uow.jobs.put(job.cancel(at=AT))
        counted.append(await waiting())
        assert counted == [0, 2, 1, 2, 1]

    async def test_a_certain_job_is_claimed_only_if_it_may_run(self, store: JobStore) -> None:
        running = await queue(store, "running", kind=Kind.DIGEST)
        for id, user, kind in (("same", ANN, Kind.DIGEST), ("other", BEN, Kind.DIGEST), ("second", ANN, Kind.ANALYSIS)):
            await queue(store, id, user, kind)
        retried = await queue(store, "later")
        async with store.unit_of_work() as uow:
            await uow.jobs.put(running.claim("worker", at=AT, lease=LEASE))
            claimed = await uow.jobs.put(retried.claim("worker", at=AT, lease=LEASE))
            await uow.jobs.put(claimed.retry("down", at=AT, after=LEASE))

        async def may_run(at: datetime) -> list[str]:
            async with store.unit_of_work() as uow:
                ids = ("second", "running", "same", "other", "later", "nothing")
                singly: list[str] = [job.id for id in ids for job in await uow.jobs.next(at, only=[JobId(id)])]
                assert {job.id for job in await uow.jobs.next(at, only=[JobId(id) for id in ids])} == {*singly}
                return singly

        assert await may_run(AT) == ["second", "other"]
        # An abandoned digest still counts as running until it is claimed again.
        assert await may_run(AT + LEASE) == ["second", "running", "other", "later"]

    async def test_several_jobs_are_claimed_in_the_order_in_which_they_run(self, store: JobStore) -> None:
        for n, (id, user) in enumerate((("a", ANN), ("b", ANN), ("c", BEN))):
            await launch(store, id, user, AT + timedelta(seconds=n))
        assert await claim_next(store) == "a"
        at = AT + LEASE

        async def next_jobs(limit: int) -> list[str]:
            async with store.unit_of_work() as uow:
                return [job.id for job in await uow.jobs.next(at, limit)]

        assert await next_jobs(9) == ["a", "c", "b"]
        assert await next_jobs(2) == ["a", "c"]
        async with store.unit_of_work() as uow:
            assert await uow.jobs.next(at, only=()) == ()

    async def test_of_changes_that_are_put_together_those_that_are_too_late_have_no_effect(
        self, store: JobStore
    ) -> None:
        a, b, c = [await queue(store, id) for id in "abc"]
        async with store.unit_of_work() as uow:
            await uow.jobs.put(b.claim("fast", at=AT, lease=LEASE))
        async with store.unit_of_work() as uow:
            changes = [c.cancel(at=AT), b.cancel(at=AT), a.claim("w", at=AT, lease=LEASE)]
            stored = await uow.jobs.put_all(changes)
            assert await uow.jobs.put_all(()) == ()
        assert [job and (job.id, job.state, job.version) for job in stored] == [
            ("c", JobState.CANCELLED, 2),
            None,
            ("a", JobState.RUNNING, 2),
        ]
        async with store.snapshot() as uow:
            assert [(await uow.jobs.get(job.id)).state for job in (a, b, c)] == ["running", "running", "cancelled"]

    async def test_of_two_changes_of_one_job_that_are_put_together_exactly_one_has_effect(
        self, store: JobStore
    ) -> None:
        a, b = [await queue(store, id) for id in "ab"]
        changes = [a.claim("w", at=AT, lease=LEASE), a.cancel(at=AT), b.cancel(at=AT), b.cancel(at=AT)]
        async with store.unit_of_work() as uow:
            stored = await uow.jobs.put_all(changes)
        assert [[job.id for job in pair if job] for pair in (stored[:2], stored[2:])] == [["a"], ["b"]]
        async with store.snapshot() as uow:
            assert [await uow.jobs.get(job.id) for job in (a, b)] == [job for job in stored if job]

    async def test_due_jobs_are_the_abandoned_and_then_the_queued_ones_the_oldest_first(self, store: JobStore) -> None:
        for n, (id, user) in enumerate((("a", ANN), ("b", BEN), ("c", ANN), ("d", ANN))):
            job = (await launch(store, id, user, AT + timedelta(seconds=n))).job
            if id in ("c", "d"):
                async with store.unit_of_work() as uow:
                    await uow.jobs.put(job.claim("worker", at=AT, lease=LEASE))
        async with store.unit_of_work() as uow:
            ended = await uow.jobs.put((await uow.jobs.get(JobId("d"))).complete(at=AT))

        async def due(at: datetime, limit: int = 10, like: Job | None = None) -> list[str]:
            async with store.snapshot() as uow:
                return [job.id for job in await uow.jobs.due(at, limit, like=like)]

        assert await due(AT) == ["a", "b"]
        assert await due(AT + LEASE) == ["c", "a", "b"]
        assert await due(AT + LEASE, limit=2) == ["c", "a"]
        assert await due(AT + LEASE, limit=1) == ["c"]
        assert await due(AT, like=ended) == ["a"]

    async def test_the_oldest_ended_jobs_are_deleted_first(self, store: JobStore) -> None:
        for n in range(4):
            await queue(store, f"j{n}", at=AT + timedelta(seconds=n))
        async with store.unit_of_work() as uow:
            for id in ("j0", "j1", "j3"):
                await uow.jobs.put((await uow.jobs.get(JobId(id))).cancel(at=AT))
            before = AT + timedelta(seconds=3)
            assert [job.id for job in await uow.jobs.delete_before(before, 1)] == ["j0"]
            assert [job.id for job in await uow.jobs.delete_before(before, 10)] == ["j1"]
            assert [(await uow.jobs.get(JobId(id))).state for id in ("j2", "j3")] == ["queued", "cancelled"]

    async def test_a_receipt_belongs_to_its_owner_operation_and_key(self, store: JobStore) -> None:
        async with store.unit_of_work() as uow:
            await uow.receipts.add(receipt(0))
        async with store.snapshot() as uow:
            assert await uow.receipts.find(ANN, "execute", "key0") == receipt(0)
            for owner, operation, key in ((BEN, "execute", "key0"), (ANN, "launch", "key0"), (ANN, "execute", "key1")):
                assert await uow.receipts.find(owner, operation, key) is None
        with pytest.raises(Stale):
            async with store.unit_of_work() as uow:
                await uow.receipts.add(receipt(0))

    async def test_the_oldest_receipts_are_deleted_first(self, store: JobStore) -> None:
        async with store.unit_of_work() as uow:
            for n in range(5):
                await uow.receipts.add(receipt(n))
            before = AT + timedelta(seconds=4)
            assert await uow.receipts.delete_before(before, 3) == 3
            assert [n for n in range(5) if await uow.receipts.find(ANN, "execute", f"key{n}")] == [3, 4]
            assert await uow.receipts.delete_before(before, 3) == 1

    async def test_a_scheduled_task_is_taken_once_while_it_is_due(self, store: JobStore) -> None:
        minute = timedelta(minutes=1)
        async with store.unit_of_work() as uow:
            tasks = uow.scheduled_tasks
            assert await tasks.due("sweep") is None
            assert await tasks.take("sweep", at=AT, every=minute)
            assert await tasks.due("sweep") == AT + minute
            assert not await tasks.take("sweep", at=AT + minute / 2, every=minute)
            assert await tasks.take("other", at=AT, every=minute)
            assert await tasks.take("sweep", at=AT + minute, every=minute)
