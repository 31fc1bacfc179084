"""The documented responses and events with Python names. Unknown fields are ignored."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

Action = Literal["BUY", "SELL", "HOLD"]


class Tokens(msgspec.Struct, frozen=True, rename="camel"):
    """An access token, its lifetime in seconds, and the refresh token if there is a new one."""

    token: str
    expires_in: int
    refresh_token: str | None = None


class BegunLogin(msgspec.Struct, frozen=True, rename="camel"):
    """A sign-in that continues at `authorization_url` and is finished with `login`, within `expires_in` seconds."""

    authorization_url: str
    state: str
    login: str
    expires_in: int


class AccountUser(msgspec.Struct, frozen=True, rename="camel"):
    """A user, and what the token in use may do."""

    id: str
    email: str
    name: str
    scopes: tuple[str, ...]


class Account(msgspec.Struct, frozen=True, rename="camel"):
    """Whose token it is."""

    user: AccountUser


class ChangedPassword(msgspec.Struct, frozen=True, rename="camel"):
    """That the password was changed."""

    changed: bool


class PersonalToken(msgspec.Struct, frozen=True, rename="camel"):
    """A personal token without its text; `last_used_at` is exact to the minute."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class CreatedToken(msgspec.Struct, frozen=True, rename="camel"):
    """A new personal token; `token` is its text, which is shown this once."""

    id: str
    name: str
    scopes: tuple[str, ...]
    token: str
    created_at: datetime
    expires_at: datetime | None = None


class ManagedUser(msgspec.Struct, frozen=True, rename="camel"):
    """An account as its administrators see it."""

    id: str
    email: str
    name: str
    scopes: tuple[str, ...]
    disabled: bool
    created_at: datetime


class Ticket(msgspec.Struct, frozen=True, rename="camel"):
    """A queued analysis; `estimated_time` in seconds, and a `notice` where that is more than five minutes."""

    analysis_id: str
    status: Literal["queued", "running"]
    estimated_time: int
    queue_position: int | None = None
    notice: str | None = None


class Engine(msgspec.Struct, frozen=True, rename="camel"):
    """What makes analyses; `reason` says why it is not available on this server."""

    name: str
    version: str
    available: bool
    paid: bool
    agents: tuple[str, ...]
    reason: str | None = None


class Engines(msgspec.Struct, frozen=True, rename="camel"):
    """The engines of a server."""

    engines: tuple[Engine, ...]


class TokenPrice(msgspec.Struct, frozen=True, rename="camel"):
    """US dollars per million tokens."""

    input: Decimal
    cached_input: Decimal
    output: Decimal


class Model(msgspec.Struct, frozen=True, rename="camel"):
    """A language model; `reason` says why it is not available, `cutoff` is the last day that it has read about."""

    name: str
    provider: str
    available: bool
    default: bool
    reason: str | None = None
    price: TokenPrice | None = None
    cutoff: date | None = None


class Models(msgspec.Struct, frozen=True, rename="camel"):
    """The language models of a server."""

    models: tuple[Model, ...]


class UsageShare(msgspec.Struct, frozen=True, rename="camel"):
    """What one model or agent took; `dollars` is None where a price is not known."""

    name: str
    calls: int
    input_tokens: int
    output_tokens: int
    dollars: Decimal | None


class UsageDay(msgspec.Struct, frozen=True, rename="camel"):
    """What the analyses of a day (UTC) took; `dollars` is None where a price is not known."""

    date: date
    calls: int
    input_tokens: int
    output_tokens: int
    dollars: Decimal | None
    by_model: tuple[UsageShare, ...]
    by_agent: tuple[UsageShare, ...]


class Budget(msgspec.Struct, frozen=True, rename="camel"):
    """The budget of today in US dollars; `limit` is None for no limit."""

    spent: Decimal
    reserved: Decimal
    limit: Decimal | None = None


class Usage(msgspec.Struct, frozen=True, rename="camel"):
    """Days with calls of language models, newest first, and the budget of today."""

    days: tuple[UsageDay, ...]
    today: Budget


class Listing(msgspec.Struct, frozen=True, rename="camel"):
    """A symbol of the market; `name` is the symbol where the source gives no name."""

    symbol: str
    name: str
    asset_type: Literal["equity", "crypto"]
    currency: str | None = None
    exchange: str | None = None


class Symbols(msgspec.Struct, frozen=True, rename="camel"):
    """The symbols that a text stands for, the nearest first."""

    symbols: tuple[Listing, ...]


class Bar(msgspec.Struct, frozen=True, rename="camel"):
    """One trading day; `volume` in units traded, None where the source gives none."""

    date: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal | None = None


class Bars(msgspec.Struct, frozen=True, rename="camel"):
    """Daily bars, oldest first, adjusted to the newest; `notes` say what could make a number wrong."""

    symbol: str
    source: str
    synthetic: bool
    bars: tuple[Bar, ...]
    notes: tuple[str, ...]
    currency: str | None = None


class AgentStatus(msgspec.Struct, frozen=True, rename="camel"):
    """The progress of one agent; `duration` in seconds."""

    name: str
    status: Literal["pending", "running", "completed", "error"]
    duration: Decimal | None = None
    error: str | None = None


class Agents(msgspec.Struct, frozen=True, rename="camel"):
    """The progress of all agents; `overall_percent` is 0 to 100."""

    current_agent: str
    completed_agents: tuple[str, ...]
    overall_percent: int
    agents: tuple[AgentStatus, ...]


class Status(msgspec.Struct, frozen=True, rename="camel"):
    """The progress of an analysis; `estimated_time_remaining` in seconds, `notice` as in Ticket."""

    status: Literal["queued", "running", "completed", "error"]
    progress: Agents
    estimated_time_remaining: int | None = None
    error: str | None = None
    notice: str | None = None


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


class Decision(msgspec.Struct, frozen=True, rename="camel"):
    """The decision of an analysis; prices in the quote currency, `position_size` in percent, `confidence` 0 to 10.

    `calibrated_confidence`, 0 to 10 as well, and `edge` are what the record of its engine says; `advisory` names the
    record, and says why one of them is None.
    """

    symbol: str
    action: Action
    confidence: Decimal
    position_size: Decimal
    entry_price: Decimal
    stop_loss: Decimal
    take_profit: Decimal
    reasoning: str
    created_at: datetime
    advisory: str
    calibrated_confidence: Decimal | None = None
    edge: MeasuredEdge | None = None
    needs_review: str | None = None


class Round(msgspec.Struct, frozen=True, rename="camel"):
    """One round of the debate."""

    round_number: int
    bull_argument: str
    bear_argument: str
    judge_decision: str


class Debate(msgspec.Struct, frozen=True, rename="camel"):
    """The whole debate."""

    rounds: tuple[Round, ...]
    final_verdict: str


class Risk(msgspec.Struct, frozen=True, rename="camel"):
    """Computed risk; `max_drawdown` in percent."""

    volatility: Literal["low", "moderate", "high"]
    max_drawdown: Decimal
    liquidity: Literal["low", "moderate", "high", "excellent"]
    concerns: tuple[str, ...]
    beta: Decimal | None = None


class Metadata(msgspec.Struct, frozen=True, rename="camel"):
    """How the results were made: `engine` in words, `engine_name` by its name; `duration` in seconds."""

    symbol: str
    date: date
    completed_at: datetime
    duration: Decimal
    analysts_used: tuple[str, ...]
    engine: str = ""
    engine_name: str = ""
    in_sample: bool = False
    data_sources: tuple[str, ...] = ()


class Results(msgspec.Struct, frozen=True, rename="camel"):
    """The results of a completed analysis; `reports` in Markdown, by analyst."""

    id: str
    decision: Decision
    reports: dict[str, str]
    debate: Debate
    risk_assessment: Risk
    metadata: Metadata


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


class Pagination(msgspec.Struct, frozen=True, rename="camel"):
    """The position of a page; pages count from 1."""

    total: int
    page: int
    page_size: int
    has_next: bool


class PersonalTokens(msgspec.Struct, frozen=True, rename="camel"):
    """A page of personal tokens, newest first."""

    tokens: tuple[PersonalToken, ...]
    pagination: Pagination


class Digest(msgspec.Struct, frozen=True, rename="camel"):
    """A news digest for the reader `user_id`; `report` is its Markdown, where a single digest is read and completed."""

    id: str
    user_id: str
    hours: int
    status: str
    created_at: datetime
    items_processed: int
    started_at: datetime | None = None
    completed_at: datetime | None = None
    error: str | None = None
    report: str | None = None


class Digests(msgspec.Struct, frozen=True, rename="camel"):
    """A page of digests, newest first."""

    digests: tuple[Digest, ...]
    pagination: Pagination


class Source(msgspec.Struct, frozen=True, rename="camel"):
    """A news source; `health` is `well`, `failing` or `unread`, and `problem` says what is wrong with it."""

    id: str
    name: str
    health: str
    failures: int
    added_at: datetime
    url: str | None = None
    problem: str | None = None
    last_read_at: datetime | None = None
    newest_item_at: datetime | None = None
    next_read_at: datetime | None = None


class Sources(msgspec.Struct, frozen=True, rename="camel"):
    """A page of news sources, by name."""

    sources: tuple[Source, ...]
    pagination: Pagination


class SourceEntry(msgspec.Struct, frozen=True, rename="camel"):
    """An entry of a source, as it was read."""

    title: str
    url: str | None = None
    published_at: datetime | None = None


class FoundSource(msgspec.Struct, frozen=True, rename="camel"):
    """What was found at an address: how many `entries`, how many `dated`, and some of the newest."""

    format: str
    title: str
    entries: int
    dated: int
    samples: tuple[SourceEntry, ...]
    newest_item_at: datetime | None = None
    warning: str | None = None
    mapping: dict[str, str] | None = None


class AddedSource(msgspec.Struct, frozen=True, rename="camel"):
    """A new source, and what was found when it was read once."""

    source: Source
    found: FoundSource


class Interests(msgspec.Struct, frozen=True, rename="camel"):
    """Which stories the digests of an account hold; empty and None restrict nothing."""

    assets: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    excluded_words: tuple[str, ...] = ()
    min_score: int = 0
    source_weights: dict[str, int] = {}
    max_stories: int | None = None
    language: str | None = None


class Users(msgspec.Struct, frozen=True, rename="camel"):
    """A page of accounts, by e-mail address."""

    users: tuple[ManagedUser, ...]
    pagination: Pagination


class History(msgspec.Struct, frozen=True, rename="camel"):
    """A page of past decisions."""

    analyses: tuple[PastDecision, ...]
    metrics: Metrics
    pagination: Pagination


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


class Analysis(msgspec.Struct, frozen=True, rename="camel"):
    """An analysis in any state; `progress` in percent, `engine` by its name. A cancelled one is an `error`."""

    id: str
    symbol: str
    asset_type: Literal["equity", "crypto"]
    date: date
    status: Literal["queued", "running", "completed", "error"]
    progress: int
    current_agent: str
    engine: str
    created_at: datetime
    action: Action | None = None
    confidence: Decimal | None = None
    needs_review: str | None = None
    error: str | None = None
    completed_at: datetime | None = None


class Analyses(msgspec.Struct, frozen=True, rename="camel"):
    """A page of analyses, newest first."""

    analyses: tuple[Analysis, ...]
    pagination: Pagination


class PortfolioPoint(msgspec.Struct, frozen=True, rename="camel"):
    """A portfolio at the end of a day; `benchmark` is what the first value would be worth in the benchmark."""

    date: date
    value: Decimal
    cash: Decimal
    benchmark: Decimal | None = None


class PortfolioHistory(msgspec.Struct, frozen=True, rename="camel"):
    """The value of a portfolio over time, oldest first."""

    points: tuple[PortfolioPoint, ...]


class Position(msgspec.Struct, frozen=True, rename="camel"):
    """Units of one asset. What depends on a price is None while there is none: unknown, which is not zero."""

    id: str
    symbol: str
    asset_type: str
    quantity: Decimal
    avg_entry_price: Decimal
    current_price: Decimal | None
    current_value: Decimal | None
    return_percent: Decimal | None
    return_absolute: Decimal | None
    ai_status: Literal["hold", "review", "alert"]
    price_date: date | None
    price_source: str | None
    last_analyzed_at: datetime | None = None


class Performance(msgspec.Struct, frozen=True, rename="camel"):
    """Time-weighted returns in percent."""

    daily: Decimal
    weekly: Decimal
    monthly: Decimal
    yearly: Decimal


class Portfolio(msgspec.Struct, frozen=True, rename="camel"):
    """All that a user has. Totals leave out positions without a price; `unpriced` names them."""

    user_id: str
    total_value: Decimal
    total_return: Decimal
    total_return_percent: Decimal
    positions: tuple[Position, ...]
    performance: Performance
    updated_at: datetime
    cash: Decimal
    net_deposits: Decimal
    realized_return: Decimal
    fees: Decimal
    unpriced: tuple[str, ...]


class Recommendation(msgspec.Struct, frozen=True, rename="camel"):
    """What a completed analysis recommends; `position_size` in percent of the portfolio, `confidence` 0 to 10."""

    id: str
    analysis_id: str
    symbol: str
    asset_type: str
    action: Action
    confidence: Decimal
    position_size: Decimal
    entry_price: Decimal
    stop_loss: Decimal
    take_profit: Decimal
    reasoning: str
    created_at: datetime
    expires_at: datetime
    status: Literal["pending", "executed", "rejected", "expired"]
    ended_at: datetime | None = None
    reason: str | None = None
    superseded_by: str | None = None


class Execution(msgspec.Struct, frozen=True, rename="camel"):
    """What became of an order. While it is `pending`, the broker has it and has not filled it."""

    order_id: str
    status: Literal["executed", "pending"]
    executed_at: datetime | None
    execution_price: Decimal | None
    message: str
    quantity: Decimal
    fee: Decimal


class Rejection(msgspec.Struct, frozen=True, rename="camel"):
    """A recommendation that nothing will come of."""

    status: Literal["rejected"]
    rejected_at: datetime


class Exits(msgspec.Struct, frozen=True, rename="camel"):
    """The stop and the target of an order, of which one is executed."""

    stop_price: Decimal
    target_price: Decimal


class Order(msgspec.Struct, frozen=True, rename="camel"):
    """An order at the broker, over once `ended_at` is there. `closes` is the purchase that an exit order sells."""

    id: str
    recommendation_id: str
    symbol: str
    side: Literal["buy", "sell"]
    quantity: Decimal
    filled: Decimal
    limit_price: Decimal
    status: Literal["pending", "accepted", "cancelling", "filled", "refused", "cancelled", "unknown"]
    created_at: datetime
    average_price: Decimal | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    exits: Exits | None = None
    closes: str | None = None


class Orders(msgspec.Struct, frozen=True, rename="camel"):
    """A page of orders, newest first."""

    orders: tuple[Order, ...]
    pagination: Pagination


class Cash(msgspec.Struct, frozen=True, rename="camel"):
    """The cash after a deposit or withdrawal."""

    cash: Decimal


class Imported(msgspec.Struct, frozen=True, rename="camel"):
    """How many positions were imported, and how many had been before."""

    imported: int
    skipped: int


class Step(msgspec.Struct, frozen=True, rename="camel"):
    """What one agent said; `seq` is its number within the analysis, `evidence` the ids that it cites."""

    seq: int
    agent: str
    kind: Literal["report", "bull", "bear", "judge", "plan", "risk", "decision"]
    text: str
    evidence: tuple[str, ...]
    grounded: bool
    round: int | None = None
    timestamp: datetime | None = None


class Steps(msgspec.Struct, frozen=True, rename="camel"):
    """What the agents of an analysis have said so far, in order."""

    steps: tuple[Step, ...]


class Progress(msgspec.Struct, frozen=True, rename="camel"):
    """An agent started, goes on or completed; `progress` of the whole analysis in percent.

    `round` counts the rounds of a debate from 1.
    """

    analysis_id: str
    agent: str
    status: Literal["running", "completed"]
    progress: int
    message: str
    timestamp: datetime
    seq: int
    round: int | None = None


class Verdict(msgspec.Struct, frozen=True, rename="camel"):
    """The action and the confidence (0 to 10) of a decision."""

    action: Action
    confidence: Decimal


class Completed(msgspec.Struct, frozen=True, rename="camel"):
    """The analysis is completed; its last event."""

    analysis_id: str
    decision: Verdict
    timestamp: datetime
    seq: int


class Failed(msgspec.Struct, frozen=True, rename="camel"):
    """The analysis failed or was cancelled; its last event."""

    analysis_id: str
    error: str
    agent: str
    timestamp: datetime
    seq: int


class AnalysisStep(msgspec.Struct, frozen=True, rename="camel"):
    """What an agent wrote, in Markdown; `evidence` are the ids that it cites.

    It is `grounded` when each number in it occurs in the evidence that it cites. `round` counts the rounds of a debate
    from 1.
    """

    analysis_id: str
    agent: str
    kind: Literal["report", "bull", "bear", "judge", "plan", "risk"]
    text: str
    evidence: tuple[str, ...]
    grounded: bool
    timestamp: datetime
    seq: int
    round: int | None = None


AnalysisEvent = Progress | Completed | Failed


class UserEvent(msgspec.Struct, frozen=True, rename="camel"):
    """Something that concerns the user: its `name`, such as `order_filled`, and its documented `fields`.

    `seq` counts the events of what it is about, `position` those of the whole log.
    """

    name: str
    fields: dict[str, Any]
    timestamp: datetime
    seq: int
    position: int


class AlertSubject(msgspec.Struct, frozen=True, rename="camel"):
    """What an alert is about, such as the `type` order and its id."""

    type: str
    id: str


class Alert(msgspec.Struct, frozen=True, rename="camel"):
    """Something that the user should know."""

    id: str
    kind: str
    severity: Literal["info", "warning", "error"]
    message: str
    subject: AlertSubject
    created_at: datetime
    acknowledged_at: datetime | None = None


class Alerts(msgspec.Struct, frozen=True, rename="camel"):
    """A page of alerts, newest first."""

    alerts: tuple[Alert, ...]
    pagination: Pagination


class BacktestTicket(msgspec.Struct, frozen=True, rename="camel"):
    """A backtest that was admitted; `decided` of its `decisions` were made by earlier runs."""

    id: str
    status: Literal["queued", "running", "completed", "error"]
    decisions: int
    decided: int


class BacktestSummary(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A backtest and how far it is; `progress` in percent, `label` is the engine with its version."""

    id: str
    status: Literal["queued", "running", "completed", "error"]
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


DigestState = Literal["queued", "running", "completed", "failed"]


class DigestTicket(msgspec.Struct, frozen=True):
    """A digest that was accepted, of the news of `time_window_hours` hours."""

    job_id: str
    status: DigestState
    time_window_hours: int


class DigestStatus(msgspec.Struct, frozen=True):
    """How a digest stands; `error` says why it has failed."""

    job_id: str
    status: DigestState
    time_window_hours: int
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    items_processed: int
    error: str | None
    result_available: bool


class DigestReport(msgspec.Struct, frozen=True):
    """The report of a digest; `report` is Markdown, empty unless it is completed."""

    job_id: str
    status: DigestState
    report: str
    items_processed: int
    time_window_hours: int
    error: str | None


class DigestItem(msgspec.Struct, frozen=True):
    """A news item behind a digest, and the reason why it is in the report or not."""

    item_id: str
    story_id: str
    reason: str
    source: str
    title: str
    url: str | None
    published_at: datetime


class DigestItems(msgspec.Struct, frozen=True):
    """Every item that a digest looked at; none unless it is completed."""

    job_id: str
    status: DigestState
    items: tuple[DigestItem, ...]


class LoggedOut(msgspec.Struct, frozen=True, rename="camel"):
    """That a session was ended."""

    signed_out: bool
