"""A queue over Redis: a bell on one channel that every process hears. The job's row is the record."""

from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind
from tradecore_adapters.queue.memory import MemoryQueue
from tradecore_adapters.redis_server import Hearing, RedisServer

_CHANNEL = "tradecore:jobs"


class RedisQueue:
    """Wakes the workers of all processes."""

    def __init__(self, address: str) -> None:
        """A queue at the address of a Redis server."""
        self._local = MemoryQueue()
        self._server = RedisServer(address)
        self._hearing = Hearing(self._server, _CHANNEL, lambda _: self._local.ring())

    async def __aenter__(self) -> "RedisQueue":
        """Listen."""
        await self._hearing.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Listen no more."""
        await self._hearing.__aexit__(*exc)

    async def offer(self, job: JobId, kind: Kind) -> None:
        """Ring everywhere. Raises Unavailable within a quarter of a second."""
        await self._server.ask(lambda client: client.publish(_CHANNEL, job))

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, or after `seconds`, which is what it takes while Redis is away."""
        await self._local.wait(seconds)
