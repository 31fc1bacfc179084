"""The contract of `tradecore.ports.calendar`: subclass `CalendarSuite` and give a calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tradecore.model.errors import Unavailable
from tradecore.model.market import AssetType
from tradecore.ports.calendar import TradingCalendar


class CalendarSuite:
    """What every trading calendar promises. Give `calendar`, which covers the years 2023 and 2024."""

    @pytest.fixture
    def calendar(self) -> TradingCalendar:
        """The calendar."""
        raise NotImplementedError("Override the fixture calendar; it returns a TradingCalendar.")

    async def test_equities_are_not_traded_at_weekends(self, calendar: TradingCalendar) -> None:
        days = {await calendar.ahead(AssetType.EQUITY, date(2024, 10, 10), n) for n in range(1, 30)}
        assert len(days) == 29
        assert all(day.weekday() < 5 for day in days)

    @pytest.mark.parametrize("day", [date(1950, 1, 1), date(2024, 12, 24), date(2090, 2, 28)])
    async def test_crypto_is_traded_every_day(self, calendar: TradingCalendar, day: date) -> None:
        assert await calendar.ahead(AssetType.CRYPTO, day, 7) == day + timedelta(days=7)

    async def test_the_day_is_later_and_never_decreases_with_day_or_count(self, calendar: TradingCalendar) -> None:
        first = date(2023, 12, 1)
        for kind in AssetType:
            ends = [await calendar.ahead(kind, first + timedelta(days=n), 5) for n in range(60)]
            assert ends == sorted(ends)
            assert all(end > first + timedelta(days=n) for n, end in enumerate(ends))
            counted = [await calendar.ahead(kind, first, n) for n in range(1, 40)]
            assert len(set(counted)) == 39
            assert counted == sorted(counted)

    async def test_the_last_finished_session_is_the_newest_one_that_is_over(self, calendar: TradingCalendar) -> None:
        friday, sunday = datetime(2024, 10, 11, 23, tzinfo=UTC), datetime(2024, 10, 13, 12, tzinfo=UTC)
        assert await calendar.last_finished(AssetType.EQUITY, friday) == date(2024, 10, 11)
        assert await calendar.last_finished(AssetType.EQUITY, sunday) == date(2024, 10, 11)
        assert await calendar.last_finished(AssetType.EQUITY, datetime(2024, 10, 10, 8, tzinfo=UTC)) == date(
            2024, 10, 9
        )
        assert await calendar.last_finished(AssetType.CRYPTO, sunday) == date(2024, 10, 12)

    async def test_closes_follow_each_other_and_end_the_next_session(self, calendar: TradingCalendar) -> None:
        for kind in AssetType:
            at = datetime(2024, 2, 20, 12, tzinfo=UTC)
            for _ in range(20):
                close = await calendar.next_close(kind, at)
                assert close > at
                assert await calendar.next_close(kind, close - timedelta(seconds=1)) == close
                finished = await calendar.last_finished(kind, close)
                assert finished > await calendar.last_finished(kind, close - timedelta(seconds=1))
                at = close

    @pytest.mark.parametrize("day", [date(1850, 1, 1), date(2190, 1, 1)])
    async def test_days_outside_of_the_calendar_are_refused(self, calendar: TradingCalendar, day: date) -> None:
        with pytest.raises(Unavailable, match=r"\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d"):
            await calendar.ahead(AssetType.EQUITY, day, 1)
