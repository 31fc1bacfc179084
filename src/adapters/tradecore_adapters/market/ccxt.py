"""Crypto exchanges through ccxt: daily candles in units of the coin, days that end at 00:00 UTC."""

import asyncio
import importlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
from attrs import define, evolve, field

from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.listings import matching
from tradecore.model.market import AssetType, Bar, Bars, Listing, PriceSource, Quote, Symbol
from tradecore.model.price_history import PriceHistory
from tradecore.model.price_rows import PriceRow, repaired
from tradecore.ports.ambient import Now
from tradecore.use_cases.single_flight import SingleFlight
from tradecore_adapters.market.pairs import candidates
from tradecore_adapters.market.sessions import Sessions
from tradecore_adapters.market.vendor_series import LastTrade, SeriesCache, VendorSeries, is_current
from tradecore_adapters.vendors.answers import Answer, AnswerFolder
from tradecore_adapters.vendors.client import VendorClient, VendorLimits

DEFAULT = "kraken"

_DAY = timedelta(days=1)
_DAY_MS = 86_400_000
# The list of an exchange's markets is fetched again after this.
_MARKETS_KEPT = timedelta(days=1)
# No coin is older than bitcoin.
_FIRST = date(2009, 1, 3)
# The days of one page, where ccxt does not know how many the exchange gives.
_STEP = 300
# Requests a second, which ccxt would keep to itself.
_PACE = {"kraken": 1.0}
_USUAL_PACE = 4.0
_COUNTRY, _BANNED = 451, 418


@define(eq=False)
class CcxtMarket:
    """The spot markets of one exchange, by its name in ccxt; docs/markets.md says more."""

    exchange: str
    client: VendorClient
    folder: Path
    now: Now
    _venue: Any = field(default=None, init=False)
    _markets_at: datetime | None = field(default=None, init=False)
    _flight: SingleFlight[None] = field(factory=SingleFlight, init=False)
    _series: SeriesCache = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._series = SeriesCache(self._name, AnswerFolder(self.folder), self.now, self._fetch, self._read)

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """See the port."""
        name, note = await self._resolved(symbol, asset_type)
        series = await self._series.series(name, as_of - timedelta(days=count + 15), as_of)
        bars = series.history.window(as_of, count, series.source, AssetType.CRYPTO)
        return evolve(bars, repaired=(note, *bars.repaired)) if note else bars

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """See the port. A quote of now is the last trade, 15 minutes old or less."""
        name, _ = await self._resolved(symbol, asset_type)
        current = is_current(at, self.now())
        series = await self._series.series(name, at.date() - timedelta(days=15), at.date(), last_trade=current)
        return series.quote(at, current=current)

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """See the port: coins have none."""
        name, _ = await self._resolved(symbol, asset_type)
        return CorporateActions(name, self._source)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """Bitcoin in the quote currency that the exchange has first of USD, USDT, USDC and EUR; None for equities."""
        if asset_type is not AssetType.CRYPTO:
            return None
        await self._load_markets()
        return next((name for name, _ in candidates(Symbol("BTC")) if self._has(name)), None)

    async def symbols(self) -> tuple[Symbol, ...]:
        """See the port."""
        await self._load_markets()
        return tuple(sorted(Symbol(name) for name in self._venue.markets if self._has(name)))

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        """See the port: by symbol, since exchanges give no names."""
        names = await self.symbols()
        return matching(
            (Listing(name, name, AssetType.CRYPTO, name.partition("/")[2], self._name) for name in names), query, limit
        )

    async def aclose(self) -> None:
        """End the requests under way."""
        await self._series.aclose()
        await self._flight.aclose()
        if self._venue is not None:
            await self._venue.close()

    @property
    def _name(self) -> str:
        return self.client.vendor

    @property
    def _source(self) -> PriceSource:
        return PriceSource(f"{self._name} (days end at 00:00 UTC)")

    def _has(self, name: str) -> bool:
        market = self._venue.markets.get(name)
        return market is not None and market.get("spot") is True and market.get("active") is not False

    async def _resolved(self, symbol: Symbol, asset_type: AssetType) -> tuple[Symbol, str | None]:
        """The symbol of the exchange, and a sentence where it is a pair with another dollar than the one requested."""
        if asset_type is not AssetType.CRYPTO:
            raise Invalid.one("asset_type", f"{self._name} has cryptocurrencies only; {symbol} is not one of them.")
        await self._load_markets()
        for name, note in candidates(symbol):
            if self._has(name):
                return name, f"{self._name} has no {symbol}; {note}" if note else None
        near = [listing.symbol for listing in await self.search(symbol, 3)]
        others = f"Did you mean {' or '.join(near)}?" if near else f"It has {', '.join((await self.symbols())[:5])}."
        raise Invalid.one("symbol", f"{self._name} has no {symbol}. {others}")

    async def _load_markets(self) -> None:
        if self._markets_at is None or self.now() - self._markets_at > _MARKETS_KEPT:
            await self._flight("markets", self._loaded)

    async def _loaded(self) -> None:
        if self._venue is None:
            self._venue = await asyncio.to_thread(self._opened)
        kept = await self._series.folder.read("markets")
        if kept is None or not timedelta() <= self.now() - kept.fetched_at <= _MARKETS_KEPT:
            markets = await self._called(self._venue.fetch_markets())
            spot = [market for market in markets if market.get("spot")]
            if not spot:
                raise Unavailable(f"{self._name} lists no market; try again later.", transient=False)
            kept = Answer(self.exchange, self.now(), spot)
            await self._series.folder.write("markets", kept)
        await asyncio.to_thread(self._venue.set_markets, kept.document)
        self._markets_at = kept.fetched_at

    def _opened(self) -> Any:
        module = importlib.import_module("ccxt.async_support")
        # Binance lists its derivatives as well, from two more hosts; other exchanges give this option another meaning.
        options = {"fetchMarkets": {"types": ["spot"]}} if self.exchange.startswith("binance") else {}
        # The pace is that of the client, which all requests go through.
        venue = getattr(module, self.exchange)({"enableRateLimit": False, "options": options})
        venue.fetch = self._request
        return venue

    async def _request(self, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
        """What ccxt calls for each request, in place of a client of its own."""
        response = await self.client.get_json(url, headers=headers)
        if response.status == _COUNTRY:
            raise Unavailable(
                f"{self._name} does not answer from this country (451); try TRADECORE_MARKET=ccxt:{DEFAULT}.",
                transient=False,
            )
        if response.status == _BANNED:
            raise await self.client.pause(_BANNED)
        text = response.body.decode(errors="replace")
        self._venue.handle_errors(response.status, "", url, method, {}, text, response.document, headers or {}, body)
        self._venue.handle_http_status_code(response.status, "", url, method, text)
        if response.document is None:
            raise Unavailable(f"{self._name} does not take the question ({response.status}).", transient=False)
        return response.document

    async def _called(self, call: Any) -> Any:
        """The result of a call of ccxt, with its errors as sentences of ours: theirs hold addresses and bodies."""
        from ccxt import DDoSProtection, NetworkError, RateLimitExceeded
        from ccxt.base.errors import BaseError

        try:
            return await call
        except (DDoSProtection, RateLimitExceeded) as error:
            # Kraken says so in a success.
            raise await self.client.pause(None) from error
        except NetworkError as error:
            raise Unavailable(f"{self._name} is not available; try again later.", transient=False) from error
        except BaseError as error:
            raise Unavailable(
                f"{self._name} does not take the question; try another exchange.", transient=False
            ) from error
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise Unavailable(
                f"{self._name}'s answer cannot be understood; its form may have changed.", transient=False
            ) from error

    async def _fetch(self, name: str, since: date) -> Answer:
        now = self.now()
        cursor, end = _milliseconds(max(since, _FIRST)), int(now.timestamp() * 1000)
        step = self._limit or _STEP
        candles: dict[int, list[Any]] = {}
        while cursor <= end:
            page = await self._called(self._venue.fetch_ohlcv(name, "1d", since=cursor, limit=self._limit))
            new = {int(candle[0]): candle[:6] for candle in page if int(candle[0]) >= cursor}
            candles |= new
            # A page before the first candle is empty.
            cursor = max(new) + _DAY_MS if new else cursor + step * _DAY_MS
        return Answer(f"{self.exchange}:{name}", now, [candles[at] for at in sorted(candles)], {"since": str(since)})

    @property
    def _limit(self) -> int | None:
        """As many candles as the exchange gives at once, where ccxt knows it."""
        try:
            return int(self._venue.features["spot"]["fetchOHLCV"]["limit"])
        except (LookupError, TypeError, ValueError):
            return None

    def _read(self, name: str, answer: Answer) -> VendorSeries:
        sessions = Sessions(ZoneInfo("UTC"))
        notes: list[tuple[date | None, str]] = []
        rows: list[PriceRow] = []
        trade = None
        try:
            if any(candle[0] % _DAY_MS for candle in answer.document):
                raise Unavailable(
                    f"The days of {self._name} do not begin at 00:00 UTC; try TRADECORE_MARKET=ccxt:{DEFAULT}.",
                    transient=False,
                )
            bars = [_bar(candle) for candle in answer.document]
        except (LookupError, TypeError, ArithmeticError, ValueError, OverflowError) as error:
            raise Unavailable(f"{self._name}'s candles of {name} cannot be understood.", transient=False) from error
        finished = sessions.finished(answer.fetched_at)
        for bar in bars:
            if bar.day > finished:
                notes.append((bar.day, f"{bar.day}: left out, the day is not over."))
                trade = LastTrade(bar.close, answer.fetched_at)
                continue
            usable, note = repaired(bar)
            if note:
                notes.append((bar.day, note))
            if usable is not None:
                rows.append(PriceRow(usable))
        missing = [
            (after.bar.day, f"{before.bar.day + _DAY}: {self._name} has no prices until {after.bar.day}.")
            for before, after in pairwise(rows)
            if after.bar.day - before.bar.day > _DAY
        ]
        history = PriceHistory(
            Symbol(name), tuple(rows), (*notes, *missing), currency=name.partition("/")[2].partition(":")[0]
        )
        since = date.fromisoformat(answer.facts["since"])
        return VendorSeries(history, self._source, sessions, answer.fetched_at, since, last_trade=trade)


def _milliseconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp()) * 1000


def _bar(candle: list[Any]) -> Bar:
    """A bar of a candle; the floats of ccxt become the decimals that they were written with."""
    at, *prices, volume = candle
    opened, high, low, close = (Decimal(repr(price)) for price in prices)
    traded = None if volume is None else Decimal(repr(volume))
    return Bar(datetime.fromtimestamp(at / 1000, UTC).date(), opened, high, low, close, traded)


@asynccontextmanager
async def open_ccxt(
    setting: str,
    folder: Path,
    http: httpx2.AsyncClient,
    now: Now,
    monotonic: Callable[[], float],
    limits: VendorLimits | None = None,
) -> AsyncIterator[CcxtMarket]:
    """The exchange that `setting` names, as EXCHANGE or EXCHANGE@BASE, by default Kraken; `folder` is the data folder.

    Raises Unavailable for an exchange that ccxt does not have.
    """
    name, _, base = setting.partition("@")
    name = name.strip().lower() or DEFAULT
    spec = find_spec("ccxt")
    places = (spec.submodule_search_locations if spec else None) or ()
    if not name.isidentifier() or not any((Path(place) / "async_support" / f"{name}.py").is_file() for place in places):
        raise Unavailable(f"TRADECORE_MARKET=ccxt:{name} names no exchange of ccxt; use kraken, coinbase or binance.")
    pace = VendorLimits(per_second=_PACE.get(name, _USUAL_PACE))
    client = VendorClient(
        name.capitalize(), http, now, monotonic, limits or pace, base or None, folder=folder / "vendors"
    )
    market = CcxtMarket(name, client, folder / "market" / "ccxt" / name, now)
    try:
        yield market
    finally:
        await market.aclose()
