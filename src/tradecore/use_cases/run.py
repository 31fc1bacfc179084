"""Running jobs of any kind: claim with a lease, carry out, and end each exactly once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from attrs import frozen

from tradecore.model.errors import CallerError, Refusal, Stale, Unavailable
from tradecore.model.jobs import CRASHES_ALLOWED, Job, Kind
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork

# How long a runner that says nothing is believed to live.
LEASE = timedelta(seconds=10)
# A lease is renewed once a quarter of it has passed: three of four renewals may be lost before the lease is.
_FRESH = 0.75
# After the n-th failure that may pass, wait n times this long.
PAUSE = timedelta(seconds=5)

_POISON = "The process that ran this died {n} times, so it is not tried again."
_BROKEN = "Something went wrong inside tradecore; its log has the details under this id."


@frozen
class Claim:
    """A job in the hands of one runner, for as long as nobody else takes it over."""

    job: Job

    async def hold(self, uow: UnitOfWork) -> Job:
        """The job as it stands; raises Stale if it is no longer this runner's."""
        assert self.job.lease, "a claimed job has a lease"
        job = await uow.jobs.get(self.job.id)
        return job.held_by(self.job.lease.worker_id, self.job.attempt)


class Task(Protocol):
    """How one kind of job is done. The runner sees to leases, retries and failures; the task to everything else."""

    async def begin(self, uow: UnitOfWork, job: Job) -> None:
        """Say that it is being worked on, in the transaction that claims the job."""
        ...

    async def carry_out(self, claim: Claim) -> None:
        """Do it, and complete the job in the transaction that keeps what came of it; resume what was begun before."""
        ...

    async def give_up(self, uow: UnitOfWork, job: Job, error: str, *, cancelled: bool = False) -> None:
        """Say that nothing will come of it, in the transaction that ends the job."""
        ...


@frozen
class ClaimJob:
    """Take the job that is to run next."""

    store: Store
    now: Now
    tasks: Mapping[Kind, Task]
    lease: timedelta = LEASE

    async def __call__(self, worker_id: str) -> Claim | None:
        """A claim for `worker_id`, or None when nothing is to be run. A job that keeps killing its runners is ended."""
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
                if job.abandoned(now) and job.crashes + 1 >= CRASHES_ALLOWED:
                    error = _POISON.format(n=CRASHES_ALLOWED)
                    await task.give_up(uow, job, error)
                    await uow.jobs.put(job.fail(error, at=now))
                    continue
                claimed = await uow.jobs.put(job.claim(worker_id, at=now, lease=self.lease))
                await task.begin(uow, claimed)
                return Claim(claimed)


@frozen
class RunJob:
    """Carry out a claimed job, and end it well or badly, once."""

    store: Store
    now: Now
    tasks: Mapping[Kind, Task]

    async def __call__(self, claim: Claim) -> None:
        """Return when the job has ended, was put back for later, or belongs to another runner.

        A failure that may pass puts it back; a refusal fails it with its sentence. Anything else fails it with a fixed
        sentence and is raised, for the edge to log.
        """
        try:
            await self.tasks[claim.job.kind].carry_out(claim)
        except Stale:
            return
        except Unavailable as error:
            await self._fail(claim, str(error), passing=True)
        except CallerError as error:
            await self._fail(claim, str(error))
        except Exception:
            await self._fail(claim, _BROKEN)
            raise

    async def _fail(self, claim: Claim, error: str, *, passing: bool = False) -> None:
        try:
            async with self.store.unit_of_work() as uow:
                job = await claim.hold(uow)
                now = self.now()
                change = (
                    job.retry(error, at=now, after=PAUSE * (job.failures + 1)) if passing else job.fail(error, at=now)
                )
                if change.entity.ended:
                    await self.tasks[job.kind].give_up(uow, job, error)
                await uow.jobs.put(change)
        except Refusal:
            # The store is gone, or the job is another's: its lease runs out, and whoever finds it goes on.
            return


@frozen
class RenewLease:
    """See whether a claim still holds, and say that its runner lives."""

    store: Store
    now: Now
    lease: timedelta = LEASE

    async def __call__(self, claim: Claim) -> None:
        """Cheap enough for twice a second: nothing is written while the lease is fresh.

        Raises Stale when the job was taken over, cancelled or ended: the runner has to stop.
        """
        async with self.store.read() as uow:
            job = await claim.hold(uow)
        if job.lease and job.lease.until - self.now() > _FRESH * self.lease:
            return
        async with self.store.unit_of_work() as uow:
            job = await claim.hold(uow)
            await uow.jobs.put(job.renew(at=self.now(), lease=self.lease))


@frozen
class ReleaseJob:
    """Give a claimed job back, because its runner is being stopped."""

    store: Store
    now: Now

    async def __call__(self, claim: Claim) -> None:
        """The job is queued again at once and keeps what was written down; raises Stale if it was another's already."""
        async with self.store.unit_of_work() as uow:
            job = await claim.hold(uow)
            await uow.jobs.put(job.release(at=self.now()))
