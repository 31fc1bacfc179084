"""The response schemas of comparisons, and how a comparison becomes one."""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from tradecore.model.analyses import AnalysisState
from tradecore.model.comparisons import CitedEvidence, ComparisonView, EngineAnswer
from tradecore.use_cases.comparisons import ComparisonTicket
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.schemas import Action, Asset, IsoDay, Number, PaginationData, Percent, Uuid
from tradecore_adapters.http.api.serializers import STATES
from tradecore_adapters.http.responses import number, price, utc

Status = Literal["queued", "running", "completed", "error"]
_MaxCost = Annotated[
    Number | None, Meta(description="US dollars that all engines may cost together; null where there is no upper bound")
]


class ComparisonLaunchData(Struct, rename="camel"):
    """One analysis of a comparison that was launched; `estimatedTime` in seconds."""

    engine: str
    analysis_id: Uuid
    status: Status
    estimated_time: int
    queue_position: int


class ComparisonTicketData(Struct, rename="camel"):
    """A comparison that was launched, with an analysis for each engine."""

    comparison_id: Uuid
    analyses: list[ComparisonLaunchData]
    max_cost: _MaxCost


class ComparedLevelsData(Struct, rename="camel"):
    """The prices of a plan, in the quote currency."""

    entry: Number
    stop: Number
    target: Number


class ComparedEngineData(Struct, rename="camel"):
    """What one engine has answered so far, under the id of its analysis, which is read like every other one.

    `label` is the engine with its version and model. The decision is there once the analysis is completed.
    """

    engine: str
    label: str
    analysis_id: Uuid
    status: Status
    progress: Percent
    cost: Annotated[Number | None, Meta(description="US dollars so far; null where it is not known")]
    calls: Annotated[int, Meta(description="Calls of language models so far")]
    seconds: Annotated[Number, Meta(description="How long the analysis ran")] | UnsetType = UNSET
    action: Action | UnsetType = UNSET
    confidence: Number | UnsetType = UNSET
    position_size: Annotated[Number, Meta(description="Percent of the portfolio")] | UnsetType = UNSET
    levels: ComparedLevelsData | UnsetType = UNSET
    verdict: str | UnsetType = UNSET
    needs_review: Annotated[str, Meta(description="Why the output did not hold")] | UnsetType = UNSET
    error: str | UnsetType = UNSET


class DisagreementData(Struct, rename="camel"):
    """A subject on which engines differ, with the answer of each that has one.

    `subject` is action, debate, or an analyst; answers to the latter are bullish, bearish or neutral.
    """

    subject: str
    answers: dict[str, str]


class CitedEvidenceData(Struct, rename="camel"):
    """Evidence that engines cite, and what each of them takes it for; `disputed` where that is opposite."""

    id: str
    statement: str
    as_of: IsoDay
    source: str
    stances: dict[str, Literal["bullish", "bearish", "neutral"]]
    disputed: bool


class ComparisonSummaryData(Struct, rename="camel", kw_only=True):
    """A comparison and how far it is. `date` is the analysed day; `evidence` counts the pieces of its one snapshot."""

    id: Uuid
    symbol: str
    asset_type: Asset
    date: IsoDay
    analysts: list[str]
    research_depth: int
    status: Status
    progress: Percent
    engines: list[ComparedEngineData]
    max_cost: _MaxCost
    created_at: Timestamp


class ComparisonData(ComparisonSummaryData, rename="camel", kw_only=True):
    """A comparison side by side: what the engines disagree about, and the evidence that they cite, disputed first.

    `evidenceDigest` is the SHA-256 of the evidence that all of them got, null until it is collected.
    """

    cost: Annotated[Number | None, Meta(description="US dollars so far; null where it is not known")]
    disagreements: list[DisagreementData]
    evidence: list[CitedEvidenceData]
    evidence_count: int
    evidence_digest: str | None
    sources: list[str]


class ComparisonsData(Struct, rename="camel"):
    """A page of comparisons, newest first."""

    comparisons: list[ComparisonSummaryData]
    pagination: PaginationData


def ticket_of(launched: ComparisonTicket) -> ComparisonTicketData:
    """The response data of a launch."""
    return ComparisonTicketData(
        comparison_id=launched.comparison,
        analyses=[
            ComparisonLaunchData(engine, ticket.analysis, STATES[ticket.state], ticket.estimate, ticket.position)
            for engine, ticket in zip(launched.engines, launched.tickets, strict=True)
        ],
        max_cost=_dollars(launched.max_cost),
    )


def summary_of(view: ComparisonView) -> ComparisonSummaryData:
    """A comparison as a row of a list."""
    comparison = view.comparison
    return ComparisonSummaryData(
        id=comparison.id,
        symbol=comparison.brief.symbol,
        asset_type=comparison.brief.asset_type.value,
        date=comparison.brief.as_of.isoformat(),
        analysts=[analyst.value for analyst in comparison.brief.analysts],
        research_depth=comparison.brief.depth,
        status=_status(view),
        progress=view.percent,
        engines=[_engine(answer) for answer in view.answers],
        max_cost=_dollars(comparison.max_cost),
        created_at=utc(comparison.created_at),
    )


def comparison_of(view: ComparisonView) -> ComparisonData:
    """A comparison side by side."""
    summary, snapshot = summary_of(view), view.comparison.evidence
    return ComparisonData(
        **{name: getattr(summary, name) for name in summary.__struct_fields__},
        cost=_dollars(view.cost),
        disagreements=[DisagreementData(row.subject, dict(row.answers)) for row in view.disagreements],
        evidence=[_cited(row) for row in view.evidence],
        evidence_count=len(snapshot.evidence) if snapshot else 0,
        evidence_digest=snapshot.digest if snapshot else None,
        sources=list(snapshot.sources) if snapshot else [],
    )


def _status(view: ComparisonView) -> Status:
    """That of the whole: an error where no engine came to a decision."""
    states = {answer.analysis.state for answer in view.answers}
    if view.ended:
        return "completed" if AnalysisState.COMPLETED in states else "error"
    return "queued" if states == {AnalysisState.QUEUED} else "running"


def _engine(answer: EngineAnswer) -> ComparedEngineData:
    analysis, usage, ran = answer.analysis, answer.usage, answer.seconds
    data = ComparedEngineData(
        engine=answer.engine,
        label=analysis.engine,
        analysis_id=analysis.id,
        status=STATES[analysis.state],
        progress=analysis.percent,
        cost=_dollars(analysis.cost if analysis.state is AnalysisState.COMPLETED else usage.cost),
        calls=usage.calls,
        seconds=UNSET if ran is None else number(Decimal(str(round(max(0.0, ran), 1)))),
        verdict=answer.verdict or UNSET,
        error=caller_text(analysis.error or "") or UNSET,
    )
    if decision := analysis.decision:
        data.action = decision.action.value
        data.confidence = number(decision.confidence)
        data.position_size = number(decision.position_size)
        data.levels = ComparedLevelsData(price(decision.entry), price(decision.stop), price(decision.target))
        data.needs_review = decision.needs_review or UNSET
    return data


def _cited(row: CitedEvidence) -> CitedEvidenceData:
    return CitedEvidenceData(
        id=row.evidence.id,
        statement=row.evidence.statement,
        as_of=row.evidence.as_of.isoformat(),
        source=row.evidence.source,
        stances={engine: stance.value for engine, stance in row.stances.items()},
        disputed=row.disputed,
    )


def _dollars(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else number(amount)
