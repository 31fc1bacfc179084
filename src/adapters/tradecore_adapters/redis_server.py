"""A Redis-compatible server, asked with little patience: whoever needs it can do without it for a while."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError

from tradecore.model.errors import Unavailable

T = TypeVar("T")
Client: TypeAlias = "Redis"

# What can go wrong, besides a mistake of ours.
Trouble = (RedisError, OSError, TimeoutError)

# A command takes a fraction of a millisecond, opening a connection takes some: a crowd is served sooner by few of them.
_LINES = 5
# How long an answer is waited for, and how long a server is left alone that gave none, in seconds.
_PATIENCE = 0.25
_REST = 1.0
# How long a silent line is believed to live, and how long to wait before a lost one is replaced, in seconds.
_SILENCE = 10.0
_FIRST_PAUSE, _LAST_PAUSE = 0.05, 2.0

_AWAY = "Redis does not answer; what it carries comes later."


class RedisServer:
    """One process's way to a server."""

    def __init__(self, address: str) -> None:
        """`address` is a URL: redis://[user:password@]host[:port][/database]; rediss:// is TLS. Raises Unavailable."""
        try:
            pool = BlockingConnectionPool.from_url(
                address,
                max_connections=_LINES + 1,  # one more to listen on
                timeout=None,
                socket_timeout=None,
                # Once more, for a connection that was lost while it lay in the pool.
                retry=Retry(NoBackoff(), 1),
            )
        except ValueError as error:
            raise Unavailable("REDIS_URL, or the setting in its place, is not an address of a Redis server.") from error
        self._client: Any = Redis.from_pool(pool)
        self._lines = asyncio.Semaphore(_LINES)
        self._rests_until = 0.0

    async def open(self) -> None:
        """Open all lines before anyone waits for them; those that cannot be opened now are opened when needed."""
        async with asyncio.TaskGroup() as lines:
            for _ in range(_LINES):
                lines.create_task(self._greet())

    async def _greet(self) -> None:
        with contextlib.suppress(Unavailable):
            await self.ask(lambda client: client.ping())

    async def ask(self, command: "Callable[[Client], Awaitable[T]]") -> T:
        """What the server answers to a command. Raises Unavailable soon, and at once for a while after that."""
        now = asyncio.get_running_loop().time
        async with self._lines:
            if now() < self._rests_until:
                raise Unavailable(_AWAY)
            asked = asyncio.ensure_future(command(self._client))
            try:
                # Not `asyncio.timeout`: an answer that came while the loop was kept busy is an answer in time.
                await asyncio.wait({asked}, timeout=_PATIENCE)
                if not asked.done():
                    raise TimeoutError
                return await asked
            except Trouble as error:
                self._rests_until = now() + _REST
                raise Unavailable(_AWAY) from error
            finally:
                if asked.cancel():
                    await asyncio.wait({asked})

    def script(self, text: str) -> AsyncScript:
        """A script that is sent whole once, and by its digest from then on."""
        return AsyncScript(self._client, text)

    async def hear(self, channel: str, heard: Callable[[bytes], None], ready: asyncio.Event) -> None:
        """Hand on what is said on a channel, for ever, on a connection that is replaced when it is lost.

        `ready` is set when it listens for the first time.
        """
        pause = _FIRST_PAUSE
        while True:
            with contextlib.suppress(*Trouble):
                async with self._client.pubsub() as line:
                    await line.subscribe(channel)
                    while True:
                        said = await line.get_message(timeout=_SILENCE)
                        if said is None:
                            async with asyncio.timeout(_PATIENCE):
                                await line.ping()
                        elif said["type"] == "subscribe":
                            ready.set()
                            pause = _FIRST_PAUSE
                        elif said["type"] == "message":
                            heard(said["data"])
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LAST_PAUSE)

    async def close(self) -> None:
        """Close all connections."""
        with contextlib.suppress(*Trouble):
            await self._client.aclose()


class Hearing:
    """A channel that is listened to for as long as the context lasts."""

    def __init__(self, server: RedisServer, channel: str, heard: Callable[[bytes], None]) -> None:
        self._server = server
        self._channel = channel
        self._heard = heard

    async def __aenter__(self) -> None:
        """Wait for the server to answer, though not for long: it may come later."""
        ready = asyncio.Event()
        self._task = asyncio.create_task(self._server.hear(self._channel, self._heard, ready), name=self._channel)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await ready.wait()

    async def __aexit__(self, *exc: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._server.close()


async def check(address: str) -> None:
    """Prove that a server answers. Raises Unavailable."""
    server = RedisServer(address)
    try:
        await server.ask(lambda client: client.ping())
    finally:
        await server.close()
