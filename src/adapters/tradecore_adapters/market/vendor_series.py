"""Series of a vendor, read from its answers: kept in memory and on disk, and fetched again when they are too old."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import TypeVar

from attrs import define, evolve, field, frozen

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.market import PriceSource, Quote
from tradecore.model.price_history import PriceHistory
from tradecore.ports.ambient import Now
from tradecore.use_cases.single_flight import SingleFlight
from tradecore_adapters.market.sessions import Sessions
from tradecore_adapters.vendors.answers import Answer, AnswerFolder

T = TypeVar("T")

# How far back one request reaches, in days; the first that is enough is used.
_WINDOWS = (800, 7 * 366, 12 * 366, 25 * 366, 100 * 366)
# An analysis with company figures reads so much of a share before its day.
SHARE_HISTORY = timedelta(days=6 * 366)
_NOTHING_MORE = timedelta()
# An answer without the prices of the last finished session, and a price of a running one, are fetched again after this.
_STALE = timedelta(minutes=15)
# So long after a day has ended, a vendor without a row for it has none: it was a holiday.
_LATE = timedelta(hours=4)
_REFUSAL_KEPT = timedelta(hours=1)
# As many days may be missing from a newer answer, as when a vendor takes a mistaken row back.
_TAKEN_BACK = 5
# A close that changed by less is the same close, rounded.
_TOLERANCE = Decimal("0.001")
_CURRENT = timedelta(minutes=5)
# Prices so many times as high or low as the same days had before are in another unit, such as pence for pounds. What a
# split does that the vendor learns of late lies below.
_ANOTHER_UNIT = Decimal(50)
# What a vendor has said for so long is no mistake of a day.
_UNIT_LASTS = timedelta(days=3)
# Revised closes that are named one by one; more of them are counted.
_NAMED_REVISIONS = 5
# Where an answer keeps the first closes of days that were revised.
_FIRST_CLOSES = "first_closes"
# Series, and refused symbols, that are kept in memory.
_IN_MEMORY = 500


@frozen
class LastTrade:
    """The last trade that the vendor knows of, at `at`."""

    price: Decimal
    at: datetime


@frozen
class VendorSeries:
    """A series as a vendor gave it at `fetched_at`, with the days that were finished by then.

    `since` is the first day that was requested, `begins` the first that the vendor has at all, where it says so.
    `without_prices` are finished days at the end of the series for which it has a row and no prices. `first_closes` are
    the closes as traded that the vendor gave at first of days that it has revised since.
    """

    history: PriceHistory
    source: PriceSource
    sessions: Sessions
    fetched_at: datetime
    since: date
    begins: date | None = None
    without_prices: tuple[date, ...] = ()
    last_trade: LastTrade | None = None
    first_closes: Mapping[date, Decimal] = field(factory=dict)

    def quote(self, at: datetime, *, current: bool) -> Quote:
        """The newest close by the day of `at`; with `current`, the last trade where it is of a later day.

        Raises Invalid where there is neither.
        """
        trade = self.last_trade
        if current and trade is not None and trade.at <= at:
            day = self.sessions.day_of(trade.at)
            if not self.history.days or day > self.history.days[-1]:
                return Quote(self.history.symbol, trade.price, day, at, self.source, self.history.currency)
        return self.history.quote(at, self.source)


def is_current(at: datetime, now: datetime) -> bool:
    """Whether a quote at a moment is one of now, which the last trade of a running session answers."""
    return now - at <= _CURRENT


@define(eq=False)
class SeriesCache:
    """The series of one vendor by its symbol.

    `fetch` asks the vendor for a symbol from a day on, and raises Invalid for one that it does not have, which is kept
    for an hour. `read` makes a series of an answer, and raises Unavailable where it cannot be understood. Answers are
    kept in `folder`, so that a later question about a finished day needs no request.
    """

    vendor: str
    folder: AnswerFolder
    now: Now
    fetch: Callable[[str, date], Awaitable[Answer]]
    read: Callable[[str, Answer], VendorSeries]
    _known: dict[str, VendorSeries] = field(factory=dict, init=False)
    _refused: dict[str, tuple[datetime, Invalid]] = field(factory=dict, init=False)
    _flight: SingleFlight[VendorSeries] = field(factory=SingleFlight, init=False)

    async def series(
        self,
        symbol: str,
        since: date,
        until: date,
        *,
        last_trade: bool = False,
        history: timedelta = _NOTHING_MORE,
    ) -> VendorSeries:
        """The series with all finished days from `since` to `until` that the vendor has.

        Where a request is needed, it reaches `history` before `until` at least, so that a later question about more
        days needs no second one. With `last_trade`, not older than a quarter of an hour while the market is open.
        Raises Invalid for a symbol that the vendor does not have, and Unavailable where it cannot be reached.
        """
        refused = self._refused.get(symbol)
        if refused and self.now() - refused[0] < _REFUSAL_KEPT:
            raise refused[1]
        known = self._known.get(symbol)
        if known is None or not self._suffices(known, since, until, last_trade):
            # Another process may have fetched it meanwhile.
            known = await self._kept(symbol) or known
        if known is not None and self._suffices(known, since, until, last_trade):
            return known
        reach = self._reach(max(self.now().date() - since, self.now().date() - until + history), known)
        return await self._flight((symbol, reach), lambda: self._fetched(symbol, reach, known))

    async def aclose(self) -> None:
        """End the requests under way."""
        await self._flight.aclose()

    def _suffices(self, known: VendorSeries, since: date, until: date, last_trade: bool) -> bool:
        now = self.now()
        if known.since > since:
            return False
        age, finished = now - known.fetched_at, known.sessions.finished(now)
        finished_then = known.sessions.finished(known.fetched_at)
        if last_trade and age > _STALE and (known.sessions.running(now) or finished > finished_then):
            return False
        needed = min(until, finished)
        if finished_then < needed:
            return False
        missing = not known.history.days or known.history.days[-1] < needed
        settled = known.sessions.finished(known.fetched_at - _LATE) >= needed
        return not missing or age <= _STALE or (settled and needed not in known.without_prices)

    async def _kept(self, symbol: str) -> VendorSeries | None:
        answer = await self.folder.read(symbol)
        if answer is None or answer.fetched_at > self.now():
            return None
        try:
            series = self._series(symbol, answer)
        except (Invalid, Unavailable):
            # Written by another version.
            return None
        _put(self._known, symbol, series)
        return series

    def _series(self, symbol: str, answer: Answer) -> VendorSeries:
        """The series of an answer, with a sentence about each day whose close the vendor has revised."""
        series = self.read(symbol, answer)
        kept = answer.facts.get(_FIRST_CLOSES)
        if not kept:
            return series
        first = {date.fromisoformat(day): Decimal(close) for day, close in kept.items()}
        notes = [
            (day, f"{day}: {self.vendor} gave a close of {first[day]} at first, and later {row.bar.close}.")
            for day, row in zip(series.history.days, series.history.rows, strict=True)
            if day in first
        ]
        if len(notes) > _NAMED_REVISIONS:
            newest = max(day for day, _ in notes)
            notes = [
                *notes[-_NAMED_REVISIONS:],
                (newest, f"{newest}: {self.vendor} has revised {len(notes)} closes up to it."),
            ]
        history = evolve(series.history, notes=(*series.history.notes, *notes))
        return evolve(series, history=history, first_closes=first)

    def _reach(self, needed: timedelta, known: VendorSeries | None) -> timedelta:
        """How far back to ask: as far as `needed`, and as far as before."""
        reach = timedelta(days=next((days for days in _WINDOWS if needed <= timedelta(days=days)), _WINDOWS[-1]))
        return reach if known is None else max(reach, known.fetched_at.date() - known.since)

    async def _fetched(self, symbol: str, reach: timedelta, known: VendorSeries | None) -> VendorSeries:
        try:
            answer = await self.fetch(symbol, self.now().date() - reach)
        except Invalid as error:
            _put(self._refused, symbol, (self.now(), error))
            raise
        series = self._series(symbol, answer)
        if known is not None:
            self._refuse_shorter(series, known)
            self._refuse_other_unit(series, known)
            if first := _first_closes(series.history, known):
                answer = evolve(answer, facts={**answer.facts, _FIRST_CLOSES: first})
                series = self._series(symbol, answer)
        await self.folder.write(symbol, answer)
        _put(self._known, symbol, series)
        return series

    def _refuse_shorter(self, series: VendorSeries, known: VendorSeries) -> None:
        begin = max(series.since, known.since)
        lost = {day for day in known.history.days if day >= begin}.difference(series.history.days)
        if len(lost) > _TAKEN_BACK:
            raise Unavailable(
                f"{self.vendor} left out {len(lost)} days of {known.history.symbol} that it had before; "
                "try again later.",
                transient=False,
            )

    def _refuse_other_unit(self, series: VendorSeries, known: VendorSeries) -> None:
        """Another currency, or prices a hundred times as high, are a mistake of the vendor unless they last."""
        if self.now() - known.fetched_at > _UNIT_LASTS:
            return
        before, after = known.history.currency, series.history.currency
        closes = {row.bar.day: row.bar.close for row in known.history.rows}
        steps = [row.bar.close / closes[row.bar.day] for row in series.history.rows if row.bar.day in closes]
        step = median(steps) if steps else Decimal(1)
        another = before is not None and after is not None and before != after
        if another or not 1 / _ANOTHER_UNIT < step < _ANOTHER_UNIT:
            how = f"in {after}, and in {before} before" if another else f"{float(step):.4g} times as high as before"
            raise Unavailable(
                f"{self.vendor} gives prices of {known.history.symbol} {how}; this looks like another unit. "
                "Try again later.",
                transient=False,
            )


def _put(entries: dict[str, T], key: str, value: T) -> None:
    """Put an entry, and forget the oldest ones beyond the limit."""
    entries.pop(key, None)
    entries[key] = value
    while len(entries) > _IN_MEMORY:
        del entries[next(iter(entries))]


def _first_closes(new: PriceHistory, known: VendorSeries) -> dict[str, str]:
    """The first close of each day, in ISO form, whose close is another one now."""
    first = {row.bar.day: row.bar.close for row in known.history.rows} | dict(known.first_closes)
    return {
        str(row.bar.day): str(first[row.bar.day])
        for row in new.rows
        if row.bar.day in first and abs(row.bar.close / first[row.bar.day] - 1) > _TOLERANCE
    }
