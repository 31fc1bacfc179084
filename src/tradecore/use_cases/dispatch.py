"""Dispatching: jobs that may run are offered to the job queue, and again where a message queue lost the message."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from attrs import define, field, frozen

from tradecore.model.change import Event, Fact
from tradecore.model.errors import NotFound
from tradecore.model.ids import JobId
from tradecore.model.jobs import Job, JobEnded, JobQueued, Kind
from tradecore.ports.ambient import Now
from tradecore.ports.queue import JobQueue, MessageQueue
from tradecore.ports.store import Store
from tradecore.use_cases.concurrently import all_of

# At most this many jobs are offered again at a time.
BATCH = 500
# Messages of jobs that became due more recently than this may still be on their way.
GRACE = timedelta(seconds=2)
# How long to wait before a job is offered again: while messages wait in front of it, and when none do.
_PATIENCE, _SHORT_PATIENCE = timedelta(seconds=60), timedelta(seconds=10)


@frozen
class DispatchJobs:
    """A fast listener that offers jobs to the job queue. A lost offer only delays a job."""

    store: Store
    queue: JobQueue
    name: str = "dispatcher"
    kinds: Collection[type[Fact]] = (JobQueued, JobEnded)

    async def handle(self, events: Sequence[Event]) -> None:
        """Offer jobs that were queued, and digests that waited for another of their user to end. Raises Unavailable."""
        if isinstance(self.queue, MessageQueue):
            # In order, since workers begin with the oldest message.
            for event in events:
                await self._offer(event.fact)
        else:
            # What listens after this one waits for it.
            await all_of(self._offer(event.fact) for event in events)

    async def _offer(self, fact: Fact) -> None:
        id = JobId(fact.topic.removeprefix("job:"))
        if isinstance(fact, JobQueued):
            await self.queue.offer(id, fact.kind, not_before=fact.not_before)
        elif isinstance(fact, JobEnded) and fact.kind is Kind.DIGEST:
            await self._offer_next(id, fact.at)

    async def _offer_next(self, ended: JobId, at: datetime) -> None:
        async with self.store.read() as uow:
            try:
                waiting = await uow.jobs.due(at, 1, like=await uow.jobs.get(ended))
            except NotFound:
                return  # It ended long ago, and is forgotten.
        for job in waiting:
            await self.queue.offer(job.id, job.kind)


@define(eq=False)
class OfferLostJobs:
    """A scheduled task for a message queue: offer jobs again whose message was lost, or is held by a dead worker.

    These are jobs that a dead worker abandoned, and jobs that are due while no message waits. A job that a live worker
    has fetched and not begun looks the same; its second message finds it held, and is acknowledged.
    """

    store: Store
    queue: MessageQueue
    now: Now
    # When each job was last offered by this process; a job that was offered by others is offered once more.
    _offered: dict[JobId, datetime] = field(factory=dict, init=False)

    async def __call__(self) -> int:
        """The number of jobs offered. Raises Unavailable when store or queue cannot be reached."""
        now = self.now()
        patience = _PATIENCE if await self.queue.depth() else _SHORT_PATIENCE
        async with self.store.read() as uow:
            due = await uow.jobs.due(now, BATCH)
        self._offered = {id: at for id, at in self._offered.items() if now - at < _PATIENCE}
        lost = [job for job in due if self._lost(job, now, patience)]
        for job in lost:
            await self.queue.offer(job.id, job.kind)
            self._offered[job.id] = now
        return len(lost)

    def _lost(self, job: Job, now: datetime, patience: timedelta) -> bool:
        offered = self._offered.get(job.id)
        if job.abandoned(now):
            return offered is None or now - offered >= _SHORT_PATIENCE
        since = offered or (job.not_before or job.queued_at)
        return now - since >= (patience if offered or patience is _PATIENCE else GRACE)
