"""A queue over Dramatiq's Redis broker: Dramatiq's workers run the jobs.

A message holds a job's id and no more. Dramatiq neither retries a job nor ends it after a time; the stored job decides
that. Messages that Dramatiq loses, or holds for a worker that died, are sent again by `OfferLostJobs`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime
from threading import Event
from typing import Any, TypeVar

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.common import dq_name
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
# A list with an entry for each of the newest messages; an idle consumer waits for one.
_WAKE_UPS, _MAX_WAKE_UPS = f"{NAMESPACE}:{QUEUE}.wake-ups", 64
# How often an idle consumer looks for messages without a wake-up, in seconds: after a lost one, and for retries.
_IDLE_POLL = 0.25
# How long a worker whose threads are all busy collects further messages to fetch, in seconds.
_FETCH_INTERVAL = 0.005
# A worker without a heartbeat for this long counts as dead to Dramatiq, in milliseconds; and of a million commands, so
# many look for dead workers, to delete what these still hold.
_HEARTBEAT_TIMEOUT, _MAINTENANCE_CHANCE = 15_000, 10_000


class WakingBroker(RedisBroker):
    """Dramatiq's broker, whose idle consumers are woken by new messages; Dramatiq's own look for them now and then."""

    def enqueue(self, message: "dramatiq.Message[Any]", *, delay: int | None = None) -> "dramatiq.Message[Any]":
        """Enqueue a message, and wake a consumer unless the message is delayed by `delay` milliseconds."""
        sent: dramatiq.Message[Any] = super().enqueue(message, delay=delay)
        if delay is None:
            # Without the wake-up, the message is found a little later.
            with suppress(*DRIVER_ERRORS), self.client.pipeline(transaction=False) as pipeline:
                pipeline.rpush(_WAKE_UPS, "")
                pipeline.ltrim(_WAKE_UPS, -_MAX_WAKE_UPS, -1)
                pipeline.execute()
        return sent

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> dramatiq.Consumer:
        """A consumer of a queue; it waits for wake-ups, so `timeout` counts for nothing."""
        # With a timeout of 0, Dramatiq's consumer returns at once.
        consumer = super().consume(queue_name, prefetch, timeout=0)
        return _WakingConsumer(consumer, None if queue_name == dq_name(queue_name) else self.client)


class _WakingConsumer(dramatiq.Consumer):
    """A consumer that waits for a wake-up when there is no message; without a client it only looks now and then."""

    def __init__(self, consumer: dramatiq.Consumer, client: "Redis | None") -> None:
        self._consumer: Any = consumer
        self._client = client
        self._freed = Event()

    def __next__(self) -> "dramatiq.MessageProxy | None":
        message: dramatiq.MessageProxy | None = next(self._consumer)
        if message is None:
            self._wait()
        return message

    def _wait(self) -> None:
        if self._consumer.outstanding_message_count >= self._consumer.prefetch:
            # All threads are busy. The messages of those that end within a moment are fetched together.
            self._freed.wait(_IDLE_POLL)
            self._freed.clear()
            time.sleep(_FETCH_INTERVAL)
            return
        if self._client:
            # The next look raises what Dramatiq knows how to handle.
            with suppress(*DRIVER_ERRORS):
                self._client.blpop([_WAKE_UPS], _IDLE_POLL)
                return
        time.sleep(_IDLE_POLL)

    def ack(self, message: "dramatiq.MessageProxy") -> None:
        self._consumer.ack(message)
        self._freed.set()

    def nack(self, message: "dramatiq.MessageProxy") -> None:
        self._consumer.nack(message)
        self._freed.set()

    def requeue(self, messages: "Iterable[dramatiq.MessageProxy]") -> None:
        self._consumer.requeue(messages)

    def close(self) -> None:
        self._consumer.close()


def open_broker(address: str, *, timeout: float = _WORKER_TIMEOUT) -> WakingBroker:
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
    return WakingBroker(  # type: ignore[no-untyped-call]  # dramatiq has no annotations
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
