"""The value of a portfolio over time."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from attrs import frozen

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType
from tradecore.model.users import Caller
from tradecore.model.valuation import DayValue, day_values
from tradecore.ports.ambient import Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store
from tradecore.use_cases.concurrently import concurrently
from tradecore.use_cases.portfolio import PERFORMANCE_CLOSES, fetch_quotes


@frozen
class PortfolioPoint:
    """A portfolio at the end of a day. `benchmark` is what the first point would be worth in the benchmark since."""

    day: date
    value: Decimal
    cash: Decimal
    benchmark: Decimal | None


@frozen
class GetPortfolioHistory:
    """Get the value of the caller's portfolio over time."""

    store: Store
    market: QuotingMarket
    now: Now

    async def __call__(self, days: int, *, by: Caller) -> tuple[PortfolioPoint, ...]:
        """A point for each day within the last `days`, at most 366, on which prices or the ledger changed.

        The oldest comes first. Positions are valued at the newest close of the day, or at cost before their first one.
        There is no point before the account was opened. Raises Unavailable when prices cannot be read.
        """
        now = self.now()
        async with self.store.read() as uow:
            entries = await uow.ledger.entries(by.user)
        quotes = await fetch_quotes(self.market, (entry.asset for entry in entries if entry.asset), at=now)
        series = await concurrently(
            self.market.bars(asset.symbol, asset.asset_type, quote.day, PERFORMANCE_CLOSES)
            for asset, quote in quotes.items()
        )
        closes = {
            asset: [(bar.day, bar.close) for bar in bars.bars] for asset, bars in zip(quotes, series, strict=True)
        }
        first = now.date() - timedelta(days=days - 1)
        if entries:
            first = max(first, entries[0].at.date())
        values = [valued for valued in day_values(entries, closes, now.date()) if valued.day >= first]
        benchmark = await self._benchmark(values, now.date())
        return tuple(
            PortfolioPoint(
                valued.day,
                valued.value,
                valued.cash,
                values[0].value * benchmark[valued.day] if valued.day in benchmark else None,
            )
            for valued in values
        )

    async def _benchmark(self, values: Sequence[DayValue], today: date) -> dict[date, Decimal]:
        """How the benchmark of equities has grown since the first of these days; empty without one."""
        symbol = await self.market.benchmark(AssetType.EQUITY)
        if symbol is None or not values:
            return {}
        try:
            bars = (await self.market.bars(symbol, AssetType.EQUITY, today, PERFORMANCE_CLOSES)).bars
        except (Invalid, Unavailable):
            return {}
        days = [bar.day for bar in bars]
        closes = {}
        for valued in values:
            at = bisect_right(days, valued.day)
            if at:
                closes[valued.day] = bars[at - 1].close
        start = closes.get(values[0].day)
        return {day: close / start for day, close in closes.items()} if start else {}
