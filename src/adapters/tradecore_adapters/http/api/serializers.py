"""Analyses, results, history and calibration of the core as response schemas."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import UNSET

from tradecore.model.analyses import AgentProgress, AgentState, AnalysisState
from tradecore.model.analysis_results import AgentUsage, AnalysisResult
from tradecore.model.engine_records import DecisionCalibration
from tradecore.model.evidence import Evidence
from tradecore.model.steps import FlawedAnswer
from tradecore.model.track_record import Calibration, EngineTally, History, HistoryQuery, PastDecision
from tradecore.model.usage import Usage
from tradecore.use_cases.analyses import SCORED_LOOK_BACK, AnalysisStatus
from tradecore.use_cases.engines import ListedEngine
from tradecore.use_cases.launch import Ticket
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.api import schemas
from tradecore_adapters.http.api.edge_schemas import edge_of
from tradecore_adapters.http.responses import number, price, seconds, utc

# The documented states have one word for every end without a result.
STATES: dict[AnalysisState, Any] = {
    AnalysisState.QUEUED: "queued",
    AnalysisState.RUNNING: "running",
    AnalysisState.COMPLETED: "completed",
    AnalysisState.FAILED: "error",
    AnalysisState.CANCELLED: "error",
}
_METRIC_PLACES = 4
_VIEW = "The action and the confidence are the view of the engine."
# Results of older versions were stored without what the record of their engine says.
_NOT_CALIBRATED = DecisionCalibration(missing="What its record says was not looked up for this analysis.")


def ticket(launched: Ticket) -> schemas.TicketData:
    """The response data of a launch; the estimate in seconds."""
    return schemas.TicketData(
        launched.analysis, STATES[launched.state], launched.estimate, launched.position, launched.notice or UNSET
    )


def status(standing: AnalysisStatus) -> schemas.StatusData:
    """The progress of an analysis; percent and seconds."""
    analysis = standing.analysis
    return schemas.StatusData(
        status=STATES[analysis.state],
        progress=schemas.ProgressData(
            current_agent=analysis.current_agent or "",
            completed_agents=[agent.agent for agent in analysis.agents if agent.state is AgentState.COMPLETED],
            overall_percent=analysis.percent,
            agents=[_agent(agent) for agent in analysis.agents],
        ),
        symbol=analysis.brief.symbol,
        asset_type=analysis.brief.asset_type.value,
        date=analysis.brief.as_of.isoformat(),
        estimated_time_remaining=UNSET if standing.seconds_left is None else standing.seconds_left,
        error=caller_text(analysis.error or "") or UNSET,
        waiting_for=standing.waiting_for or UNSET,
        notice=standing.notice or UNSET,
        comparison_id=analysis.comparison or UNSET,
    )


def _agent(progress: AgentProgress) -> schemas.AgentData:
    began, ended = progress.began_at, progress.ended_at
    duration = _duration(began, ended) if began and ended else None
    error = caller_text(progress.error) if progress.error else UNSET
    return schemas.AgentData(progress.agent, progress.state.value, duration, error)


def engines(listed: Sequence[ListedEngine]) -> schemas.EnginesData:
    """The engines there are."""
    return schemas.EnginesData(
        [
            schemas.EngineData(
                name=engine.name,
                version=engine.description.version,
                available=not engine.description.unavailable,
                paid=engine.description.paid,
                agents=list(engine.description.agents),
                record=None if engine.record is None else _record(engine.record),
                reason=caller_text(engine.description.unavailable or "") or UNSET,
            )
            for engine in listed
        ]
    )


def _record(record: EngineTally) -> schemas.RecordData:
    return schemas.RecordData(**_ratios(record))


def _group(record: EngineTally) -> schemas.GroupData:
    return schemas.GroupData(**_ratios(record), engine=record.engine, label=record.label)


def _ratios(record: EngineTally) -> dict[str, Any]:
    hit_rate = record.hit_rate
    return {
        "analyses": record.analyses,
        "scored": record.scored,
        "hit_rate": _metric(hit_rate.estimate if hit_rate else None),
        "hit_rate_low": _metric(hit_rate.low if hit_rate else None),
        "hit_rate_high": _metric(hit_rate.high if hit_rate else None),
        "average_return": _metric(record.average_return),
        "brier_score": _metric(record.brier),
        "cost_per_analysis": _metric(record.cost_per_analysis),
    }


def result(analysis: AnalysisResult) -> schemas.ResultData:
    """The response data of a completed analysis; prices in the quote currency, percents as such."""
    decision, risk, calibration = analysis.decision, analysis.risk, analysis.calibration or _NOT_CALIBRATED
    completed = utc(analysis.completed_at)
    return schemas.ResultData(
        id=analysis.id,
        decision=schemas.DecisionData(
            symbol=analysis.brief.symbol,
            action=decision.action.value,
            confidence=number(decision.confidence),
            position_size=number(decision.position_size),
            entry_price=price(decision.entry),
            stop_loss=price(decision.stop),
            take_profit=price(decision.target),
            reasoning=decision.reasoning,
            created_at=completed,
            calibrated_confidence=None if calibration.confidence is None else number(calibration.confidence),
            edge=None if calibration.edge is None else edge_of(calibration.edge),
            advisory=f"{_VIEW} {calibration.sentence}",
            needs_review=decision.needs_review or UNSET,
            executable=UNSET if analysis.objection is None else not analysis.objection,
            reason=analysis.objection or UNSET,
        ),
        reports={report.analyst.value: report.markdown for report in analysis.reports},
        debate=schemas.DebateData(
            rounds=[
                schemas.RoundData(debate_round.number, debate_round.bull, debate_round.bear, debate_round.ruling)
                for debate_round in analysis.rounds
            ],
            final_verdict=analysis.verdict,
        ),
        risk_assessment=schemas.RiskData(
            volatility=risk.volatility.value,
            max_drawdown=number(risk.max_drawdown),
            liquidity=risk.liquidity.value,
            concerns=list(risk.concerns),
            beta=UNSET if risk.beta is None else number(risk.beta),
        ),
        metadata=schemas.MetadataData(
            symbol=analysis.brief.symbol,
            date=analysis.brief.as_of.isoformat(),
            completed_at=completed,
            duration=_duration(analysis.started_at, analysis.completed_at),
            analysts_used=[analyst.value for analyst in analysis.brief.analysts],
            engine=analysis.engine,
            engine_name=analysis.brief.engine or UNSET,
            in_sample=analysis.in_sample or UNSET,
            data_sources=list(analysis.sources),
            synthetic=analysis.synthetic,
            usage=_usage(analysis.usage) if analysis.usage else UNSET,
            silent_agents=list(analysis.silent) or UNSET,
            repairs=dict(Counter(repair for _, answer in analysis.flawed_answers for repair in answer.repairs))
            or UNSET,
            flawed_answers=[_flawed_answer(agent, answer) for agent, answer in analysis.flawed_answers] or UNSET,
            quoted_agents=list(analysis.quoted) if analysis.quoted else UNSET,
            ungrounded_numbers=analysis.ungrounded if analysis.quoted else UNSET,
        ),
        evidence=[_evidence(item) for item in analysis.evidence],
    )


def _flawed_answer(agent: str, answer: FlawedAnswer) -> schemas.FlawedAnswerData:
    return schemas.FlawedAnswerData(
        agent=agent,
        text=answer.text,
        repairs=list(answer.repairs),
        dropped=answer.dropped,
        faults=list(answer.faults),
    )


def _usage(usages: tuple[AgentUsage, ...]) -> schemas.TotalUsageData:
    return schemas.TotalUsageData(
        **_usage_fields(sum((agent.usage for agent in usages), Usage())),
        by_agent=[
            schemas.AgentUsageData(**_usage_fields(agent.usage), agent=agent.agent, models=list(agent.models))
            for agent in usages
        ],
    )


def _usage_fields(usage: Usage) -> dict[str, Any]:
    return {
        "calls": usage.calls,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "cost": None if usage.cost is None else number(usage.cost),
    }


def _evidence(item: Evidence) -> schemas.EvidenceData:
    return schemas.EvidenceData(
        id=item.id,
        topic=item.kind.value,
        statement=item.statement,
        as_of=item.as_of.isoformat(),
        source=item.source,
        digest=item.digest,
        value=UNSET if item.value is None else price(item.value),
        unit=item.unit or UNSET,
        detail=item.detail or UNSET,
    )


def history(page: History, query: HistoryQuery, *, by_engine: bool = False) -> schemas.HistoryData:
    """A page of past decisions, and metrics over all pages, `by_engine` also those of each; returns in percent."""
    total = page.tally.total - page.hidden
    return schemas.HistoryData(
        analyses=[_past_decision(row) for row in page.rows],
        metrics=_metrics(page),
        pagination=schemas.PaginationData(
            total=total,
            page=query.page,
            page_size=query.page_size,
            has_next=query.page * query.page_size < total,
        ),
        groups=[_group(record) for record in page.engines] if by_engine else UNSET,
    )


# Clients fetch the same pages of history many times, and a row changes when its return does.
@lru_cache(4096)
def _past_decision(row: PastDecision) -> schemas.PastData:
    returned = None if row.shown_return is None else number(row.shown_return)
    return schemas.PastData(
        id=row.id,
        symbol=row.symbol,
        asset_type=row.asset_type.value,
        action=row.action.value,
        confidence=number(row.confidence),
        date=row.as_of.isoformat(),
        actual_return=returned,
        return_percent=returned,
        horizon_return=None if row.horizon_return is None else number(row.horizon_return),
        scored=row.horizon_return is not None,
        created_at=utc(row.created_at),
        in_sample=row.in_sample,
    )


def _metrics(page: History) -> schemas.MetricsData:
    tally, scored = page.tally, page.scored
    return schemas.MetricsData(
        total_analyses=tally.total,
        win_rate=_metric(tally.win_rate),
        avg_return=_metric(tally.average_return),
        avg_confidence=_metric(tally.average_confidence),
        sharpe_ratio=_metric(tally.sharpe_ratio),
        sample_size=tally.scored,
        hidden=page.hidden,
        scored=schemas.ScoredMetricsData(
            days=SCORED_LOOK_BACK.days,
            sample_size=scored.scored,
            win_rate=_metric(scored.win_rate),
            avg_return=_metric(scored.average_return),
            avg_confidence=_metric(scored.average_confidence),
            sharpe_ratio=_metric(scored.sharpe_ratio),
        ),
    )


def calibration(measured: Calibration, groups: Sequence[Calibration] | None = None) -> schemas.CalibrationData:
    """Hit rates and returns in percent, over all scored decisions, by bucket of confidence, and those of groups."""
    whole = measured.whole
    return schemas.CalibrationData(
        sample_size=whole.scored,
        hit_rate=_metric(whole.hit_rate),
        avg_confidence=_metric(whole.average_confidence),
        avg_return=_metric(whole.average_return),
        avg_benchmark_return=_metric(whole.average_benchmark),
        benchmarked=whole.benchmarked,
        brier_score=_metric(whole.brier),
        brier_reference=_metric(measured.reference),
        buckets=[
            schemas.BucketData(
                low=bucket.low,
                high=bucket.low + 1,
                sample_size=bucket.scored,
                avg_confidence=_metric(bucket.average_confidence),
                hit_rate=_metric(bucket.hit_rate),
                avg_return=_metric(bucket.average_return),
            )
            for bucket in measured.buckets
        ],
        groups=UNSET
        if groups is None
        else [schemas.CalibrationGroupData(group.engine, group.label, calibration(group)) for group in groups],
    )


def _metric(value: float | None) -> Decimal | None:
    return None if value is None else number(Decimal(str(round(value, _METRIC_PLACES))))


def _duration(started: datetime, ended: datetime) -> float:
    # The clocks of two hosts may disagree; a duration is never negative.
    return seconds(max(0.0, (ended - started).total_seconds()))
