"""One market for each asset type; an answer comes from one of them as a whole."""

from collections.abc import Mapping
from datetime import date, datetime

from attrs import frozen

from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Bars, Listing, Quote, Symbol
from tradecore.ports.market import SearchableMarket


@frozen
class MarketByAssetType:
    """Each question goes to the market of its asset type; a type without one is refused."""

    markets: Mapping[AssetType, SearchableMarket]

    def _market(self, asset_type: AssetType) -> SearchableMarket:
        market = self.markets.get(asset_type)
        if market is None:
            raise Invalid.one(
                "asset_type", f"There is no source of {asset_type} prices here; docs/markets.md tells how to add one."
            )
        return market

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """See the port."""
        return await self._market(asset_type).bars(symbol, asset_type, as_of, count)

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """See the port."""
        return await self._market(asset_type).quote(symbol, asset_type, at)

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """See the port."""
        return await self._market(asset_type).corporate_actions(symbol, asset_type, since, until)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """See the port; None for a type without a market."""
        market = self.markets.get(asset_type)
        return await market.benchmark(asset_type) if market else None

    async def symbols(self) -> tuple[Symbol, ...]:
        """The symbols of all markets; empty where one of them cannot list its own."""
        listed = [await market.symbols() for market in self.markets.values()]
        return tuple(sorted(set().union(*listed))) if all(listed) else ()

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        """The results of each market for its own type, in turns, so that each is represented."""
        results = [
            [listing for listing in await market.search(query, limit) if listing.asset_type is asset_type]
            for asset_type, market in self.markets.items()
        ]
        longest = max(map(len, results), default=0)
        turns = [listings[at] for at in range(longest) for listings in results if at < len(listings)]
        return tuple(turns[:limit])
