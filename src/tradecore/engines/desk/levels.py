"""Levels: the entry, stops and targets that a plan may choose among, computed from the bars."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from attrs import frozen

from tradecore.engines.desk import indicators
from tradecore.engines.desk.exhibits import Exhibit, Series, days_in
from tradecore.engines.desk.wording import plain, price_digits, rounded, tick
from tradecore.model.evidence import Evidence, Topic
from tradecore.model.market import Bars
from tradecore.model.steps import Action

# In average true ranges: where a stop is out of the noise, where a target is still within reach of some weeks, and how
# far from the close a level of the chart may be to be of use.
_STOP, _TARGET = 2.0, 3.0
_USEFUL_STOP, _USEFUL_TARGET = (1.0, 3.5), (2.0, 6.0)
# Stops lie beyond a swing and targets before it, since a level is often touched before it holds.
_MARGIN = 0.25
_SWING_DAYS = 120
# Where nothing moved at all, a range is this share of the price.
_NOMINAL = 0.01
# What moves by half within a day still needs levels above zero.
_WIDEST_STOP, _WIDEST_TARGET = 0.4, 0.6


@frozen
class Levels:
    """The levels that a plan may choose among; each is the evidence that its price stands in."""

    entry: Evidence
    stops: tuple[Evidence, ...]
    targets: tuple[Evidence, ...]


def levels(evidence: Mapping[str, Evidence], action: Action) -> Levels:
    """The computed levels for an action, from evidence by measure; those of the chart come first.

    A HOLD has the band of a long position: where it would have to be thought over again.
    """
    side = "short" if action is Action.SELL else "long"

    def those(kind: str) -> tuple[Evidence, ...]:
        names = (f"level.{kind}.{side}.swing", f"level.{kind}.{side}.range")
        return tuple(evidence[name] for name in names if name in evidence)

    return Levels(entry=evidence["level.entry"], stops=those("stop"), targets=those("target"))


def level_exhibits(bars: Bars) -> Iterator[Exhibit]:
    """The average range, the entry, and stops and targets for both directions; those of the chart where it has some."""
    chart = _Chart.of(bars)
    yield chart.unit_exhibit
    yield chart.found("level.entry", f"The reference entry is the last close, {plain(chart.entry)}.", chart.entry)
    stop = min(_STOP * chart.unit, _WIDEST_STOP * chart.close)
    target = min(_TARGET * chart.unit, _WIDEST_TARGET * chart.close)
    for side, sign in (("long", 1), ("short", -1)):
        yield chart.level("stop", side, "range", chart.close - sign * stop, "two average ranges from the close")
        yield chart.level("target", side, "range", chart.close + sign * target, "three average ranges from the close")
    yield from chart.swings()


@frozen
class _Chart:
    series: Series
    close: float
    entry: Decimal
    unit: float
    unit_exhibit: Exhibit

    @classmethod
    def of(cls, bars: Bars) -> "_Chart":
        series = Series.of(bars)
        close = series.closes[-1]
        ranges = indicators.atr(series.highs, series.lows, series.closes)
        if ranges:
            unit, words = ranges[-1], "The average true range of 14 days is"
        else:
            unit = indicators.mean([high - low for high, low in zip(series.highs, series.lows, strict=True)])
            words = f"With {days_in(len(series.closes))} only, the mean daily range serves as average range:"
        if unit < close * 1e-4:
            unit, words = close * _NOMINAL, "The price hardly moved; a nominal average range is used:"
        price, share = tick(unit), rounded(100.0 * unit / close, 1)
        statement = f"{words} {plain(price)}, which is {plain(share)}% of the close."
        exhibit = series.exhibit(Topic.LEVELS, "atr", statement, price, "price")
        return cls(series=series, close=close, entry=tick(bars.last.close), unit=unit, unit_exhibit=exhibit)

    def found(self, measure: str, statement: str, price: Decimal) -> Exhibit:
        return self.series.exhibit(Topic.LEVELS, measure, statement, price, "price")

    def level(self, kind: str, side: str, origin: str, price: float, where: str) -> Exhibit:
        digits = price_digits(self.entry)
        step = Decimal(1).scaleb(-digits)
        value = rounded(price, digits)
        if price > self.close:
            value = max(value, self.entry + step)
        elif value >= self.entry or value <= 0:
            # Of the smallest prices, a tick is a large share: finer than that, rather than on the entry or at zero.
            value = rounded(price, digits + 4)
        statement = f"A {side} {kind} at {plain(value)} lies {where}."
        return self.found(f"level.{kind}.{side}.{origin}", statement, value)

    def swings(self) -> Iterator[Exhibit]:
        lows, highs = self.series.lows[-_SWING_DAYS:], self.series.highs[-_SWING_DAYS:]
        below = [lows[day] for day in indicators.swing_lows(lows) if lows[day] < self.close]
        above = [highs[day] for day in indicators.swing_highs(highs) if highs[day] > self.close]
        if below:
            swing = tick(max(below))
            yield self.found("swing.low", f"The nearest swing low below the close is {plain(swing)}.", swing)
            yield from self._around("long", "short", max(below), -1, f"the swing low of {plain(swing)}")
        if above:
            swing = tick(min(above))
            yield self.found("swing.high", f"The nearest swing high above the close is {plain(swing)}.", swing)
            yield from self._around("short", "long", min(above), 1, f"the swing high of {plain(swing)}")

    def _around(self, stopped: str, aimed: str, swing: float, sign: int, name: str) -> Iterator[Exhibit]:
        beyond, before = swing + sign * _MARGIN * self.unit, swing - sign * _MARGIN * self.unit
        if self._useful(beyond, sign, _USEFUL_STOP, _WIDEST_STOP):
            yield self.level("stop", stopped, "swing", beyond, f"just beyond {name}")
        if self._useful(before, sign, _USEFUL_TARGET, _WIDEST_TARGET):
            yield self.level("target", aimed, "swing", before, f"just before {name}")

    def _useful(self, price: float, sign: int, useful: tuple[float, float], widest: float) -> bool:
        away = sign * (price - self.close)
        return useful[0] * self.unit <= away <= min(useful[1] * self.unit, widest * self.close)
