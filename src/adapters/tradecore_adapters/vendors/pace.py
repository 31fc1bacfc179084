"""The pace of requests to one vendor: so many a second, and none for a while after the vendor refuses more."""

import asyncio
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from attrs import define, evolve, field, frozen

from tradecore.ports.ambient import Now
from tradecore_adapters.vendors.shared_state import Document, SharedState

T = TypeVar("T")

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
# A vendor may name a longer pause than ours; beyond this it is taken for a mistake.
_LONGEST_NAMED = timedelta(hours=6)
# Requests that wait for their turn, of all processes together. A turn beyond it is of a clock that was set back, or of
# the time before a restart of the machine.
_LONGEST_QUEUE = 1000


@frozen
class Pause:
    """No requests until `until` (aware), because the vendor refused one with the HTTP status `status`.

    The status is None where a vendor refuses within a success.
    """

    until: datetime
    status: int | None


@frozen
class _State:
    """`due`: when the next request would be due if they came evenly, in seconds of the monotonic clock of the machine.

    `refusals`: those in a row, without an answer between them.
    """

    due: float = -math.inf
    pause: Pause | None = None
    refusals: int = 0


@define(eq=False)
class Pace:
    """At most `burst` requests at a moment, `per_second` in the long run, and none while the vendor refuses more.

    A pause lasts a minute after the first refusal, and twice as long after each further one, up to 15 minutes. All
    processes that name the same file in `shared` keep the pace together: `monotonic` is a clock of the whole machine.
    """

    per_second: float
    burst: int
    now: Now
    monotonic: Callable[[], float]
    shared: SharedState = field(factory=SharedState)
    _refused: bool = field(default=False, init=False)

    async def turn(self) -> Pause | None:
        """Return when the next request may start, in the order of the calls; the pause where there is one, at once."""
        now, interval = self.monotonic(), 1 / self.per_second

        def take(state: _State) -> tuple[_State, float]:
            if state.pause is not None:
                return state, 0.0
            due = state.due if state.due - now < _LONGEST_QUEUE * interval else -math.inf
            start = max(due, now)
            return evolve(state, due=start + interval), start - now - (self.burst - 1) * interval

        state, wait = await self._update(take)
        if wait > 0:
            await asyncio.sleep(wait)
            # Somebody may have been refused meanwhile.
            state, _ = await self._update(lambda state: (state, None))
        return state.pause

    async def begin_pause(self, status: int | None, requested: timedelta | None = None) -> Pause:
        """Begin a pause after a refusal, of the `requested` length where that is longer, and return it."""
        now = self.now()

        def begin(state: _State) -> tuple[_State, Pause]:
            if state.pause is not None:
                # Requests that were under way together count as one refusal.
                return state, state.pause
            own = min(_FIRST_PAUSE * 2**state.refusals, _LONGEST_PAUSE)
            pause = Pause(now + max(own, min(requested or timedelta(), _LONGEST_NAMED)), status)
            return evolve(state, pause=pause, refusals=min(state.refusals + 1, 10)), pause

        _, pause = await self._update(begin)
        return pause

    async def answered(self) -> None:
        """Forget earlier refusals: the vendor answers again. An answer during a pause was on its way before it."""
        if self._refused:
            await self._update(lambda state: (state if state.pause else evolve(state, refusals=0), None))

    async def _update(self, change: Callable[[_State], tuple[_State, T]]) -> tuple[_State, T]:
        now = self.now()

        def changed(document: Document) -> tuple[Document, tuple[_State, T]]:
            state, result = change(_read(document, now))
            return _written(state), (state, result)

        if self.shared.path is None:
            state, result = self.shared.update(changed)
        else:
            state, result = await asyncio.to_thread(self.shared.update, changed)
        self._refused = state.refusals > 0
        return state, result


def _read(document: Document, now: datetime) -> _State:
    """The state in a document at a moment; a new one for a document that is not of this form."""
    try:
        due, refusals = float(document.get("due", -math.inf)), int(document.get("refusals", 0))
        until = datetime.fromisoformat(document["until"]) if document.get("until") else None
        status = None if document.get("status") is None else int(document["status"])
        # A later end than any pause has is one of a clock that was set back.
        pauses = until is not None and now < until <= now + _LONGEST_NAMED
    except (TypeError, ValueError, OverflowError):
        return _State()
    return _State(due, Pause(until, status) if until is not None and pauses else None, max(0, refusals))


def _written(state: _State) -> Document:
    document: dict[str, object] = {"refusals": state.refusals}
    if math.isfinite(state.due):
        document["due"] = state.due
    if state.pause is not None:
        document |= {"until": state.pause.until.isoformat(), "status": state.pause.status}
    return document
