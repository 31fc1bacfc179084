"""Running jobs of any kind: claim with a lease, run, and end each exactly once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

from attrs import Factory, field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import CallerError, Refusal, Stale, Unavailable
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import MAX_CRASHES, Job, Kind
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.batches import Batches

# A worker that does not renew its lease for this long counts as crashed.
LEASE = timedelta(seconds=10)
# A lease is renewed once a quarter of it has passed, so that three renewals in a row may fail.
_RENEW_BELOW = 0.75
# The n-th retry after a transient failure waits n times this long.
RETRY_DELAY = timedelta(seconds=5)

# How long to wait before a store that could not be reached is tried again, in seconds.
_STORE_RETRY = 1.0

_CRASH_ERROR = f"The process that ran this died {MAX_CRASHES} times, so it is not tried again."
_CONFLICT = "Other writers were always first, so the result could not be stored; try again."
_INTERNAL_ERROR = "Something went wrong inside tradecore; its log has the details under this id."

# What an attempt that ended without a result makes of its job, at a time and with the steps stored by then.
_EndOfAttempt = Callable[[Job, datetime, int], Change[Job]]


@frozen
class JobClaim:
    """A job held by one worker under a lease. `abandoned`: another worker had it, and let its lease expire."""

    job: Job
    abandoned: bool = False

    async def verify(self, uow: UnitOfWork) -> Job:
        """The job as stored. Raises Stale when this worker no longer holds it."""
        assert self.job.lease, "a claimed job has a lease"
        job = await uow.jobs.get(self.job.id)
        return job.require_held_by(self.job.lease.worker_id, self.job.attempt)


class JobTask(Protocol):
    """How one kind of job is run. RunJob handles leases, retries and failures; the task does the work."""

    async def steps(self, uow: UnitOfWork, job: Job) -> int:
        """How many steps of the result are stored; a worker that stored one was not crashed by the job."""
        ...

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
    """Claim the job that runs next, or a certain one."""

    store: Store
    now: Now
    tasks: Mapping[Kind, JobTask]
    lease: timedelta = LEASE

    async def __call__(
        self, worker_id: str, *, running: Set[JobId] = frozenset(), only: JobId | None = None
    ) -> JobClaim | None:
        """A claim for `worker_id`; None when no job is due. With `only`, a claim of that job, if it may run.

        `running` are the jobs that this worker runs: their leases are renewed instead, should they have expired. A job
        whose workers crashed MAX_CRASHES times fails. A worker isolates a suspect.
        """
        while True:
            if only is None:
                # An idle worker looks often, and a look without a transaction is cheap.
                async with self.store.read() as uow:
                    if not await uow.jobs.next(self.now()):
                        return None
            async with self.store.unit_of_work() as uow:
                now = self.now()
                jobs = await uow.jobs.next(now, only=None if only is None else (only,))
                if not jobs:
                    return None
                [job] = jobs
                if job.id in running and job.lease:
                    await uow.jobs.put(job.renew(at=now, lease=self.lease))
                    continue
                task = self.tasks[job.kind]
                steps = await task.steps(uow, job) if job.attempt else 0
                if len(job.crashes(at=now, steps=steps)) >= MAX_CRASHES:
                    await task.fail(uow, job, _CRASH_ERROR)
                    await uow.jobs.put(job.fail(_CRASH_ERROR, at=now))
                    continue
                claimed = await uow.jobs.put(job.claim(worker_id, at=now, lease=self.lease, steps=steps))
                await task.begin(uow, claimed)
                return JobClaim(claimed, abandoned=job.abandoned(now))

    async def new_jobs(
        self, worker_id: str, *, limit: int, only: Sequence[JobId] | None = None
    ) -> dict[JobId, JobClaim]:
        """Claims of jobs that no worker has claimed before, all in one transaction, by the id of the job.

        They are among the `limit` jobs that run next, or with `only` among those. Other jobs take more care, and are
        claimed one by one: abandoned and released ones, and a digest of a user who has another one in the batch.
        Raises Stale where a job could not be stored with the others.
        """
        async with self.store.unit_of_work() as uow:
            now = self.now()
            new = _new_jobs(await uow.jobs.next(now, limit, only=only))
            if not new:
                return {}
            claimed = await uow.jobs.put_all([job.claim(worker_id, at=now, lease=self.lease) for job in new])
            claims = {job.id: JobClaim(job) for job in claimed if job}
            if len(claims) < len(new):
                raise Stale("Another writer changed a job of the batch.")
            for claim in claims.values():
                await self.tasks[claim.job.kind].begin(uow, claim.job)
        return claims


def _new_jobs(jobs: Sequence[Job]) -> list[Job]:
    """The jobs without an attempt, with at most one digest of each user."""
    new: list[Job] = []
    users: set[UserId] = set()
    for job in jobs:
        if job.attempt or (job.kind is Kind.DIGEST and job.user in users):
            continue
        if job.kind is Kind.DIGEST:
            users.add(job.user)
        new.append(job)
    return new


@frozen
class UpdateHeldJob:
    """Store a change of a job by a worker that holds it, together with other such changes of the same moment."""

    store: Store
    _batches: Batches[Change[Job], Job | None] = field(
        init=False, eq=False, default=Factory(lambda self: Batches(self._put_all), takes_self=True)
    )

    async def __call__(self, claim: JobClaim, transition: Callable[[Job], Change[Job]]) -> Job:
        """The job as stored after `transition`, a method of Job that does not depend on anything else stored.

        Raises Stale when another worker holds the job or it has ended, NotFound when it is gone, and Unavailable.
        """
        with suppress(Stale):
            if stored := await self._batches.submit(transition(claim.job)):
                return stored
        # Something else about the job was stored since it was claimed, such as a longer lease, or is being stored.
        async with self.store.unit_of_work() as uow:
            return await uow.jobs.put(transition(await claim.verify(uow)))

    async def _put_all(self, changes: Sequence[Change[Job]]) -> Sequence[Job | None]:
        async with self.store.unit_of_work() as uow:
            return await uow.jobs.put_all(changes)


# Each use case has its own, over its store.
_UPDATE_HELD_JOB: Any = Factory(lambda self: UpdateHeldJob(self.store), takes_self=True)


class Crashed(Exception):
    """The process in which a job ran by itself died."""


@frozen
class RunJob:
    """Run a claimed job, and complete, retry or fail it."""

    store: Store
    now: Now
    tasks: Mapping[Kind, JobTask]
    # The context of an attempt, which sees how it ends; of one in a process of its own only whether that died.
    observed: Callable[[JobClaim, bool], AbstractContextManager[None]] = lambda claim, isolated: nullcontext()
    _update: UpdateHeldJob = field(init=False, eq=False, default=_UPDATE_HELD_JOB)

    async def __call__(self, claim: JobClaim, *, isolated: Callable[[JobClaim], Awaitable[None]] | None = None) -> None:
        """Return when the job has ended, was queued again, or is held by another worker.

        `isolated` runs it in a process of its own, and raises Crashed when that process dies. Then only such a death
        counts as a crash, and the end of this worker does not.

        Stale and a transient Unavailable queue it again; any other Unavailable and a CallerError fail it with their
        message. Any other exception fails it with a fixed message and is raised, for the caller to log.
        """
        try:
            with self.observed(claim, isolated is not None):
                if isolated:
                    await isolated(claim)
                else:
                    await self._start(claim)
                    await self.tasks[claim.job.kind].run(claim)
        except Stale:
            # Another worker holds the job, or an earlier try of a write had succeeded unnoticed.
            await self._store_end(claim, self._retried(_CONFLICT))
        except Unavailable as error:
            await self._store_end(claim, self._retried(str(error)) if error.transient else self._failed(str(error)))
        except CallerError as error:
            await self._store_end(claim, self._failed(str(error)))
        except Crashed:
            await self._store_end(claim, self._crashed)
        except Exception:
            await self._store_end(claim, self._failed(_INTERNAL_ERROR))
            raise

    async def _start(self, claim: JobClaim) -> None:
        if claim.job.lease and claim.job.lease.waiting:
            await self._update(claim, Job.start)

    def _retried(self, error: str) -> _EndOfAttempt:
        return lambda job, at, steps: job.retry(error, at=at, after=RETRY_DELAY * (job.failures + 1))

    def _failed(self, error: str) -> _EndOfAttempt:
        return lambda job, at, steps: job.fail(error, at=at)

    def _crashed(self, job: Job, at: datetime, steps: int) -> Change[Job]:
        return job.crash(_CRASH_ERROR, at=at, steps=steps)

    async def _store_end(self, claim: JobClaim, end: _EndOfAttempt) -> None:
        """Store how the attempt ended, as soon as the store can be reached, if this worker holds the job."""
        while True:
            try:
                async with self.store.unit_of_work() as uow:
                    job, task = await claim.verify(uow), self.tasks[claim.job.kind]
                    change = end(job, self.now(), await task.steps(uow, job))
                    if change.entity.ended:
                        await task.fail(uow, job, change.entity.error or "")
                    await uow.jobs.put(change)
            except Unavailable:
                await asyncio.sleep(_STORE_RETRY)
                continue
            except Stale:
                await take_back_crash(self.store, claim)
            except Refusal:
                pass
            return


async def take_back_crash(store: Store, claim: JobClaim) -> None:
    """Record that the worker of a claim lives, in case its lease ran out and another worker took it for crashed.

    Nothing changes where the job has ended, or where the store cannot be reached.
    """
    try:
        async with store.unit_of_work() as uow:
            job = await uow.jobs.get(claim.job.id)
            if claim.job.attempt in job.crashed_attempts and not job.ended:
                await uow.jobs.put(job.take_back_crash(claim.job.attempt))
    except Refusal:
        return


@frozen
class RenewLease:
    """Check that a claim still holds, and renew its lease."""

    store: Store
    now: Now
    tasks: Mapping[Kind, JobTask]
    lease: timedelta = LEASE
    _update: UpdateHeldJob = field(init=False, eq=False, default=_UPDATE_HELD_JOB)

    async def __call__(self, claim: JobClaim) -> Job:
        """The job as stored; its crashes are forgotten once a step is stored.

        Cheap enough for twice a second: nothing is written before a quarter of the lease has passed. Raises Stale when
        the job was taken over, cancelled or ended, NotFound when it is gone; the worker has to stop then.
        """
        try:
            return await self._renew(claim)
        except Stale:
            await take_back_crash(self.store, claim)
            raise

    async def _renew(self, claim: JobClaim) -> Job:
        async with self.store.read() as uow:
            job = await claim.verify(uow)
            cleared = job.crashed_attempts and await self.tasks[job.kind].steps(uow, job) > job.steps
        if not cleared and job.lease and job.lease.until - self.now() > _RENEW_BELOW * self.lease:
            return job

        def renew(job: Job) -> Change[Job]:
            kept = job.forget_crashes().entity if cleared else job
            return kept.renew(at=self.now(), lease=self.lease)

        return await self._update(JobClaim(job), renew)


@frozen
class ReleaseJob:
    """Queue a claimed job again because its worker stops."""

    store: Store
    now: Now
    _update: UpdateHeldJob = field(init=False, eq=False, default=_UPDATE_HELD_JOB)

    async def __call__(self, claim: JobClaim) -> None:
        """The job keeps its stored steps. Raises Stale when another worker holds it."""
        await self._update(claim, lambda job: job.release(at=self.now()))
