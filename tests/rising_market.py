"""A market in which everything rises."""

from datetime import date, timedelta
from decimal import Decimal

from attrs import define

from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Symbol

START = date(2025, 3, 7)
SOURCE = PriceSource("bars of a test")


@define
class Rising:
    """A market in which everything rises by one percent a day; it lacks GONE."""

    source: PriceSource = SOURCE

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        if symbol == "GONE":
            raise Invalid.one("symbol", "There is no GONE.")
        days = [as_of - timedelta(days=back) for back in reversed(range(count))]
        closes = [Decimal(str(round(100 * 1.01 ** (day - START).days, 4))) for day in days]
        bars = [Bar(day, c, c + 1, c - 1, c, Decimal(1)) for day, c in zip(days, closes, strict=True)]
        return Bars(symbol, self.source, tuple(bars))

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        return None

    async def symbols(self) -> tuple[Symbol, ...]:
        return ()
