"""Responses about symbols and their prices."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec


class Listing(msgspec.Struct, frozen=True, rename="camel"):
    """A symbol of the market; `name` is the symbol where the source gives no name."""

    symbol: str
    name: str
    asset_type: Literal["equity", "crypto"]
    currency: str | None = None
    exchange: str | None = None


class Symbols(msgspec.Struct, frozen=True, rename="camel"):
    """The symbols that a text stands for, the nearest first."""

    symbols: tuple[Listing, ...]


class Bar(msgspec.Struct, frozen=True, rename="camel"):
    """One trading day; `volume` in units traded, None where the source gives none."""

    date: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal | None = None


class Bars(msgspec.Struct, frozen=True, rename="camel"):
    """Daily bars, oldest first, adjusted to the newest; `notes` say what could make a number wrong."""

    symbol: str
    source: str
    synthetic: bool
    bars: tuple[Bar, ...]
    notes: tuple[str, ...]
    currency: str | None = None
