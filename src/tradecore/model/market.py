"""Market prices: symbols, daily bars, quotes, and the sources they come from."""

import json
import re
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import NewType

from attrs import field, frozen

from tradecore.model.errors import Invalid
from tradecore.model.symbol_spellings import respelled

Symbol = NewType("Symbol", str)

# Tickers as exchanges and crypto venues write them: BRK.B, RDS-A, BTC-USD, BTC/USDT, BTC/USDT:USDT, ^GSPC, $SPX,
# 7203.T, M&M.NS, EURUSD=X.
_SYMBOL = re.compile(
    r"[\^$]?[A-Z0-9](?:[A-Z0-9&]{0,10}[A-Z0-9])?(?:[.\-/=][A-Z0-9]{1,8}){0,2}"
    r"|[A-Z0-9]{1,12}/[A-Z0-9]{1,8}:[A-Z0-9]{1,8}",
    re.ASCII,
)


def symbol(text: str) -> Symbol:
    """A symbol as people type it, trimmed, in upper case and in its usual spelling; see `respelled`.

    Raises Invalid where the text cannot be one.
    """
    symbol = respelled(" ".join(text.upper().split()))
    if not _SYMBOL.fullmatch(symbol):
        shown = text if len(text) <= 32 else text[:32] + "…"
        raise Invalid.one(
            "symbol", f"{shown!r} is not a symbol; write a ticker such as NVDA or a pair such as BTC-USD."
        )
    return Symbol(symbol)


class AssetType(StrEnum):
    """The class of assets that a symbol belongs to."""

    EQUITY = "equity"
    CRYPTO = "crypto"


@frozen
class Listing:
    """A symbol that a source has, as a search finds it.

    `name` is that of the company, fund or coin, where the source gives one, else the symbol. `currency` and `exchange`
    are None where it does not state them.
    """

    symbol: Symbol
    name: str
    asset_type: AssetType
    currency: str | None = None
    exchange: str | None = None


@frozen
class Bar:
    """One trading day: prices in the quote currency, `open` and `close` within low..high.

    `volume` is in units traded, None where the source does not give it.
    """

    day: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal | None


@frozen
class PriceSource:
    """Where prices come from, by a name that reports show.

    A `synthetic` series was generated; its name says so wherever it is shown.
    """

    name: str
    synthetic: bool = False

    def __str__(self) -> str:
        return f"{self.name} (synthetic)" if self.synthetic and "synthetic" not in self.name else self.name


@frozen
class Bars:
    """Daily bars of one symbol, oldest first and at most one a day.

    `repaired` says in sentences which rows of the source were inconsistent and what was done about them, and what else
    about the source could make a number wrong; the most important come first. `currency` is that of the prices: an ISO
    4217 code, or the quote of a pair such as USDT; None where the source does not state it.
    """

    symbol: Symbol
    source: PriceSource
    bars: tuple[Bar, ...]
    repaired: tuple[str, ...] = field(default=())
    currency: str | None = None

    @property
    def last(self) -> Bar:
        """The newest bar. Raises IndexError where there is none."""
        return self.bars[-1]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of symbol, source and bars in hex."""
        rows = [
            (str(bar.day), str(bar.open), str(bar.high), str(bar.low), str(bar.close), str(bar.volume))
            for bar in self.bars
        ]
        return sha256(json.dumps([self.symbol, str(self.source), rows]).encode()).hexdigest()


@frozen
class Quote:
    """A price to value positions with and to trade at: the newest close of the source at or before `at`.

    `day` is the trading day of that close. `price` is in `currency`, as in Bars. `traded_price` is the price in the
    currency that it was traded in, where `price` was converted; None where it was not.
    """

    symbol: Symbol
    price: Decimal
    day: date
    at: datetime
    source: PriceSource
    currency: str | None = None
    traded_price: Decimal | None = None

    @property
    def local_price(self) -> Decimal:
        """The price in the currency that it was traded in, as the levels of analyses are."""
        return self.price if self.traded_price is None else self.traded_price
