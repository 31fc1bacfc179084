"""The contract of the job part of a store: subclass `JobStoreSuite` and give a store."""

from datetime import UTC, datetime, timedelta

import pytest

from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import JobId, OrderId, UserId
from tradecore.model.jobs import Job, JobState, Kind
from tradecore.model.receipts import IdempotencyKey, IdempotencyReceipt
from tradecore.ports.store_jobs import JobRepositories
from tradecore.ports.store_transactions import Transactions
from tradecore.use_cases.trade import OrderTicket

AT = datetime(2024, 10, 10, 14, 23, 45, 678901, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
LEASE = timedelta(seconds=10)
JobStore = Transactions[JobRepositories]


async def queue(store: JobStore, id: str, user: UserId = ANN, kind: Kind = Kind.ANALYSIS, at: datetime = AT) -> Job:
    """Queue a job in the first round."""
    async with store.unit_of_work() as uow:
        return await uow.jobs.put(Job.queue(JobId(id), user, kind, at=at))


async def claim_next(store: JobStore, at: datetime = AT) -> str | None:
    """Claim the job that runs next; its id."""
    async with store.unit_of_work() as uow:
        job = await uow.jobs.next(at)
        if job is None:
            return None
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
