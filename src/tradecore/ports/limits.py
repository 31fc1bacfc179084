"""The rate limiter port: sliding windows, counted per key."""

from datetime import timedelta
from typing import Protocol

from attrs import frozen


@frozen
class Rate:
    """At most `count` hits in any window of length `per`."""

    count: int
    per: timedelta


@frozen
class Quota:
    """What a rate allows a key.

    - `wait`: seconds until the rate allows a hit; 0 if it allows one.
    - `remaining`: further hits that the rate allows now.
    - `reset`: seconds until the oldest hit leaves the window; 0 without one.
    """

    wait: float
    remaining: int
    reset: float


class Limiter(Protocol):
    """Exact sliding windows; keys are independent."""

    async def hit(self, key: str, rate: Rate) -> Quota:
        """Count a hit if the rate allows it, and return the quota after that; `wait` is 0 if the hit was counted."""
        ...

    async def peek(self, key: str, rate: Rate) -> Quota:
        """The quota as it is, without counting."""
        ...
