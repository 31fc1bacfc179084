"""The response schemas of prices."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from tradecore.model.market import Bars, Listing
from tradecore_adapters.http.api.schemas import Asset, IsoDay, Number


class ListingData(Struct, rename="camel"):
    """A symbol of the market; `name` is the symbol where the source gives no name."""

    symbol: str
    name: str
    asset_type: Asset
    currency: str | UnsetType = UNSET
    exchange: str | UnsetType = UNSET


class SymbolsData(Struct, rename="camel"):
    """The symbols that a text stands for, the nearest first."""

    symbols: list[ListingData]


class BarData(Struct, rename="camel"):
    """One trading day. `volume` is in units traded, absent where the source gives none."""

    date: IsoDay
    open: Number
    high: Number
    low: Number
    close: Number
    volume: Number | UnsetType = UNSET


class BarsData(Struct, rename="camel"):
    """Daily bars of one symbol, oldest first, in prices of the newest day.

    Earlier prices are adjusted for the splits and dividends up to that day.
    """

    symbol: Annotated[str, Meta(description="The symbol in the spelling of the source")]
    source: str
    synthetic: Annotated[bool, Meta(description="Whether the prices are generated rather than traded")]
    bars: list[BarData]
    notes: Annotated[list[str], Meta(description="What was repaired or left out, and what could make a number wrong")]
    digest: Annotated[
        str, Meta(description="The SHA-256 of these bars; evidence that rests on the same bars alone has the same")
    ]
    currency: str | UnsetType = UNSET


def symbols_of(listings: tuple[Listing, ...]) -> SymbolsData:
    """The listings of a search."""
    return SymbolsData(
        [
            ListingData(
                listing.symbol,
                listing.name,
                listing.asset_type.value,
                listing.currency or UNSET,
                listing.exchange or UNSET,
            )
            for listing in listings
        ]
    )


def bars_of(bars: Bars) -> BarsData:
    """The bars of a symbol."""
    return BarsData(
        bars.symbol,
        str(bars.source),
        bars.source.synthetic,
        [
            BarData(
                bar.day.isoformat(), bar.open, bar.high, bar.low, bar.close, UNSET if bar.volume is None else bar.volume
            )
            for bar in bars.bars
        ],
        list(bars.repaired),
        bars.digest,
        bars.currency or UNSET,
    )
