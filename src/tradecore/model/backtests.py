"""Backtests: the desk's decisions on past days, as they would have been made then."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from attrs import field, frozen

from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst, Decision
from tradecore.model.track_record import Outcome, Tally

BacktestId = NewType("BacktestId", str)


class Every(StrEnum):
    """How often the desk decides: at the close of each last trading day of."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@frozen
class Subject:
    """A symbol and what kind of thing it names."""

    symbol: Symbol
    asset_type: AssetType


@frozen
class BacktestBrief:
    """What is asked of a backtest: decisions as of trading days from `first` to `last`, both included."""

    subjects: tuple[Subject, ...]
    first: date
    last: date
    every: Every
    analysts: tuple[Analyst, ...]
    depth: int
    model: str

    def __attrs_post_init__(self) -> None:
        symbols = [subject.symbol for subject in self.subjects]
        if not symbols or len(set(symbols)) < len(symbols):
            raise Invalid.one("symbols", "Name at least one symbol, and each once.")
        if self.first > self.last:
            raise Invalid.one("from", f"The backtest would begin on {self.first}, after its end on {self.last}.")


@frozen
class Backtest:
    """A backtest: `id` follows from all that its decisions depend on, so asking the same again continues it.

    `days` are the days to decide on, by symbol; `prices` the SHA-256 of the bars they were chosen from.
    """

    id: BacktestId
    brief: BacktestBrief
    engine: str
    days: Mapping[Symbol, tuple[date, ...]]
    prices: str

    @property
    def size(self) -> int:
        """How many decisions it consists of."""
        return sum(len(days) for days in self.days.values())


@frozen
class Trial:
    """One decision of a backtest; `evidence` is the SHA-256 of all that it was made from."""

    symbol: Symbol
    as_of: date
    decision: Decision
    evidence: str


@frozen
class Judged:
    """A trial and what came of it; None for a HOLD, and where the horizon has not passed or nothing was traded."""

    trial: Trial
    outcome: Outcome | None


@frozen
class Curve:
    """What one unit of money becomes: its worth at the close of each day, 1 on the first.

    `exposure` is how much of it was at stake on average, in percent.
    """

    days: tuple[date, ...]
    worth: tuple[float, ...]
    exposure: float = 100.0

    @property
    def returned(self) -> float:
        """From the first day to the last, in percent."""
        return 100 * (self.worth[-1] / self.worth[0] - 1)

    @property
    def drawdowns(self) -> tuple[float, ...]:
        """How far each day's worth lies below the highest before, in percent, never above 0."""
        peak, found = self.worth[0], []
        for worth in self.worth:
            peak = max(peak, worth)
            found.append(100 * (worth / peak - 1))
        return tuple(found)

    @property
    def max_drawdown(self) -> float:
        """The deepest of the drawdowns, in percent, 0 or below."""
        return min(self.drawdowns)

    def sharpe(self, days_per_year: int) -> float | None:
        """Mean over sample standard deviation of daily returns, annualised, no risk-free rate; None where none move."""
        daily = [after / before - 1 for before, after in zip(self.worth, self.worth[1:], strict=False)]
        if len(daily) < 2:
            return None
        mean = sum(daily) / len(daily)
        variance = sum((each - mean) ** 2 for each in daily) / (len(daily) - 1)
        return float(mean / variance**0.5 * days_per_year**0.5) if variance > 1e-18 else None


class Line(StrEnum):
    """What a curve of a backtest shows: the desk with the sizes it chose, the desk with an equal share for each symbol,
    the same symbols held throughout in equal shares, and their benchmarks likewise.
    """

    SIZED = "sized"
    FULL = "full"
    HELD = "held"
    BENCHMARK = "benchmark"


@frozen
class BacktestReport:
    """What a backtest amounts to. The curves are over the same days; `sources` say where prices came from."""

    backtest: Backtest
    judged: tuple[Judged, ...]
    by_symbol: Mapping[Symbol, Tally]
    whole: Tally
    curves: Mapping[Line, Curve] = field(repr=False)
    days_per_year: int
    sources: tuple[str, ...]
    horizon_weeks: int
    fee: Decimal
