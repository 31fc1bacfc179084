"""The worker: runs jobs, renews their leases, and releases them when it is stopped."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import structlog

from tradecore.core import Tradecore
from tradecore.model.errors import NotFound, Refusal, Stale, Unavailable
from tradecore.model.ids import JobId
from tradecore.ports.queue import WakingQueue
from tradecore.use_cases.batches import Batches
from tradecore.use_cases.run import JobClaim

# How often to look for jobs without a wake-up, in seconds: after a lost one, and for retries and expired leases.
_POLL_INTERVAL = 0.25
# How often to renew a lease, in seconds, which also finds out that a job was cancelled.
_RENEW_INTERVAL = 0.5
# How many jobs at most are claimed together; another worker may be idle.
_MAX_CLAIMS = 16
# A worker with this many jobs claims no further ones while the store is slow: its jobs compute, or wait for each
# other's connections, and with more of them some would wait until they fail. Slow is what takes longer than so many
# seconds and so many times as long as it did at best, since a store may be far away.
_FEW_JOBS, _SLOW, _TIMES_SLOWER = 4, 0.1, 10
# How long it takes until jobs that begin are felt by the next claim, in seconds.
_PAUSE = 0.05
# How long to wait after an error of the store, in seconds.
_RETRY_DELAY = 1.0
# How long a suspect waits for the other jobs of its worker to end before they are released, in seconds.
_ISOLATION_TIMEOUT = 10.0

log = structlog.get_logger("tradecore.worker")


class Worker:
    """Claims and runs jobs: those that run next, until it is cancelled, or those that it is handed."""

    def __init__(
        self,
        core: Tradecore,
        queue: WakingQueue,
        *,
        concurrency: int,
        worker_id: str,
        isolated: Callable[[JobClaim], Awaitable[None]] | None = None,
    ) -> None:
        """`worker_id` identifies this worker in leases; no other running worker may have the same one.

        `isolated` runs a job that may be what crashes its workers in a process of its own. Without it, such a job runs
        in this process with no other beside it.
        """
        self._core = core
        self._queue = queue
        self._concurrency = concurrency
        self._worker_id = worker_id
        self._isolated = isolated
        self._running: dict[JobId, asyncio.Task[None]] = {}
        # The job that runs alone because it may be what crashed its workers; no other is claimed meanwhile.
        self._suspect: JobId | None = None
        # Whether the last claim or renewal of a lease was slow, and how long each took at best.
        self._store_slow = False
        self._quickest: dict[str, float] = {}
        self._handed: Batches[JobId, asyncio.Task[None] | None] = Batches(self._begin_handed)

    async def run(self) -> None:
        """Claim and run jobs until cancelled, then release unfinished jobs. No exception ends it."""
        try:
            while True:
                claim = await self._claim()
                if claim is None:
                    await self._wait()
                    continue
                self._begin(claim)
                if not self._suspect and not self._overloaded:
                    await self._begin_new(min(self._concurrency - len(self._running), _MAX_CLAIMS))
                if len(self._running) >= _FEW_JOBS:
                    await asyncio.sleep(_PAUSE)
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def run_one(self, id: JobId) -> None:
        """Run a certain job, if it may run, until it has ended, was queued again or is held by another worker.

        Whoever calls this bounds how many run at a time. When cancelled, it releases the job; it raises nothing else.
        """
        while self._overloaded:  # noqa: ASYNC110  # what ends it is a measurement
            await asyncio.sleep(_POLL_INTERVAL)
        beginning = self._handed.submit(id)
        try:
            task = await asyncio.shield(beginning)
        except asyncio.CancelledError:
            # It may be claimed already, together with others.
            if task := await beginning:
                task.cancel()
                await asyncio.wait({task})
            raise
        if task is None:
            await self._wait_for_suspect()
            if claim := await self._claim(id):
                task = self._begin(claim)
        if task:
            await task

    async def _begin_handed(self, ids: Sequence[JobId]) -> Sequence["asyncio.Task[None] | None"]:
        """Claim and begin new jobs together; None in place of those that are claimed by themselves."""
        await self._wait_for_suspect()
        tasks = await self._begin_new(len(ids), ids) if len(ids) > 1 else {}
        # An id that comes twice is run by the first of them.
        return [tasks.pop(id, None) for id in ids]

    async def _begin_new(self, limit: int, only: Sequence[JobId] | None = None) -> dict[JobId, "asyncio.Task[None]"]:
        """Claim and begin at most `limit` new jobs together, of `only` if given; none where they cannot be stored."""
        try:
            with self._store_timed("new jobs"):
                claims = await self._core.claim_job.new_jobs(self._worker_id, limit=limit, only=only)
        except Exception:  # noqa: BLE001  # claimed by itself, a job fails for its own reasons only
            return {}
        return {id: self._begin(claim) for id, claim in claims.items()}

    async def _wait_for_suspect(self) -> None:
        while self._suspect:
            await asyncio.wait({self._running[self._suspect]})

    def _begin(self, claim: JobClaim) -> "asyncio.Task[None]":
        task = asyncio.create_task(self._run(claim), name=f"job {claim.job.id}")
        self._running[claim.job.id] = task
        if claim.job.suspect and not self._isolated:
            self._suspect = claim.job.id
        return task

    async def _claim(self, only: JobId | None = None) -> JobClaim | None:
        if not only and (len(self._running) >= self._concurrency or self._suspect or self._overloaded):
            return None
        try:
            with self._store_timed("one job"):
                return await self._core.claim_job(self._worker_id, running=self._running.keys(), only=only)
        except Stale:
            return None
        except Unavailable as error:
            log.warning("the store cannot be reached", error=str(error))
        except Exception:
            # For example a job written by a newer tradecore; others can still run.
            log.exception("no job can be claimed")
        await asyncio.sleep(_RETRY_DELAY)
        return None

    @property
    def _overloaded(self) -> bool:
        """Whether the jobs that run leave no time for further ones."""
        return len(self._running) >= _FEW_JOBS and self._store_slow

    @contextmanager
    def _store_timed(self, call: str) -> Iterator[None]:
        """Note how long a claim or the renewal of a lease takes; jobs that run longer than a moment keep renewing."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        yield
        # What fails says nothing: a connection that is refused is quick.
        seconds = loop.time() - began
        quickest = self._quickest[call] = min(seconds, self._quickest.get(call, seconds))
        self._store_slow = seconds > max(_SLOW, _TIMES_SLOWER * quickest)

    async def _wait(self) -> None:
        try:
            await self._queue.wait(_POLL_INTERVAL)
        except Exception:
            log.exception("the queue cannot be listened to")
            await asyncio.sleep(_RETRY_DELAY)

    async def _run(self, claim: JobClaim) -> None:
        """Run one job for as long as this worker holds its lease."""
        job = asyncio.create_task(self._run_suspect(claim) if claim.job.suspect else self._core.run_job(claim))
        try:
            with self._renewed(claim, job):
                await asyncio.wait({job})
            await _end(job)
        except asyncio.CancelledError:
            await _end(job, quietly=True)
            await self._quietly("a job could not be released", claim, self._release(claim))
            raise
        except Exception:
            log.exception("a job failed unexpectedly", job=claim.job.id, kind=claim.job.kind)
        finally:
            self._running.pop(claim.job.id, None)
            if self._suspect == claim.job.id:
                self._suspect = None
            # Another job of the same user may be waiting for this one. Without the wake-up it starts slightly later.
            await self._quietly("no worker was woken up", claim, self._queue.offer(claim.job.id, claim.job.kind))

    async def _run_suspect(self, claim: JobClaim) -> None:
        if not self._isolated:
            await self._run_alone(claim)
            return
        log.warning("a job whose workers disappeared runs in a process of its own", job=claim.job.id)
        await self._core.run_job(claim, isolated=self._isolated)

    async def _run_alone(self, claim: JobClaim) -> None:
        """Run a suspect once the other jobs of this worker have ended; those that take long are released."""
        others = {task for id, task in self._running.items() if id != claim.job.id}
        log.warning("a job whose workers disappeared runs alone", job=claim.job.id, waits_for=len(others))
        if others:
            _, unfinished = await asyncio.wait(others, timeout=_ISOLATION_TIMEOUT)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        await self._core.run_job(claim)

    @contextmanager
    def _renewed(self, claim: JobClaim, job: "asyncio.Task[None]") -> Iterator[None]:
        """Renew the lease until the context ends, and cancel the job when this worker loses it."""
        renewals: list[asyncio.Task[None]] = []

        def begin() -> None:
            renewals.append(asyncio.create_task(self._renew(claim)))
            renewals[0].add_done_callback(lambda _: job.cancel())

        # Most short jobs end without a task for their lease.
        timer = asyncio.get_running_loop().call_later(_RENEW_INTERVAL, begin)
        try:
            yield
        finally:
            timer.cancel()
            for renewal in renewals:
                renewal.cancel()

    async def _renew(self, claim: JobClaim) -> None:
        """Renew the lease until this worker loses the job: it was taken over, cancelled or has ended."""
        while True:
            try:
                with self._store_timed("lease"):
                    job = await self._core.renew_lease(claim)
            except (Stale, NotFound):
                return
            except Unavailable as error:
                # The lease may still hold when the store returns; if it does not, the next write raises Stale.
                log.warning("a lease could not be renewed", job=claim.job.id, error=str(error))
                await asyncio.sleep(_RETRY_DELAY)
            except Exception:
                log.exception("a lease cannot be renewed", job=claim.job.id)
                await asyncio.sleep(_RETRY_DELAY)
            else:
                if self._suspect == job.id and not job.suspect:
                    self._suspect = None
                await asyncio.sleep(_RENEW_INTERVAL)

    async def _release(self, claim: JobClaim) -> None:
        with suppress(Stale):  # it has ended, or another worker holds it
            await self._core.release_job(claim)

    async def _quietly(self, failure: str, claim: JobClaim, call: Coroutine[Any, Any, None]) -> None:
        """Await what the job can do without; a failure is logged."""
        try:
            await call
        except Refusal as error:
            log.info(failure, job=claim.job.id, error=str(error))
        except Exception:
            log.exception(failure, job=claim.job.id)


async def _end(job: "asyncio.Task[None]", *, quietly: bool = False) -> None:
    """Cancel a task unless it is done, and raise what it raised."""
    job.cancel()
    try:
        await job
    except asyncio.CancelledError:
        if (current := asyncio.current_task()) and current.cancelling() and not quietly:
            raise
    except Exception:
        if not quietly:
            raise
