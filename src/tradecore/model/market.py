"""Prices as traded: symbols, daily bars, and where they came from."""

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

Symbol = NewType("Symbol", str)

# Tickers as exchanges and crypto venues write them: BRK.B, RDS-A, BTC-USD, BTC/USDT, ^GSPC, 7203.T, EURUSD=X.
_SYMBOL = re.compile(r"\^?[A-Z0-9]{1,12}(?:[.\-/=][A-Z0-9]{1,8}){0,2}", re.ASCII)


def symbol(text: str) -> Symbol:
    """Read a ticker or pair as people type it: trimmed, upper case. Raises Invalid if it cannot be one."""
    tidy = text.strip().upper()
    if not _SYMBOL.fullmatch(tidy):
        shown = text if len(text) <= 32 else text[:32] + "…"
        raise Invalid.one(
            "symbol", f"{shown!r} is not a symbol; write a ticker such as NVDA or a pair such as BTC-USD."
        )
    return Symbol(tidy)


class AssetType(StrEnum):
    """What kind of thing a symbol names."""

    EQUITY = "equity"
    CRYPTO = "crypto"


@frozen
class Bar:
    """One trading day: prices in the quote currency, volume in units traded; `open` and `close` within low..high."""

    day: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


@frozen
class PriceSource:
    """Where a series comes from, in words fit for a report.

    `synthetic` series were generated and are labelled so wherever the source is named.
    """

    name: str
    synthetic: bool = False

    def __str__(self) -> str:
        return f"{self.name} (synthetic)" if self.synthetic and "synthetic" not in self.name else self.name


@frozen
class Bars:
    """A run of daily bars of one symbol, oldest first, one per day at most, none after the day asked about.

    `repaired` says in sentences which rows of the source were inconsistent and what was done about them.
    """

    symbol: Symbol
    source: PriceSource
    bars: tuple[Bar, ...]
    repaired: tuple[str, ...] = field(default=())

    @property
    def last(self) -> Bar:
        """The newest bar."""
        return self.bars[-1]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of symbol, source and bars, in hex; computed once."""
        rows = [
            (str(bar.day), str(bar.open), str(bar.high), str(bar.low), str(bar.close), str(bar.volume))
            for bar in self.bars
        ]
        return sha256(json.dumps([self.symbol, str(self.source), rows]).encode()).hexdigest()


@frozen
class Quote:
    """A price that something could be traded at: the source's newest close at or before `at`."""

    symbol: Symbol
    price: Decimal
    day: date
    at: datetime
    source: PriceSource
