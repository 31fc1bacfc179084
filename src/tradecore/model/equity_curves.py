"""Equity curves: the daily value of one unit of money, and the figures that follow from it."""

import math
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from math import fsum

from attrs import field, frozen

from tradecore.model.intervals import Interval, wilson
from tradecore.model.market import Symbol


class CurveKind(StrEnum):
    """The curves of a backtest.

    SIZED trades the decisions with the sizes that the engine chose, FULL with an equal share for each symbol. TARGET
    holds what the newest decision says, day by day: 1 after a BUY, -1 after a SELL, unchanged after a HOLD. The others
    are baselines: HELD buys and holds the same symbols in equal shares, BENCHMARK their benchmarks, and SMA, MACD,
    KDJ_RSI and REVERSION follow rules on daily closes.
    """

    SIZED = "sized"
    FULL = "full"
    TARGET = "target"
    HELD = "held"
    BENCHMARK = "benchmark"
    SMA = "sma"
    MACD = "macd"
    KDJ_RSI = "kdj_rsi"
    REVERSION = "reversion"


@frozen
class Performance:
    """The figures of an equity curve: returns, drawdown, exposure and alpha in percent, after fees.

    `trades` is the number of trades, `turnover` what is bought and sold in a year in units of the portfolio. Alpha and
    beta are against the benchmark of the symbols where there is one, else against holding them. What cannot be
    computed is None.
    """

    total: float
    annual: float | None
    sharpe: float | None
    sortino: float | None
    max_drawdown: float
    trades: int
    hit_rate: Interval | None
    profit_factor: float | None
    turnover: float | None
    exposure: float
    alpha: float | None
    beta: float | None


@frozen
class EquityCurve:
    """An equity curve: the value of one unit of money at the close of each day, 1 on the first day.

    `exposure` is the average invested share, in percent. `turnover` is the sum of all that was bought and sold, each in
    units of the portfolio on its day. `trades` are the returns of its trades in percent, after fees. `weights` are the
    signed shares of the symbols in the portfolio at the close of each day.
    """

    days: tuple[date, ...]
    worth: tuple[float, ...]
    exposure: float = 100.0
    turnover: float = 0.0
    trades: tuple[float, ...] = ()
    weights: Mapping[Symbol, tuple[float, ...]] = field(factory=dict, repr=False)

    @cached_property
    def daily(self) -> tuple[float, ...]:
        """The return of each day after the first, as a fraction; 0 once everything is lost."""
        return tuple(after / before - 1 if before else 0.0 for before, after in pairwise(self.worth))

    @property
    def return_percent(self) -> float:
        """The return from the first day to the last, in percent."""
        return 100 * (self.worth[-1] / self.worth[0] - 1)

    @property
    def drawdowns(self) -> tuple[float, ...]:
        """The drawdown of each day from the highest value so far, in percent, 0 or below."""
        peak, drawdowns = self.worth[0], []
        for worth in self.worth:
            peak = max(peak, worth)
            drawdowns.append(100 * (worth / peak - 1))
        return tuple(drawdowns)

    @property
    def max_drawdown(self) -> float:
        """The deepest drawdown, in percent, 0 or below."""
        return min(self.drawdowns)

    def annual_return(self, days_per_year: int) -> float | None:
        """The compound annual growth rate in percent; None for a single day, or where no float holds it."""
        if not self.daily:
            return None
        return _compounded(self.worth[-1] / self.worth[0], days_per_year / len(self.daily))

    def sharpe(self, days_per_year: int) -> float | None:
        """The annualised Sharpe ratio of daily returns without a risk-free rate; None where returns do not vary."""
        if len(self.daily) < 2:
            return None
        mean = fsum(self.daily) / len(self.daily)
        variance = fsum((day_return - mean) ** 2 for day_return in self.daily) / (len(self.daily) - 1)
        return float(mean / variance**0.5 * days_per_year**0.5) if variance > 1e-18 else None

    def sortino(self, days_per_year: int) -> float | None:
        """The annualised Sortino ratio: mean daily return over the root mean square of losses; None without losses."""
        if len(self.daily) < 2:
            return None
        mean = fsum(self.daily) / len(self.daily)
        downside = fsum(min(day_return, 0.0) ** 2 for day_return in self.daily) / len(self.daily)
        return float(mean / downside**0.5 * days_per_year**0.5) if downside > 1e-18 else None

    def alpha_beta(self, reference: "EquityCurve", days_per_year: int) -> tuple[float | None, float | None]:
        """Jensen's alpha, annualised and in percent, and beta of daily returns against a curve over the same days.

        Both are None where the reference does not vary. Alpha is None where a daily alpha below -100 % has no annual
        counterpart, and where no float holds it, as over few days against a reference that hardly varies.
        """
        own, other = self.daily, reference.daily
        if len(own) < 2 or len(own) != len(other):
            return None, None
        mean, middle = fsum(own) / len(own), fsum(other) / len(other)
        spread = fsum((value - middle) ** 2 for value in other)
        if spread <= 1e-18:
            return None, None
        beta = fsum((a - mean) * (b - middle) for a, b in zip(own, other, strict=True)) / spread
        return _compounded(1 + mean - beta * middle, days_per_year), beta

    @property
    def hit_rate(self) -> Interval | None:
        """The share of trades that gained, in percent, with its 95 % interval (Wilson); None without trades."""
        return wilson(sum(gain > 0 for gain in self.trades), len(self.trades))

    @property
    def profit_factor(self) -> float | None:
        """The sum of gains over the sum of losses of its trades; None without losses."""
        losses = -fsum(gain for gain in self.trades if gain < 0)
        return fsum(gain for gain in self.trades if gain > 0) / losses if losses else None

    def annual_turnover(self, days_per_year: int) -> float | None:
        """What was bought and sold in a year, in units of the portfolio; None for a single day."""
        return self.turnover * days_per_year / len(self.daily) if self.daily else None

    def performance(self, reference: "EquityCurve", days_per_year: int) -> Performance:
        """All figures, against a reference over the same days."""
        alpha, beta = self.alpha_beta(reference, days_per_year)
        return Performance(
            total=self.return_percent,
            annual=self.annual_return(days_per_year),
            sharpe=self.sharpe(days_per_year),
            sortino=self.sortino(days_per_year),
            max_drawdown=self.max_drawdown,
            trades=len(self.trades),
            hit_rate=self.hit_rate,
            profit_factor=self.profit_factor,
            turnover=self.annual_turnover(days_per_year),
            exposure=self.exposure,
            alpha=alpha,
            beta=beta,
        )


def _compounded(growth: float, periods: float) -> float | None:
    """The return of growing by a factor in each of so many periods, in percent.

    None for a negative factor, and where no float holds the result.
    """
    if growth < 0:
        return None
    try:
        return 100 * (math.pow(growth, periods) - 1)
    except OverflowError:
        return None


def performances(curves: Mapping[CurveKind, EquityCurve], days_per_year: int) -> Mapping[CurveKind, Performance]:
    """The figures of curves over the same days, with their benchmark as the reference, or without one, holding."""
    reference = curves.get(CurveKind.BENCHMARK, curves[CurveKind.HELD])
    return {kind: curve.performance(reference, days_per_year) for kind, curve in curves.items()}
