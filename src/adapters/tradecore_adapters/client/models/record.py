"""Responses about past decisions, how they turned out, and backtests."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from tradecore_adapters.client.models.engine import Group
from tradecore_adapters.client.models.shared import Action, Pagination


class IntervalEstimate(msgspec.Struct, frozen=True, rename="camel"):
    """An estimate and the bounds of its 95 % interval."""

    estimate: Decimal
    low: Decimal
    high: Decimal


class MeasuredEdge(msgspec.Struct, frozen=True, rename="camel"):
    """What a record shows beyond chance; what is None is explained by `missing`."""

    shown: bool
    advisory: str
    decisions: int
    scored: int
    traded_share: Decimal | None
    hit_rate: Decimal | None
    hit_interval: IntervalEstimate | None
    base_rate: Decimal | None
    skill: IntervalEstimate | None
    brier_raw: Decimal | None
    brier_calibrated: Decimal | None
    brier_base: Decimal | None
    brier_skill: Decimal | None
    missing: str


class PastDecision(msgspec.Struct, frozen=True, rename="camel"):
    """One past decision; returns in percent: `actual_return` so far, final once `scored`."""

    id: str
    symbol: str
    asset_type: Literal["equity", "crypto"]
    action: Action
    confidence: Decimal
    date: date
    actual_return: Decimal | None
    return_percent: Decimal | None
    created_at: datetime
    horizon_return: Decimal | None = None
    scored: bool = False
    in_sample: bool = False


class Metrics(msgspec.Struct, frozen=True, rename="camel"):
    """Metrics over all decisions of a query; None where there are too few."""

    total_analyses: int
    win_rate: Decimal | None
    avg_return: Decimal | None
    avg_confidence: Decimal | None
    sharpe_ratio: Decimal | None


class History(msgspec.Struct, frozen=True, rename="camel"):
    """A page of past decisions."""

    analyses: tuple[PastDecision, ...]
    metrics: Metrics
    pagination: Pagination
    groups: tuple[Group, ...] = ()


class Bucket(msgspec.Struct, frozen=True, rename="camel"):
    """Scored decisions with a confidence from `low` to below `high`, 10 included in the last; None with too few."""

    low: int = msgspec.field(name="from")
    high: int = msgspec.field(name="to")
    sample_size: int
    avg_confidence: Decimal | None
    hit_rate: Decimal | None
    avg_return: Decimal | None


class Calibration(msgspec.Struct, frozen=True, rename="camel"):
    """Scored decisions held against their confidence, taken as a probability. None is not known."""

    sample_size: int
    hit_rate: Decimal | None
    avg_confidence: Decimal | None
    avg_return: Decimal | None
    avg_benchmark_return: Decimal | None
    benchmarked: int
    brier_score: Decimal | None
    brier_reference: Decimal | None
    buckets: tuple[Bucket, ...]
    groups: "tuple[CalibrationGroup, ...]" = ()


class CalibrationGroup(msgspec.Struct, frozen=True, rename="camel"):
    """The calibration of one engine with one version and model."""

    engine: str
    label: str
    calibration: Calibration


class BacktestTicket(msgspec.Struct, frozen=True, rename="camel"):
    """A backtest that was admitted; `decided` of its `decisions` were made by earlier runs."""

    id: str
    status: Literal["queued", "running", "completed", "error", "cancelled"]
    decisions: int
    decided: int


class BacktestSummary(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A backtest and how far it is; `progress` in percent, `label` is the engine with its version."""

    id: str
    status: Literal["queued", "running", "completed", "error", "cancelled"]
    progress: int
    decisions: int
    decided: int
    engine: str
    label: str
    symbols: tuple[str, ...]
    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    every: Literal["day", "week", "month"]
    analysts: tuple[str, ...]
    research_depth: int
    created_at: datetime
    error: str | None = None


class Backtests(msgspec.Struct, frozen=True, rename="camel"):
    """A page of backtests, newest first."""

    backtests: tuple[BacktestSummary, ...]
    pagination: Pagination


class CurvePerformance(msgspec.Struct, frozen=True, rename="camel"):
    """The figures of one curve, of one symbol or, without a `symbol`, of all together; in percent, after fees."""

    symbol: str | None
    curve: str
    label: str
    total_return: Decimal
    annual_return: Decimal | None
    sharpe_ratio: Decimal | None
    sortino_ratio: Decimal | None
    max_drawdown: Decimal
    trades: int
    hit_rate: IntervalEstimate | None
    profit_factor: Decimal | None
    turnover: Decimal | None
    exposure: Decimal
    alpha: Decimal | None
    beta: Decimal | None


class BacktestReport(msgspec.Struct, frozen=True, rename="camel"):
    """The evaluation of a backtest; `curves` by name, `targets` by symbol on their days, `decisions` as documented."""

    sources: tuple[str, ...]
    synthetic: bool
    horizon_weeks: int
    fee_percent: Decimal
    edge: MeasuredEdge
    table: tuple[CurvePerformance, ...]
    curves: dict[str, Any]
    targets: dict[str, tuple[Decimal, ...]]
    decisions: tuple[dict[str, Any], ...]


class Backtest(BacktestSummary, frozen=True, rename="camel", kw_only=True):
    """A backtest, with its report once it is completed."""

    report: BacktestReport | None = None
