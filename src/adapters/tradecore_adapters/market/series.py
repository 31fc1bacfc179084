"""A symbol's rows as read from a table, and the window of them that was known on a day."""

import csv
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from attrs import frozen

from tradecore.model.errors import Invalid
from tradecore.model.market import Bar, Bars, PriceSource, Symbol

# A day this long after the last bar is no weekend and no holiday: the source has ended.
REACH = timedelta(days=10)

_PRICES = ("open", "high", "low", "close", "volume")
_ADJUSTED = ("adj close", "adjclose", "adj_close", "adjusted close", "adjusted_close", "close adj", "closeadj")
_DAYS = ("date", "day", "timestamp", "time", "datetime")
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d")

# Nothing has ever traded a trillion a day. A volume that says so is money, as some vendors give it for crypto.
_NO_SUCH_TURNOVER = Decimal(10) ** 12

# Prices are kept to four decimals, below one to eight.
_SMALL, _FINE = Decimal("0.0001"), Decimal("0.00000001")


@frozen
class Row:
    """One usable row: prices as in the table, and what the adjusted close makes of them (`factor`, 1 without one)."""

    bar: Bar
    factor: Decimal = Decimal(1)
    repaired: str | None = None


@frozen
class Series:
    """All usable rows of one symbol, oldest first, one per day."""

    symbol: Symbol
    rows: tuple[Row, ...]
    days: tuple[date, ...]
    left_out: tuple[tuple[date, str], ...] = ()

    def window(self, as_of: date, count: int, source: PriceSource) -> Bars:
        """The last `count` bars known by `as_of`, in prices as they were traded that day.

        Earlier bars are adjusted for the splits and dividends between them and the newest bar, never for later ones.
        Raises Invalid where the series has not begun by then, or had ended before.
        """
        end = bisect_right(self.days, as_of)
        if not end or as_of - self.days[end - 1] > REACH:
            raise Invalid.one("as_of", f"There are no prices of {self.symbol} for {as_of}; {self._coverage(as_of)}.")
        chosen = self.rows[max(0, end - count) : end]
        newest = chosen[-1].factor
        bars = tuple(row.bar if row.factor == newest else _scaled(row.bar, row.factor / newest) for row in chosen)
        first = chosen[0].bar.day
        notes = [row.repaired for row in chosen if row.repaired]
        notes += [note for day, note in self.left_out if first <= day <= as_of]
        return Bars(symbol=self.symbol, source=source, bars=bars, repaired=tuple(sorted(notes)))

    def newest(self, as_of: date) -> Bar:
        """The newest bar at or before a day, however old, as it was traded. Raises Invalid where there is none yet."""
        end = bisect_right(self.days, as_of)
        if not end:
            raise Invalid.one("as_of", f"There are no prices of {self.symbol} for {as_of}; {self._coverage(as_of)}.")
        return self.rows[end - 1].bar

    def _coverage(self, as_of: date) -> str:
        first, last = self.days[0], self.days[-1]
        if first <= as_of <= last:
            end = bisect_right(self.days, as_of)
            return f"the source has a hole from {self.days[end - 1]} to {self.days[end]}"
        return f"the source covers {first} to {last}"


def read_table(symbol: Symbol, lines: Iterable[str], where: str) -> Series:
    """Read a table with a header, forgiving its form but not its content.

    Any case and order of `date,open,high,low,close,volume`, an optional adjusted close, blank lines, unsorted rows and
    repeated days (the later line counts) are fine. A row that cannot be a trading day is repaired or left out, with a
    sentence. Raises Invalid, naming `where`, when there is no usable table at all.
    """
    table = csv.reader(line for line in lines if line.strip(" \t\r\n,;"))
    try:
        header = [name.strip("\ufeff \t").lower() for name in next(table)]
    except StopIteration:
        raise Invalid.one("symbol", f"{where} is empty; it needs a line date,open,high,low,close,volume.") from None
    except csv.Error as error:
        raise Invalid.one("symbol", f"{where} is not a CSV table.") from error
    columns = _columns(header, where)
    rows: dict[date, Row] = {}
    left_out: dict[date, str] = {}
    try:
        for cells in table:
            _take(cells, columns, rows, left_out)
    except csv.Error as error:
        raise Invalid.one("symbol", f"{where} is not a CSV table.") from error
    if not rows:
        raise Invalid.one("symbol", f"{where} has no usable row; rows look like 2024-10-10,1.0,1.2,0.9,1.1,1000.")
    days = tuple(sorted(rows))
    notes = tuple(sorted((day, note) for day, note in left_out.items() if day not in rows))
    return Series(symbol=symbol, rows=tuple(rows[day] for day in days), days=days, left_out=notes)


def _columns(header: list[str], where: str) -> Mapping[str, int]:
    columns: dict[str, int] = {name: header.index(name) for name in _PRICES if name in header}
    day = next((header.index(name) for name in _DAYS if name in header), None)
    missing = [name for name in _PRICES if name not in columns]
    if day is None:
        missing.insert(0, "date")
    if day is None or missing:
        raise Invalid.one("symbol", f"{where} lacks the column {missing[0]!r} of date,open,high,low,close,volume.")
    columns["date"] = day
    adjusted = next((name for name in _ADJUSTED if name in header), None)
    if adjusted is not None:
        columns["adjusted"] = header.index(adjusted)
    return columns


def _take(cells: list[str], columns: Mapping[str, int], rows: dict[date, Row], left_out: dict[date, str]) -> None:
    texts = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
    day = _day(texts["date"])
    if day is None:
        return
    left_out.pop(day, None)
    prices = {name: _number(texts[name]) for name in ("open", "high", "low", "close")}
    volume = _number(texts["volume"] or "0")
    bad = next((name for name, price in prices.items() if price is None or price <= 0), None)
    if bad is None and (volume is None or volume < 0):
        bad = "volume"
    if bad is not None:
        rows.pop(day, None)
        left_out[day] = f"{day}: left out, its {bad} is {texts[bad] or 'missing'!s:.20}."
        return
    rows[day] = _row(day, prices, volume, _number(texts.get("adjusted", "")))  # type: ignore[arg-type]


def _row(day: date, prices: Mapping[str, Decimal], volume: Decimal, adjusted: Decimal | None) -> Row:
    low, high = min(prices.values()), max(prices.values())
    repaired = None
    if prices["low"] > prices["high"]:
        repaired = f"{day}: low {prices['low']} and high {prices['high']} were swapped."
    elif low < prices["low"] or high > prices["high"]:
        outside = "open" if not prices["low"] <= prices["open"] <= prices["high"] else "close"
        repaired = (
            f"{day}: the {outside} {prices[outside]} lay outside {prices['low']} to {prices['high']}; "
            f"the range was widened to {low} to {high}."
        )
    if volume * prices["close"] > _NO_SUCH_TURNOVER:
        volume = (volume / prices["close"]).quantize(_SMALL)
    factor = adjusted / prices["close"] if adjusted is not None and adjusted > 0 else Decimal(1)
    bar = Bar(day=day, open=prices["open"], high=high, low=low, close=prices["close"], volume=volume)
    return Row(bar=bar, factor=factor, repaired=repaired)


def _scaled(bar: Bar, by: Decimal) -> Bar:
    def price(value: Decimal) -> Decimal:
        scaled = value * by
        return max(_FINE, scaled.quantize(_SMALL if scaled >= 1 else _FINE))

    return Bar(
        day=bar.day,
        open=price(bar.open),
        high=price(bar.high),
        low=price(bar.low),
        close=price(bar.close),
        volume=(bar.volume / by).quantize(_SMALL),
    )


def _day(text: str) -> date | None:
    head = text[:10]
    for form in _FORMATS:
        try:
            return datetime.strptime(head, form).date()  # noqa: DTZ007 - a trading day has no time zone
        except ValueError:
            continue
    return None


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", "").replace("$", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 18 else None
