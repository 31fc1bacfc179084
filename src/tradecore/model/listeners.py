"""Listeners: how far each durable listener has read the event log, and the events it has given up on."""

from datetime import datetime, timedelta

from attrs import evolve, frozen

from tradecore.model.change import Event

# How long one call of a listener may take. No other process calls it meanwhile.
LEASE = timedelta(seconds=30)
# The wait after the first failure; it doubles with each further one, up to MAX_BACKOFF.
BACKOFF = timedelta(seconds=1)
MAX_BACKOFF = timedelta(minutes=5)
# An event that a listener has failed on for this long becomes a dead letter, so that later events are handled.
GIVE_UP_AFTER = timedelta(hours=2)


@frozen(kw_only=True)
class Cursor:
    """How far a durable listener has come: it has handled all events up to `position`.

    No process calls it before `next_try`. `failures` counts its failed calls since the last success, of which the first
    was at `failing_since`; `dead` counts its dead letters.
    """

    name: str
    position: int = 0
    failures: int = 0
    failing_since: datetime | None = None
    next_try: datetime | None = None
    dead: int = 0

    def take(self, *, at: datetime) -> "Cursor | None":
        """The cursor held by one caller for LEASE; None when the listener is not to be called yet."""
        if self.next_try is not None and self.next_try > at:
            return None
        return evolve(self, next_try=at + LEASE)

    def advance(self, position: int) -> "Cursor":
        """Record that all events up to `position` are handled."""
        return evolve(self, position=position, failures=0, failing_since=None, next_try=None)

    def release(self) -> "Cursor":
        """Let others call the listener, after a call that was interrupted."""
        return evolve(self, next_try=None)

    def fail(self, *, at: datetime) -> "Cursor":
        """Record a failed call; the next one is due after a wait that doubles with each failure."""
        # The exponent is bounded, since the power of a large one does not fit into a timedelta.
        wait = min(MAX_BACKOFF, BACKOFF * 2 ** min(self.failures, 16))
        since = self.failing_since or at
        return evolve(self, failures=self.failures + 1, failing_since=since, next_try=at + wait)

    def gives_up(self, at: datetime) -> bool:
        """Whether it has failed for GIVE_UP_AFTER."""
        return self.failing_since is not None and at - self.failing_since >= GIVE_UP_AFTER

    def give_up(self, position: int) -> "Cursor":
        """Go on after the event at `position`, which became a dead letter."""
        return evolve(self.advance(position), dead=self.dead + 1)


@frozen(kw_only=True)
class DeadLetter:
    """An event that a listener has given up on at `at`, with its last error. It is kept until it is retried."""

    id: str
    listener: str
    event: Event
    error: str
    at: datetime

    @classmethod
    def of(cls, listener: str, event: Event, error: str, *, at: datetime) -> "DeadLetter":
        """The dead letter of an event from the log; its id is the name of the listener and the position."""
        return cls(id=f"{listener}-{event.position}", listener=listener, event=event, error=error, at=at)
