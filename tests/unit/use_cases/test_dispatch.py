"""Dispatching: what is offered to the job queue, and what is offered to a message queue again."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import define, field

from tradecore.model.errors import Unavailable
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore.use_cases.dispatch import BATCH, DispatchJobs, OfferLostJobs
from tradecore.use_cases.relay import RelayEvents

LEASE = timedelta(seconds=10)
ANN, BEN = UserId("ann"), UserId("ben")


@define
class Messages:
    """A message queue whose messages the test counts and loses."""

    fetched: bool = True
    broken: bool = False
    offers: list[tuple[str, datetime | None]] = field(factory=list)

    async def offer(self, job: JobId, kind: Kind, *, not_before: datetime | None = None) -> None:
        if self.broken:
            raise Unavailable("Redis is down.")
        self.offers.append((job, not_before))

    async def depth(self) -> int:
        return 0 if self.fetched else 1

    def take(self) -> list[str]:
        taken = [job for job, _ in self.offers]
        self.offers.clear()
        return taken


async def queue(world: Any, id: str, user: UserId = ANN, kind: Kind = Kind.ANALYSIS) -> Job:
    async with world.store.unit_of_work() as uow:
        job: Job = await uow.jobs.put(Job.queue(JobId(id), user, kind, at=world.now()))
        return job


async def claim(world: Any, job: Job) -> Job:
    async with world.store.unit_of_work() as uow:
        claimed: Job = await uow.jobs.put(job.claim("worker", at=world.now(), lease=LEASE))
        return claimed


async def dispatch_all(world: Any, messages: Messages) -> None:
    await RelayEvents(world.store, (DispatchJobs(world.store, messages),))()


async def test_a_queued_job_is_offered_and_a_retry_with_the_time_at_which_it_is_due(world: Any) -> None:
    messages, job = Messages(), await queue(world, "j")
    await dispatch_all(world, messages)
    async with world.store.unit_of_work() as uow:
        claimed = await uow.jobs.put(job.claim("worker", at=world.now(), lease=LEASE))
        await uow.jobs.put(claimed.retry("the feed is down", at=world.now(), after=LEASE))
    await dispatch_all(world, messages)
    assert messages.offers == [("j", None), ("j", world.now() + LEASE)]


@define
class Wakeups:
    """A queue that wakes workers, and does so once it has been offered three jobs."""

    together: asyncio.Barrier = field(factory=lambda: asyncio.Barrier(3))

    async def offer(self, job: JobId, kind: Kind, *, not_before: datetime | None = None) -> None:
        async with asyncio.timeout(10):
            await self.together.wait()

    async def wait(self, seconds: float) -> None:
        """Nobody waits."""


async def test_jobs_of_a_moment_are_offered_at_once_to_a_queue_that_wakes_workers(world: Any) -> None:
    for id in ("a", "b", "c"):
        await queue(world, id)
    wakeups = Wakeups()
    await RelayEvents(world.store, (DispatchJobs(world.store, wakeups),))()
    assert wakeups.together.n_waiting == 0


@pytest.mark.parametrize(("kind", "offered"), [(Kind.DIGEST, ["d2"]), (Kind.ANALYSIS, [])])
async def test_the_end_of_a_digest_offers_the_next_one_of_its_user(world: Any, kind: Kind, offered: list[str]) -> None:
    messages, first = Messages(), await queue(world, "d1", kind=kind)
    await claim(world, first)
    await queue(world, "a", ANN, Kind.ANALYSIS)
    await queue(world, "b", BEN, Kind.DIGEST)
    await queue(world, "d2", kind=kind)
    await dispatch_all(world, messages)
    messages.take()
    async with world.store.unit_of_work() as uow:
        await uow.jobs.put((await uow.jobs.get(first.id)).complete(at=world.now()))
    await dispatch_all(world, messages)
    assert messages.take() == offered


async def test_a_job_that_is_due_while_no_message_waits_is_offered_again_every_ten_seconds(world: Any) -> None:
    messages = Messages()
    offer_lost = OfferLostJobs(world.store, messages, world.now)
    await queue(world, "j")
    assert (await offer_lost(), messages.take()) == (0, [])
    world.pass_time(seconds=2)
    assert (await offer_lost(), messages.take()) == (1, ["j"])
    world.pass_time(seconds=9)
    assert await offer_lost() == 0
    world.pass_time(seconds=1)
    assert await offer_lost() == 1


async def test_while_messages_wait_in_front_of_it_a_job_is_offered_again_after_a_minute(world: Any) -> None:
    messages = Messages(fetched=False)
    offer_lost = OfferLostJobs(world.store, messages, world.now)
    await queue(world, "j")
    for seconds, offers in ((59, 0), (1, 1), (59, 0), (1, 1)):
        world.pass_time(seconds=seconds)
        assert await offer_lost() == offers


async def test_a_job_that_a_dead_worker_holds_is_offered_as_soon_as_its_lease_is_over(world: Any) -> None:
    messages = Messages(fetched=False)
    offer_lost = OfferLostJobs(world.store, messages, world.now)
    await claim(world, await queue(world, "j"))
    world.pass_time(seconds=LEASE.total_seconds() - 1)
    assert await offer_lost() == 0
    world.pass_time(seconds=1)
    assert [await offer_lost(), await offer_lost()] == [1, 0]
    assert messages.take() == ["j"]


async def test_what_waits_for_its_turn_or_its_time_is_not_lost(world: Any) -> None:
    messages = Messages()
    offer_lost = OfferLostJobs(world.store, messages, world.now)
    await claim(world, await queue(world, "running", kind=Kind.DIGEST))
    await queue(world, "waits", kind=Kind.DIGEST)
    retried = await claim(world, await queue(world, "later"))
    async with world.store.unit_of_work() as uow:
        await uow.jobs.put(retried.retry("the feed is down", at=world.now(), after=timedelta(minutes=1)))
    world.pass_time(seconds=LEASE.total_seconds() - 1)
    assert await offer_lost() == 0


async def test_a_queue_that_is_away_is_offered_the_same_jobs_later(world: Any) -> None:
    messages = Messages(broken=True)
    offer_lost = OfferLostJobs(world.store, messages, world.now)
    await queue(world, "j")
    world.pass_time(seconds=5)
    with pytest.raises(Unavailable):
        await offer_lost()
    messages.broken = False
    assert await offer_lost() == 1


async def test_many_lost_jobs_are_offered_in_batches(world: Any) -> None:
    async with world.store.unit_of_work() as uow:
        for n in range(BATCH + 1):
            await uow.jobs.put(Job.queue(JobId(f"j{n:04}"), ANN, Kind.ANALYSIS, at=world.now()))
    world.pass_time(seconds=2)
    offer_lost = OfferLostJobs(world.store, Messages(), world.now)
    assert [await offer_lost(), await offer_lost()] == [BATCH, 0]
