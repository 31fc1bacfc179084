"""A clock that a test moves."""

from datetime import UTC, datetime, timedelta

from attrs import define


@define
class ManualClock:
    """Stands still until it is advanced. `now` and `monotonic` have the types of the two clocks of a context."""

    moment: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        """The time, aware UTC."""
        return self.moment

    def monotonic(self) -> float:
        """The time in seconds since an arbitrary moment."""
        return self.moment.timestamp()

    def advance(self, seconds: float) -> None:
        """Move the clock ahead."""
        self.moment += timedelta(seconds=seconds)
