"""Adapters that need a server; each imports its library only when it is chosen."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from time import monotonic

from tradecore.model.errors import Unavailable
from tradecore.ports.limits import Limiter
from tradecore.ports.queue import JobQueue
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream
from tradecore_adapters import ambient
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.store.documents import decode_event, encode_event
from tradecore_app.secrets import signing_secrets
from tradecore_app.settings import Settings


def postgres_store(settings: Settings, address: str) -> AbstractAsyncContextManager[Store]:
    """The store in a Postgres database. Raises Unavailable where the extra is not installed."""
    with _extra("postgres"):
        from tradecore_adapters.store.postgres import PostgresStore
    return PostgresStore(address)


def redis_queue(settings: Settings, address: str) -> AbstractAsyncContextManager[JobQueue]:
    """The queue over a Redis channel. Raises Unavailable where the extra is not installed or the address is invalid."""
    with _extra("redis"):
        from tradecore_adapters.queue.redis import RedisQueue
    return RedisQueue(address)


def dramatiq_queue(settings: Settings, address: str) -> AbstractAsyncContextManager[JobQueue]:
    """The queue over Dramatiq's Redis broker. Raises Unavailable like `redis_queue`."""
    with _extra("dramatiq"):
        from tradecore_adapters.queue.dramatiq import DramatiqQueue
    return DramatiqQueue(address.removeprefix("dramatiq+"), new_id=ambient.new_id, now=ambient.now)


def redis_stream(settings: Settings, address: str) -> AbstractAsyncContextManager[EventStream]:
    """The stream over a Redis channel. Raises Unavailable like `redis_queue`."""
    with _extra("redis"):
        from tradecore_adapters.stream.redis import RedisStream
    return RedisStream(address, signing_secrets(settings), encode=encode_event, decode=decode_event)


def redis_limiter(settings: Settings, address: str) -> AbstractAsyncContextManager[Limiter]:
    """Rate limits counted in Redis. Raises Unavailable like `redis_queue`."""
    with _extra("redis"):
        from tradecore_adapters.limits.redis import RedisLimiter
    return RedisLimiter(address, MemoryLimiter(monotonic))


async def check_redis(address: str) -> None:
    """Ping a Redis server. Raises Unavailable where it does not reply or the extra is not installed."""
    with _extra("redis"):
        from tradecore_adapters import redis_server
    await redis_server.check(address.removeprefix("dramatiq+"))


@contextmanager
def _extra(name: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise Unavailable(f"This needs more packages; run: pip install 'tradecore[{name}]'") from error
