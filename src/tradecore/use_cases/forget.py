"""Forgetting: what nobody can ask for any more goes, a little at a time, so that a store does not only grow."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from attrs import frozen

from tradecore.model import analyses, digests, jobs
from tradecore.model.digests import DigestId
from tradecore.model.ids import AnalysisId
from tradecore.model.jobs import Job, Kind
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork

# How long an idempotency key counts, and how long digests can be read and the events of analyses replayed.
KEYS_COUNT = timedelta(hours=24)
ENDED_ARE_KEPT = timedelta(days=30)
# An expired one refuses by itself, so there is no hurry.
EXPIRED_ARE_KEPT = timedelta(days=1)
# In one unit of work, which others wait for on SQLite.
_AT_ONCE = 50

Forgotten = Callable[[UnitOfWork, datetime, int], Awaitable[int]]
"""Removes the oldest of a kind of thing from before a time, up to a number; how many there were."""


@frozen
class Forget:
    """A scheduled task: forget one kind of thing some time after it was made."""

    store: Store
    now: Now
    what: Forgotten
    after: timedelta

    async def __call__(self) -> int:
        """How many there were."""
        count, gone = 0, _AT_ONCE
        while gone == _AT_ONCE:
            async with self.store.unit_of_work() as uow:
                gone = await self.what(uow, self.now() - self.after, _AT_ONCE)
            count += gone
        return count


async def keys(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Idempotency keys: a request that comes with one again is a new request."""
    return await uow.receipts.forget(before, limit)


async def sign_ins(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Sign-ins that have expired; nothing can be done with their tokens in any case."""
    return await uow.users.forget_sessions(before, limit)


async def told(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """What readers were told: it must be so old that it cannot come up again."""
    return await uow.reported.forget(before, limit)


async def ended(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Jobs that have ended, with digests and their results, and with the events of analyses but the last.

    Analyses themselves, their steps, results and scores stay.
    """
    forgotten = await uow.jobs.forget(before, limit)
    for job in forgotten:
        await _forget_with(uow, job)
    return len(forgotten)


async def _forget_with(uow: UnitOfWork, job: Job) -> None:
    await uow.facts.forget(jobs.topic_of(job.id))
    match job.kind:
        case Kind.ANALYSIS:
            # The last one says how it ended, and its number after which there is nothing more.
            await uow.facts.forget(analyses.topic_of(AnalysisId(job.id)), but_last=True)
        case Kind.DIGEST:
            await uow.facts.forget(digests.topic_of(DigestId(job.id)))
            await uow.digests.forget(DigestId(job.id))
