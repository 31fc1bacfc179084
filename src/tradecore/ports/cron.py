"""The cron port: the times that a cron expression names in a time zone."""

from datetime import date, datetime, time
from typing import Protocol


class CronTimes(Protocol):
    """Evaluates cron expressions of five fields (minute, hour, day of month, month, day of week) as Debian's cron does.

    An expression of certain hours has each of its times once a day: a time that the clocks skip comes when they have
    gone forward, and one that they repeat comes the first time only.
    """

    def next_time(self, expression: str, time_zone: str, after: datetime) -> datetime:
        """The first time after a time; both are aware, the result UTC and a whole minute.

        `time_zone` is an IANA name. Raises Invalid, about `expression` or `time_zone`, for what is not one, and for an
        expression without a time in the next 50 years.
        """
        ...

    def local_day(self, time_zone: str, at: datetime) -> date:
        """The day that a time falls on in a time zone. Raises Invalid about `time_zone`."""
        ...

    def instant(self, time_zone: str, day: date, clock: time) -> datetime:
        """The time, in UTC, at which clocks of a time zone show `clock` on a day. Raises Invalid about `time_zone`.

        Of a time that the clocks repeat it is the first; one that they skip counts as so much later as they skip.
        """
        ...
