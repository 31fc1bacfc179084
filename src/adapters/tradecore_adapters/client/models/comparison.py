"""What the API returns about comparisons of engines."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from tradecore_adapters.client.models.shared import Pagination

Status = Literal["queued", "running", "completed", "error"]


class ComparisonLaunch(msgspec.Struct, frozen=True, rename="camel"):
    """One analysis of a comparison that was launched; `estimated_time` in seconds."""

    engine: str
    analysis_id: str
    status: Status
    estimated_time: int
    queue_position: int


class ComparisonTicket(msgspec.Struct, frozen=True, rename="camel"):
    """A comparison that was launched; `max_cost` in US dollars, None where there is no upper bound."""

    comparison_id: str
    analyses: tuple[ComparisonLaunch, ...]
    max_cost: Decimal | None


class ComparedLevels(msgspec.Struct, frozen=True, rename="camel"):
    """The prices of a plan, in the quote currency."""

    entry: Decimal
    stop: Decimal
    target: Decimal


class ComparedEngine(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What one engine has answered so far: cost in US dollars, progress and position size in percent."""

    engine: str
    label: str
    analysis_id: str
    status: Status
    progress: int
    cost: Decimal | None
    calls: int
    seconds: Decimal | None = None
    action: Literal["BUY", "SELL", "HOLD"] | None = None
    confidence: Decimal | None = None
    position_size: Decimal | None = None
    levels: ComparedLevels | None = None
    verdict: str | None = None
    needs_review: str | None = None
    error: str | None = None


class Disagreement(msgspec.Struct, frozen=True, rename="camel"):
    """A subject on which engines differ, with the answer of each that has one."""

    subject: str
    answers: Mapping[str, str]


class CitedEvidence(msgspec.Struct, frozen=True, rename="camel"):
    """Evidence that engines cite, and what each of them takes it for; `disputed` where that is opposite."""

    id: str
    statement: str
    as_of: date
    source: str
    stances: Mapping[str, Literal["bullish", "bearish", "neutral"]]
    disputed: bool


class ComparisonSummary(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A comparison and how far it is; `date` is the analysed day."""

    id: str
    symbol: str
    asset_type: Literal["equity", "crypto"]
    date: date
    analysts: tuple[str, ...]
    research_depth: int
    status: Status
    progress: int
    engines: tuple[ComparedEngine, ...]
    max_cost: Decimal | None
    created_at: datetime


class Comparison(ComparisonSummary, frozen=True, rename="camel", kw_only=True):
    """A comparison side by side; `evidence` is what engines cite, disputed pieces first."""

    cost: Decimal | None
    disagreements: tuple[Disagreement, ...]
    evidence: tuple[CitedEvidence, ...]
    evidence_count: int
    evidence_digest: str | None
    sources: tuple[str, ...]


class Comparisons(msgspec.Struct, frozen=True, rename="camel"):
    """A page of comparisons, newest first."""

    comparisons: tuple[ComparisonSummary, ...]
    pagination: Pagination
