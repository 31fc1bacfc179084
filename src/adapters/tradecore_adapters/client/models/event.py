"""Live events, and responses about alerts."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from tradecore_adapters.client.models.shared import Action, Pagination


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
    kind: Literal["report", "bull", "bear", "judge", "plan", "aggressive", "neutral", "conservative", "ruling", "risk"]
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
