"""A queue over Dramatiq's Redis broker, for installations that monitor Dramatiq: each message says that a job waits.

The stored job is the record, so a message holds only the job's id, is never retried and may be lost. `offer` writes the
message in the format of Dramatiq's broker without importing Dramatiq; `wait` runs a Dramatiq worker.
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
# How often an idle Dramatiq worker polls, and how long it may take to stop, in milliseconds.
_POLL_INTERVAL, _STOP_TIMEOUT = 50, 2000


class DramatiqQueue:
    """Wakes one of the waiting processes."""

    def __init__(self, address: str, *, new_id: NewId, now: Now) -> None:
        """`address` is the URL of a Redis server. Raises Unavailable for another address."""
        self._address = address
        self._new_id = new_id
        self._now = now
        self._local = MemoryQueue()
        self._server = RedisServer(address)
        self._worker: Any = None

    async def __aenter__(self) -> "DramatiqQueue":
        """Connections open with the first `offer`; the Dramatiq worker starts with the first `wait`."""
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Stop the Dramatiq worker and close all connections."""
        if self._worker is not None:
            await asyncio.to_thread(self._worker.stop, timeout=_STOP_TIMEOUT)
            await asyncio.to_thread(self._worker.broker.close)
        await self._server.close()

    async def offer(self, job: JobId, kind: Kind) -> None:
        """Enqueue a message. Raises Unavailable within a quarter of a second."""
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
            async with client.pipeline(transaction=True) as pipeline:
                pipeline.hset(f"{NAMESPACE}:{QUEUE}.msgs", id, json.dumps(message))
                pipeline.rpush(f"{NAMESPACE}:{QUEUE}", id)
                await pipeline.execute()

        await self._server.call(write)

    async def wait(self, seconds: float) -> None:
        """Return at the next message, or after `seconds`; while Redis is down, always the latter."""
        if self._worker is None:
            loop = asyncio.get_running_loop()
            self._worker = _start_worker(self._address, lambda: loop.call_soon_threadsafe(self._local.wake))
        await self._local.wait(seconds)


def _start_worker(address: str, wake: Callable[[], object]) -> Any:
    import dramatiq
    from dramatiq.brokers.redis import RedisBroker

    broker = RedisBroker(url=address, namespace=NAMESPACE)  # type: ignore[no-untyped-call]  # dramatiq has no annotations

    @dramatiq.actor(actor_name=ACTOR, queue_name=QUEUE, broker=broker, max_retries=0)
    def run_job(job: str) -> None:
        wake()

    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=_POLL_INTERVAL)
    worker.start()
    return worker
