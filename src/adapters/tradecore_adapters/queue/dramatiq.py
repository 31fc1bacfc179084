"""A queue over Dramatiq's Redis broker: Dramatiq's workers run the jobs.

A message holds a job's id and no more. Dramatiq neither retries a job nor ends it after a time; the stored job decides
that. Messages that Dramatiq loses, or holds for a worker that died, are sent again by `OfferLostJobs`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tradecore.model.errors import Unavailable
from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind
from tradecore.ports.ambient import Now
from tradecore_adapters.redis_server import DRIVER_ERRORS, UNREACHABLE

T = TypeVar("T")

NAMESPACE, QUEUE, ACTOR = "tradecore", "jobs", "run_job"
# Timeouts of a process that only enqueues, and of a worker, which has nothing better to do than to wait, in seconds.
_ENQUEUE_TIMEOUT, _WORKER_TIMEOUT = 0.25, 5.0
# A worker without a heartbeat for this long counts as dead to Dramatiq, in milliseconds; and of a million commands, so
# many look for dead workers, to delete what these still hold.
_HEARTBEAT_TIMEOUT, _MAINTENANCE_CHANCE = 15_000, 10_000


def open_broker(address: str, *, timeout: float = _WORKER_TIMEOUT) -> RedisBroker:
    """Dramatiq's broker over the Redis server at a URL. Raises Unavailable for another address."""
    try:
        client = Redis.from_url(
            address,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            # One retry, for a connection that was lost while idle in the pool.
            retry=Retry(NoBackoff(), 1),
        )
    except ValueError as error:
        raise Unavailable("TRADECORE_QUEUE is not an address of a Redis server after dramatiq+.") from error
    return RedisBroker(  # type: ignore[no-untyped-call]  # dramatiq has no annotations
        client=client,
        namespace=NAMESPACE,
        heartbeat_timeout=_HEARTBEAT_TIMEOUT,
        maintenance_chance=_MAINTENANCE_CHANCE,
    )


def declare_actor(broker: RedisBroker, run: Callable[[JobId], Awaitable[None]]) -> None:
    """Declare the actor that runs jobs on a broker with Dramatiq's AsyncIO middleware; `run` must not raise."""

    @dramatiq.actor(
        actor_name=ACTOR, queue_name=QUEUE, broker=broker, max_retries=0, time_limit=float("inf"), max_age=None
    )
    async def run_job(job: str) -> None:
        await run(JobId(job))


class DramatiqQueue:
    """Enqueues jobs for Dramatiq's workers."""

    def __init__(self, address: str, *, now: Now) -> None:
        """`address` is the URL of a Redis server. Raises Unavailable for another address."""
        self._broker = open_broker(address, timeout=_ENQUEUE_TIMEOUT)
        self._now = now

    async def __aenter__(self) -> "DramatiqQueue":
        """Connections open when they are needed."""
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close all connections."""
        await asyncio.to_thread(self._broker.client.close)

    async def offer(self, job: JobId, kind: Kind, *, not_before: datetime | None = None) -> None:
        """Enqueue a message, which Dramatiq delays until `not_before`. Raises Unavailable within a second."""
        message: dramatiq.Message[None] = dramatiq.Message(
            queue_name=QUEUE, actor_name=ACTOR, args=(job,), kwargs={}, options={}
        )
        delay = round((not_before - self._now()).total_seconds() * 1000) if not_before else 0
        await self._call(lambda: self._broker.enqueue(message, delay=delay if delay > 0 else None))

    async def depth(self) -> int:
        """The number of messages that no worker has fetched yet. Raises Unavailable within a second."""
        return int(await self._call(lambda: self._broker.client.llen(f"{NAMESPACE}:{QUEUE}")))

    async def _call(self, command: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(command)
        except DRIVER_ERRORS as error:
            raise Unavailable(UNREACHABLE) from error
