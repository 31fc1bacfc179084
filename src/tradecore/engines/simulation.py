"""Simulation: equity curves of trading every scored decision, of following target positions, and of holding."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import groupby
from math import fsum, prod

from attrs import frozen

from tradecore.model.backtests import Asset, EvaluatedTrial
from tradecore.model.equity_curves import EquityCurve
from tradecore.model.market import AssetType, Bar, Bars, Symbol
from tradecore.model.steps import Action, Decision
from tradecore.model.track_record import Tally, TradeOutcome, is_win

# The position size of a decision, in percent of the portfolio.
Size = Callable[[Decision], float]


def decided_size(decision: Decision) -> float:
    """The size that the desk chose."""
    return float(decision.position_size)


def tally(evaluated: Sequence[EvaluatedTrial], periods_per_year: float) -> Tally:
    """The tally over the decisions of a backtest, as history has it over stored ones."""
    returns = [float(entry.outcome.return_percent) for entry in evaluated if entry.outcome]
    return Tally(
        total=len(evaluated),
        confidence=sum(float(entry.trial.decision.confidence) for entry in evaluated),
        scored=len(returns),
        wins=sum(is_win(value) for value in returns),
        returns=sum(returns),
        squares=sum(value * value for value in returns),
        periods_per_year=periods_per_year,
    )


@frozen
class Prices:
    """Closes and opens of one symbol by day. A day without trading has the previous close."""

    days: tuple[date, ...]
    bars: tuple[Bar, ...]

    @classmethod
    def of(cls, bars: Bars) -> "Prices":
        """The prices of at least one bar."""
        return cls(tuple(bar.day for bar in bars.bars), bars.bars)

    @cached_property
    def floats(self) -> tuple[tuple[float, float], ...]:
        """The open and close of each bar."""
        return tuple((float(bar.open), float(bar.close)) for bar in self.bars)

    def close(self, day: date) -> float:
        """The newest close at or before a day; before the first bar, its open."""
        index = bisect_right(self.days, day)
        return self.floats[index - 1][1] if index else self.floats[0][0]

    def next_open(self, day: date) -> float:
        """The first open after a day; the newest close when there is none."""
        index = bisect_right(self.days, day)
        return self.floats[index][0] if index < len(self.bars) else self.floats[-1][1]


@frozen
class _Position:
    symbol: Symbol
    sign: int
    stake: float
    entry: float
    outcome: TradeOutcome
    prices: Prices

    def change(self, day: date) -> float:
        """The relative change of the price from the entry to the close of a day."""
        return self.prices.close(day) / self.entry - 1

    def gain(self, day: date, fee: float) -> float:
        """The gain by the close of a day on which it is held, after the fee of its entry."""
        return self.stake * (self.sign * self.change(day) - fee / 100)


def trade(
    evaluated: Sequence[EvaluatedTrial], prices: Mapping[Symbol, Prices], days: Sequence[date], size: Size, fee: float
) -> EquityCurve:
    """The equity curve of trading every scored decision, starting at 1 on the first of `days`.

    A position is opened at the entry of its outcome with `size` percent of the previous portfolio value, limited by the
    free cash, and closed as its outcome says. Within a day, symbols go in alphabetical order. `fee` is in percent per
    side. Cash earns no interest. The curve stays at 0 once sales short have lost everything.
    """
    entering: dict[date, list[EvaluatedTrial]] = {}
    for entry in evaluated:
        if entry.outcome:
            entering.setdefault(entry.outcome.entered_on, []).append(entry)
    held: list[_Position] = []
    realised, worth, exposure, turnover = 1.0, [1.0], [0.0], 0.0
    weights = {symbol: [0.0] for symbol in prices}
    for day in days[1:]:
        opened = len(held)
        for entry in sorted(entering.get(day, ()), key=lambda entry: entry.trial.symbol):
            free = worth[-1] - sum(position.stake for position in held)
            stake = min(size(entry.trial.decision) / 100 * worth[-1], free)
            if stake > 0 and entry.outcome:
                held.append(_open(entry, entry.outcome, stake, prices[entry.trial.symbol]))
        at_stake = sum(position.stake for position in held)
        traded = sum(position.stake for position in held[opened:])
        for position in held:
            if position.outcome.exited_on <= day:
                realised += position.stake * float(position.outcome.return_percent) / 100
                traded += position.stake * (1 + position.change(position.outcome.exited_on))
        held = [position for position in held if position.outcome.exited_on > day]
        worth.append(realised + sum(position.gain(day, fee) for position in held))
        if worth[-1] <= 0:
            worth[-1], realised, held = 0.0, 0.0, []
        exposure.append(100 * at_stake / worth[-2] if worth[-2] else 0.0)
        turnover += traded / worth[-2] if worth[-2] else 0.0
        for symbol, shares in weights.items():
            own = [position for position in held if position.symbol == symbol]
            value = sum(position.sign * position.stake * (1 + position.change(day)) for position in own)
            shares.append(value / worth[-1] if worth[-1] else 0.0)
    return EquityCurve(
        tuple(days),
        tuple(worth),
        sum(exposure[1:]) / max(1, len(exposure) - 1),
        turnover,
        tuple(float(entry.outcome.return_percent) for entry in evaluated if entry.outcome),
        {symbol: tuple(shares) for symbol, shares in weights.items()},
    )


def _open(entry: EvaluatedTrial, outcome: TradeOutcome, stake: float, prices: Prices) -> _Position:
    sign = 1 if entry.trial.decision.action is Action.BUY else -1
    entry_price = float(prices.bars[bisect_right(prices.days, outcome.entered_on) - 1].open)
    return _Position(entry.trial.symbol, sign, stake, entry_price, outcome, prices)


def targets_of(evaluated: Sequence[EvaluatedTrial]) -> Mapping[date, float]:
    """The target positions that decisions on one symbol set, by day: 1 for a BUY, -1 for a SELL, none for a HOLD."""
    signs = {Action.BUY: 1.0, Action.SELL: -1.0}
    return {
        entry.trial.as_of: signs[entry.trial.decision.action]
        for entry in evaluated
        if entry.trial.decision.action in signs
    }


def follow(
    symbol: Symbol, prices: Prices, targets: Mapping[date, float], days: Sequence[date], fee: float
) -> EquityCurve:
    """The equity curve of holding target positions in one symbol, starting at 1 on the first of `days`.

    A target that is set at the close of a day is traded at the next open, and held until another one is set. The
    position is a constant share of the portfolio, -1 to 1, restored at each open without a fee; `fee` is in percent of
    what a change of target trades. A trade is a run of days with the same target.
    """
    changes = sorted(targets.items())
    worth, positions, growths, turnover = [1.0], [0.0], [1.0], 0.0
    position, place = 0.0, 0
    for day in days[1:]:
        index = bisect_right(prices.days, day) - 1
        growth = 1.0
        if index >= 0 and prices.days[index] == day:
            first, last = prices.floats[index]
            before = prices.floats[index - 1][1] if index else first
            growth *= 1 + position * (first / before - 1)
            target = position
            while place < len(changes) and changes[place][0] < day:
                target, place = changes[place][1], place + 1
            turnover += abs(target - position)
            growth *= (1 - fee / 100 * abs(target - position)) * (1 + target * (last / first - 1))
            position = target
        # A short position loses more than everything where the price more than doubles within a day.
        growths.append(max(0.0, growth))
        worth.append(worth[-1] * growths[-1])
        positions.append(position)
    exposure = 100 * fsum(abs(value) for value in positions[1:]) / max(1, len(days) - 1)
    runs = [list(run) for key, run in groupby(zip(positions, growths, strict=True), key=lambda pair: pair[0]) if key]
    trades = tuple(100 * (prod(growth for _, growth in run) - 1) for run in runs)
    return EquityCurve(tuple(days), tuple(worth), exposure, turnover, trades, {symbol: tuple(positions)})


def combine(curves: Sequence[EquityCurve]) -> EquityCurve:
    """Curves over the same days, each with an equal share of the money at the start, which is never moved."""
    count, days = len(curves), curves[0].days
    worth = tuple(fsum(values) / count for values in zip(*(curve.worth for curve in curves), strict=True))
    weights = {
        symbol: tuple(
            share * own / (count * whole) if whole else 0.0
            for share, own, whole in zip(shares, curve.worth, worth, strict=True)
        )
        for curve in curves
        for symbol, shares in curve.weights.items()
    }
    return EquityCurve(
        days,
        worth,
        fsum(curve.exposure for curve in curves) / count,
        fsum(curve.turnover for curve in curves) / count,
        tuple(gain for curve in curves for gain in curve.trades),
        weights,
    )


def hold(shares: Sequence[Prices], days: Sequence[date], fee: float) -> EquityCurve:
    """The equity curve of holding equal shares, bought at the first open after `days[0]`; `fee` in percent per side."""
    entries = [share.next_open(days[0]) for share in shares]
    worth = [1.0]
    ends = [share.close(days[-1]) / entry for share, entry in zip(shares, entries, strict=True)]
    for day in days[1:]:
        grown = sum(share.close(day) / entry for share, entry in zip(shares, entries, strict=True)) / len(shares)
        worth.append(grown - fee / 100 * (1 + (grown if day == days[-1] else 0)))
    return EquityCurve(
        tuple(days),
        tuple(worth),
        turnover=2.0 if len(days) > 1 else 0.0,
        trades=tuple(100 * (end - 1 - fee / 100 * (1 + end)) for end in ends) if len(days) > 1 else (),
    )


def days_with_trading(prices: Sequence[Prices], first: date, last: date) -> tuple[date, ...]:
    """Frequency day from `first` to `last` on which something was traded, and `first` itself."""
    traded = {day for series in prices for day in series.days if first < day <= last}
    return (first, *sorted(traded))


def days_per_year(assets: Sequence[Asset]) -> int:
    """The number of trading days in a year: 365 with crypto, otherwise 252."""
    return 365 if any(asset.asset_type is AssetType.CRYPTO for asset in assets) else 252
