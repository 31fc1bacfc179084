"""The promise of limits: no more than so many in any stretch of time, counted per key."""

from datetime import timedelta
from typing import Protocol

from attrs import frozen


@frozen
class Rate:
    """At most `count` in any window of length `per`."""

    count: int
    per: timedelta


class Limiter(Protocol):
    """Exact sliding windows. Keys never influence each other."""

    async def hit(self, key: str, rate: Rate) -> float:
        """Count one, if the rate allows it: 0. Otherwise count nothing; the seconds after which it will be allowed."""
        ...

    async def full(self, key: str, rate: Rate) -> float:
        """The same answer as `hit`, without counting anything."""
        ...
