"""Rate limits within one process: the times of the hits of each key."""

from collections import deque
from collections.abc import Callable

from tradecore.ports.limits import Rate

# After this many new keys, keys without a hit within their window are removed.
_SWEEP = 10_000


class MemoryLimiter:
    """Exact sliding windows for the callers of this process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` counts seconds and never goes back."""
        self._clock = clock
        self._hits: dict[str, tuple[float, deque[float]]] = {}
        self._since_sweep = 0

    async def hit(self, key: str, rate: Rate) -> float:
        """Count a hit if the rate allows it: 0; otherwise the seconds until the rate allows one."""
        if wait := await self.peek(key, rate):
            return wait
        now = self._clock()
        known = self._hits.get(key)
        if known is None:
            self._remove_idle_keys(now)
            known = self._hits[key] = (rate.per.total_seconds(), deque())
        known[1].append(now)
        return 0.0

    async def peek(self, key: str, rate: Rate) -> float:
        """The result of `hit`, without counting one."""
        now, window = self._clock(), rate.per.total_seconds()
        _, hits = self._hits.get(key, (window, deque()))
        while hits and hits[0] <= now - window:
            hits.popleft()
        return hits[0] + window - now if len(hits) >= rate.count else 0.0

    def _remove_idle_keys(self, now: float) -> None:
        self._since_sweep += 1
        if self._since_sweep >= _SWEEP:
            self._since_sweep = 0
            self._hits = {
                key: (window, hits) for key, (window, hits) in self._hits.items() if hits and hits[-1] > now - window
            }
