"""The times of schedules: when one is due next, how many it has missed, and which day a run is about."""

from datetime import date, datetime, timedelta

from attrs import frozen

from tradecore.model.errors import Invalid
from tradecore.model.schedules import AfterClose, CronTime, Schedule
from tradecore.ports.calendar import TradingCalendar
from tradecore.ports.cron import CronTimes

MIN_INTERVAL = timedelta(minutes=15)
"""How far apart the times of a schedule are at least."""
# A run that is so late is on time: a server looks every second, and may have been restarted.
_ON_TIME = timedelta(minutes=5)
# The times whose distances are looked at, and those that are counted at once, some 40 ms of the event loop.
_CHECKED, _COUNTED = 40, 100


@frozen
class Firing:
    """What is due of a schedule: the time to run for, None for none; those missed; and when it is due next.

    It may be due again at once, where more times have passed than are counted at once.
    """

    run_for: datetime | None
    missed: int
    next_due: datetime


@frozen
class ScheduleTimes:
    """Evaluates the times of schedules."""

    cron: CronTimes
    calendar: TradingCalendar

    async def next_time(self, when: CronTime | AfterClose, after: datetime) -> datetime:
        """The first time after a time, in UTC.

        Raises Invalid for an expression or time zone that is not possible, Unavailable for a close that no calendar
        covers.
        """
        if isinstance(when, CronTime):
            return self.cron.next_time(when.expression, when.time_zone, after)
        return await self.calendar.next_close(when.exchange.asset_type, after - when.delay) + when.delay

    async def check(self, when: CronTime | AfterClose, now: datetime) -> datetime:
        """The first time after now. Raises Invalid as `next_time` does, and for times that are too close together."""
        first = time = await self.next_time(when, now)
        if isinstance(when, AfterClose):
            return first
        for _ in range(_CHECKED):
            if time - now > timedelta(days=400):
                break
            previous, time = time, await self.next_time(when, time)
            if time - previous < MIN_INTERVAL:
                minutes = MIN_INTERVAL // timedelta(minutes=1)
                raise Invalid.one("expression", f"The times of a schedule are at least {minutes} minutes apart.")
        return first

    async def firing(self, schedule: Schedule, now: datetime) -> Firing:
        """What is due of a schedule that is due. Raises Invalid and Unavailable as `next_time` does."""
        when, due, missed = when_of(schedule), schedule.next_due, 0
        assert due is not None, "a schedule that is due has a time"
        while (following := await self.next_time(when, due)) <= now:
            due, missed = following, missed + 1
            if missed == _COUNTED:
                return Firing(None, missed, due)
        if now - due > max(schedule.catch_up, _ON_TIME):
            return Firing(None, missed + 1, following)
        return Firing(due, missed, following)

    async def day(self, schedule: Schedule, due_at: datetime) -> date:
        """The day that a run is about: that of the session that has closed, or the day in the schedule's time zone."""
        if schedule.cron is not None:
            return self.cron.local_day(schedule.cron.time_zone, due_at)
        assert schedule.close is not None, "a schedule has times"
        close = due_at - schedule.close.delay
        return await self.calendar.last_finished(schedule.close.exchange.asset_type, close)


def when_of(schedule: Schedule) -> CronTime | AfterClose:
    """The times of a schedule, of which it has either kind."""
    when = schedule.cron or schedule.close
    assert when is not None, "a schedule has times"
    return when
