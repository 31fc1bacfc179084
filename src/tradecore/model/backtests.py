"""Backtests: decisions of an engine as of past days, and what they would have returned."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from attrs import field, frozen

from tradecore.model.analysis_briefs import RULES
from tradecore.model.edge import Edge, Observation
from tradecore.model.equity_curves import CurveKind, EquityCurve, Performance
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

    @property
    def variant(self) -> tuple[object, ...]:
        """The way of deciding: equal for backtests of the same engine with the same parameters on other days."""
        return (self.engine, self.brief.analysts, self.brief.depth, self.brief.model, self.brief.frequency)

    def overlaps(self, other: "Backtest") -> bool:
        """Whether both decide on a symbol within a common span of days."""
        shared = self.days.keys() & other.days.keys()
        return bool(shared) and self.brief.first <= other.brief.last and other.brief.first <= self.brief.last


@frozen
class Trial:
    """One decision of a backtest; `evidence` is the SHA-256 of the evidence it is based on, in hex.

    It is `in_sample` when a model that took part may have read in training what came after the day.
    """

    symbol: Symbol
    as_of: date
    decision: Decision
    evidence: str
    in_sample: bool = False


@frozen
class EvaluatedTrial:
    """A trial with its outcome: None for a HOLD, before the end of the horizon, and when nothing was traded.

    `short_outcome` is the outcome over a horizon of one week.
    """

    trial: Trial
    outcome: TradeOutcome | None
    short_outcome: TradeOutcome | None = None


@frozen
class BacktestReport:
    """The evaluation of a backtest. `sources` are the origins of prices, `fee` is in percent per side.

    `curves` are those of all symbols together, over the same days, of which SIZED has weights; `by_curve` has their
    figures, and `by_symbol_and_curve` those of each symbol on its own days, with all money in it. `targets` are the
    target positions of the decisions, -1 to 1, at the close of the days of the curves. `whole` and `by_symbol` are over
    the horizon, `short` over one week. `observations` are the scored decisions that the edge is measured on.
    """

    backtest: Backtest
    evaluated: tuple[EvaluatedTrial, ...]
    by_symbol: Mapping[Symbol, Tally]
    whole: Tally
    short: Tally
    curves: Mapping[CurveKind, EquityCurve] = field(repr=False)
    by_curve: Mapping[CurveKind, Performance]
    by_symbol_and_curve: Mapping[Symbol, Mapping[CurveKind, Performance]]
    targets: Mapping[Symbol, tuple[float, ...]] = field(repr=False)
    edge: Edge
    days_per_year: int
    sources: tuple[str, ...]
    horizon_weeks: int
    fee: Decimal
    observations: tuple[Observation, ...] = field(default=(), repr=False)
