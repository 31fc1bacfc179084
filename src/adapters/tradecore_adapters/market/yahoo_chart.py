"""Yahoo's chart answers read as series: prices as they were traded, and finished days only."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from math import frexp, isfinite
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import define, field, frozen
from pydantic import ValidationError

from tradecore.model.corporate_actions import Dividend
from tradecore.model.errors import Unavailable
from tradecore.model.market import Bar, PriceSource, Symbol
from tradecore.model.price_adjustments import traded_rows, undivided
from tradecore.model.price_history import PriceHistory
from tradecore.model.price_rows import Split, repaired
from tradecore.model.traded_volume import VolumeUnit
from tradecore_adapters.market.sessions import Sessions
from tradecore_adapters.market.vendor_series import LastTrade, VendorSeries
from tradecore_adapters.market.yahoo_format import COIN, Chart, Events, Meta, chart_in
from tradecore_adapters.vendors.answers import Answer

NAME = "Yahoo Finance"

# Some exchanges quote in hundredths of their currency.
_HUNDREDTHS = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ZAC": "ZAR", "ILA": "ILS"}
# Rates of currencies never close on a weekday.
_RATE = "CURRENCY"
# Bits of a number of single precision, which Yahoo's prices are.
_PRECISION = 24
_FINEST = Decimal("1e-12")
_CENTURY = 100 * 366 * 86_400


@frozen
class _Row:
    """One row of the arrays: prices None where Yahoo has none."""

    day: date
    open: Decimal | None
    high: Decimal | None
    low: Decimal | None
    close: Decimal | None
    volume: Decimal | None


def read_chart(symbol: str, answer: Answer) -> VendorSeries:
    """The series of a chart answer. Raises Unavailable where its form is not known.

    Yahoo divides all prices by the splits that it knows of today. That is undone, so that a price is the one that was
    traded, and a later split or dividend changes nothing.
    """
    try:
        result = chart_in(answer.document)
        zone = ZoneInfo(result.meta.zone)
        rows = list(_rows(result, zone))
    except (ValidationError, LookupError, TypeError, ValueError, OverflowError, OSError) as error:
        missing = isinstance(error, ZoneInfoNotFoundError)
        raise Unavailable(
            f"{NAME} names the time zone {result.meta.zone[:40]!r}, which this machine does not know; "
            "run: pip install tzdata"
            if missing
            else f"{NAME}'s answer about {symbol} cannot be understood; its form may have changed.",
            transient=False,
        ) from error
    meta = result.meta
    sessions = _sessions(meta, zone)
    splits = _splits(result.events, zone)
    unit = Decimal("0.01") if meta.currency in _HUNDREDTHS else Decimal(1)
    dividends = _dividends(result.events, splits, zone, unit)
    notes = _Notes()
    # The running day is included here: it tells whether today's split is in the earlier prices already.
    traded = _as_traded(meta, _bars(rows, notes), splits, unit)
    finished = sessions.finished(answer.fetched_at)
    bars = _usable((bar for bar in traded if bar.day <= finished), notes)
    last = bars[-1].day if bars else date.min
    without_prices = tuple(row.day for row in rows if row.close is None and last < row.day <= finished)
    for row in rows:
        if row.day > finished and row.close is not None:
            notes.add(row.day, "left out, the session is not over.")
    for day in without_prices:
        notes.add(day, f"left out, {NAME} has no prices for it yet.")
    return VendorSeries(
        PriceHistory(
            Symbol(meta.symbol.upper()),
            tuple(traded_rows(bars, splits, dividends)) if bars else (),
            tuple(notes.sentences),
            VolumeUnit.MONEY if meta.instrument == COIN else VolumeUnit.UNITS,
            splits,
            dividends,
            _HUNDREDTHS.get(meta.currency or "", meta.currency),
        ),
        PriceSource(f"{NAME} (days end at 00:00 UTC)" if meta.instrument == COIN else NAME),
        sessions,
        answer.fetched_at,
        date.fromisoformat(answer.facts["since"]),
        None if meta.first_trade is None else _day(meta.first_trade, zone),
        without_prices,
        _last_trade(meta, unit),
    )


@define
class _Notes:
    """Sentences about days."""

    sentences: list[tuple[date | None, str]] = field(factory=list)

    def add(self, day: date, text: str) -> None:
        self.sentences.append((day, f"{day}: {text}"))


def _rows(result: Chart, zone: ZoneInfo) -> Iterator[_Row]:
    """The rows of the arrays, one a day: the last of a repeated day counts, which has its latest prices."""
    quotes = result.indicators.quote[0]
    # Where there is no volume, its column may be missing.
    volumes = quotes.volume or [None] * len(result.timestamp)
    columns = [quotes.open, quotes.high, quotes.low, quotes.close, volumes]
    by_day: dict[date, _Row] = {}
    if any(len(column) != len(result.timestamp) for column in columns if column or result.timestamp):
        raise ValueError("The arrays differ in length.")
    for stamp, *numbers in zip(result.timestamp, *columns, strict=True):
        row = _Row(_day(stamp, zone), *(_decimal(number) for number in numbers))
        if row.close is not None or row.day not in by_day:
            by_day[row.day] = row
    return iter([by_day[day] for day in sorted(by_day)])


def _day(stamp: int, zone: ZoneInfo) -> date:
    if abs(stamp) > _CENTURY:
        raise ValueError("The time is not of this century or the last.")
    return datetime.fromtimestamp(stamp, UTC).astimezone(zone).date()


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None or not isfinite(number) else Decimal(repr(number))


def _bars(rows: Iterable[_Row], notes: _Notes) -> list[Bar]:
    bars = []
    for row in rows:
        if row.open is None or row.high is None or row.low is None or row.close is None:
            if row.close is not None:
                notes.add(row.day, "left out, its open, high or low is missing.")
            continue
        if min(row.open, row.high, row.low, row.close) <= 0:
            notes.add(row.day, "left out, one of its prices is not above zero.")
            continue
        volume = row.volume if row.volume is not None and row.volume >= 0 else None
        bars.append(Bar(row.day, row.open, row.high, row.low, row.close, volume))
    return bars


def _as_traded(meta: Meta, bars: list[Bar], splits: tuple[Split, ...], unit: Decimal) -> list[Bar]:
    if not _in_shares(meta):
        return [_rounded(bar) for bar in bars]
    # A price is rounded twice where it was divided by later splits, and may be from now on.
    return [_scaled(_rounded(bar, times=2), unit) for bar in undivided(bars, splits)]


def _in_shares(meta: Meta) -> bool:
    return meta.instrument not in (COIN, _RATE)


def _usable(bars: Iterable[Bar], notes: _Notes) -> list[Bar]:
    kept = []
    for bar in bars:
        usable, note = repaired(bar)
        if note is not None:
            notes.sentences.append((bar.day, note))
        if usable is not None:
            kept.append(usable)
    return kept


def _rounded(bar: Bar, times: int = 1) -> Bar:
    """The bar with prices in as many decimals as survive single precision so many times, and whole volumes."""
    volume = None if bar.volume is None else bar.volume.to_integral_value()
    open_, high, low, close = (_carried(price, times) for price in (bar.open, bar.high, bar.low, bar.close))
    return Bar(bar.day, open_, high, low, close, volume)


def _carried(price: Decimal, times: int) -> Decimal:
    spacing = Decimal(2) ** (frexp(float(price))[1] - _PRECISION)
    unit = Decimal(1).scaleb((times * spacing).adjusted() + 1)
    # A price is never written in exponents, 1E+2 for 100.
    return Decimal(f"{price.quantize(max(unit, _FINEST)).normalize():f}")


def _scaled(bar: Bar, unit: Decimal) -> Bar:
    if unit == 1:
        return bar
    return Bar(bar.day, bar.open * unit, bar.high * unit, bar.low * unit, bar.close * unit, bar.volume)


def _splits(events: Events, zone: ZoneInfo) -> tuple[Split, ...]:
    ratios = {
        _day(split.date, zone): Decimal(repr(split.numerator)) / Decimal(repr(split.denominator))
        for split in events.splits.values()
    }
    return tuple(Split(day, ratio) for day, ratio in sorted(ratios.items()) if ratio != 1)


def _dividends(events: Events, splits: tuple[Split, ...], zone: ZoneInfo, unit: Decimal) -> tuple[Dividend, ...]:
    """The dividends as they were paid: Yahoo divides them by later splits, as it does prices."""
    amounts: dict[date, Decimal] = {}
    for event in events.dividends.values():
        day, amount = _day(event.date, zone), Decimal(repr(event.amount))
        for split in splits:
            if split.day > day:
                amount *= split.ratio
        amount = amount.quantize(Decimal("0.0001") if amount >= Decimal("0.01") else Decimal("0.000001"))
        if amount:
            amounts[day] = amounts.get(day, Decimal(0)) + amount * unit
    return tuple(Dividend(day, amount) for day, amount in sorted(amounts.items()))


def _sessions(meta: Meta, zone: ZoneInfo) -> Sessions:
    if meta.instrument in (COIN, _RATE) or meta.periods is None:
        return Sessions(zone)
    begin, end = (
        datetime.fromtimestamp(stamp, UTC).astimezone(zone)
        for stamp in (meta.periods.regular.start, meta.periods.regular.end)
    )
    if begin.date() != end.date() or end.time() <= time(1):
        # Sessions over midnight, as of futures: a day ends with its date.
        return Sessions(zone)
    return Sessions(zone, begin.time(), end.time())


def _last_trade(meta: Meta, unit: Decimal) -> LastTrade | None:
    price = _decimal(meta.price)
    if price is None or price <= 0 or meta.price_at is None or abs(meta.price_at) > _CENTURY:
        return None
    price = _carried(price, 1) * unit
    return LastTrade(price, datetime.fromtimestamp(meta.price_at, UTC))
