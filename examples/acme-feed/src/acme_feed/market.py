"""Acme's daily prices: `symbols.json` lists the symbols, `SYMBOL.json` has rows of day, OHLC and volume."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

from attrs import frozen

from acme_feed.client import AcmeClient, AcmeOptions
from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import Invalid
from tradecore.model.listings import matching
from tradecore.model.market import AssetType, Bar, Bars, Listing, PriceSource, Quote, Symbol
from tradecore_adapters.rows import Context

_SOURCE = PriceSource("Acme")
_REACH = timedelta(days=10)


@frozen
class AcmeMarket:
    """Keeps the contract of `tradecore.ports.market`."""

    client: AcmeClient

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """The last `count` bars at or before `as_of`."""
        bars = await self._series(symbol)
        known = [bar for bar in bars if bar.day <= as_of]
        if not known or as_of - known[-1].day > _REACH:
            raise Invalid.one("as_of", f"Acme has {symbol} from {bars[0].day} to {bars[-1].day}, not for {as_of}.")
        return Bars(symbol, _SOURCE, tuple(known[-count:]))

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """The newest close at or before `at`."""
        known = [bar for bar in await self._series(symbol) if bar.day <= at.date()]
        if not known:
            raise Invalid.one("as_of", f"Acme has no price of {symbol} by {at.date()}.")
        return Quote(symbol, known[-1].close, known[-1].day, at, _SOURCE)

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """None: Acme's prices have no splits and no dividends."""
        await self._series(symbol)
        return CorporateActions(symbol, _SOURCE)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """None: Acme has no index."""
        return None

    async def symbols(self) -> tuple[Symbol, ...]:
        """The symbols of Acme's list, sorted."""
        return tuple(sorted(map(Symbol, await self.client.read("symbols") or ())))

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        """The symbols of Acme's list that fit a text."""
        listings = [Listing(symbol, symbol, AssetType.EQUITY) for symbol in await self.symbols()]
        return matching(listings, query, limit)

    async def _series(self, symbol: Symbol) -> list[Bar]:
        rows = await self.client.read(symbol)
        if rows is None:
            raise Invalid.one("symbol", f"Acme has no {symbol}; it has {', '.join(await self.symbols())}.")
        return [Bar(date.fromisoformat(day), *(Decimal(str(value)) for value in values)) for day, *values in rows]


@asynccontextmanager
async def open_market(context: Context, options: AcmeOptions, rest: str) -> AsyncIterator[AcmeMarket]:
    """The row `acme`: TRADECORE_MARKET=acme:https://prices.acme.example."""
    yield AcmeMarket(AcmeClient(context.http, rest, options))
