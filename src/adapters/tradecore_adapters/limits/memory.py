"""Limits within one process: for each key, when its hits of the last window were."""

from collections import deque
from collections.abc import Callable

from tradecore.ports.limits import Rate

# Keys that have not been hit for a window are forgotten, whenever this many have come since the last time.
_SWEEP = 10_000


class MemoryLimiter:
    """Exact sliding windows for the callers of this process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` counts seconds and never goes back."""
        self._clock = clock
        self._hits: dict[str, tuple[float, deque[float]]] = {}
        self._since_sweep = 0

    async def hit(self, key: str, rate: Rate) -> float:
        """Count one if the rate allows it."""
        if wait := await self.full(key, rate):
            return wait
        now = self._clock()
        known = self._hits.get(key)
        if known is None:
            self._forget_idle_keys(now)
            known = self._hits[key] = (rate.per.total_seconds(), deque())
        known[1].append(now)
        return 0.0

    async def full(self, key: str, rate: Rate) -> float:
        """Seconds until the oldest hit leaves the window, if that is what it takes."""
        now, window = self._clock(), rate.per.total_seconds()
        _, hits = self._hits.get(key, (window, deque()))
        while hits and hits[0] <= now - window:
            hits.popleft()
        return hits[0] + window - now if len(hits) >= rate.count else 0.0

    def _forget_idle_keys(self, now: float) -> None:
        self._since_sweep += 1
        if self._since_sweep >= _SWEEP:
            self._since_sweep = 0
            self._hits = {
                key: (window, hits) for key, (window, hits) in self._hits.items() if hits and hits[-1] > now - window
            }
