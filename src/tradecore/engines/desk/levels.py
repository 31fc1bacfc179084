"""Price levels: the entry, stops and targets that a plan may choose among, computed from daily bars."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from attrs import frozen

from tradecore.engines.desk import indicators
from tradecore.engines.desk.evidence_builder import EvidenceDraft, PriceSeries
from tradecore.engines.desk.wording import format_days, format_number, price_digits, rounded, tick
from tradecore.model.evidence import Evidence
from tradecore.model.market import Bars
from tradecore.model.steps import Action

# Distances from the close in average true ranges: of a stop that is outside the noise, of a target that some weeks can
# reach, and of the swings that are near and far enough to be used instead.
_STOP, _TARGET = 2.0, 3.0
_USEFUL_STOP, _USEFUL_TARGET = (1.0, 3.5), (2.0, 6.0)
# Average true ranges between a swing and its level. Stops lie beyond the swing and targets before it, since prices
# often touch a swing before they turn.
_MARGIN = 0.25
_SWING_DAYS = 120
# The average range, as a share of the price, of a price that did not move.
_NOMINAL_RANGE = 0.01
# The largest distances as shares of the close: what moves by half within a day still needs levels above zero.
_WIDEST_STOP, _WIDEST_TARGET = 0.4, 0.6


@frozen
class Levels:
    """The levels that a plan may choose among, each as the evidence that states its price."""

    entry: Evidence
    stops: tuple[Evidence, ...]
    targets: tuple[Evidence, ...]


def levels(evidence: Mapping[str, Evidence], action: Action) -> Levels:
    """The levels computed for an action, from evidence by measure; those at swings come before those at ranges.

    A HOLD has the levels of a BUY: beyond them it has to be reconsidered.
    """
    side = "short" if action is Action.SELL else "long"

    def offered(kind: str) -> tuple[Evidence, ...]:
        names = (f"level.{kind}.{side}.swing", f"level.{kind}.{side}.range")
        return tuple(evidence[name] for name in names if name in evidence)

    return Levels(entry=evidence["level.entry"], stops=offered("stop"), targets=offered("target"))


def choose_levels(evidence: Mapping[str, Evidence], action: Action) -> tuple[Evidence, Evidence, Evidence]:
    """Entry, stop and target of a plan: the first target that pays at least 1.5 times the risk of the chart's stop.

    Where none does, the nearest stop and the farthest target.
    """
    offered = levels(evidence, action)
    entry, stop = offered.entry, offered.stops[0]

    def distance(level: Evidence) -> Decimal:
        return abs((level.value or Decimal(0)) - (entry.value or Decimal(0)))

    worthwhile = [target for target in offered.targets if distance(target) >= Decimal("1.5") * distance(stop)]
    if not worthwhile:
        stop = min(offered.stops, key=distance)
        worthwhile = [max(offered.targets, key=distance)]
    return entry, stop, worthwhile[0]


def level_evidence(bars: Bars) -> Iterator[EvidenceDraft]:
    """The average range, the entry, and stops and targets of both directions, from at least one bar.

    There is always one stop and one target at a multiple of the average range; swings of the chart add further ones.
    """
    chart = _Chart.of(bars)
    yield chart.range_draft
    entry = chart.entry
    yield chart.series.draft("level.entry", f"The reference entry is the last close, {format_number(entry)}.", entry)
    stop = min(_STOP * chart.range, _WIDEST_STOP * chart.close)
    target = min(_TARGET * chart.range, _WIDEST_TARGET * chart.close)
    for side, sign in (("long", 1), ("short", -1)):
        yield chart.level("stop", side, "range", chart.close - sign * stop, "two average ranges from the close")
        yield chart.level("target", side, "range", chart.close + sign * target, "three average ranges from the close")
    yield from chart.swings()


@frozen
class _Chart:
    """A series with its last close, the entry (the close as quoted) and the average range, in the quote currency."""

    series: PriceSeries
    close: float
    entry: Decimal
    range: float
    range_draft: EvidenceDraft

    @classmethod
    def of(cls, bars: Bars) -> "_Chart":
        series = PriceSeries.of(bars)
        close = series.closes[-1]
        true_ranges = indicators.atr(series.highs, series.lows, series.closes)
        if true_ranges:
            average, words = true_ranges[-1], "The average true range of 14 days is"
        else:
            average = indicators.mean([high - low for high, low in zip(series.highs, series.lows, strict=True)])
            words = f"With {format_days(len(series.closes))} only, the mean daily range serves as average range:"
        if average < close * 1e-4:
            average, words = close * _NOMINAL_RANGE, "The price hardly moved; a nominal average range is used:"
        price, share = tick(average), rounded(100.0 * average / close, 1)
        statement = f"{words} {format_number(price)}, which is {format_number(share)}% of the close."
        draft = series.draft("atr", statement, price)
        return cls(series=series, close=close, entry=tick(bars.last.close), range=average, range_draft=draft)

    def level(self, kind: str, side: str, origin: str, price: float, where: str) -> EvidenceDraft:
        digits = price_digits(self.entry)
        step = Decimal(1).scaleb(-digits)
        value = rounded(price, digits)
        if price > self.close:
            value = max(value, self.entry + step)
        elif value >= self.entry or value <= 0:
            # One step is a large share of the smallest prices, where rounding would end at the entry or at zero.
            value = rounded(price, digits + 4)
        statement = f"A {side} {kind} at {format_number(value)} lies {where}."
        return self.series.draft(f"level.{kind}.{side}.{origin}", statement, value)

    def swings(self) -> Iterator[EvidenceDraft]:
        lows, highs = self.series.lows[-_SWING_DAYS:], self.series.highs[-_SWING_DAYS:]
        below = [lows[day] for day in indicators.swing_lows(lows) if lows[day] < self.close]
        above = [highs[day] for day in indicators.swing_highs(highs) if highs[day] > self.close]
        if below:
            swing = tick(max(below))
            statement = f"The nearest swing low below the close is {format_number(swing)}."
            yield self.series.draft("swing.low", statement, swing)
            yield from self._around("long", "short", max(below), -1, f"the swing low of {format_number(swing)}")
        if above:
            swing = tick(min(above))
            statement = f"The nearest swing high above the close is {format_number(swing)}."
            yield self.series.draft("swing.high", statement, swing)
            yield from self._around("short", "long", min(above), 1, f"the swing high of {format_number(swing)}")

    def _around(self, stop_side: str, target_side: str, swing: float, sign: int, name: str) -> Iterator[EvidenceDraft]:
        """The stop beyond a swing and the target before it; `sign` is -1 for a swing below the close, 1 above it."""
        beyond, before = swing + sign * _MARGIN * self.range, swing - sign * _MARGIN * self.range
        if self._is_useful(beyond, sign, _USEFUL_STOP, _WIDEST_STOP):
            yield self.level("stop", stop_side, "swing", beyond, f"just beyond {name}")
        if self._is_useful(before, sign, _USEFUL_TARGET, _WIDEST_TARGET):
            yield self.level("target", target_side, "swing", before, f"just before {name}")

    def _is_useful(self, price: float, sign: int, ranges: tuple[float, float], widest: float) -> bool:
        distance = sign * (price - self.close)
        return ranges[0] * self.range <= distance <= min(ranges[1] * self.range, widest * self.close)
