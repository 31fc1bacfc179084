"""Rate limits over Redis: one window for all processes, counted by a script; a local window while Redis is down."""

from collections.abc import Callable

from tradecore.model.errors import Unavailable
from tradecore.ports.limits import Quota, Rate
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.redis_server import RedisServer

# A list of times in microseconds, oldest first, by the clock of the server, because clocks of callers differ.
# Numbers are formatted explicitly, because Lua rounds large ones. The reply: whether a hit was allowed, how many more
# are, and the microseconds until the oldest one leaves the window.
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
local remaining = math.max(0, count - redis.call('LLEN', KEYS[1]))
local allowed = remaining > 0
if allowed and ARGV[3] == '1' then
    redis.call('RPUSH', KEYS[1], string.format('%.0f', now))
    redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
    remaining = remaining - 1
    oldest = oldest or now
end
return {allowed and 1 or 0, remaining, oldest and string.format('%.0f', oldest + window - now) or '0'}
"""
_PREFIX = "tradecore:limit:"


class RedisLimiter:
    """Exact sliding windows over all processes.

    While Redis is down, each process counts by itself, starting from the hits that it has admitted.
    """

    def __init__(self, address: str, local: MemoryLimiter, clock: Callable[[], float] | None = None) -> None:
        """`local` counts while Redis is down; `clock` counts seconds and replaces the clock of the server, if given."""
        self._local = local
        self._clock = clock
        self._server = RedisServer(address)
        self._script = self._server.script(_SCRIPT)

    async def __aenter__(self) -> "RedisLimiter":
        """Open the connections, so that the first requests do not wait for that."""
        await self._server.open()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close the connections."""
        await self._server.close()

    async def hit(self, key: str, rate: Rate) -> Quota:
        """Count a hit if the rate allows it, and return the quota after that."""
        try:
            quota = await self._run(key, rate, counting=True)
        except Unavailable:
            return await self._local.hit(key, rate)
        if not quota.wait:
            # Keeps the local window filled for the time when Redis is down; its result does not matter here.
            await self._local.hit(key, rate)
        return quota

    async def peek(self, key: str, rate: Rate) -> Quota:
        """The quota, without counting a hit."""
        try:
            return await self._run(key, rate, counting=False)
        except Unavailable:
            return await self._local.peek(key, rate)

    async def _run(self, key: str, rate: Rate, *, counting: bool) -> Quota:
        window = round(rate.per.total_seconds() * 1_000_000)
        now = "" if self._clock is None else f"{self._clock() * 1_000_000:.0f}"
        name = f"{_PREFIX}{rate.count}:{window}:{key}"
        args: list[int | str] = [window, rate.count, int(counting), now]
        allowed, remaining, until = await self._server.call(lambda _: self._script(keys=[name], args=args))
        reset = int(until) / 1_000_000
        return Quota(0.0 if allowed else reset, int(remaining), reset)
