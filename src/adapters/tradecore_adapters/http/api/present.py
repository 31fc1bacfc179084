"""From the core's nouns to the documented objects."""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import UNSET

from tradecore.model.analyses import AgentProgress, AgentState, AgentUsage, AnalysisResult, AnalysisState
from tradecore.model.evidence import Evidence
from tradecore.model.track_record import Calibration, History, HistoryQuery, PastDecision, Tally
from tradecore.model.usage import Usage
from tradecore.use_cases.launch import Ticket
from tradecore.use_cases.look_up import Standing
from tradecore_adapters.http.answers import number, seconds, utc
from tradecore_adapters.http.api import wire

# The documented vocabulary has one word for everything that ended without a result.
_STATES: dict[AnalysisState, Any] = {
    AnalysisState.QUEUED: "queued",
    AnalysisState.RUNNING: "running",
    AnalysisState.COMPLETED: "completed",
    AnalysisState.FAILED: "error",
    AnalysisState.CANCELLED: "error",
}
_METRIC_PLACES = 4


def ticket(given: Ticket) -> wire.TicketData:
    """What a launch is answered with."""
    return wire.TicketData(given.analysis, _STATES[given.state], given.estimate, given.position)


def status(standing: Standing) -> wire.StatusData:
    """How far an analysis is."""
    analysis = standing.analysis
    return wire.StatusData(
        status=_STATES[analysis.state],
        progress=wire.ProgressData(
            current_agent=analysis.current_agent or "",
            completed_agents=[each.agent for each in analysis.agents if each.state is AgentState.COMPLETED],
            overall_percent=analysis.percent,
            agents=[_agent(each) for each in analysis.agents],
        ),
        estimated_time_remaining=UNSET if standing.seconds_left is None else standing.seconds_left,
        error=analysis.error or UNSET,
    )


def _agent(progress: AgentProgress) -> wire.AgentData:
    began, ended = progress.began_at, progress.ended_at
    duration = _between(began, ended) if began and ended else None
    return wire.AgentData(progress.agent, progress.state.value, duration, progress.error or UNSET)


def result(made: AnalysisResult) -> wire.ResultData:
    """Everything a completed analysis has to say."""
    decision, risk = made.decision, made.risk
    completed = utc(made.completed_at)
    return wire.ResultData(
        id=made.id,
        decision=wire.DecisionData(
            symbol=made.brief.symbol,
            action=decision.action.value,
            confidence=number(decision.confidence),
            position_size=number(decision.position_size),
            entry_price=number(decision.entry),
            stop_loss=number(decision.stop),
            take_profit=number(decision.target),
            reasoning=decision.reasoning,
            created_at=completed,
            needs_review=decision.needs_review or UNSET,
        ),
        reports={report.analyst.value: report.markdown for report in made.reports},
        debate=wire.DebateData(
            rounds=[wire.RoundData(each.number, each.bull, each.bear, each.ruling) for each in made.rounds],
            final_verdict=made.verdict,
        ),
        risk_assessment=wire.RiskData(
            volatility=risk.volatility.value,
            max_drawdown=number(risk.max_drawdown),
            liquidity=risk.liquidity.value,
            concerns=list(risk.concerns),
            beta=UNSET if risk.beta is None else number(risk.beta),
        ),
        metadata=wire.MetadataData(
            symbol=made.brief.symbol,
            date=made.brief.as_of.isoformat(),
            completed_at=completed,
            duration=_between(made.started_at, made.completed_at),
            analysts_used=[analyst.value for analyst in made.brief.analysts],
            engine=made.engine,
            data_sources=list(made.sources),
            synthetic=any("synthetic" in source.lower() for source in made.sources),
            usage=_usage(made.usage) if made.usage else UNSET,
        ),
        evidence=[_evidence(each) for each in made.evidence],
    )


def _usage(used: tuple[AgentUsage, ...]) -> wire.TotalUsageData:
    return wire.TotalUsageData(
        **_took(sum((each.usage for each in used), Usage())),
        by_agent=[
            wire.AgentUsageData(**_took(each.usage), agent=each.agent.value, models=list(each.models)) for each in used
        ],
    )


def _took(usage: Usage) -> dict[str, Any]:
    return {
        "calls": usage.calls,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "cost": None if usage.cost is None else number(usage.cost),
    }


def _evidence(each: Evidence) -> wire.EvidenceData:
    return wire.EvidenceData(
        id=each.id,
        topic=each.topic.value,
        statement=each.statement,
        as_of=each.as_of.isoformat(),
        source=each.source,
        digest=each.digest,
        value=UNSET if each.value is None else number(each.value),
        unit=each.unit or UNSET,
    )


def history(found: History, query: HistoryQuery) -> wire.HistoryData:
    """A page of past decisions, and what all of them amount to."""
    return wire.HistoryData(
        analyses=[_past(row) for row in found.rows],
        metrics=_metrics(found.tally),
        pagination=wire.PaginationData(
            total=found.tally.total,
            page=query.page,
            page_size=query.page_size,
            has_next=query.page * query.page_size < found.tally.total,
        ),
    )


# Pages of history are asked for again and again, and what is past changes once at most: when its return is known.
@lru_cache(4096)
def _past(row: PastDecision) -> wire.PastData:
    returned = None if row.actual_return is None else number(row.actual_return)
    return wire.PastData(
        id=row.id,
        symbol=row.symbol,
        asset_type=row.asset_type.value,
        action=row.action.value,
        confidence=number(row.confidence),
        date=row.as_of.isoformat(),
        actual_return=returned,
        return_percent=returned,
        created_at=utc(row.created_at),
    )


def _metrics(tally: Tally) -> wire.MetricsData:
    return wire.MetricsData(
        total_analyses=tally.total,
        win_rate=_metric(tally.win_rate),
        avg_return=_metric(tally.average_return),
        avg_confidence=_metric(tally.average_confidence),
        sharpe_ratio=_metric(tally.sharpe_ratio),
        scored=tally.scored,
    )


def calibration(found: Calibration) -> wire.CalibrationData:
    """How often which confidence was right."""
    whole = found.whole
    return wire.CalibrationData(
        sample_size=whole.scored,
        hit_rate=_metric(whole.hit_rate),
        avg_confidence=_metric(whole.average_confidence),
        avg_return=_metric(whole.average_return),
        avg_benchmark_return=_metric(whole.average_benchmark),
        benchmarked=whole.benchmarked,
        brier_score=_metric(whole.brier),
        brier_reference=_metric(found.reference),
        buckets=[
            wire.BucketData(
                low=each.low,
                high=each.low + 1,
                sample_size=each.scored,
                avg_confidence=_metric(each.average_confidence),
                hit_rate=_metric(each.hit_rate),
                avg_return=_metric(each.average_return),
            )
            for each in found.buckets
        ],
    )


def _metric(value: float | None) -> Decimal | None:
    return None if value is None else number(Decimal(str(round(value, _METRIC_PLACES))))


def _between(began: datetime, ended: datetime) -> float:
    # Clocks of two hosts may disagree; a duration does not run backwards.
    return seconds(max(0.0, (ended - began).total_seconds()))
