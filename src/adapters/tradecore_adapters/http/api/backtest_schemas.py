"""The response schemas of the report of a backtest, and how the report becomes one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from tradecore.model.backtest_runs import BacktestState
from tradecore.model.backtests import BacktestReport, EvaluatedTrial
from tradecore.model.equity_curves import CurveKind, EquityCurve, Performance
from tradecore.model.track_record import Tally, TradeOutcome
from tradecore_adapters.http.api.edge_schemas import (
    EdgeData,
    IntervalData,
    edge_of,
    interval_of,
    optional_number,
    rounded_number,
)
from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.schemas import Action, IsoDay, Number, PaginationData, Percent
from tradecore_adapters.http.responses import number

CurveName = Literal["sized", "full", "target", "held", "benchmark", "sma", "macd", "kdj_rsi", "reversion"]

LABELS = {
    CurveKind.SIZED: "The desk, with the sizes it chose",
    CurveKind.FULL: "The desk, an equal share for each symbol",
    CurveKind.TARGET: "The desk, held from decision to decision",
    CurveKind.HELD: "Baseline: buy and hold",
    CurveKind.BENCHMARK: "Baseline: buy and hold of the benchmark",
    CurveKind.SMA: "Baseline: SMA 5/20 crossover",
    CurveKind.MACD: "Baseline: MACD 12/26/9 crossover",
    CurveKind.KDJ_RSI: "Baseline: KDJ 9/3/3 crossing, RSI 14 on its side of 50",
    CurveKind.REVERSION: "Baseline: zero-mean reversion, 20 days, from 1 deviation to 0",
}

BacktestStatusName = Literal["queued", "running", "completed", "error", "cancelled"]
STATUS: Mapping[BacktestState, BacktestStatusName] = {
    BacktestState.QUEUED: "queued",
    BacktestState.RUNNING: "running",
    BacktestState.COMPLETED: "completed",
    BacktestState.FAILED: "error",
    BacktestState.CANCELLED: "cancelled",
}


class BacktestTicketData(Struct, rename="camel"):
    """A backtest that was admitted; `decided` of its `decisions` were made by earlier runs."""

    id: str
    status: BacktestStatusName
    decisions: int
    decided: int


class BacktestSummaryData(Struct, rename="camel", kw_only=True):
    """A backtest and how far it is; `error` says why it ended without a report."""

    id: str
    status: BacktestStatusName
    progress: Percent
    decisions: int
    decided: int
    engine: str
    label: Annotated[str, Meta(description="What the engine is, with its version")]
    symbols: list[str]
    from_: IsoDay = field(name="from")
    to: IsoDay
    every: Literal["day", "week", "month"]
    analysts: list[str]
    research_depth: int
    created_at: Timestamp
    error: str | UnsetType = UNSET


class BacktestsData(Struct, rename="camel"):
    """A page of backtests, newest first."""

    backtests: list[BacktestSummaryData]
    pagination: PaginationData


class BacktestPerformanceData(Struct, rename="camel"):
    """One row of the table: the figures of a curve, of one symbol or, with `symbol` null, of all together.

    Returns, drawdown, exposure and alpha are in percent, after fees. `turnover` is what is bought and sold in a year in
    units of the portfolio. Alpha and beta are against the benchmark where there is one of the same kind, else against
    holding the symbols.
    """

    symbol: str | None
    curve: CurveName
    label: str
    total_return: Number
    annual_return: Number | None
    sharpe_ratio: Number | None
    sortino_ratio: Number | None
    max_drawdown: Number
    trades: int
    hit_rate: IntervalData | None
    profit_factor: Number | None
    turnover: Number | None
    exposure: Number
    alpha: Number | None
    beta: Number | None


class DecisionMetricsData(Struct, rename="camel"):
    """What the decisions returned; ratios over fewer than five scored decisions are null."""

    decisions: int
    actions: dict[Action, int]
    scored: int
    win_rate: Number | None
    avg_return: Number | None
    avg_confidence: Number | None
    sharpe_ratio: Number | None


class OutcomeData(Struct, rename="camel"):
    """What a decision returned; `reason` is what ended it: its stop, its target, or the horizon."""

    entered_on: IsoDay
    entry_price: Number
    left_on: IsoDay
    exit_price: Number
    reason: Literal["stop", "target", "horizon"]
    actual_return: Number
    fees: Number
    benchmark_return: Number | None


class BacktestDecisionData(Struct, rename="camel"):
    """One decision, with its outcome over the horizon and over a week; null for a HOLD and where it is not known."""

    symbol: str
    date: IsoDay
    action: Action
    confidence: Number
    position_size: Number
    entry_price: Number
    stop_loss: Number
    take_profit: Number
    evidence: str
    in_sample: Annotated[bool, Meta(description="Whether its model may have read what came after the day")]
    outcome: OutcomeData | None
    week_outcome: OutcomeData | None


class CurveData(Struct, rename="camel"):
    """The daily value of one unit of money."""

    total_return: Number
    sharpe_ratio: Number | None
    max_drawdown: Number
    exposure: Number
    days: list[IsoDay]
    worth: list[Number]


class BacktestReportData(Struct, rename="camel"):
    """The evaluation of a backtest. `targets` are the positions that decisions set, -1 to 1, on the days of curves."""

    sources: list[str]
    synthetic: bool
    horizon_weeks: int
    fee_percent: Number
    metrics: DecisionMetricsData
    week_metrics: Annotated[DecisionMetricsData, Meta(description="The same decisions over a horizon of one week")]
    by_symbol: dict[str, DecisionMetricsData]
    edge: EdgeData
    table: list[BacktestPerformanceData]
    curves: dict[CurveName, CurveData]
    targets: dict[str, list[Number]]
    decisions: list[BacktestDecisionData]
    in_sample: int | UnsetType = UNSET


class BacktestData(BacktestSummaryData, rename="camel", kw_only=True):
    """A backtest, with its report once it is completed."""

    report: BacktestReportData | UnsetType = UNSET


def report_of(report: BacktestReport) -> BacktestReportData:
    """The report as the API shows it."""
    rows: list[tuple[str | None, CurveKind, Performance]] = [
        (None, kind, figures) for kind, figures in report.by_curve.items()
    ]
    rows += [
        (symbol, kind, figures)
        for symbol, curves in report.by_symbol_and_curve.items()
        for kind, figures in curves.items()
    ]
    in_sample = sum(entry.trial.in_sample for entry in report.evaluated)
    return BacktestReportData(
        sources=list(report.sources),
        synthetic=any("synthetic" in source for source in report.sources),
        horizon_weeks=report.horizon_weeks,
        fee_percent=report.fee,
        metrics=_metrics(report.whole, report.evaluated),
        week_metrics=_metrics(report.short, report.evaluated),
        by_symbol={
            symbol: _metrics(tally, [entry for entry in report.evaluated if entry.trial.symbol == symbol])
            for symbol, tally in report.by_symbol.items()
        },
        edge=edge_of(report.edge),
        table=[performance_of(symbol, kind, figures) for symbol, kind, figures in rows],
        curves={kind.value: _curve(curve, report.days_per_year) for kind, curve in report.curves.items()},
        targets={symbol: [rounded_number(value) for value in targets] for symbol, targets in report.targets.items()},
        decisions=[_decision(entry) for entry in report.evaluated],
        in_sample=in_sample or UNSET,
    )


def performance_of(symbol: str | None, kind: CurveKind, figures: Performance) -> BacktestPerformanceData:
    """One row of the table."""
    return BacktestPerformanceData(
        symbol=symbol,
        curve=kind.value,
        label=LABELS[kind],
        total_return=rounded_number(figures.total),
        annual_return=optional_number(figures.annual),
        sharpe_ratio=optional_number(figures.sharpe),
        sortino_ratio=optional_number(figures.sortino),
        max_drawdown=rounded_number(figures.max_drawdown),
        trades=figures.trades,
        hit_rate=interval_of(figures.hit_rate),
        profit_factor=optional_number(figures.profit_factor),
        turnover=optional_number(figures.turnover),
        exposure=rounded_number(figures.exposure),
        alpha=optional_number(figures.alpha),
        beta=optional_number(figures.beta),
    )


def _metrics(tally: Tally, evaluated: Sequence[EvaluatedTrial]) -> DecisionMetricsData:
    counts = Counter(entry.trial.decision.action.value for entry in evaluated)
    return DecisionMetricsData(
        decisions=tally.total,
        actions={"BUY": counts["BUY"], "SELL": counts["SELL"], "HOLD": counts["HOLD"]},
        scored=tally.scored,
        win_rate=optional_number(tally.win_rate),
        avg_return=optional_number(tally.average_return),
        avg_confidence=optional_number(tally.average_confidence),
        sharpe_ratio=optional_number(tally.sharpe_ratio),
    )


def _curve(curve: EquityCurve, days_per_year: int) -> CurveData:
    return CurveData(
        total_return=rounded_number(curve.return_percent),
        sharpe_ratio=optional_number(curve.sharpe(days_per_year)),
        max_drawdown=rounded_number(curve.max_drawdown),
        exposure=rounded_number(curve.exposure),
        days=[day.isoformat() for day in curve.days],
        worth=[rounded_number(worth, 8) for worth in curve.worth],
    )


def _decision(entry: EvaluatedTrial) -> BacktestDecisionData:
    trial, decision = entry.trial, entry.trial.decision
    return BacktestDecisionData(
        symbol=trial.symbol,
        date=trial.as_of.isoformat(),
        action=decision.action.value,
        confidence=number(decision.confidence),
        position_size=number(decision.position_size),
        entry_price=number(decision.entry),
        stop_loss=number(decision.stop),
        take_profit=number(decision.target),
        evidence=trial.evidence,
        in_sample=trial.in_sample,
        outcome=_outcome(entry.outcome),
        week_outcome=_outcome(entry.short_outcome),
    )


def _outcome(outcome: TradeOutcome | None) -> OutcomeData | None:
    if outcome is None:
        return None
    return OutcomeData(
        entered_on=outcome.entered_on.isoformat(),
        entry_price=number(outcome.entry),
        left_on=outcome.exited_on.isoformat(),
        exit_price=number(outcome.exit),
        reason=outcome.reason.value,
        actual_return=number(outcome.return_percent),
        fees=number(outcome.fees),
        benchmark_return=None if outcome.benchmark is None else number(outcome.benchmark),
    )
