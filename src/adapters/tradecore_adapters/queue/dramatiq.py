"""A queue for those who have Dramatiq in their house: its messages on its Redis broker, each saying that a job waits.

The job's row is the record, so a message holds the job's id, is never tried again, and may be lost. Who offers writes
the message as Dramatiq's own broker does and needs no Dramatiq for it; who waits for one runs a Dramatiq worker.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind
from tradecore.ports.ambient import NewId, Now
from tradecore_adapters.queue.memory import MemoryQueue
from tradecore_adapters.redis_server import RedisServer

NAMESPACE, QUEUE, ACTOR = "tradecore", "jobs", "run_job"
# How long an idle worker of Dramatiq sleeps between two looks, and may take to stop, in milliseconds.
_GLANCE, _STOPPING = 50, 2000


class DramatiqQueue:
    """Wakes one process of all that wait."""

    def __init__(self, address: str, *, new_id: NewId, now: Now) -> None:
        """A queue at the address of a Redis server."""
        self._address = address
        self._new_id = new_id
        self._now = now
        self._local = MemoryQueue()
        self._server = RedisServer(address)
        self._worker: Any = None

    async def __aenter__(self) -> "DramatiqQueue":
        """Nothing is opened before the first offer, and no worker started before somebody waits."""
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Stop the worker, if there is one."""
        if self._worker is not None:
            await asyncio.to_thread(self._worker.stop, timeout=_STOPPING)
            await asyncio.to_thread(self._worker.broker.close)
        await self._server.close()

    async def offer(self, job: JobId, kind: Kind) -> None:
        """Write a message. Raises Unavailable within a quarter of a second."""
        id = self._new_id()
        message = {
            "queue_name": QUEUE,
            "actor_name": ACTOR,
            "args": [job],
            "kwargs": {},
            "options": {"redis_message_id": id},
            "message_id": id,
            "message_timestamp": round(self._now().timestamp() * 1000),
        }

        async def write(client: Any) -> None:
            async with client.pipeline(transaction=True) as both:
                both.hset(f"{NAMESPACE}:{QUEUE}.msgs", id, json.dumps(message))
                both.rpush(f"{NAMESPACE}:{QUEUE}", id)
                await both.execute()

        await self._server.ask(write)

    async def wait(self, seconds: float) -> None:
        """Return at the next message, or after `seconds`, which is what it takes while Redis is away."""
        if self._worker is None:
            loop = asyncio.get_running_loop()
            self._worker = _start_worker(self._address, lambda: loop.call_soon_threadsafe(self._local.ring))
        await self._local.wait(seconds)


def _start_worker(address: str, ring: Callable[[], object]) -> Any:
    import dramatiq
    from dramatiq.brokers.redis import RedisBroker

    broker = RedisBroker(url=address, namespace=NAMESPACE)  # type: ignore[no-untyped-call]  # it has no annotations

    @dramatiq.actor(actor_name=ACTOR, queue_name=QUEUE, broker=broker, max_retries=0)
    def run_job(job: str) -> None:
        ring()

    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=_GLANCE)
    worker.start()
    return worker
