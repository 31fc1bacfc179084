"""Simulation: what money becomes when every scored decision is traded, and when the same is simply held."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from attrs import frozen

from tradecore.model.backtests import Curve, Judged, Subject
from tradecore.model.market import AssetType, Bar, Bars, Symbol
from tradecore.model.steps import Action, Decision
from tradecore.model.track_record import Outcome, Tally

# How much of the portfolio a decision may have, in percent.
Size = Callable[[Decision], float]


def as_decided(decision: Decision) -> float:
    """The size that the desk itself chose."""
    return float(decision.position_size)


def tally(judged: Sequence[Judged], periods_per_year: float) -> Tally:
    """The same sums that history shows, over the decisions of a backtest."""
    returns = [float(each.outcome.returned) for each in judged if each.outcome]
    return Tally(
        total=len(judged),
        confidence=sum(float(each.trial.decision.confidence) for each in judged),
        scored=len(returns),
        wins=sum(each > 0 for each in returns),
        returns=sum(returns),
        squares=sum(each * each for each in returns),
        periods_per_year=periods_per_year,
    )


@frozen
class Prices:
    """Closes and opens of one symbol by day; a day without trading has the close before it."""

    days: tuple[date, ...]
    bars: tuple[Bar, ...]

    @classmethod
    def of(cls, bars: Bars) -> "Prices":
        """From at least one bar."""
        return cls(tuple(bar.day for bar in bars.bars), bars.bars)

    def close(self, day: date) -> float:
        """The newest close by the end of a day; before the first one, its open."""
        place = bisect_right(self.days, day)
        return float(self.bars[place - 1].close if place else self.bars[0].open)

    def next_open(self, day: date) -> float:
        """The first open after a day; the newest close where there is none."""
        place = bisect_right(self.days, day)
        return float(self.bars[place].open if place < len(self.bars) else self.bars[-1].close)


@frozen
class _Position:
    sign: int
    stake: float
    entry: float
    outcome: Outcome
    prices: Prices

    def gain(self, day: date, fee: float) -> float:
        """What it has added by the close of a day it is still held on, after the fee of its entry."""
        return self.stake * (self.sign * (self.prices.close(day) / self.entry - 1) - fee / 100)


def trade(
    judged: Sequence[Judged], prices: Mapping[Symbol, Prices], days: Sequence[date], size: Size, fee: float
) -> Curve:
    """Trade every scored decision with one portfolio that begins at 1 on the first of `days`.

    A position is opened at its outcome's entry with `size` percent of what the portfolio was worth the evening before,
    as far as what is not at stake already allows (nothing is borrowed), and left as its outcome says. Within a day,
    symbols go by name. `fee` in percent on each side. What lies idle earns nothing.
    """
    entering: dict[date, list[Judged]] = {}
    for each in judged:
        if each.outcome:
            entering.setdefault(each.outcome.entered_on, []).append(each)
    held: list[_Position] = []
    realised, worth, exposure = 1.0, [1.0], [0.0]
    for day in days[1:]:
        for each in sorted(entering.get(day, ()), key=lambda one: one.trial.symbol):
            free = worth[-1] - sum(position.stake for position in held)
            stake = min(size(each.trial.decision) / 100 * worth[-1], free)
            if stake > 0 and each.outcome:
                held.append(_open(each, each.outcome, stake, prices[each.trial.symbol]))
        at_stake = sum(position.stake for position in held)
        for position in held:
            if position.outcome.left_on <= day:
                realised += position.stake * float(position.outcome.returned) / 100
        held = [position for position in held if position.outcome.left_on > day]
        worth.append(realised + sum(position.gain(day, fee) for position in held))
        exposure.append(100 * at_stake / worth[-2])
    return Curve(tuple(days), tuple(worth), sum(exposure[1:]) / max(1, len(exposure) - 1))


def _open(each: Judged, outcome: Outcome, stake: float, prices: Prices) -> _Position:
    sign = 1 if each.trial.decision.action is Action.BUY else -1
    entry = float(prices.bars[bisect_right(prices.days, outcome.entered_on) - 1].open)
    return _Position(sign, stake, entry, outcome, prices)


def hold(shares: Sequence[Prices], days: Sequence[date], fee: float) -> Curve:
    """Buy equal shares at the first opens after the first of `days`, hold them, and pay `fee` percent on each side."""
    entries = [each.next_open(days[0]) for each in shares]
    worth = [1.0]
    for day in days[1:]:
        grown = sum(each.close(day) / entry for each, entry in zip(shares, entries, strict=True)) / len(shares)
        worth.append(grown - fee / 100 * (1 + (grown if day == days[-1] else 0)))
    return Curve(tuple(days), tuple(worth))


def days_of(prices: Sequence[Prices], first: date, last: date) -> tuple[date, ...]:
    """Every day from `first` to `last` on which something was traded, and `first` itself."""
    traded = {day for each in prices for day in each.days if first < day <= last}
    return (first, *sorted(traded))


def days_per_year(subjects: Sequence[Subject]) -> int:
    """How many of such days a year has: crypto is traded on every one."""
    return 365 if any(subject.asset_type is AssetType.CRYPTO for subject in subjects) else 252
