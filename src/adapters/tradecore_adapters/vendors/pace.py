"""The pace of requests to one vendor: so many a second, and none for a while after the vendor refuses more."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import define, field

from tradecore.ports.ambient import Now

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
# A vendor may name a longer pause than ours; beyond this it is taken for a mistake.
_LONGEST_NAMED = timedelta(hours=6)


@define(eq=False)
class Pace:
    """At most `burst` requests at a moment, and `per_second` in the long run."""

    per_second: float
    burst: int
    monotonic: Callable[[], float]
    # When the next request would be due if requests came evenly.
    _due: float = field(default=float("-inf"), init=False)

    async def wait_turn(self) -> None:
        """Return when the next request may start; turns are given in the order of the calls."""
        now, interval = self.monotonic(), 1 / self.per_second
        start = max(self._due, now)
        self._due = start + interval
        wait = start - now - (self.burst - 1) * interval
        if wait > 0:
            await asyncio.sleep(wait)


@define(eq=False)
class Pause:
    """No requests for a minute after a refusal, and for twice as long after each further one, up to 15 minutes."""

    now: Now
    _until: datetime | None = field(default=None, init=False)
    _next: timedelta = field(default=_FIRST_PAUSE, init=False)

    @property
    def until(self) -> datetime | None:
        """When requests may start again; None where they may now."""
        return self._until if self._until is not None and self.now() < self._until else None

    def begin(self, requested: timedelta | None = None) -> datetime:
        """Begin a pause, of the `requested` length where that is longer; returns its end."""
        if (running := self.until) is not None:
            # Requests that were under way together count as one refusal.
            return running
        length = max(self._next, min(requested or timedelta(), _LONGEST_NAMED))
        self._until = self.now() + length
        self._next = min(2 * self._next, _LONGEST_PAUSE)
        return self._until

    def end(self) -> None:
        """Forget earlier refusals: the vendor answers again."""
        self._until, self._next = None, _FIRST_PAUSE
