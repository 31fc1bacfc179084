"""Simulation: equity curves of trading every scored decision, and of buying and holding."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from attrs import frozen

from tradecore.model.backtests import Asset, EquityCurve, EvaluatedTrial
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

    def close(self, day: date) -> float:
        """The newest close at or before a day; before the first bar, its open."""
        index = bisect_right(self.days, day)
        return float(self.bars[index - 1].close if index else self.bars[0].open)

    def next_open(self, day: date) -> float:
        """The first open after a day; the newest close when there is none."""
        index = bisect_right(self.days, day)
        return float(self.bars[index].open if index < len(self.bars) else self.bars[-1].close)


@frozen
class _Position:
    sign: int
    stake: float
    entry: float
    outcome: TradeOutcome
    prices: Prices

    def gain(self, day: date, fee: float) -> float:
        """The gain by the close of a day on which it is held, after the fee of its entry."""
        return self.stake * (self.sign * (self.prices.close(day) / self.entry - 1) - fee / 100)


def trade(
    evaluated: Sequence[EvaluatedTrial], prices: Mapping[Symbol, Prices], days: Sequence[date], size: Size, fee: float
) -> EquityCurve:
    """The equity curve of trading every scored decision, starting at 1 on the first of `days`.

    A position is opened at the entry of its outcome with `size` percent of the previous portfolio value, limited by the
    free cash, and closed as its outcome says. Within a day, symbols go in alphabetical order. `fee` is in percent per
    side. Cash earns no interest.
    """
    entering: dict[date, list[EvaluatedTrial]] = {}
    for entry in evaluated:
        if entry.outcome:
            entering.setdefault(entry.outcome.entered_on, []).append(entry)
    held: list[_Position] = []
    realised, worth, exposure = 1.0, [1.0], [0.0]
    for day in days[1:]:
        for entry in sorted(entering.get(day, ()), key=lambda entry: entry.trial.symbol):
            free = worth[-1] - sum(position.stake for position in held)
            stake = min(size(entry.trial.decision) / 100 * worth[-1], free)
            if stake > 0 and entry.outcome:
                held.append(_open(entry, entry.outcome, stake, prices[entry.trial.symbol]))
        at_stake = sum(position.stake for position in held)
        for position in held:
            if position.outcome.exited_on <= day:
                realised += position.stake * float(position.outcome.return_percent) / 100
        held = [position for position in held if position.outcome.exited_on > day]
        worth.append(realised + sum(position.gain(day, fee) for position in held))
        exposure.append(100 * at_stake / worth[-2])
    return EquityCurve(tuple(days), tuple(worth), sum(exposure[1:]) / max(1, len(exposure) - 1))


def _open(entry: EvaluatedTrial, outcome: TradeOutcome, stake: float, prices: Prices) -> _Position:
    sign = 1 if entry.trial.decision.action is Action.BUY else -1
    entry_price = float(prices.bars[bisect_right(prices.days, outcome.entered_on) - 1].open)
    return _Position(sign, stake, entry_price, outcome, prices)


def hold(shares: Sequence[Prices], days: Sequence[date], fee: float) -> EquityCurve:
    """The equity curve of holding equal shares, bought at the first open after `days[0]`; `fee` in percent per side."""
    entries = [share.next_open(days[0]) for share in shares]
    worth = [1.0]
    for day in days[1:]:
        grown = sum(share.close(day) / entry for share, entry in zip(shares, entries, strict=True)) / len(shares)
        worth.append(grown - fee / 100 * (1 + (grown if day == days[-1] else 0)))
    return EquityCurve(tuple(days), tuple(worth))


def days_with_trading(prices: Sequence[Prices], first: date, last: date) -> tuple[date, ...]:
    """Frequency day from `first` to `last` on which something was traded, and `first` itself."""
    traded = {day for series in prices for day in series.days if first < day <= last}
    return (first, *sorted(traded))


def days_per_year(assets: Sequence[Asset]) -> int:
    """The number of trading days in a year: 365 with crypto, otherwise 252."""
    return 365 if any(asset.asset_type is AssetType.CRYPTO for asset in assets) else 252
