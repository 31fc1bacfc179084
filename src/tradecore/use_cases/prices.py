"""Prices for people: symbols by a text, and the daily bars of one."""

from datetime import date, timedelta

from attrs import frozen

from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Bars, Listing, Symbol
from tradecore.ports.ambient import Now
from tradecore.ports.market import Market, SearchableMarket

MAX_LISTINGS = 20
# Three years of every day.
MAX_BARS = 1100


@frozen
class SearchSymbols:
    """Find the symbols that a text stands for."""

    market: SearchableMarket

    async def __call__(self, query: str, *, limit: int = MAX_LISTINGS) -> tuple[Listing, ...]:
        """At most `limit` listings of the market, the nearest first. Raises Unavailable."""
        return await self.market.search(query, min(limit, MAX_LISTINGS))


@frozen
class GetBars:
    """Get the daily bars of a symbol."""

    market: Market
    now: Now

    async def __call__(
        self, symbol: Symbol, asset_type: AssetType, *, until: date | None = None, count: int = 250
    ) -> Bars:
        """The last `count` bars, at most MAX_BARS, as they were known at the end of the day `until`, by default today.

        Raises Invalid for a symbol or day that the market does not have and for a day that has not begun anywhere, and
        Unavailable where the market cannot be reached.
        """
        # Somewhere a day begins 14 hours before it does in UTC.
        newest = (self.now() + timedelta(hours=14)).date()
        if until is not None and until > newest:
            raise Invalid.one("until", f"The day {until} has not begun; the newest day is {newest}.")
        return await self.market.bars(symbol, asset_type, until or newest, min(count, MAX_BARS))
