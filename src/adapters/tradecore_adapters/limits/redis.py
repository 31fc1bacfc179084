"""Rate limits over Redis: one window for all processes, counted by a script; a local window while Redis is down."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from tradecore.model.errors import Unavailable
from tradecore.ports.limits import Quota, Rate
from tradecore.use_cases.batches import Batches
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.redis_server import DEFAULT_TIMEOUT, RedisServer

# For each key a list of times in microseconds, oldest first, by the clock of the server, because clocks of callers
# differ. Numbers are formatted explicitly, because Lua rounds large ones. The reply for a key: whether a hit was
# allowed, how many more are, and the microseconds until the oldest one leaves the window.
_SCRIPT = """
local now = tonumber(ARGV[1])
if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000000 + time[2]
end
local replies = {}
for number, key in ipairs(KEYS) do
    local window, count, counting = tonumber(ARGV[3 * number - 1]), tonumber(ARGV[3 * number]), ARGV[3 * number + 1]
    local oldest = tonumber(redis.call('LINDEX', key, 0) or false)
    while oldest and oldest <= now - window do
        redis.call('LPOP', key)
        oldest = tonumber(redis.call('LINDEX', key, 0) or false)
    end
    local remaining = math.max(0, count - redis.call('LLEN', key))
    local allowed = remaining > 0
    if allowed and counting == '1' then
        redis.call('RPUSH', key, string.format('%.0f', now))
        redis.call('PEXPIRE', key, math.ceil(window / 1000))
        remaining = remaining - 1
        oldest = oldest or now
    end
    replies[number] = {allowed and 1 or 0, remaining, oldest and string.format('%.0f', oldest + window - now) or '0'}
end
return replies
"""
_PREFIX = "tradecore:limit:"

# A key, its window in microseconds, the hits that it allows and 1 for a hit that counts; and what the script replies.
_Call: TypeAlias = tuple[str, int, int, int]
_Reply: TypeAlias = tuple[int, int, bytes]


class RedisLimiter:
    """Exact sliding windows over all processes.

    While Redis is down, each process counts by itself, starting from the hits that it has admitted.
    """

    def __init__(
        self,
        address: str,
        local: MemoryLimiter,
        clock: Callable[[], float] | None = None,
        *,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> None:
        """`local` counts while Redis is down; `clock` counts seconds and replaces the clock of the server, if given.

        Redis counts as down when it has not replied within `timeout` seconds.
        """
        self._local = local
        self._clock = clock
        self._server = RedisServer(address, timeout=timeout)
        self._script = self._server.script(_SCRIPT)
        # Requests of the same moment share a round trip, which costs more than the script.
        self._calls: Batches[_Call, _Reply] = Batches(self._run_all)

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
        name = f"{_PREFIX}{rate.count}:{window}:{key}"
        allowed, remaining, until = await self._calls.submit((name, window, rate.count, int(counting)))
        reset = int(until) / 1_000_000
        return Quota(0.0 if allowed else reset, int(remaining), reset)

    async def _run_all(self, calls: Sequence[_Call]) -> Sequence[_Reply]:
        args: list[int | str] = ["" if self._clock is None else f"{self._clock() * 1_000_000:.0f}"]
        for _, *of_call in calls:
            args += of_call
        replies: Sequence[_Reply] = await self._server.call(
            lambda _: self._script(keys=[name for name, *_ in calls], args=args)
        )
        return replies
