"""A queue over Redis: a message on one channel wakes every process. The stored job is the record."""

from collections.abc import Sequence
from datetime import datetime

from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind
from tradecore.use_cases.batches import Batches
from tradecore_adapters.queue.memory import MemoryQueue
from tradecore_adapters.redis_server import ChannelSubscription, RedisServer

_CHANNEL = "tradecore:jobs"


class RedisQueue:
    """Wakes the workers of all processes."""

    def __init__(self, address: str) -> None:
        """`address` is the URL of a Redis server. Raises Unavailable for another one."""
        self._local = MemoryQueue()
        self._server = RedisServer(address)
        self._offers: Batches[JobId, None] = Batches(self._wake_all)
        self._subscription = ChannelSubscription(self._server, _CHANNEL, lambda _: self._local.wake())

    async def __aenter__(self) -> "RedisQueue":
        """Subscribe to the channel."""
        await self._subscription.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Unsubscribe and close all connections."""
        await self._subscription.__aexit__(*exc)

    async def offer(self, job: JobId, kind: Kind, *, not_before: datetime | None = None) -> None:
        """Wake waiting workers of all processes. Raises Unavailable within a quarter of a second."""
        await self._offers.submit(job)

    async def _wake_all(self, jobs: Sequence[JobId]) -> Sequence[None]:
        """One message for jobs that are offered at once: it wakes workers, who look into the store."""
        await self._server.call(lambda client: client.publish(_CHANNEL, jobs[0]))
        return [None] * len(jobs)

    async def wait(self, seconds: float) -> None:
        """Return when a job was offered since the last return, or after `seconds`, also while Redis is down."""
        await self._local.wait(seconds)
