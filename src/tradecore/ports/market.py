"""The promise of market prices: what was known by the end of a day, and nothing later."""

from datetime import date, datetime
from typing import Protocol

from tradecore.model.market import AssetType, Bars, Quote, Symbol


class Market(Protocol):
    """Daily prices of symbols, as they stood.

    Every adapter keeps these promises, and the contract suite asks each of them for proof:

    - `bars` returns no bar later than `as_of`, oldest first, at most `count` of them, days strictly increasing.
    - Each bar is consistent: 0 < low <= open, close <= high; volume >= 0. A source row that is not is repaired or left
      out, and `Bars.repaired` says so.
    - What is returned for one question never depends on rows later than `as_of`. Prices are those of the newest bar's
      day: where earlier bars are adjusted for splits or dividends, then only for those up to that bar.
    - Where `as_of` is no trading day, the newest bar before it comes last, up to ten days back.
    - A symbol that the source does not have, or a day outside what it covers, raises Invalid about `symbol`, `date` or
      `assetType`, with a sentence that names what it does have. An unreachable source raises Unavailable.
    - A generated series is `synthetic` by its source; one answer is real or generated as a whole, and no source of real
      prices fills a gap with generated ones.
    """

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """The last `count` daily bars at or before `as_of`; fewer where the source begins later, at least one."""
        ...

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """The symbol that stands for the market of an asset type here, or None where the source has none."""
        ...

    async def symbols(self) -> tuple[Symbol, ...]:
        """Every symbol that can be asked for, sorted; empty where the source cannot list them."""
        ...


class QuotingMarket(Market, Protocol):
    """A market that also says what something is worth: what positions are valued and orders priced with."""

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """The newest close at or before `at`, however old: its `day` says so. Raises Invalid where there is none."""
        ...
