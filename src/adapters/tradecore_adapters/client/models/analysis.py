"""Responses about analyses: their launch, their progress, and what their agents said."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from tradecore_adapters.client.models.record import MeasuredEdge
from tradecore_adapters.client.models.shared import Action, Pagination


class Ticket(msgspec.Struct, frozen=True, rename="camel"):
    """A queued analysis; `estimated_time` in seconds, and a `notice` where that is more than five minutes."""

    analysis_id: str
    status: Literal["queued", "running"]
    estimated_time: int
    queue_position: int | None = None
    notice: str | None = None


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


class Step(msgspec.Struct, frozen=True, rename="camel"):
    """What one agent said; `seq` is its number within the analysis, `evidence` the ids that it cites."""

    seq: int
    agent: str
    kind: Literal[
        "report", "bull", "bear", "judge", "plan", "aggressive", "neutral", "conservative", "ruling", "risk", "decision"
    ]
    text: str
    evidence: tuple[str, ...]
    grounded: bool
    round: int | None = None
    timestamp: datetime | None = None


class Steps(msgspec.Struct, frozen=True, rename="camel"):
    """What the agents of an analysis have said so far, in order."""

    steps: tuple[Step, ...]
