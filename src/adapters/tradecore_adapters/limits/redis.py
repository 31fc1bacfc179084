"""Limits over Redis: one exact window for all processes, counted by one script; a window of one's own without it."""

from collections.abc import Callable

from tradecore.model.errors import Unavailable
from tradecore.ports.limits import Rate
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.redis_server import RedisServer

# A list of times in microseconds, oldest first, by the server's own clock: those of callers may differ.
# Numbers are written out: Lua shortens large ones.
_SCRIPT = """
local now, window, count = tonumber(ARGV[4]), tonumber(ARGV[1]), tonumber(ARGV[2])
if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000000 + time[2]
end
local oldest = tonumber(redis.call('LINDEX', KEYS[1], 0) or false)
while oldest and oldest <= now - window do
    redis.call('LPOP', KEYS[1])
    oldest = tonumber(redis.call('LINDEX', KEYS[1], 0) or false)
end
if redis.call('LLEN', KEYS[1]) >= count then
    return string.format('%.0f', oldest + window - now)
end
if ARGV[3] == '1' then
    redis.call('RPUSH', KEYS[1], string.format('%.0f', now))
    redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
end
return '0'
"""
_PREFIX = "tradecore:limit:"


class RedisLimiter:
    """Exact sliding windows for the callers of all processes.

    While Redis is away, each process counts for itself, with what it has admitted so far: never without a limit.
    """

    def __init__(self, address: str, own: MemoryLimiter, clock: Callable[[], float] | None = None) -> None:
        """`own` counts while Redis is away; `clock`, in seconds, takes the place of the server's."""
        self._own = own
        self._clock = clock
        self._server = RedisServer(address)
        self._script = self._server.script(_SCRIPT)

    async def __aenter__(self) -> "RedisLimiter":
        """Connect: a crowd that comes first would wait for that for longer than a limiter may take."""
        await self._server.open()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close the connections."""
        await self._server.close()

    async def hit(self, key: str, rate: Rate) -> float:
        """Count one if the rate allows it."""
        try:
            wait = await self._ask(key, rate, counting=True)
        except Unavailable:
            return await self._own.hit(key, rate)
        if not wait:
            # So that the own window is not empty when it is needed; how it answers does not matter now.
            await self._own.hit(key, rate)
        return wait

    async def full(self, key: str, rate: Rate) -> float:
        """Seconds until the oldest hit leaves the window, if that is what it takes."""
        try:
            return await self._ask(key, rate, counting=False)
        except Unavailable:
            return await self._own.full(key, rate)

    async def _ask(self, key: str, rate: Rate, *, counting: bool) -> float:
        window = round(rate.per.total_seconds() * 1_000_000)
        now = "" if self._clock is None else f"{self._clock() * 1_000_000:.0f}"
        name = f"{_PREFIX}{rate.count}:{window}:{key}"
        args: list[int | str] = [window, rate.count, int(counting), now]
        return int(await self._server.ask(lambda _: self._script(keys=[name], args=args))) / 1_000_000
