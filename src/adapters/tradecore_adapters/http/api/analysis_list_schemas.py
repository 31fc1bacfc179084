"""The response schemas of lists of analyses and of steps, and the conversion of the core's objects to them."""

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from tradecore.model.agent_steps import AgentStep
from tradecore.model.analyses import Analysis, AnalysisState
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.schemas import (
    Action,
    Asset,
    ComparisonOf,
    IsoDay,
    Number,
    PaginationData,
    Percent,
    Uuid,
)
from tradecore_adapters.http.api.serializers import STATES
from tradecore_adapters.http.responses import number, utc


class AnalysisData(Struct, rename="camel"):
    """An analysis in any state. A cancelled one has the status `error`, and says so in `error`."""

    id: Uuid
    symbol: str
    asset_type: Asset
    date: IsoDay
    status: Literal["queued", "running", "completed", "error"]
    progress: Percent
    current_agent: Annotated[str, Meta(description="Empty when none is at work")]
    engine: Annotated[str, Meta(description="The name by which a launch chooses its engine")]
    created_at: Timestamp
    action: Action | UnsetType = UNSET
    confidence: Number | UnsetType = UNSET
    needs_review: Annotated[str, Meta(description="Why the output did not hold")] | UnsetType = UNSET
    error: str | UnsetType = UNSET
    completed_at: Timestamp | UnsetType = UNSET
    comparison_id: ComparisonOf | UnsetType = UNSET


class AnalysesData(Struct, rename="camel"):
    """A page of analyses, newest first."""

    analyses: list[AnalysisData]
    pagination: PaginationData


class StepData(Struct, rename="camel"):
    """What one agent said. `round` counts the rounds of the debate from 1.

    `grounded`: each number in the text occurs in the evidence that it cites. `timestamp` is 1970 for steps of older
    versions.
    """

    seq: Annotated[int, Meta(ge=1, description="Where the events and the steps of the analysis are counted together")]
    agent: str
    kind: Literal[
        "report", "bull", "bear", "judge", "plan", "aggressive", "neutral", "conservative", "ruling", "risk", "decision"
    ]
    text: Annotated[str, Meta(description="Markdown")]
    evidence: Annotated[list[str], Meta(description="Ids of the evidence that it cites")]
    grounded: bool
    timestamp: Timestamp
    round: Annotated[int, Meta(ge=1)] | UnsetType = UNSET


class StepsData(Struct, rename="camel"):
    """What the agents of an analysis have said so far, in order."""

    steps: list[StepData]


def listed_analysis(analysis: Analysis) -> AnalysisData:
    """An analysis as a row of a list; `progress` in percent."""
    decision = analysis.decision
    return AnalysisData(
        id=analysis.id,
        symbol=analysis.brief.symbol,
        asset_type=analysis.brief.asset_type.value,
        date=analysis.brief.as_of.isoformat(),
        status=STATES[analysis.state],
        progress=analysis.percent,
        current_agent=analysis.current_agent or "",
        engine=analysis.brief.engine or "",
        created_at=utc(analysis.created_at),
        action=decision.action.value if decision else UNSET,
        confidence=number(decision.confidence) if decision else UNSET,
        needs_review=(decision.needs_review or UNSET) if decision else UNSET,
        error=caller_text(analysis.error or "") or UNSET,
        completed_at=utc(analysis.ended_at)
        if analysis.ended_at and analysis.state is AnalysisState.COMPLETED
        else UNSET,
        comparison_id=analysis.comparison or UNSET,
    )


def steps_of(entries: Sequence[AgentStep]) -> StepsData:
    """The steps of an analysis."""
    return StepsData(
        [
            StepData(
                seq=entry.seq,
                agent=entry.agent,
                kind=entry.kind.value,
                text=entry.text,
                evidence=list(entry.evidence),
                grounded=entry.grounded,
                round=UNSET if entry.round is None else entry.round,
                timestamp=utc(entry.at),
            )
            for entry in entries
        ]
    )
