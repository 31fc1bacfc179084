"""Backtests: decisions of an engine as of past days, and what they would have returned."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from attrs import field, frozen

from tradecore.model.analyses import RULES
from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst, Decision
from tradecore.model.track_record import Tally, TradeOutcome

BacktestId = NewType("BacktestId", str)


class Frequency(StrEnum):
    """How often the engine decides: on the last trading day of every day, week or month."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@frozen
class Asset:
    """A symbol and what kind of thing it names."""

    symbol: Symbol
    asset_type: AssetType


@frozen
class BacktestBrief:
    """The request for a backtest: decisions as of trading days from `first` to `last`, both included.

    Raises Invalid without an asset, for a symbol that is named twice, and for `first` after `last`.
    """

    assets: tuple[Asset, ...]
    first: date
    last: date
    frequency: Frequency
    analysts: tuple[Analyst, ...]
    depth: int
    model: str
    engine: str = RULES

    def __attrs_post_init__(self) -> None:
        symbols = [asset.symbol for asset in self.assets]
        if not symbols or len(set(symbols)) < len(symbols):
            raise Invalid.one("assets", "Name at least one symbol, and each once.")
        if self.first > self.last:
            raise Invalid.one("first", f"The backtest would begin on {self.first}, after its end on {self.last}.")


@frozen
class Backtest:
    """A backtest. Its `id` is a hash of all that its decisions depend on, so an equal request continues it.

    `days` are the days of its decisions by symbol; `prices` is the SHA-256 of the bars they were chosen from, in hex.
    """

    id: BacktestId
    brief: BacktestBrief
    engine: str
    days: Mapping[Symbol, tuple[date, ...]]
    prices: str

    @property
    def size(self) -> int:
        """The number of its decisions."""
        return sum(len(days) for days in self.days.values())


@frozen
class Trial:
    """One decision of a backtest; `evidence` is the SHA-256 of the evidence it is based on, in hex."""

    symbol: Symbol
    as_of: date
    decision: Decision
    evidence: str


@frozen
class EvaluatedTrial:
    """A trial with its outcome: None for a HOLD, before the end of the horizon, and when nothing was traded."""

    trial: Trial
    outcome: TradeOutcome | None


@frozen
class EquityCurve:
    """An equity curve: the value of one unit of money at the close of each day, 1 on the first day.

    `exposure` is the average invested share, in percent.
    """

    days: tuple[date, ...]
    worth: tuple[float, ...]
    exposure: float = 100.0

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

    def sharpe(self, days_per_year: int) -> float | None:
        """The annualised Sharpe ratio of daily returns without a risk-free rate; None where returns do not vary."""
        daily = [after / before - 1 for before, after in zip(self.worth, self.worth[1:], strict=False)]
        if len(daily) < 2:
            return None
        mean = sum(daily) / len(daily)
        variance = sum((day_return - mean) ** 2 for day_return in daily) / (len(daily) - 1)
        return float(mean / variance**0.5 * days_per_year**0.5) if variance > 1e-18 else None


class CurveKind(StrEnum):
    """The curves of a backtest.

    SIZED trades the decisions with the sizes that the engine chose, FULL with an equal share for each symbol. HELD buys
    and holds the same symbols in equal shares, and BENCHMARK their benchmarks.
    """

    SIZED = "sized"
    FULL = "full"
    HELD = "held"
    BENCHMARK = "benchmark"


@frozen
class BacktestReport:
    """The evaluation of a backtest. All curves have the same days; `sources` are the origins of prices.

    `fee` is in percent per side.
    """

    backtest: Backtest
    evaluated: tuple[EvaluatedTrial, ...]
    by_symbol: Mapping[Symbol, Tally]
    whole: Tally
    curves: Mapping[CurveKind, EquityCurve] = field(repr=False)
    days_per_year: int
    sources: tuple[str, ...]
    horizon_weeks: int
    fee: Decimal
