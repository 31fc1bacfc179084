"""A small memory of values that stay good for a while."""

from datetime import datetime, timedelta
from typing import Generic, TypeVar

from attrs import define, field

K = TypeVar("K")
V = TypeVar("V")


@define
class Recent(Generic[K, V]):
    """Values by key, each for `lifetime` after it was put; all are dropped when there are `max_values`."""

    lifetime: timedelta
    max_values: int = 10_000
    _values: dict[K, tuple[V, datetime]] = field(factory=dict, init=False, repr=False)

    def get(self, key: K, now: datetime) -> V | None:
        """The value of a key; None when there is none, or when its lifetime is over."""
        value, put_at = self._values.get(key, (None, now))
        return value if timedelta() <= now - put_at < self.lifetime else None

    def put(self, key: K, value: V, now: datetime) -> None:
        """Keep a value."""
        if len(self._values) >= self.max_values:
            self._values.clear()
        self._values[key] = value, now
