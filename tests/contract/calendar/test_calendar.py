"""The contract of trading calendars over every row that is installed, and the days of ours."""

import importlib
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from opening import open_adapter
from tradecore.model.errors import Unavailable
from tradecore.model.market import AssetType
from tradecore.ports.calendar import TradingCalendar
from tradecore.testing import CalendarSuite
from tradecore_adapters.calendar.exchange import ExchangeCalendar, _hours, _sessions
from tradecore_app.registry import rows


class TestCalendars(CalendarSuite):
    @pytest.fixture(params=sorted(rows("calendar")))
    async def calendar(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[TradingCalendar]:
        async with open_adapter("calendar", f"{request.param}:", data=tmp_path) as opened:
            yield opened


@pytest.fixture
def calendar() -> TradingCalendar:
    """Our own calendar."""
    return ExchangeCalendar()


@pytest.fixture(scope="session")
def oracle() -> Any:
    """The sessions of New York by the library that the shipped list comes from; its import takes a second."""
    library = importlib.import_module("exchange_calendars")
    return library.get_calendar("XNYS", start="1990-01-01", end="2031-12-31")


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2024, 10, 10), 1, date(2024, 10, 11)),
        (date(2024, 10, 11), 1, date(2024, 10, 14)),  # over a weekend
        (date(2024, 10, 12), 1, date(2024, 10, 14)),  # from a Saturday
        (date(2024, 11, 27), 1, date(2024, 11, 29)),  # Thanksgiving
        (date(2024, 3, 28), 1, date(2024, 4, 1)),  # Good Friday
        (date(2024, 12, 20), 5, date(2024, 12, 30)),  # Christmas
        (date(2001, 9, 10), 1, date(2001, 9, 17)),  # four days that nobody had foreseen
        (date(2024, 10, 10), 5, date(2024, 10, 17)),
    ],
)
async def test_equities_are_counted_in_sessions(
    calendar: TradingCalendar, day: date, count: int, expected: date
) -> None:
    assert await calendar.ahead(AssetType.EQUITY, day, count) == expected


@pytest.mark.parametrize("day", [date(1950, 1, 1), date(2090, 1, 1)])
async def test_days_it_does_not_know_are_refused(calendar: TradingCalendar, day: date) -> None:
    with pytest.raises(Unavailable, match="covers"):
        await calendar.ahead(AssetType.EQUITY, day, 1)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # pandas, inside the library
def test_the_shipped_list_agrees_with_the_library_it_comes_from(oracle: Any) -> None:
    assert _sessions() == tuple(session.date() for session in oracle.sessions)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # pandas, inside the library
def test_the_shipped_closes_agree_with_the_library_they_come_from(oracle: Any) -> None:
    closes = [(day.date(), close.tz_convert(oracle.tz).time()) for day, close in oracle.closes.items()]
    assert [(day, _hours().close_of(day)) for day, _ in closes] == closes


@pytest.mark.parametrize(
    ("at", "over"),
    [
        (datetime(2024, 7, 10, 19, 59, tzinfo=UTC), date(2024, 7, 9)),
        (datetime(2024, 7, 10, 20, 0, tzinfo=UTC), date(2024, 7, 10)),  # 16:00 in summer
        (datetime(2024, 1, 10, 20, 59, tzinfo=UTC), date(2024, 1, 9)),
        (datetime(2024, 1, 10, 21, 0, tzinfo=UTC), date(2024, 1, 10)),  # 16:00 in winter
        (datetime(2024, 11, 29, 17, 59, tzinfo=UTC), date(2024, 11, 27)),
        (datetime(2024, 11, 29, 18, 0, tzinfo=UTC), date(2024, 11, 29)),  # 13:00 after Thanksgiving
        (datetime(2024, 7, 3, 17, 0, tzinfo=UTC), date(2024, 7, 3)),  # 13:00 before Independence Day
        (datetime(2024, 3, 11, 20, 0, tzinfo=UTC), date(2024, 3, 11)),  # the Monday after the clocks went forward
        (datetime(2024, 11, 4, 20, 0, tzinfo=UTC), date(2024, 11, 1)),  # the Monday after they went back
    ],
)
async def test_a_session_is_over_at_its_own_close_in_the_time_of_new_york(
    calendar: TradingCalendar, at: datetime, over: date
) -> None:
    assert await calendar.last_finished(AssetType.EQUITY, at) == over
    assert await calendar.last_finished(AssetType.EQUITY, at.astimezone(timezone(timedelta(hours=9)))) == over


def test_the_shipped_list_reaches_at_least_a_year_ahead() -> None:
    assert _sessions()[-1] > datetime.now(UTC).date() + timedelta(days=366), "run tools/make_trading_days.py"


def test_neither_a_server_nor_its_calendar_loads_data_frames(tmp_path: Path) -> None:
    code = f"""
import asyncio, sys
from datetime import date
from pathlib import Path
from typing import Any
import tradecore_app.web
from tradecore.model.market import AssetType
from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings

async def main():
    async with assemble(read_settings(data=Path({str(tmp_path)!r}), store="memory:")) as assembled:
        calendar = assembled.core.score_decisions.scorer.calendar
        print(await calendar.ahead(AssetType.EQUITY, date(2024, 10, 10), 5))

asyncio.run(main())
print(sorted({{"pandas", "numpy", "exchange_calendars"}} & set(sys.modules)))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["2024-10-17", "[]"]
