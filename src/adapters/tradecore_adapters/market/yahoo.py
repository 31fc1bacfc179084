"""Yahoo Finance: daily prices of shares, funds, indices, currencies, futures and coins, for personal use."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import quote as quoted

import httpx2
from attrs import define, evolve, field

from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType, Bars, Listing, Quote, Symbol
from tradecore.ports.ambient import Now
from tradecore_adapters.market.vendor_series import SHARE_HISTORY, SeriesCache, VendorSeries, is_current
from tradecore_adapters.market.yahoo_chart import NAME, read_chart
from tradecore_adapters.market.yahoo_format import asset_type_in, symbol_in
from tradecore_adapters.market.yahoo_symbols import yahoo_symbol
from tradecore_adapters.vendors.answers import Answer, AnswerFolder
from tradecore_adapters.vendors.client import VendorClient, VendorLimits, VendorResponse

_HOST = "https://query2.finance.yahoo.com"
_HINT = "TRADECORE_MARKET=alpaca: has a key and limits of its own."
_BENCHMARKS = {AssetType.EQUITY: Symbol("SPY"), AssetType.CRYPTO: Symbol("BTC-USD")}
# As many finished days in a row without prices make a series too old to analyse.
_WITHOUT_PRICES = 2
_SUGGESTIONS = 3


@define(eq=False)
class YahooMarket:
    """Daily prices from Yahoo's chart API, as they were traded, and finished days only; docs/markets.md says more."""

    client: VendorClient
    folder: Path
    now: Now
    _series: SeriesCache = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._series = SeriesCache(NAME, AnswerFolder(self.folder), self.now, self._fetch, read_chart)

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """See the port. Raises Unavailable as well where Yahoo has had no prices for two finished days in a row."""
        name, note = yahoo_symbol(symbol, asset_type)
        # A year has some 250 trading days; coins trade on every day.
        series = await self._of(name, asset_type, as_of - timedelta(days=count * 3 // 2 + 30), as_of)
        if series.begins is not None and as_of < series.begins:
            raise Invalid.one("as_of", f"{NAME} has {name} from {series.begins} on, not for {as_of}.")
        missing = [day for day in series.without_prices if day <= as_of]
        if len(missing) >= _WITHOUT_PRICES:
            raise Unavailable(
                f"{NAME} has had no prices of {name} since {missing[0]}; try again later.", transient=False
            )
        bars = series.history.window(as_of, count, series.source, asset_type)
        return evolve(bars, repaired=(note, *bars.repaired)) if note else bars

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """See the port. While a session is running, the price is that of the last trade, 15 minutes old or less."""
        name, _ = yahoo_symbol(symbol, asset_type)
        current = is_current(at, self.now())
        # A day has begun east of Greenwich while it has not in UTC.
        day = (at + timedelta(hours=14)).date() if current else at.date()
        series = await self._of(name, asset_type, day - timedelta(days=40), day, last_trade=current)
        if series.history.currency is None:
            # A price of unknown currency would count as dollars.
            raise Unavailable(
                f"{NAME} does not say in which currency {name} is quoted; try again later.", transient=False
            )
        return series.quote(at, current=current)

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """See the port; amounts of dividends are as they were paid, before later splits."""
        name, _ = yahoo_symbol(symbol, asset_type)
        series = await self._of(name, asset_type, since, until)
        return series.history.corporate_actions(since, until, series.source)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """SPY for equities, BTC-USD for crypto."""
        return _BENCHMARKS[asset_type]

    async def symbols(self) -> tuple[Symbol, ...]:
        """Empty: Yahoo does not list its symbols."""
        return ()

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        """See the port."""
        response = await self.client.get_json(
            f"{_HOST}/v1/finance/search", params={"q": query, "quotesCount": str(limit), "newsCount": "0"}
        )
        if response.status != httpx2.codes.OK:
            raise _refusal(response)
        return _listings(response.document)[:limit]

    async def aclose(self) -> None:
        """End the requests under way."""
        await self._series.aclose()

    async def _of(
        self, name: Symbol, asset_type: AssetType, since: date, until: date, *, last_trade: bool = False
    ) -> VendorSeries:
        # Coins have no company figures.
        history = SHARE_HISTORY if asset_type is AssetType.EQUITY else timedelta()
        series = await self._series.series(f"{asset_type}/{name}", since, until, last_trade=last_trade, history=history)
        if not series.history.rows:
            raise Invalid.one("symbol", f"{NAME} knows {name}, but has no prices of it.")
        return series

    async def _fetch(self, key: str, since: date) -> Answer:
        asset_type, _, name = key.partition("/")
        url = f"{_HOST}/v8/finance/chart/{quoted(name, safe='')}"
        now = self.now()
        response = await self.client.get_json(
            url,
            params={
                "period1": str(int(datetime.combine(since, time(), UTC).timestamp())),
                # Until now, whatever day is in question: without later splits the prices of that day cannot be told.
                "period2": str(int(now.timestamp()) + 86_400),
                "interval": "1d",
                "includePrePost": "false",
                "events": "div,splits,capitalGains",
            },
        )
        complaint = _complaint(response.document)
        if response.status == httpx2.codes.NOT_FOUND or complaint.startswith("No data found"):
            raise Invalid.one("symbol", await self._unknown(name))
        if complaint.startswith("Data doesn't exist"):
            raise Invalid.one("symbol", f"{NAME} has no prices of {name} since {since}; it may be delisted.")
        if response.status != httpx2.codes.OK:
            raise _refusal(response)
        answered = symbol_in(response.document)
        if answered is not None and answered != name:
            raise Invalid.one("symbol", f"{NAME} answered about {answered} instead of {name}; write {answered}.")
        given = asset_type_in(response.document)
        if given is not None and given != asset_type:
            kind = "a cryptocurrency" if given is AssetType.CRYPTO else "no cryptocurrency"
            raise Invalid.one("asset_type", f"{name} is {kind} at {NAME}; ask for it as asset type {given}.")
        return Answer(url, response.fetched_at, response.document, {"since": str(since)})

    async def _unknown(self, name: str) -> str:
        sentence = f"{NAME} has no {name}; it may be delisted or spelled otherwise."
        try:
            near = [listing.symbol for listing in await self.search(name, 8) if listing.symbol != name]
        except Unavailable:
            return sentence
        return f"{sentence} Did you mean {' or '.join(near[:_SUGGESTIONS])}?" if near else sentence


def _refusal(response: VendorResponse) -> Unavailable:
    if response.status in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN):
        return Unavailable(f"{NAME} refuses this machine ({response.status}). {_HINT}", transient=False)
    return Unavailable(
        f"{NAME} does not take the question ({response.status}); its API may have changed.", transient=False
    )


def _complaint(document: object) -> str:
    """What a chart answer says in the place of prices."""
    try:
        return str(document["chart"]["error"]["description"])  # type: ignore[index]  # a TypeError is handled
    except (LookupError, TypeError):
        return ""


def _listings(document: object) -> tuple[Listing, ...]:
    entries = document.get("quotes") if isinstance(document, dict) else None
    listings = []
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or not isinstance(entry.get("symbol"), str):
            continue
        name = entry.get("longname") or entry.get("shortname") or entry["symbol"]
        crypto = entry.get("quoteType") == "CRYPTOCURRENCY"
        listings.append(
            Listing(
                Symbol(entry["symbol"].upper()),
                str(name),
                AssetType.CRYPTO if crypto else AssetType.EQUITY,
                exchange=str(entry["exchDisp"]) if entry.get("exchDisp") else None,
            )
        )
    return tuple(listings)


@asynccontextmanager
async def open_yahoo(
    folder: Path, now: Now, monotonic: Callable[[], float], base: str | None, *, limits: VendorLimits | None = None
) -> AsyncIterator[YahooMarket]:
    """The market, with answers kept in the data folder `folder`; `base` replaces Yahoo's hosts."""
    from tradecore_adapters.market.browser_transport import BrowserTransport

    async with httpx2.AsyncClient(transport=BrowserTransport()) as http:
        limits = limits or VendorLimits()
        client = VendorClient(NAME, http, now, monotonic, limits, base, _HINT, folder / "vendors")
        market = YahooMarket(client, folder / "market" / "yahoo", now)
        try:
            yield market
        finally:
            await market.aclose()
