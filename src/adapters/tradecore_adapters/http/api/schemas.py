"""The response schemas of analyses, history and accounts: one struct per documented object, names in camelCase."""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from tradecore_adapters.http.api.edge_schemas import EdgeData
from tradecore_adapters.http.api.envelope import Timestamp

Number = Decimal
Seconds = Annotated[float, Meta(ge=0, description="Seconds, to the millisecond")]
Percent = Annotated[int, Meta(ge=0, le=100)]
Uuid = Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
IsoDay = Annotated[str, Meta(extra_json_schema={"format": "date"})]
AgentState = Literal["pending", "running", "completed", "error"]
Action = Literal["BUY", "SELL", "HOLD"]
Asset = Literal["equity", "crypto"]


ComparisonOf = Annotated[
    str, Meta(description="Only where it is part of a comparison: its id", extra_json_schema={"format": "uuid"})
]
Notice = Annotated[str, Meta(description="Only where it is expected to take more than five minutes: how long")]


class TicketData(Struct, rename="camel", omit_defaults=True):
    """An analysis that was admitted."""

    analysis_id: Uuid
    status: Literal["queued", "running"]
    estimated_time: Annotated[int, Meta(description="Seconds until completion, from measured runs of the same shape")]
    queue_position: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    notice: Notice | UnsetType = UNSET


class AgentData(Struct, rename="camel"):
    """How far one agent is; `duration` in seconds once it has ended."""

    name: str
    status: AgentState
    duration: Seconds | None
    error: str | UnsetType = UNSET


class ProgressData(Struct, rename="camel"):
    """How far all agents are; `currentAgent` is empty when none is at work."""

    current_agent: str
    completed_agents: list[str]
    overall_percent: Percent
    agents: list[AgentData]


class StatusData(Struct, rename="camel"):
    """How far an analysis is; `estimatedTimeRemaining` in seconds until it has ended."""

    status: Literal["queued", "running", "completed", "error"]
    progress: ProgressData
    symbol: str
    asset_type: Asset
    date: IsoDay
    estimated_time_remaining: int | UnsetType = UNSET
    error: str | UnsetType = UNSET
    waiting_for: (
        Annotated[str, Meta(description="Why the last try failed, while the analysis waits for the next one")]
        | UnsetType
    ) = UNSET
    notice: Notice | UnsetType = UNSET
    comparison_id: ComparisonOf | UnsetType = UNSET


class DecisionData(Struct, rename="camel"):
    """What the engine thinks, what its record shows, and what is offered.

    `action` and `confidence` are the view of the engine. `calibratedConfidence` and `edge` are what the record of its
    engine said when the analysis was completed; `advisory` names the record, and says why one of them is null. With
    `needsReview`, a reason, its output did not hold: such a HOLD is never acted on.
    """

    symbol: str
    action: Action
    confidence: Number
    position_size: Annotated[Number, Meta(description="Percent of the portfolio")]
    entry_price: Number
    stop_loss: Number
    take_profit: Number
    reasoning: str
    created_at: Timestamp
    calibrated_confidence: Annotated[
        Number | None, Meta(description="Ten times the share of such decisions that gained, 0 to 10 like `confidence`")
    ]
    edge: EdgeData | None
    advisory: Annotated[str, Meta(description="What the track record of the engine says about such decisions")]
    needs_review: str | UnsetType = UNSET
    executable: Annotated[bool, Meta(description="Whether a recommendation was issued for it")] | UnsetType = UNSET
    reason: Annotated[str, Meta(description="Why it is not executable")] | UnsetType = UNSET


class RoundData(Struct, rename="camel"):
    """One round of the debate."""

    round_number: int
    bull_argument: str
    bear_argument: str
    judge_decision: str


class DebateData(Struct, rename="camel"):
    """The whole debate."""

    rounds: list[RoundData]
    final_verdict: str


class RiskData(Struct, rename="camel"):
    """Computed risk; `maxDrawdown` in percent; `beta` where there is a benchmark."""

    volatility: Literal["low", "moderate", "high"]
    max_drawdown: Number
    liquidity: Literal["low", "moderate", "high", "excellent"]
    concerns: list[str]
    beta: Number | UnsetType = UNSET


class UsageData(Struct, rename="camel"):
    """What language models took; `cost` in US dollars, null where the price of one of the models is not known."""

    calls: int
    input_tokens: Annotated[int, Meta(description="Of whole prompts, with those read from a vendor's cache")]
    cached_tokens: Annotated[int, Meta(description="Of the input, those read from a vendor's cache")]
    output_tokens: int
    cost: Number | None


class AgentUsageData(UsageData, rename="camel"):
    """What one agent took of it, and from which models."""

    agent: str
    models: list[str]


class TotalUsageData(UsageData, rename="camel"):
    """What the whole analysis took, and each agent of it."""

    by_agent: list[AgentUsageData]


class FlawedAnswerData(Struct, rename="camel"):
    """An answer of a language model that did not hold as it came; `faults` say why it could not be used."""

    agent: str
    text: Annotated[str, Meta(description="Its beginning, as the model wrote it and unchecked")]
    repairs: list[str]
    dropped: Annotated[int, Meta(description="Statements that the cited evidence does not support")]
    faults: list[str]


class MetadataData(Struct, rename="camel"):
    """How a result came about. `synthetic`: a generated price series was used, and the sources say which.

    `engine` is the engine in words, `engineName` the name by which a launch chooses it. `usage` is there when language
    models were used. `quotedAgents` are those with text of another system; `ungroundedNumbers` counts the numbers
    in it that no evidence holds.
    """

    symbol: str
    date: IsoDay
    completed_at: Timestamp
    duration: Seconds
    analysts_used: list[str]
    engine: str
    data_sources: list[str]
    synthetic: bool
    engine_name: str | UnsetType = UNSET
    in_sample: (
        Annotated[bool, Meta(description="Whether a model of it may have read what came after the day")] | UnsetType
    ) = UNSET
    usage: TotalUsageData | UnsetType = UNSET
    silent_agents: (
        Annotated[list[str], Meta(description="Agents of which an answer stayed unusable; the others went on")]
        | UnsetType
    ) = UNSET
    repairs: Annotated[dict[str, int], Meta(description="What was put right in answers, and how often")] | UnsetType = (
        UNSET
    )
    flawed_answers: list[FlawedAnswerData] | UnsetType = UNSET
    quoted_agents: list[str] | UnsetType = UNSET
    ungrounded_numbers: int | UnsetType = UNSET


class EvidenceData(Struct, rename="camel"):
    """One thing that was known; reports and arguments cite it by `id`."""

    id: str
    topic: str
    statement: str
    as_of: IsoDay
    source: str
    digest: str
    value: Number | UnsetType = UNSET
    unit: str | UnsetType = UNSET
    detail: Annotated[str, Meta(description="What the source says beyond it, such as a summary")] | UnsetType = UNSET


class ResultData(Struct, rename="camel"):
    """Everything a completed analysis has to say."""

    id: Uuid
    decision: DecisionData
    reports: dict[str, str]
    debate: DebateData
    risk_assessment: RiskData
    metadata: MetadataData
    evidence: list[EvidenceData]


class RecordData(Struct, rename="camel"):
    """The record of an engine. Ratios are over the `scored` decisions, whose horizon has passed; null without any.

    The hit rate, in percent after fees, stands with its 95 % interval. `brierScore` is that of the confidence taken as
    a probability, 0 at best. `costPerAnalysis` is in US dollars.
    """

    analyses: int
    scored: int
    hit_rate: Number | None
    hit_rate_low: Number | None
    hit_rate_high: Number | None
    average_return: Annotated[Number, Meta(description="Percent")] | None
    brier_score: Number | None
    cost_per_analysis: Number | None


class GroupData(RecordData, rename="camel"):
    """The record of one engine with one version and model, which `label` names as `metadata.engine` does."""

    engine: str
    label: str


class EngineData(Struct, rename="camel"):
    """What makes analyses, by the name that `config.engine` takes.

    `agents` are those of an analysis with every analyst. `reason` says why an engine is not available here. `record`
    is null for an engine that has completed no analysis.
    """

    name: str
    version: str
    available: bool
    paid: Annotated[bool | None, Meta(description="Whether its analyses are billed; null while it cannot be opened")]
    agents: list[str]
    record: RecordData | None
    reason: str | UnsetType = UNSET


class EnginesData(Struct, rename="camel"):
    """The engines of this installation."""

    engines: list[EngineData]


class PastData(Struct, rename="camel"):
    """One past decision. Returns are in percent, direction-aware and after fees.

    `actualReturn` is the return so far, and the final one once `scored`; null for a HOLD and before the first price
    after the decision. `returnPercent` equals it. `horizonReturn` is the final one, null until the horizon has passed.
    """

    id: Uuid
    symbol: str
    asset_type: Asset
    action: Action
    confidence: Number
    date: IsoDay
    actual_return: Number | None
    return_percent: Number | None
    horizon_return: Number | None
    scored: Annotated[bool, Meta(description="Whether the return is final: after the horizon, a stop or a target")]
    created_at: Timestamp
    in_sample: Annotated[
        bool, Meta(description="Whether a model may have read what came after the day; it counts for no record then")
    ] = False


_Sharpe = Annotated[Number, Meta(description="Annualised by horizons a year (13 by default), no risk-free rate")] | None
_WinRate = Annotated[Number, Meta(description="Percent of the returns that are above 0")] | None
_SampleSize = Annotated[int, Meta(description="Decisions with a return, over which the ratios are")]


class ScoredMetricsData(Struct, rename="camel"):
    """The same over decisions whose horizon has passed, created within the last `days`."""

    days: int
    sample_size: _SampleSize
    win_rate: _WinRate
    avg_return: Annotated[Number, Meta(description="Percent")] | None
    avg_confidence: Number | None
    sharpe_ratio: _Sharpe


class MetricsData(Struct, rename="camel"):
    """What the rows that the query covers amount to, on all pages, with the returns that they show.

    Null without a return; `hidden` of the rows are left out of the pages and counted here.
    """

    total_analyses: int
    win_rate: _WinRate
    avg_return: Annotated[Number, Meta(description="Percent")] | None
    avg_confidence: Number | None
    sharpe_ratio: _Sharpe
    sample_size: _SampleSize
    hidden: int
    scored: ScoredMetricsData


class PaginationData(Struct, rename="camel"):
    """Where in the whole a page is."""

    total: int
    page: int
    page_size: int
    has_next: bool


class HistoryData(Struct, rename="camel"):
    """A page of past decisions; with `groupBy=engine`, the record of each engine and model over all pages."""

    analyses: list[PastData]
    metrics: MetricsData
    pagination: PaginationData
    groups: list[GroupData] | UnsetType = UNSET


class BucketData(Struct, rename="camel"):
    """Decisions whose confidence lay from `from` to below `to`, 10 included in the last; null with too few of them."""

    low: Annotated[int, Meta(ge=0, le=9)] = field(name="from")
    high: Annotated[int, Meta(ge=1, le=10)] = field(name="to")
    sample_size: int
    avg_confidence: Number | None
    hit_rate: Annotated[Number, Meta(description="Percent that gained, after fees")] | None
    avg_return: Annotated[Number, Meta(description="Percent")] | None


class CalibrationData(Struct, rename="camel"):
    """Scored decisions held against their confidence, taken as a probability: confidence 7 as 70 %.

    `brierScore` is the mean squared distance from what came, 0 at best; `brierReference` is what always naming the
    overall hit rate would have scored. `avgBenchmarkReturn` is over the `benchmarked` decisions that have a benchmark.
    `groups` are the same of each engine and model, with `groupBy=engine`.
    """

    sample_size: int
    hit_rate: Annotated[Number, Meta(description="Percent that gained, after fees")] | None
    avg_confidence: Number | None
    avg_return: Annotated[Number, Meta(description="Percent")] | None
    avg_benchmark_return: Annotated[Number, Meta(description="Percent over the same days")] | None
    benchmarked: int
    brier_score: Number | None
    brier_reference: Number | None
    buckets: list[BucketData]
    groups: "list[CalibrationGroupData] | UnsetType" = UNSET


class CalibrationGroupData(Struct, rename="camel"):
    """The calibration of one engine with one version and model."""

    engine: str
    label: str
    calibration: CalibrationData


class UserData(Struct, rename="camel"):
    """Who signed in."""

    id: str
    email: str
    name: str


class LoginData(Struct, rename="camel"):
    """A sign-in; `expiresIn` in seconds. `refreshToken` is empty where a cookie keeps it."""

    token: str
    refresh_token: str
    expires_in: int
    user: UserData


class RefreshData(Struct, rename="camel"):
    """Another access token; `refreshToken` only where the old one was exchanged."""

    token: str
    expires_in: int
    refresh_token: str | UnsetType = UNSET


class LogoutData(Struct, rename="camel"):
    """A sign-in that is over, if it was one."""

    signed_out: Literal[True]


class HealthData(Struct, rename="camel"):
    """Whether the process answers; what it runs, unless that is kept private.

    `data` says where prices come from, `goLive` is a command that starts a server with live ones. `identityProvider` is
    the host of the provider by which people can sign in.
    """

    status: Literal["ok"]
    version: str | UnsetType = UNSET
    engine: str | UnsetType = UNSET
    data: str | UnsetType = UNSET
    go_live: str | UnsetType = UNSET
    identity_provider: str | UnsetType = UNSET
