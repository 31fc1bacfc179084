"""Valuation: the value of a book at given prices, and its performance over time."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from enum import StrEnum

from attrs import frozen

from tradecore.model.ids import UserId
from tradecore.model.ledger import Book, Position
from tradecore.model.market import Quote
from tradecore.model.money import EXACT, ZERO, Asset, Entry, EntryKind

# Daily closes of one asset, oldest first.
Closes = Sequence[tuple[date, Decimal]]


class AiStatus(StrEnum):
    """Whether a position needs the attention of its owner."""

    HOLD = "hold"
    REVIEW = "review"
    ALERT = "alert"


@frozen
class Holding:
    """A position at its newest price. Without a `quote` its value is None, which is not 0."""

    position: Position
    quote: Quote | None
    status: AiStatus
    analyzed_at: datetime | None

    @property
    def value(self) -> Decimal | None:
        """Quantity x current price; None without a quote."""
        return None if self.quote is None else EXACT.multiply(self.position.quantity, self.quote.price)

    @property
    def gain(self) -> Decimal | None:
        """Quantity x (current price - average entry price); None without a quote."""
        return None if self.value is None else EXACT.subtract(self.value, self.position.cost)

    @property
    def gain_percent(self) -> Decimal | None:
        """The gain in percent of the cost; None without a quote or a cost."""
        return None if self.gain is None or not self.position.cost else 100 * self.gain / self.position.cost


@frozen
class Performance:
    """Time-weighted returns in percent over the last day, week, calendar month and calendar year."""

    daily: Decimal
    weekly: Decimal
    monthly: Decimal
    yearly: Decimal


@frozen
class Portfolio:
    """The portfolio of a user. Totals cover priced holdings; unpriced ones count in neither value nor net deposits."""

    user: UserId
    book: Book
    holdings: tuple[Holding, ...]
    performance: Performance
    at: datetime

    @property
    def unpriced(self) -> tuple[Holding, ...]:
        """The holdings without a price."""
        return tuple(holding for holding in self.holdings if holding.value is None)

    @property
    def total_value(self) -> Decimal:
        """Cash plus the value of all priced holdings."""
        with localcontext(EXACT):
            return self.book.cash + sum((holding.value or ZERO for holding in self.holdings), ZERO)

    @property
    def net_deposits(self) -> Decimal:
        """Deposits less withdrawals, less the cost of unpriced holdings."""
        with localcontext(EXACT):
            return self.book.contributed - sum((holding.position.cost for holding in self.unpriced), ZERO)

    @property
    def total_return(self) -> Decimal:
        """Total value less net deposits: realised and unrealised gains less fees."""
        return EXACT.subtract(self.total_value, self.net_deposits)

    @property
    def total_return_percent(self) -> Decimal:
        """The total return in percent of net deposits; 0 where there are none."""
        return 100 * self.total_return / self.net_deposits if self.net_deposits > 0 else ZERO


def performance(entries: Sequence[Entry], closes: Mapping[Asset, Closes], today: date) -> Performance:
    """Time-weighted returns up to `today`; 0 for an account without a previous day.

    The account is valued at the end of each day: positions at their newest close, or at cost before their first one.
    Deposits and withdrawals count at the start of their day, transferred units at the end and at the close, so that the
    growth of a day is (value - transferred units) / (value of the day before + deposits). Days are chained.

    Closes are adjusted for splits and dividends up to today. Units are therefore counted as they are after all splits,
    and a dividend counts as transferred, since the closes before it are lower by it already.
    """
    days = [valued for valued in day_values(entries, closes, today) if valued.growth is not None]
    starts = [valued.day for valued in days]

    def since(start: date) -> Decimal:
        growth = Decimal(1)
        for valued in days[bisect_right(starts, start) :]:
            growth *= valued.growth or 1
        return 100 * (growth - 1)

    return Performance(
        daily=since(today - timedelta(days=1)),
        weekly=since(today - timedelta(days=7)),
        monthly=since(months_before(today, 1)),
        yearly=since(months_before(today, 12)),
    )


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)


@frozen
class DayValue:
    """An account at the end of a day: cash and positions as `value`, and the factor by which it grew, as `performance`.

    `growth` is None for an account without a previous value.
    """

    day: date
    value: Decimal
    cash: Decimal
    growth: Decimal | None


def day_values(entries: Sequence[Entry], closes: Mapping[Asset, Closes], today: date) -> Iterator[DayValue]:
    """The account on the days of the last year on which prices or entries changed, oldest first."""
    begin = months_before(today, 12) - timedelta(days=1)
    by_day: dict[date, list[Entry]] = {}
    entry_day = date.min
    for entry in entries:
        # Entries are in order of writing; the clocks of two machines may differ.
        entry_day = max(entry_day, min(entry.at.date(), today))
        by_day.setdefault(entry_day, []).append(entry)
    priced = {asset: [day for day, _ in series] for asset, series in closes.items()}
    moving = {day for series in priced.values() for day in series if begin <= day <= today}
    book, previous = Book(), ZERO
    later_splits = _split_ratios(entries)
    for day in sorted(moving | set(by_day)):
        deposits = transfers = ZERO
        for entry in by_day.get(day, ()):
            if entry.kind is EntryKind.SPLIT and entry.asset:
                later_splits[entry.asset] /= _ratio(book, entry)
            book = book.add(entry)
            if entry.kind in (EntryKind.DEPOSIT, EntryKind.WITHDRAWAL):
                deposits += entry.cash
            elif entry.kind is EntryKind.ADJUSTMENT and entry.asset:
                close = _close(closes, priced, entry.asset, day)
                units = entry.quantity * later_splits.get(entry.asset, 1)
                transfers += entry.quantity * (entry.price or ZERO) if close is None else units * close
            elif entry.kind is EntryKind.DIVIDEND:
                transfers += entry.cash
        value = book.cash
        for asset, position in book.positions.items():
            close = _close(closes, priced, asset, day)
            value += position.cost if close is None else position.quantity * later_splits.get(asset, 1) * close
        growth = (value - transfers) / (previous + deposits) if previous + deposits > 0 else None
        yield DayValue(day, value, book.cash, growth)
        previous = value


def _split_ratios(entries: Sequence[Entry]) -> dict[Asset, Decimal]:
    """How many units of today one unit of the beginning has become, of assets that were split."""
    book, ratios = Book(), dict[Asset, Decimal]()
    for entry in entries:
        if entry.kind is EntryKind.SPLIT and entry.asset:
            ratios[entry.asset] = ratios.get(entry.asset, Decimal(1)) * _ratio(book, entry)
        book = book.add(entry)
    return ratios


def _ratio(book: Book, entry: Entry) -> Decimal:
    held = book.held(entry.asset) if entry.asset else ZERO
    return (held + entry.quantity) / held if held else Decimal(1)


def _close(
    closes: Mapping[Asset, Closes], priced: Mapping[Asset, Sequence[date]], asset: Asset, day: date
) -> Decimal | None:
    """The newest close at or before a day, None before the first."""
    at = bisect_right(priced.get(asset, ()), day)
    return closes[asset][at - 1][1] if at else None
