"""The worker: keeps as many jobs running as it may, renews their leases, and gives them back when it is stopped."""

import asyncio
import contextlib

import structlog

from tradecore.core import Tradecore
from tradecore.model.errors import NotFound, Refusal, Stale, Unavailable
from tradecore.ports.queue import JobQueue
from tradecore.use_cases.run import Claim

# A lost wake-up, a rescued job and a job that is due later are found this much later, in seconds.
_GLANCE = 0.25
# How often to look whether a job is still wanted, in seconds: a cancelled one costs money for no longer than this.
_LOOK = 0.5
# How long to leave a store alone that could not be reached, in seconds.
_REST = 1.0

log = structlog.get_logger("tradecore.worker")


class Worker:
    """Runs jobs until it is cancelled."""

    def __init__(self, core: Tradecore, queue: JobQueue, *, concurrency: int, worker_id: str) -> None:
        """`worker_id` names this worker in leases; no other running worker may have the name."""
        self._core = core
        self._queue = queue
        self._at_once = concurrency
        self._holder = worker_id
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Claim and run jobs for ever. When cancelled, give back what is not finished, then return."""
        try:
            while True:
                claim = None if len(self._running) >= self._at_once else await self._claim()
                if claim is None:
                    await self._queue.wait(_GLANCE)
                    continue
                task = asyncio.create_task(self._run(claim), name=f"job {claim.job.id}")
                self._running.add(task)
                task.add_done_callback(self._running.discard)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _claim(self) -> Claim | None:
        try:
            return await self._core.claim_job(self._holder)
        except Stale:
            return None
        except Unavailable as error:
            log.warning("the store cannot be reached", error=str(error))
        except Exception:
            # A job that a newer tradecore wrote, say: others can still be run.
            log.exception("no job can be claimed")
        await asyncio.sleep(_REST)
        return None

    async def _run(self, claim: Claim) -> None:
        """Carry out one job for as long as it is this worker's."""
        job = asyncio.create_task(self._core.run_job(claim))
        holding = asyncio.create_task(self._hold(claim))
        try:
            await asyncio.wait({job, holding}, return_when=asyncio.FIRST_COMPLETED)
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
            log.exception("a job failed for a reason that nobody foresaw", job=claim.job.id, kind=claim.job.kind)
        finally:
            holding.cancel()
            # Another job of the same user may have waited for this one; unheard, it is found a moment later.
            with contextlib.suppress(Unavailable):
                await self._queue.offer(claim.job.id, claim.job.kind)

    async def _hold(self, claim: Claim) -> None:
        """Renew the lease until the job is no longer this worker's: taken over, cancelled or ended."""
        while True:
            await asyncio.sleep(_LOOK)
            try:
                await self._core.renew_lease(claim)
            except (Stale, NotFound):
                return
            except Unavailable as error:
                # The lease may still hold when the store is back; if not, the next write says so.
                log.warning("a lease could not be renewed", job=claim.job.id, error=str(error))
                await asyncio.sleep(_REST)
            except Exception:
                log.exception("a lease cannot be renewed", job=claim.job.id)
                return
