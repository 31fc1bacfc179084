"""Which trading days are over: vendors deliver the running day as if it were finished."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

# Free prices are up to 15 minutes late, and the last trades of a session arrive some minutes after its end.
SETTLING = timedelta(minutes=20)


@frozen
class Sessions:
    """The trading days of a source in `zone`, with the local times at which a session begins and ends.

    Without them the market never closes, and a day ends at midnight. `early_end` is the end of one session that differs
    from the others, where the source states it.
    """

    zone: ZoneInfo
    begin: time | None = None
    end: time | None = None
    early_end: datetime | None = None

    def day_of(self, at: datetime) -> date:
        """The local day of a moment."""
        return at.astimezone(self.zone).date()

    def finished(self, at: datetime) -> date:
        """The last day whose session, if it had one, is over at `at` and whose prices have settled."""
        settled = (at - SETTLING).astimezone(self.zone)
        return settled.date() if self._ended(settled) else settled.date() - timedelta(days=1)

    def running(self, at: datetime) -> bool:
        """Whether prices can move at `at`: between begin and end of a session, or at any time without them."""
        if self.begin is None:
            return True
        local, settled = at.astimezone(self.zone), (at - SETTLING).astimezone(self.zone)
        return local.weekday() < 5 and local.time() >= self.begin and not self._ended(settled)

    def _ended(self, local: datetime) -> bool:
        if self.end is None:
            return False
        if self.early_end is not None and self.day_of(self.early_end) == local.date():
            return local >= self.early_end
        return local.time() >= self.end
