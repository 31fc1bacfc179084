"""A small memory of values that stay good for a while."""

from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from attrs import define, field

from tradecore.use_cases.single_flight import SingleFlight

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@define
class Recent(Generic[K, V]):
    """Values by key, each for `lifetime` after it was read; all are dropped when there are `max_values`."""

    lifetime: timedelta
    max_values: int = 10_000
    _values: dict[K, tuple[V, datetime]] = field(factory=dict, init=False, repr=False)
    _reads: SingleFlight[V] = field(factory=SingleFlight, init=False, repr=False)

    async def get(self, key: K, now: datetime, read: Callable[[], Awaitable[V]]) -> V:
        """The value of a key, by one call of `read` for all who want it where there is none.

        An exception of `read` is raised to all of them, and nothing is kept.
        """
        if key in self._values:
            value, read_at = self._values[key]
            if timedelta() <= now - read_at < self.lifetime:
                return value
        value = await self._reads(key, read)
        if len(self._values) >= self.max_values:
            self._values.clear()
        self._values[key] = value, now
        return value
