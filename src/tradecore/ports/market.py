"""The port of market prices: what was known by the end of a day, and nothing later."""

from datetime import date, datetime
from typing import Protocol

from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.market import AssetType, Bars, Listing, Quote, Symbol


class Market(Protocol):
    """Daily prices of symbols, as they stood on a day.

    Every adapter keeps these promises, and the contract suite proves them for each:

    - `bars` returns no bar later than `as_of`, oldest first, at most `count` of them, on strictly increasing days.
    - Each bar is consistent: 0 < low <= open, close <= high; volume >= 0 or None. A row of the source that is not is
      repaired or left out, and `Bars.repaired` says so.
    - What `bars` returns does not depend on rows later than `as_of`. Prices are those of the day of the newest bar:
      where earlier bars are adjusted for splits or dividends, then only for those up to that bar.
    - Where `as_of` is not a trading day, the last bar is the newest one before it, at most ten days earlier.
    - A symbol that the source does not have, or a day outside of what it covers, raises Invalid about `symbol`, `as_of`
      or `asset_type`, with a sentence that names the symbol or the day and what the source has. A source that cannot be
      reached raises Unavailable.
    - A generated series has a `synthetic` source. A series is real or generated as a whole: no source of real prices
      fills a gap with generated ones.
    """

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """The last `count` daily bars at or before `as_of`, at least one; fewer where the source begins later.

        Raises Invalid or Unavailable.
        """
        ...

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """The symbol that stands for the market of an asset type; None where the source has none."""
        ...

    async def symbols(self) -> tuple[Symbol, ...]:
        """Every symbol that `bars` has, sorted; empty where the source cannot list them."""
        ...

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """The splits and dividends with an ex-date from `since` to `until`, both included; none where it has none.

        Raises Invalid for a symbol that the source does not have, and Unavailable where it cannot be reached.
        """
        ...


class QuotingMarket(Market, Protocol):
    """A market that also quotes the price at which positions are valued and orders are placed."""

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """The newest close at or before `at`, which is aware, of whatever age: `Quote.day` says so.

        While a session is running at `at`, a live source may give its last trade instead. Raises Invalid where there
        is none, and Unavailable where the source cannot be reached.
        """
        ...


class SearchableMarket(QuotingMarket, Protocol):
    """A market that also finds symbols: what the setting TRADECORE_MARKET opens."""

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        """At most `limit` symbols that a text stands for, the nearest first; none for a text that fits nothing.

        Raises Unavailable where the source cannot be reached.
        """
        ...
