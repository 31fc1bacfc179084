"""The market that ships with the package: a few real public-domain series, generated ones for everything else."""

import asyncio
import gzip
from bisect import bisect_right
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files

from attrs import frozen

from tradecore.model.corporate_actions import CorporateActions
from tradecore.model.errors import Invalid
from tradecore.model.listings import matching
from tradecore.model.market import AssetType, Bar, Bars, Listing, PriceSource, Quote, Symbol
from tradecore.model.price_adjustments import adjusted_rows
from tradecore.model.price_history import REACH, PriceHistory
from tradecore.model.price_rows import PriceRow
from tradecore.model.traded_volume import VolumeUnit
from tradecore_adapters.market import generated

REAL = ("AAPL", "FB", "GOOG", "IBM", "MSFT")

_REAL_SOURCE = PriceSource("shipped sample: real daily bars 2000 to 2013 (Quandl WIKI, public domain)")
_GENERATED_SOURCE = PriceSource("shipped sample: generated prices (synthetic, not market data)", synthetic=True)


@frozen
class SampleMarket:
    """Real daily bars of five equities up to March 2013; before and after, and for all else, one generated series each.

    An answer is real or generated as a whole, never a mixture, and its source says which: a real symbol is answered
    from its real bars while they last, later dates from a generated series that has nothing to do with them.
    """

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        """See the port. Dates from 2012-01-03 on work for every symbol, earlier ones for the real series."""
        walk = generated.WALKS.get(symbol)
        if walk is None:
            raise Invalid.one("symbol", f"The shipped sample has no {symbol}; it has {', '.join(_offered())}. {_OWN}")
        if walk.asset_type is not asset_type:
            raise Invalid.one("asset_type", f"{symbol} is of asset type {walk.asset_type}, not {asset_type}.")
        begin = generated.BEGIN
        if symbol in REAL:
            # Not in a thread, where it would take turns with the event loop and last ten times as long on a busy one.
            lines = _lines(symbol)
            begin, end = (date.fromisoformat(line[:_DAY]) for line in (lines[0], lines[-1]))
            if begin <= as_of <= end + REACH:
                known = _ending(symbol, as_of) if count == 1 else _real(symbol)
                return known.window(as_of, count, _REAL_SOURCE)
        if not begin <= as_of <= generated.END:
            covered = f"{begin} to {generated.END}"
            raise Invalid.one("as_of", f"The shipped sample has {symbol} from {covered}, not for {as_of}. {_OWN}")
        made = await asyncio.to_thread(generated.bars_until, symbol, as_of)
        return Bars(symbol=symbol, source=_GENERATED_SOURCE, bars=tuple(made[-count:]))

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        """See the port."""
        bars = await self.bars(symbol, asset_type, min(at.date(), generated.END), 1)
        return Quote(symbol=symbol, price=bars.last.close, day=bars.last.day, at=at, source=bars.source)

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        """See the port: none, since generated prices have no splits and no dividends."""
        return CorporateActions(symbol, (await self.bars(symbol, asset_type, generated.END, 1)).source)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        """SPY for equities, BTC-USD for crypto; both generated."""
        return Symbol(generated.MARKET[asset_type])

    async def symbols(self) -> tuple[Symbol, ...]:
        """See the port."""
        return _offered()

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        """See the port: symbols only, since the sample has no names."""
        listings = (Listing(Symbol(name), name, walk.asset_type, "USD") for name, walk in generated.WALKS.items())
        return matching(listings, query, limit)


# Callers of the API read this too, so that it names a page and no setting.
_OWN = "docs/prices.md tells how to use prices of your own."


def _offered() -> tuple[Symbol, ...]:
    return tuple(Symbol(name) for name in sorted(generated.WALKS))


# How many characters of a line are its day.
_DAY = len("2000-01-03")
# So many bars say what the volume counts.
_YEAR = 250


@cache
def _lines(symbol: Symbol) -> list[str]:
    """The lines of a file, oldest first, without their header."""
    packed = files("tradecore_adapters.market").joinpath("sample_bars", f"{symbol}.csv.gz").read_bytes()
    header, *lines = gzip.decompress(packed).decode("ascii").splitlines()
    assert header == "date,open,high,low,close,volume,adj close", f"the sample of {symbol} has another form"
    return lines


def _bar_of(line: str) -> tuple[Bar, Decimal]:
    """The bar of a line, and its adjusted close."""
    day, *numbers = line.split(",")
    opened, high, low, close, volume, adjusted = map(Decimal, numbers)
    return Bar(date.fromisoformat(day), opened, high, low, close, volume), adjusted


@cache
def _real(symbol: Symbol) -> PriceHistory:
    """What `read_prices` makes of the file, in a quarter of the time, since its form is known: 20 ms at most."""
    bars, adjusted = zip(*map(_bar_of, _lines(symbol)), strict=True)
    return PriceHistory(symbol, tuple(adjusted_rows(bars, adjusted)[0]), volume_unit=VolumeUnit.UNSTATED)


def _ending(symbol: Symbol, as_of: date) -> PriceHistory:
    """The year before the end of a day, for the newest bar alone, which splits and dividends do not change.

    The check of a launch and a quote read no more, and the first of them would wait for the whole series.
    """
    lines = _lines(symbol)
    end = bisect_right(lines, as_of.isoformat(), key=lambda line: line[:_DAY])
    rows = tuple(PriceRow(_bar_of(line)[0]) for line in lines[max(0, end - _YEAR) : end])
    return PriceHistory(symbol, rows, volume_unit=VolumeUnit.UNSTATED)
