"""Cron expressions: fields, daylight saving, and what is refused with a sentence."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.errors import Invalid
from tradecore_adapters.cron.cronsim import CronSimTimes

CRON = CronSimTimes()


def local(zone: str, *fields: int, fold: int = 0) -> datetime:
    """A local time, in UTC."""
    there = datetime(*fields, tzinfo=ZoneInfo(zone), fold=fold)  # type: ignore[misc,arg-type]  # year, month, ...
    return there.astimezone(UTC)


def times(expression: str, zone: str, after: datetime, count: int) -> list[datetime]:
    found = [CRON.next_time(expression, zone, after)]
    while len(found) < count:
        found.append(CRON.next_time(expression, zone, found[-1]))
    return found


def test_times_are_local_and_given_in_utc() -> None:
    after = datetime(2026, 1, 5, 6, 59, 59, 999, tzinfo=UTC)
    assert CRON.next_time("0 8 * * 1-5", "Europe/Berlin", after) == datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
    elsewhere = after.astimezone(timezone(timedelta(hours=9)))
    found = CRON.next_time(" 0  8 * * 1-5 ", "Europe/Berlin", elsewhere)
    assert (found, found.utcoffset()) == (datetime(2026, 1, 5, 7, 0, tzinfo=UTC), timedelta(0))
    assert times("0 8 * * MON", "UTC", found, 2) == [datetime(2026, 1, day, 8, tzinfo=UTC) for day in (5, 12)]


def test_a_time_that_the_clocks_skip_comes_once_they_have_gone_forward() -> None:
    # On 29 March 2026 Berlin has no 02:00 to 03:00.
    days = times("30 2 * * *", "Europe/Berlin", local("Europe/Berlin", 2026, 3, 28, 1), 3)
    assert days == [
        local("Europe/Berlin", 2026, 3, 28, 2, 30), local("Europe/Berlin", 2026, 3, 29, 3),
        local("Europe/Berlin", 2026, 3, 30, 2, 30),
    ]  # fmt: skip


def test_a_time_that_the_clocks_repeat_comes_the_first_time_only() -> None:
    # On 1 November 2026 New York has 01:00 to 02:00 twice.
    zone = "America/New_York"
    first, second = local(zone, 2026, 11, 1, 1, 30), local(zone, 2026, 11, 1, 1, 30, fold=1)
    assert times("30 1 * * *", zone, local(zone, 2026, 11, 1, 0), 2) == [first, local(zone, 2026, 11, 2, 1, 30)]
    for after in (first + timedelta(minutes=1), second - timedelta(minutes=1), second):
        assert CRON.next_time("30 1 * * *", zone, after) == local(zone, 2026, 11, 2, 1, 30)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"])
@pytest.mark.parametrize("expression", ["*/30 * * * *", "0 0 * * *", "15 2 * * *", "0 */6 * * *"])
def test_times_only_go_forward_through_a_year_of_any_zone(zone: str, expression: str) -> None:
    found = times(expression, zone, datetime(2026, 3, 1, tzinfo=UTC), 60)
    found += times(expression, zone, datetime(2026, 9, 1, tzinfo=UTC), 120)
    assert all(later - earlier >= timedelta(minutes=30) for earlier, later in pairwise(found))


@pytest.mark.parametrize(
    "expression",
    ["", "* * * *", "* * * * * *", "60 * * * *", "0 8 * * FOO", "@daily", "0 0 30 2 *", "* * */20 * 1L", "1-0 * * * *",
     "*/0 * * * *", f"{'9' * 90} * * * *", f"{'1,' * 5000}1 * * * *", "٣ * * * *", "0 8 * * 1;2", "0 8 * * \x00",
     "L * * * *", "0 0 L-3 * *", "0 0 * * 1#9", "0 0 * * #", "0 0 ,, * *"],
)  # fmt: skip
def test_what_is_no_cron_expression_is_refused_with_an_example(expression: str) -> None:
    with pytest.raises(Invalid, match="write one such as 0 8") as refused:
        CRON.next_time(expression, "UTC", datetime(2026, 1, 1, tzinfo=UTC))
    [problem] = refused.value.problems
    assert problem.field == "expression"


@given(st.lists(st.text("0123456789*,/-#LWMONJAN", min_size=1, max_size=6), min_size=5, max_size=5))
def test_any_five_fields_have_a_later_time_or_are_refused(fields: list[str]) -> None:
    after = datetime(2026, 1, 1, tzinfo=UTC)
    with suppress(Invalid):
        assert CRON.next_time(" ".join(fields), "Europe/Berlin", after) > after


@pytest.mark.parametrize(
    "zone", ["", "Berlin", "Europe", "Europe/Atlantis", "../../etc/passwd", "/etc/localtime", "Europe/../UTC",
             "posixrules", "UTC\x00", "E" * 5000, "Europe/Berlin "],
)  # fmt: skip
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(Invalid, match="write a name such as Europe/Berlin") as refused:
        CRON.next_time("0 8 * * *", zone, datetime(2026, 1, 1, tzinfo=UTC))
    assert [problem.field for problem in refused.value.problems] == ["time_zone"]


def test_the_day_is_that_of_the_time_zone() -> None:
    at = datetime(2026, 1, 1, 20, tzinfo=UTC)
    assert [CRON.local_day(zone, at) for zone in ("UTC", "Asia/Tokyo")] == [date(2026, 1, 1), date(2026, 1, 2)]


def test_the_time_at_which_clocks_show_something_is_the_first_and_one_that_is_skipped_comes_later() -> None:
    def shown(day: date, *clock: int) -> str:
        return CRON.instant("Europe/Berlin", day, time(*clock)).strftime("%d %H:%M")

    assert [shown(date(2026, 1, 10), 7), shown(date(2026, 7, 10), 0, 30)] == ["10 06:00", "09 22:30"]
    forward, back = date(2026, 3, 29), date(2026, 10, 25)
    assert [shown(forward, hour, 30) for hour in (1, 2, 3)] == ["29 00:30", "29 01:30", "29 01:30"]
    assert [shown(back, hour, 30) for hour in (1, 2, 3)] == ["24 23:30", "25 00:30", "25 02:30"]
    with pytest.raises(Invalid):
        CRON.instant("Europe/Atlantis", forward, time(7))
