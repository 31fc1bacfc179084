"""Rate limits within one process: the times of the hits of each key."""

from collections import deque
from collections.abc import Callable

from tradecore.ports.limits import Quota, Rate

# After this many new keys, keys without a hit within their window are removed.
_SWEEP = 10_000


class MemoryLimiter:
    """Exact sliding windows for the callers of this process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` counts seconds and never goes back."""
        self._clock = clock
        self._hits: dict[str, tuple[float, deque[float]]] = {}
        self._since_sweep = 0

    async def hit(self, key: str, rate: Rate) -> Quota:
        """Count a hit if the rate allows it, and return the quota after that."""
        quota = await self.peek(key, rate)
        if quota.wait:
            return quota
        now = self._clock()
        known = self._hits.get(key)
        if known is None:
            self._remove_idle_keys(now)
            known = self._hits[key] = (rate.per.total_seconds(), deque())
        known[1].append(now)
        return Quota(0.0, quota.remaining - 1, quota.reset or known[0])

    async def peek(self, key: str, rate: Rate) -> Quota:
        """The quota, without counting a hit."""
        now, window = self._clock(), rate.per.total_seconds()
        _, hits = self._hits.get(key, (window, deque()))
        while hits and hits[0] <= now - window:
            hits.popleft()
        reset = hits[0] + window - now if hits else 0.0
        remaining = max(0, rate.count - len(hits))
        return Quota(0.0 if remaining else reset, remaining, reset)

    def _remove_idle_keys(self, now: float) -> None:
        self._since_sweep += 1
        if self._since_sweep >= _SWEEP:
            self._since_sweep = 0
            self._hits = {
                key: (window, hits) for key, (window, hits) in self._hits.items() if hits and hits[-1] > now - window
            }
