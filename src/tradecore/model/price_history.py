"""The rows of one symbol, and the bars of them that were known on a day."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from attrs import evolve, field, frozen

from tradecore.model.corporate_actions import CorporateActions, Dividend
from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Quote, Symbol
from tradecore.model.price_adjustments import jumps, scaled
from tradecore.model.price_rows import PriceRow, Split
from tradecore.model.traded_volume import VolumeUnit, counts_money, in_units, pair

# A day this long after the last bar is no weekend and no holiday: the source has ended.
REACH = timedelta(days=10)

# A close this many times off both of its neighbours is a mistake of one day.
_GLITCH = 4

_CENT = Decimal("0.01")
# Rows this many days apart are not daily; weekends and most holidays are shorter.
_APART = 5

# Shares of the United States are quoted in whole cents from a dollar up.
_US_SHARE = re.compile(r"[A-Z]{1,5}(?:[.\-][A-Z])?")


@frozen
class UnreadableRow:
    """A row of a day that leaves open what the rows of that day and of later ones mean, and why."""

    day: date
    reason: str


@frozen
class PriceHistory:
    """All usable rows of one symbol, oldest first, one per day.

    `notes` are sentences about the source: of a day, told in windows that contain it, or of the series (None), told in
    every window. `volume_unit` is what the source says its volume counts. `splits` and `dividends` are those that the
    source states, and `currency` that of its prices; None where it does not state it. From the day of `unreadable` on
    every question is refused with its reason.
    """

    symbol: Symbol
    rows: tuple[PriceRow, ...]
    notes: tuple[tuple[date | None, str], ...] = ()
    volume_unit: VolumeUnit = VolumeUnit.UNITS
    splits: tuple[Split, ...] = ()
    dividends: tuple[Dividend, ...] = ()
    currency: str | None = None
    unreadable: UnreadableRow | None = None
    days: tuple[date, ...] = field(init=False)
    # Rows whose close is far from that of the row before; each of them depends on no later row.
    _leaps: tuple[int, ...] = field(init=False)

    @days.default
    def _days_of_rows(self) -> tuple[date, ...]:
        return tuple(row.bar.day for row in self.rows)

    @_leaps.default
    def _leaps_of_rows(self) -> tuple[int, ...]:
        leaps = []
        for at, (row, next_row) in enumerate(pairwise(self.rows), 1):
            before, close = row.bar.close, next_row.bar.close
            if row.factor != next_row.factor:
                before, close = before * row.factor, close * next_row.factor
            if close > before * _GLITCH or close * _GLITCH < before:
                leaps.append(at)
        return tuple(leaps)

    def window(self, as_of: date, count: int, source: PriceSource, asset_type: AssetType = AssetType.EQUITY) -> Bars:
        """The last `count` bars known by `as_of`, in prices as they were traded on the day of the newest.

        Earlier bars are adjusted for the splits and dividends between them and the newest bar, never for later ones;
        dividends leave volume alone. Raises Invalid where the series has not begun by then, had ended before, or cannot
        be read to that day.
        """
        self._refuse_unreadable(as_of)
        end = bisect_right(self.days, as_of)
        if not end or as_of - self.days[end - 1] > REACH:
            raise Invalid.one("as_of", f"There are no prices of {self.symbol} for {as_of}; {self._coverage(as_of)}.")
        wrong = self._wrong(end)
        chosen = [self.rows[at] for at in range(max(0, end - count - len(wrong)), end) if at not in wrong][-count:]
        traded = [row.bar for row in chosen]
        money, about_volume = counts_money(
            self.symbol, asset_type, self.volume_unit, [row.bar for row in self.rows[max(0, end - 250) : end]]
        )
        if money:
            traded = in_units(traded)
        newest = chosen[-1]
        bars = [
            bar
            if row.factor == newest.factor and row.shares == newest.shares
            else scaled(bar, row.factor / newest.factor, row.shares / newest.shares)
            for row, bar in zip(chosen, traded, strict=True)
        ]
        bars, without_volume = _with_known_volume(bars)
        first = bars[0].day
        general = [note for day, note in self.notes if day is None]
        general += [note for note in (_sparse(bars), about_volume, without_volume, self._about_cents(traded)) if note]
        dated = [note for day, note in self.notes if day is not None and first <= day <= as_of]
        dated += [note for at, note in wrong.items() if first <= self.days[at]]
        steps = jumps(bars, splits=asset_type is AssetType.EQUITY and pair(self.symbol) is None)
        repaired = (*steps, *general, *sorted(dated))
        return Bars(symbol=self.symbol, source=source, bars=tuple(bars), repaired=repaired, currency=self.currency)

    def quote(self, at: datetime, source: PriceSource) -> Quote:
        """The newest close by the day of `at`, however old.

        Raises Invalid where there is none yet, and where the series cannot be read to that day.
        """
        newest = self.newest(at.date())
        return Quote(self.symbol, newest.close, newest.day, at, source, self.currency)

    def corporate_actions(self, since: date, until: date, source: PriceSource) -> CorporateActions:
        """The splits and dividends that the source states, with an ex-date in the range.

        Raises Invalid where the series cannot be read to the end of the range.
        """
        self._refuse_unreadable(until)
        return CorporateActions(self.symbol, source, self.splits, self.dividends, self.currency).between(since, until)

    def newest(self, as_of: date) -> Bar:
        """The newest bar at or before a day, however old, as it was traded.

        Raises Invalid where there is none yet, and where the series cannot be read to that day.
        """
        self._refuse_unreadable(as_of)
        end = bisect_right(self.days, as_of)
        if not end:
            raise Invalid.one("as_of", f"There are no prices of {self.symbol} for {as_of}; {self._coverage(as_of)}.")
        wrong = self._wrong(end)
        return self.rows[next(at for at in range(end - 1, -1, -1) if at not in wrong)].bar

    def _refuse_unreadable(self, day: date) -> None:
        if self.unreadable is not None and day >= self.unreadable.day:
            raise Invalid.one("symbol", self.unreadable.reason)

    def _coverage(self, as_of: date) -> str:
        if not self.days:
            return "the source has none"
        first, last = self.days[0], self.days[-1]
        if first <= as_of <= last:
            end = bisect_right(self.days, as_of)
            return f"the source has a hole from {self.days[end - 1]} to {self.days[end]}"
        return f"the source covers {first} to {last}"

    def _wrong(self, end: int) -> dict[int, str]:
        """The rows among the first `end` that are off by a unit for one day, with a sentence about each."""
        wrong = {}
        for at in self._leaps:
            if at < end and at - 1 not in wrong and self._off_for_a_day(at, end):
                before, close = self.rows[at - 1].bar.close, self.rows[at].bar.close
                wrong[at] = (
                    f"{self.days[at]}: left out, its close {close} does not fit the {before} before it; "
                    "it looks like another unit for one day, such as pence for pounds."
                )
        return wrong

    def _off_for_a_day(self, at: int, end: int) -> bool:
        before, close = (float(row.bar.close * row.factor) for row in self.rows[at - 1 : at + 1])
        if at + 1 < end:
            after = float(self.rows[at + 1].bar.close * self.rows[at + 1].factor)
            return 0.6 < after / before < 1 / 0.6
        # Of the newest row only a step of a hundred is told from a split.
        return any(0.85 < close / before / step < 1.15 for step in (100.0, 0.01))

    def _about_cents(self, traded: Sequence[Bar]) -> str | None:
        recent = [bar.close for bar in traded[-20:]]
        if not _US_SHARE.fullmatch(self.symbol) or min(recent) < 5:
            return None
        odd = sum(1 for close in recent if close != close.quantize(_CENT))
        if odd * 2 <= len(recent):
            return None
        return (
            "The prices are not in whole cents: the source has adjusted them for splits or dividends, "
            "so they can differ from what was traded."
        )


def _sparse(bars: Sequence[Bar]) -> str | None:
    """A sentence where a stretch of the bars is a week or more apart, as in a file that was weekly once."""
    start = longest = 0
    where = (0, 0)
    for at in range(1, len(bars)):
        if (bars[at].day - bars[at - 1].day).days < _APART:
            start = at
        elif at - start > longest:
            longest, where = at - start, (start, at)
    if longest < 4:
        return None
    first, last = bars[where[0]].day, bars[where[1]].day
    return f"From {first} to {last} the rows are {_APART} days or more apart; moves there are not those of a day."


def _counted(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _with_known_volume(bars: list[Bar]) -> tuple[list[Bar], str | None]:
    """Bars of a source that reports a volume of zero on every day have no volume, as for currencies and indices."""
    if len(bars) > 1 and all(bar.volume == 0 for bar in bars):
        return [evolve(bar, volume=None) for bar in bars], "The volume is 0 on every day; it was taken as unknown."
    unknown = sum(1 for bar in bars if bar.volume is None)
    if not unknown:
        return bars, None
    return bars, f"The volume of {'every day' if unknown == len(bars) else _counted(unknown)} is unknown."
