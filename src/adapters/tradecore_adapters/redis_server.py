"""A client of a Redis-compatible server with short timeouts: every caller can do without it for a while."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError

from tradecore.model.errors import Unavailable

log = structlog.get_logger("tradecore.redis")

T = TypeVar("T")
Client: TypeAlias = "Redis"

# Failures of the server or a connection.
DRIVER_ERRORS = (RedisError, OSError, TimeoutError)

# A command takes a fraction of a millisecond and opening a connection several, so few connections serve many callers.
_MAX_CONNECTIONS = 5
# How long to wait for a reply unless told otherwise, and how long not to call a server that gave none, in seconds.
DEFAULT_TIMEOUT = 0.25
_BACKOFF = 1.0
# When to ping a silent subscription, and the delays between attempts to replace a lost one, in seconds.
_PING_AFTER = 10.0
_MIN_RETRY, _MAX_RETRY = 0.05, 2.0

UNREACHABLE = "Redis does not answer; live events and wake-ups are delayed until it does."


class RedisServer:
    """The connections of one process to one server."""

    def __init__(self, address: str, *, timeout: float = DEFAULT_TIMEOUT) -> None:
        """`address` is a URL: redis://[user:password@]host[:port][/database]; rediss:// is TLS. Raises Unavailable.

        `timeout` is how long a command may take, in seconds.
        """
        try:
            pool = BlockingConnectionPool.from_url(
                address,
                max_connections=_MAX_CONNECTIONS + 1,  # one more for a subscription
                timeout=None,
                socket_timeout=None,
                # One retry, for a connection that was lost while idle in the pool.
                retry=Retry(NoBackoff(), 1),
            )
        except ValueError as error:
            raise Unavailable("REDIS_URL, or the setting in its place, is not an address of a Redis server.") from error
        self._client: Any = Redis.from_pool(pool)
        self._slots = asyncio.Semaphore(_MAX_CONNECTIONS)
        self._timeout = timeout
        self._skip_until = 0.0

    async def open(self) -> None:
        """Open all connections in advance; one that cannot be opened now is opened when it is needed."""
        async with asyncio.TaskGroup() as pings:
            for _ in range(_MAX_CONNECTIONS):
                pings.create_task(self._ping())

    async def _ping(self) -> None:
        with contextlib.suppress(Unavailable):
            await self.call(lambda client: client.ping())

    async def call(self, command: "Callable[[Client], Awaitable[T]]") -> T:
        """Send a command and return its reply.

        Raises Unavailable when the timeout passes without a reply, and then at once for the next second. A command that
        raises TimeoutError by itself counts as one without a reply.
        """
        now = asyncio.get_running_loop().time
        async with self._slots:
            if now() < self._skip_until:
                raise Unavailable(UNREACHABLE)
            pending = asyncio.ensure_future(command(self._client))
            try:
                # Unlike `asyncio.timeout`, this accepts a reply that arrived in time while the event loop was busy.
                await asyncio.wait({pending}, timeout=self._timeout)
                if not pending.done():
                    raise TimeoutError
                return await pending
            except DRIVER_ERRORS as error:
                self._skip_until = now() + _BACKOFF
                raise Unavailable(UNREACHABLE) from error
            finally:
                if pending.cancel():
                    await asyncio.wait({pending})

    def script(self, text: str) -> AsyncScript:
        """A Lua script, sent in full once and by its digest afterwards."""
        return AsyncScript(self._client, text)

    async def listen(self, channel: str, on_message: Callable[[bytes], None], ready: asyncio.Event) -> None:
        """Pass the messages of a channel to `on_message` until cancelled; a lost connection is replaced.

        `ready` is set once the first subscription is confirmed.
        """
        self._delay = _MIN_RETRY
        while True:
            try:
                await self._listen_once(channel, on_message, ready)
            except DRIVER_ERRORS:
                pass  # a server that is away; callers say so
            except Exception:
                log.exception("a subscription failed", channel=channel)
            await asyncio.sleep(self._delay)
            self._delay = min(2 * self._delay, _MAX_RETRY)

    async def _listen_once(self, channel: str, on_message: Callable[[bytes], None], ready: asyncio.Event) -> None:
        async with self._client.pubsub() as subscription:
            await subscription.subscribe(channel)
            while True:
                message = await subscription.get_message(timeout=_PING_AFTER)
                if message is None:
                    async with asyncio.timeout(DEFAULT_TIMEOUT):
                        await subscription.ping()
                elif message["type"] == "subscribe":
                    ready.set()
                    self._delay = _MIN_RETRY
                elif message["type"] == "message":
                    on_message(message["data"])

    async def close(self) -> None:
        """Close all connections."""
        with contextlib.suppress(*DRIVER_ERRORS):
            await self._client.aclose()


class ChannelSubscription:
    """A subscription to a channel, as a context; `on_message` is called with the bytes of each message."""

    def __init__(self, server: RedisServer, channel: str, on_message: Callable[[bytes], None]) -> None:
        self._server = server
        self._channel = channel
        self._on_message = on_message

    async def __aenter__(self) -> None:
        """Subscribe, waiting at most 0.25 s for an unreachable server, which is retried in the background."""
        ready = asyncio.Event()
        self._task = asyncio.create_task(
            self._server.listen(self._channel, self._on_message, ready), name=self._channel
        )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DEFAULT_TIMEOUT):
                await ready.wait()

    async def __aexit__(self, *exc: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._server.close()


async def check(address: str) -> None:
    """Ping a server; raises Unavailable where it does not reply."""
    server = RedisServer(address)
    try:
        await server.call(lambda client: client.ping())
    finally:
        await server.close()
