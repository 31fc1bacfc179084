"""Running jobs of any kind: claim with a lease, run, and end each exactly once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from attrs import frozen

from tradecore.model.errors import CallerError, Refusal, Stale, Unavailable
from tradecore.model.jobs import MAX_CRASHES, Job, Kind
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork

# A worker that does not renew its lease for this long counts as crashed.
LEASE = timedelta(seconds=10)
# A lease is renewed once a quarter of it has passed, so that three renewals in a row may fail.
_RENEW_BELOW = 0.75
# The n-th retry after a transient failure waits n times this long.
RETRY_DELAY = timedelta(seconds=5)

_CRASHED = "The process that ran this died {n} times, so it is not tried again."
_INTERNAL_ERROR = "Something went wrong inside tradecore; its log has the details under this id."


@frozen
class JobClaim:
    """A job held by one worker under a lease."""

    job: Job

    async def verify(self, uow: UnitOfWork) -> Job:
        """The job as stored. Raises Stale when this worker no longer holds it."""
        assert self.job.lease, "a claimed job has a lease"
        job = await uow.jobs.get(self.job.id)
        return job.require_held_by(self.job.lease.worker_id, self.job.attempt)


class JobTask(Protocol):
    """How one kind of job is run. RunJob handles leases, retries and failures; the task does the work."""

    async def begin(self, uow: UnitOfWork, job: Job) -> None:
        """Mark the work as running, in the transaction that claims the job."""
        ...

    async def run(self, claim: JobClaim) -> None:
        """Do the work, resuming an earlier attempt; complete the job in the transaction that stores the result."""
        ...

    async def fail(self, uow: UnitOfWork, job: Job, error: str, *, cancelled: bool = False) -> None:
        """Mark the work as failed or cancelled, in the transaction that ends the job."""
        ...


@frozen
class ClaimJob:
    """Claim the job that runs next."""

    store: Store
    now: Now
    tasks: Mapping[Kind, JobTask]
    lease: timedelta = LEASE

    async def __call__(self, worker_id: str) -> JobClaim | None:
        """A claim for `worker_id`; None when no job is due. A job whose workers crashed MAX_CRASHES times fails."""
        while True:
            async with self.store.read() as uow:
                if await uow.jobs.next(self.now()) is None:
                    return None
            async with self.store.unit_of_work() as uow:
                now = self.now()
                job = await uow.jobs.next(now)
                if job is None:
                    return None
                task = self.tasks[job.kind]
                if job.abandoned(now) and job.crashes + 1 >= MAX_CRASHES:
                    error = _CRASHED.format(n=MAX_CRASHES)
                    await task.fail(uow, job, error)
                    await uow.jobs.put(job.fail(error, at=now))
                    continue
                claimed = await uow.jobs.put(job.claim(worker_id, at=now, lease=self.lease))
                await task.begin(uow, claimed)
                return JobClaim(claimed)


@frozen
class RunJob:
    """Run a claimed job, and complete, retry or fail it."""

    store: Store
    now: Now
    tasks: Mapping[Kind, JobTask]

    async def __call__(self, claim: JobClaim) -> None:
        """Return when the job has ended, was queued again, or is held by another worker.

        Unavailable queues it again; a CallerError fails it with its message. Any other exception fails it with a fixed
        message and is raised, for the caller to log.
        """
        try:
            await self.tasks[claim.job.kind].run(claim)
        except Stale:
            return
        except Unavailable as error:
            await self._fail(claim, str(error), transient=True)
        except CallerError as error:
            await self._fail(claim, str(error))
        except Exception:
            await self._fail(claim, _INTERNAL_ERROR)
            raise

    async def _fail(self, claim: JobClaim, error: str, *, transient: bool = False) -> None:
        try:
            async with self.store.unit_of_work() as uow:
                job = await claim.verify(uow)
                now = self.now()
                change = (
                    job.retry(error, at=now, after=RETRY_DELAY * (job.failures + 1))
                    if transient
                    else job.fail(error, at=now)
                )
                if change.entity.ended:
                    await self.tasks[job.kind].fail(uow, job, error)
                await uow.jobs.put(change)
        except Refusal:
            # The store is unreachable, or another worker holds the job. It is claimed again once the lease expires.
            return


@frozen
class RenewLease:
    """Check that a claim still holds, and renew its lease."""

    store: Store
    now: Now
    lease: timedelta = LEASE

    async def __call__(self, claim: JobClaim) -> None:
        """Cheap enough for twice a second: nothing is written before a quarter of the lease has passed.

        Raises Stale when the job was taken over, cancelled or ended; the worker has to stop then.
        """
        async with self.store.read() as uow:
            job = await claim.verify(uow)
        if job.lease and job.lease.until - self.now() > _RENEW_BELOW * self.lease:
            return
        async with self.store.unit_of_work() as uow:
            job = await claim.verify(uow)
            await uow.jobs.put(job.renew(at=self.now(), lease=self.lease))


@frozen
class ReleaseJob:
    """Queue a claimed job again because its worker stops."""

    store: Store
    now: Now

    async def __call__(self, claim: JobClaim) -> None:
        """The job keeps its stored steps. Raises Stale when another worker holds it."""
        async with self.store.unit_of_work() as uow:
            job = await claim.verify(uow)
            await uow.jobs.put(job.release(at=self.now()))
