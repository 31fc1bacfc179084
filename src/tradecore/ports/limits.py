"""The rate limiter port: sliding windows, counted per key."""

from datetime import timedelta
from typing import Protocol

from attrs import frozen


@frozen
class Rate:
    """At most `count` hits in any window of length `per`."""

    count: int
    per: timedelta


class Limiter(Protocol):
    """Exact sliding windows; keys are independent."""

    async def hit(self, key: str, rate: Rate) -> float:
        """Count a hit and return 0 if the rate allows it; otherwise count nothing and return the seconds to wait."""
        ...

    async def peek(self, key: str, rate: Rate) -> float:
        """The same result as `hit`, without counting."""
        ...
