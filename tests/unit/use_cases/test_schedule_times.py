"""Times of schedules: after closes, over weekends and clock changes, missed ones counted, and none too often."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.ids import ScheduleId, UserId
from tradecore.model.schedules import AfterClose, CronTime, Exchange, Schedule, ScheduledDigest
from tradecore.use_cases.schedule_times import Firing, ScheduleTimes
from tradecore_adapters.calendar.exchange import ExchangeCalendar
from tradecore_adapters.cron.cronsim import CronSimTimes

TIMES = ScheduleTimes(CronSimTimes(), ExchangeCalendar())
CLOSE = AfterClose(Exchange.NEW_YORK, timedelta(minutes=30))
DUE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MORNING = Schedule(
    id=ScheduleId("s"),
    user=UserId("ann"),
    name="Morning",
    created_at=DUE,
    cron=CronTime("0 8 * * *", "UTC"),
    digest=ScheduledDigest(reader=UserId("me"), hours=24),
    catch_up=timedelta(hours=6),
    next_due=DUE,
)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("after", "first"),
    [
        (datetime(2026, 3, 6, 20, 59, tzinfo=UTC), datetime(2026, 3, 6, 21, 30, tzinfo=UTC)),
        (datetime(2026, 3, 6, 21, 29, tzinfo=UTC), datetime(2026, 3, 6, 21, 30, tzinfo=UTC)),
        # Over the weekend on which New York's clocks go forward.
        (datetime(2026, 3, 6, 21, 30, tzinfo=UTC), datetime(2026, 3, 9, 20, 30, tzinfo=UTC)),
        # Thanksgiving, and the day after it, which closes at one.
        (datetime(2026, 11, 25, 22, 0, tzinfo=UTC), datetime(2026, 11, 27, 18, 30, tzinfo=UTC)),
    ],
)
async def test_a_close_is_that_of_the_next_session(after: datetime, first: datetime) -> None:
    assert await TIMES.next_time(CLOSE, after) == first
    assert await TIMES.check(CLOSE, after) == first
    schedule = evolve(MORNING, cron=None, close=CLOSE)
    assert await TIMES.day(schedule, first) == first.date()


async def test_the_day_of_a_cron_time_is_that_of_its_zone_and_of_a_close_that_of_the_session() -> None:
    tokyo = evolve(MORNING, cron=CronTime("0 8 * * *", "Asia/Tokyo"))
    assert await TIMES.day(tokyo, datetime(2026, 3, 1, 23, tzinfo=UTC)) == date(2026, 3, 2)
    late = evolve(MORNING, cron=None, close=evolve(CLOSE, delay=timedelta(hours=12)))
    assert await TIMES.day(late, datetime(2026, 3, 3, 9, tzinfo=UTC)) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("late", "firing"),
    [
        (timedelta(0), Firing(DUE, 0, DUE + DAY)),
        (timedelta(hours=6), Firing(DUE, 0, DUE + DAY)),
        (timedelta(hours=6, seconds=1), Firing(None, 1, DUE + DAY)),
        # Down for two days and an hour: the newest is made up, the others are missed.
        (2 * DAY + timedelta(hours=1), Firing(DUE + 2 * DAY, 2, DUE + 3 * DAY)),
        (2 * DAY + timedelta(hours=7), Firing(None, 3, DUE + 3 * DAY)),
    ],
)
async def test_of_missed_times_the_newest_is_made_up_within_the_window(late: timedelta, firing: Firing) -> None:
    assert await TIMES.firing(MORNING, DUE + late) == firing


async def test_without_catching_up_a_time_is_still_met_by_a_server_that_looks_a_moment_later() -> None:
    strict = evolve(MORNING, catch_up=timedelta(0))
    assert (await TIMES.firing(strict, DUE + timedelta(minutes=4))).run_for == DUE
    assert (await TIMES.firing(strict, DUE + timedelta(minutes=6))).run_for is None


async def test_many_missed_times_are_counted_in_parts() -> None:
    quarters = evolve(MORNING, cron=CronTime("*/15 * * * *", "UTC"))
    now, missed, parts = DUE + 3 * DAY, 0, 0
    while (firing := await TIMES.firing(quarters, now)).run_for is None:
        missed, parts = missed + firing.missed, parts + 1
        quarters = evolve(quarters, next_due=firing.next_due)
    assert (missed + firing.missed, firing.run_for) == (3 * 96, now)
    assert parts == 2


@pytest.mark.parametrize("expression", ["* * * * *", "*/10 * * * *", "0,5 8 * * *", "0 0 29 2 *"])
async def test_times_are_a_quarter_of_an_hour_apart(expression: str) -> None:
    when = CronTime(expression, "UTC")
    if expression == "0 0 29 2 *":
        assert await TIMES.check(when, DUE) == datetime(2028, 2, 29, tzinfo=UTC)
    else:
        with pytest.raises(Invalid, match="15 minutes apart"):
            await TIMES.check(when, DUE)


async def test_a_close_beyond_the_calendar_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="trading calendar covers"):
        await TIMES.next_time(CLOSE, datetime(2090, 1, 1, tzinfo=UTC))
