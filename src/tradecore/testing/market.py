"""The contract of `tradecore.ports.market`: subclass `MarketSuite` and give its case."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Bars, Symbol
from tradecore.ports.market import Market, SearchableMarket

# A source may be slow, and one example says as much in every subclass.
_MANY = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
# Symbols of a listing that are tried.
_SYMBOLS = 50


@frozen
class MarketCase:
    """A market, and one series of it: a symbol, its type, the first day that it covers and a day near its end.

    The series has at least 120 days.
    """

    market: SearchableMarket
    symbol: Symbol
    asset_type: AssetType
    first: date
    last: date

    async def bars(self, day: date, count: int) -> Bars:
        """Bars of the series."""
        return await self.market.bars(self.symbol, self.asset_type, day, count)


class MarketSuite:
    """What every market promises. Give `market_case`."""

    @pytest.fixture
    def market_case(self) -> MarketCase:
        """The market and a series of it."""
        raise NotImplementedError("Override the fixture market_case; it returns a MarketCase.")

    @_MANY
    @given(chance=st.data())
    async def test_bars_are_ordered_consistent_and_never_later_than_the_day(
        self, market_case: MarketCase, chance: st.DataObject
    ) -> None:
        day = chance.draw(st.dates(market_case.first, market_case.last))
        count = chance.draw(st.integers(1, 300))
        bars = await market_case.bars(day, count)
        days = [bar.day for bar in bars.bars]
        assert bars.symbol == market_case.symbol
        assert 1 <= len(days) <= count
        assert days == sorted(set(days))
        assert days[-1] <= day
        assert day - days[-1] <= timedelta(days=10)
        for bar in bars.bars:
            assert 0 < bar.low <= min(bar.open, bar.close)
            assert max(bar.open, bar.close) <= bar.high
            assert bar.volume is None or bar.volume >= 0

    @_MANY
    @given(chance=st.data())
    async def test_fewer_bars_are_the_newest_of_more(self, market_case: MarketCase, chance: st.DataObject) -> None:
        day = chance.draw(st.dates(market_case.first + timedelta(days=40), market_case.last))
        few, many = await market_case.bars(day, 5), await market_case.bars(day, 20)
        assert many.bars[-5:] == few.bars

    @_MANY
    @given(chance=st.data())
    async def test_later_bars_do_not_change_those_of_an_earlier_day(
        self, market_case: MarketCase, chance: st.DataObject
    ) -> None:
        day = chance.draw(st.dates(market_case.first, market_case.last - timedelta(days=60)))
        ahead = chance.draw(st.integers(1, 60))
        before = await market_case.bars(day, 30)
        await market_case.bars(day + timedelta(days=ahead), 90)
        assert await market_case.bars(day, 30) == before

    async def test_a_day_without_trade_gets_the_newest_bar_before_it(self, market_case: MarketCase) -> None:
        for age in range(8):
            day = market_case.last - timedelta(days=age)
            bar = (await market_case.bars(day, 1)).last
            assert bar.day <= day
            # The bar of the day itself, where it was one of trade.
            assert (await market_case.bars(bar.day, 1)).last == bar

    async def test_an_unknown_symbol_is_refused_with_those_there_are(self, market_case: MarketCase) -> None:
        with pytest.raises(Invalid, match="ZZZZ") as refusal:
            await market_case.market.bars(Symbol("ZZZZ"), market_case.asset_type, market_case.last, 5)
        assert refusal.value.problems[0].field == "symbol"
        listed = await market_case.market.symbols()
        assert not listed or any(name in str(refusal.value) for name in listed)

    async def test_a_day_before_the_first_is_refused_with_the_range(self, market_case: MarketCase) -> None:
        with pytest.raises(Invalid, match=str(market_case.first)) as refusal:
            await market_case.bars(market_case.first - timedelta(days=400), 5)
        assert refusal.value.problems[0].field == "as_of"

    async def test_a_day_far_after_the_last_is_refused(self, market_case: MarketCase) -> None:
        with pytest.raises(Invalid, match="2099-01-01"):
            await market_case.bars(date(2099, 1, 1), 5)

    async def test_symbols_that_are_listed_have_bars(self, market_case: MarketCase) -> None:
        names = await market_case.market.symbols()
        assert list(names) == sorted(set(names))
        assert not names or market_case.symbol in names
        for name in names[:_SYMBOLS]:
            assert await _has_bars(market_case.market, name, market_case.last), name

    async def test_a_search_finds_the_symbol_and_keeps_to_the_limit(self, market_case: MarketCase) -> None:
        results = await market_case.market.search(market_case.symbol.lower(), 5)
        assert market_case.symbol in [listing.symbol for listing in results]
        assert len(await market_case.market.search(market_case.symbol[:1], 1)) <= 1
        assert await market_case.market.search("no such thing 0123456789", 5) == ()

    async def test_the_benchmark_has_bars(self, market_case: MarketCase) -> None:
        for asset_type in AssetType:
            name = await market_case.market.benchmark(asset_type)
            if name is not None:
                assert (await market_case.market.bars(name, asset_type, market_case.last, 2)).bars

    async def test_corporate_actions_lie_in_the_range_oldest_first(self, market_case: MarketCase) -> None:
        market, symbol, asset_type = market_case.market, market_case.symbol, market_case.asset_type
        middle = market_case.last - (market_case.last - market_case.first) / 2
        actions = await market.corporate_actions(symbol, asset_type, middle, market_case.last)
        assert actions.symbol == symbol
        for days in ([split.day for split in actions.splits], [dividend.day for dividend in actions.dividends]):
            assert days == sorted(days)
            assert all(middle <= day <= market_case.last for day in days)
        assert all(split.ratio > 0 and split.ratio != 1 for split in actions.splits)
        assert all(dividend.amount > 0 for dividend in actions.dividends)
        with pytest.raises(Invalid, match="ZZZZ"):
            await market.corporate_actions(Symbol("ZZZZ"), asset_type, middle, market_case.last)

    async def test_a_quote_is_the_newest_close_however_old(self, market_case: MarketCase) -> None:
        for age in range(4):
            at = datetime.combine(market_case.last - timedelta(days=age), time(12), UTC)
            quote = await market_case.market.quote(market_case.symbol, market_case.asset_type, at)
            newest = (await market_case.bars(at.date(), 1)).last
            assert (quote.price, quote.day, quote.at) == (newest.close, newest.day, at)
            assert quote.symbol == market_case.symbol


async def _has_bars(market: Market, symbol: Symbol, day: date) -> bool:
    for asset_type in AssetType:
        try:
            return bool((await market.bars(symbol, asset_type, day, 2)).bars)
        except Invalid:
            continue
    return False
