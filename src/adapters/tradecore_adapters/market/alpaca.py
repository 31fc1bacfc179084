"""Alpaca's market data: licensed daily bars of shares of the United States, as they were traded."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
from attrs import define, field
from pydantic import BaseModel, Field, SecretStr, ValidationError

from tradecore.model.corporate_actions import CorporateActions, Dividend
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import AssetType, Bar, Bars, Listing, PriceSource, Quote, Symbol
from tradecore.model.price_adjustments import traded_rows
from tradecore.model.price_history import PriceHistory
from tradecore.model.price_rows import Split, repaired
from tradecore.ports.ambient import Now
from tradecore_adapters.market.sessions import Sessions
from tradecore_adapters.market.vendor_series import SHARE_HISTORY, LastTrade, SeriesCache, VendorSeries, is_current
from tradecore_adapters.vendors.answers import Answer, AnswerFolder
from tradecore_adapters.vendors.client import VendorClient, VendorLimits, VendorResponse

NAME = "Alpaca"

_DATA, _TRADING = "https://data.alpaca.markets", "https://paper-api.alpaca.markets"
_SOURCE = PriceSource(NAME)
_SESSIONS = Sessions(ZoneInfo("America/New_York"), time(9, 30), time(16))
# The free plan has trades of all exchanges once they are this old.
_DELAY = timedelta(minutes=16)
_BENCHMARK = Symbol("SPY")
# Pages of one answer at most; a page has up to 10,000 bars.
_PAGES = 20


class _Bar(BaseModel):
    at: datetime = Field(alias="t")
    open: Decimal = Field(alias="o", gt=0)
    high: Decimal = Field(alias="h", gt=0)
    low: Decimal = Field(alias="l", gt=0)
    close: Decimal = Field(alias="c", gt=0)
    volume: Decimal = Field(alias="v", ge=0)


class _Split(BaseModel):
    day: date = Field(alias="ex_date")
    new: Decimal = Field(alias="new_rate", gt=0)
    old: Decimal = Field(alias="old_rate", gt=0)


class _Dividend(BaseModel):
    day: date = Field(alias="ex_date")
    amount: Decimal = Field(alias="rate", gt=0)


class _Actions(BaseModel):
    forward_splits: list[_Split] = []
    reverse_splits: list[_Split] = []
    cash_dividends: list[_Dividend] = []


@define(eq=False)
class AlpacaMarket:
    """Daily bars of all exchanges of the United States, with splits and dividends; docs/markets.md says more."""

    client: VendorClient
    key: SecretStr
    secret: SecretStr
    folder: Path
    now: Now
    _series: SeriesCache = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._series = SeriesCache(NAME, AnswerFolder(self.folder), self.now, self._fetch, _read)

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """See the port."""
        series = await self._of(symbol, asset_type, as_of - timedelta(days=count * 3 // 2 + 30), as_of)
        return series.history.window(as_of, count, series.source, asset_type)

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """See the port. While a session is running, the price is that of a trade 15 to 30 minutes ago."""
        current = is_current(at, self.now())
        series = await self._of(symbol, asset_type, at.date() - timedelta(days=40), at.date(), last_trade=current)
        return series.quote(at, current=current)

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """See the port."""
        series = await self._of(symbol, asset_type, since, until)
        return series.history.corporate_actions(since, until, series.source)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """SPY for equities."""
        return _BENCHMARK if asset_type is AssetType.EQUITY else None

    async def symbols(self) -> tuple[Symbol, ...]:
        """Empty: Alpaca's list belongs to an account, not to its prices."""
        return ()

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        """See the port: the share with exactly this symbol, since Alpaca has no search."""
        name = Symbol(query.strip().upper().replace("-", "."))
        if limit < 1 or not name.replace(".", "").isalnum() or len(name) > 12:
            return ()
        response = await self._get(f"{_TRADING}/v2/assets/{name}", {})
        if response.status == httpx2.codes.NOT_FOUND:
            return ()
        asset = _document(response)
        if asset.get("class") != "us_equity" or asset.get("symbol") != name:
            return ()
        exchange = asset.get("exchange")
        return (
            Listing(name, str(asset.get("name") or name), AssetType.EQUITY, "USD", str(exchange) if exchange else None),
        )

    async def aclose(self) -> None:
        """End the requests under way."""
        await self._series.aclose()

    async def _of(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date, *, last_trade: bool = False
    ) -> VendorSeries:
        if asset_type is not AssetType.EQUITY:
            raise Invalid.one(
                "asset_type",
                f"{NAME} has shares of the United States only; "
                "TRADECORE_MARKET=equity=alpaca:,crypto=ccxt:kraken reads coins as well.",
            )
        # Classes of shares are written with a dot: BRK.B.
        name = symbol.removeprefix("$").removesuffix(".US").replace("-", ".")
        return await self._series.series(name, since, until, last_trade=last_trade, history=SHARE_HISTORY)

    async def _fetch(self, name: str, since: date) -> Answer:
        now = self.now()
        bars = await self._pages(
            f"{_DATA}/v2/stocks/bars",
            {
                "symbols": name,
                "timeframe": "1Day",
                "adjustment": "raw",
                "feed": "sip",
                "limit": "10000",
                "sort": "asc",
                "start": str(since),
                "end": (now - _DELAY).strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        )
        rows = [row for page in bars for row in _entries(page.get("bars"), name)]
        if not rows:
            raise Invalid.one("symbol", f"{NAME} has no {name}; it has shares that are listed in the United States.")
        actions = await self._pages(
            f"{_DATA}/v1/corporate-actions",
            {
                "symbols": name,
                "types": "forward_split,reverse_split,cash_dividend",
                "limit": "1000",
                "sort": "asc",
                "start": str(since),
                "end": str(now.date()),
            },
        )
        by_kind = {
            kind: [
                entry
                for page in actions
                for entry in _entries(page.get("corporate_actions"), kind)
                if isinstance(entry, dict) and entry.get("symbol") == name
            ]
            for kind in _Actions.model_fields
        }
        return Answer(f"{_DATA}/v2/stocks/bars", now, {"bars": rows, "actions": by_kind}, {"since": str(since)})

    async def _pages(self, url: str, params: Mapping[str, str]) -> list[dict[str, Any]]:
        pages = []
        token: str | None = None
        for _ in range(_PAGES):
            page = _document(await self._get(url, {**params, **({"page_token": token} if token else {})}))
            pages.append(page)
            token = page.get("next_page_token")
            if not token:
                break
        return pages

    async def _get(self, url: str, params: Mapping[str, str]) -> VendorResponse:
        headers = {
            "APCA-API-KEY-ID": self.key.get_secret_value(),
            "APCA-API-SECRET-KEY": self.secret.get_secret_value(),
        }
        return await self.client.get_json(url, params=params, headers=headers)


def _document(response: VendorResponse) -> dict[str, Any]:
    if response.status in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN):
        raise Unavailable(
            f"{NAME} refuses the key ({response.status}); check TRADECORE_ALPACA_KEY and TRADECORE_ALPACA_SECRET, "
            "and that the account has market data.",
            transient=False,
        )
    if response.status != httpx2.codes.OK or not isinstance(response.document, dict):
        raise Unavailable(f"{NAME} does not take the question ({response.status}).", transient=False)
    return response.document


def _entries(part: Any, key: str) -> list[Any]:
    entries = part.get(key) if isinstance(part, dict) else None
    return entries if isinstance(entries, list) else []


def _read(name: str, answer: Answer) -> VendorSeries:
    try:
        # A day begins at midnight of New York.
        by_day = {bar.day: bar for bar in (_bar(_Bar.model_validate(row)) for row in answer.document["bars"])}
        bars = [by_day[day] for day in sorted(by_day)]
        actions = _Actions.model_validate(answer.document["actions"])
    except (ValidationError, LookupError, TypeError, OverflowError) as error:
        raise Unavailable(f"{NAME}'s answer about {name} cannot be understood.", transient=False) from error
    splits = tuple(sorted(_splits(actions), key=lambda split: split.day))
    amounts: dict[date, Decimal] = {}
    for paid in actions.cash_dividends:
        amounts[paid.day] = amounts.get(paid.day, Decimal(0)) + paid.amount
    dividends = tuple(Dividend(day, amount) for day, amount in sorted(amounts.items()))
    finished = _SESSIONS.finished(answer.fetched_at)
    notes: list[tuple[date | None, str]] = []
    kept, trade = [], None
    for bar in bars:
        if bar.day > finished:
            notes.append((bar.day, f"{bar.day}: left out, the session is not over."))
            trade = LastTrade(bar.close, answer.fetched_at - _DELAY)
            continue
        usable, note = repaired(bar)
        if note:
            notes.append((bar.day, note))
        if usable is not None:
            kept.append(usable)
    return VendorSeries(
        PriceHistory(
            Symbol(name),
            tuple(traded_rows(kept, splits, dividends)) if kept else (),
            tuple(notes),
            splits=splits,
            dividends=dividends,
            currency="USD",
        ),
        _SOURCE,
        _SESSIONS,
        answer.fetched_at,
        date.fromisoformat(answer.facts["since"]),
        last_trade=trade,
    )


def _bar(row: _Bar) -> Bar:
    at = row.at.replace(tzinfo=row.at.tzinfo or UTC)
    return Bar(_SESSIONS.day_of(at), row.open, row.high, row.low, row.close, row.volume)


def _splits(actions: _Actions) -> Iterator[Split]:
    for split in (*actions.forward_splits, *actions.reverse_splits):
        if split.new != split.old:
            yield Split(split.day, split.new / split.old)


@asynccontextmanager
async def open_alpaca_market(
    base: str | None,
    key: SecretStr,
    secret: SecretStr,
    folder: Path,
    http: httpx2.AsyncClient,
    now: Now,
    monotonic: Callable[[], float],
    limits: VendorLimits | None = None,
) -> AsyncIterator[AlpacaMarket]:
    """The market of an account, with answers kept in the data folder `folder`; `base` replaces Alpaca's hosts."""
    # The free plan allows 200 requests a minute.
    limits = limits or VendorLimits(per_second=3.0)
    client = VendorClient(NAME, http, now, monotonic, limits, base, folder=folder / "vendors")
    market = AlpacaMarket(client, key, secret, folder / "market" / "alpaca", now)
    try:
        yield market
    finally:
        await market.aclose()
