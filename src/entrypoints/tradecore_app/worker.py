"""The worker: runs up to `concurrency` jobs, renews their leases, and releases them when it is stopped."""

import asyncio
import contextlib

import structlog

from tradecore.core import Tradecore
from tradecore.model.errors import NotFound, Refusal, Stale, Unavailable
from tradecore.ports.queue import JobQueue
from tradecore.use_cases.run import JobClaim

# How often to look for jobs without a wake-up, in seconds: after a lost one, and for retries and expired leases.
_POLL_INTERVAL = 0.25
# How often to renew a lease, in seconds, which also finds out that a job was cancelled.
_RENEW_INTERVAL = 0.5
# How long to wait after an error of the store, in seconds.
_RETRY_DELAY = 1.0

log = structlog.get_logger("tradecore.worker")


class Worker:
    """Claims and runs jobs until it is cancelled."""

    def __init__(self, core: Tradecore, queue: JobQueue, *, concurrency: int, worker_id: str) -> None:
        """`worker_id` identifies this worker in leases; no other running worker may have the same one."""
        self._core = core
        self._queue = queue
        self._concurrency = concurrency
        self._worker_id = worker_id
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Claim and run jobs until cancelled, then release unfinished jobs."""
        try:
            while True:
                claim = None if len(self._running) >= self._concurrency else await self._claim()
                if claim is None:
                    await self._queue.wait(_POLL_INTERVAL)
                    continue
                task = asyncio.create_task(self._run(claim), name=f"job {claim.job.id}")
                self._running.add(task)
                task.add_done_callback(self._running.discard)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _claim(self) -> JobClaim | None:
        try:
            return await self._core.claim_job(self._worker_id)
        except Stale:
            return None
        except Unavailable as error:
            log.warning("the store cannot be reached", error=str(error))
        except Exception:
            # For example a job written by a newer tradecore; others can still run.
            log.exception("no job can be claimed")
        await asyncio.sleep(_RETRY_DELAY)
        return None

    async def _run(self, claim: JobClaim) -> None:
        """Run one job for as long as this worker holds its lease."""
        job = asyncio.create_task(self._core.run_job(claim))
        renewal = asyncio.create_task(self._renew(claim))
        try:
            await asyncio.wait({job, renewal}, return_when=asyncio.FIRST_COMPLETED)
            job.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await job
        except asyncio.CancelledError:
            job.cancel()
            await asyncio.gather(job, return_exceptions=True)
            with contextlib.suppress(Refusal):
                await self._core.release_job(claim)
            raise
        except Exception:
            log.exception("a job failed unexpectedly", job=claim.job.id, kind=claim.job.kind)
        finally:
            renewal.cancel()
            # Another job of the same user may be waiting for this one. Without the wake-up it starts slightly later.
            with contextlib.suppress(Unavailable):
                await self._queue.offer(claim.job.id, claim.job.kind)

    async def _renew(self, claim: JobClaim) -> None:
        """Renew the lease until this worker loses the job: it was taken over, cancelled or has ended."""
        while True:
            await asyncio.sleep(_RENEW_INTERVAL)
            try:
                await self._core.renew_lease(claim)
            except (Stale, NotFound):
                return
            except Unavailable as error:
                # The lease may still hold when the store returns; if it does not, the next write raises Stale.
                log.warning("a lease could not be renewed", job=claim.job.id, error=str(error))
                await asyncio.sleep(_RETRY_DELAY)
            except Exception:
                log.exception("a lease cannot be renewed", job=claim.job.id)
                return
