"""The response schemas of alerts."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.schemas import PaginationData

Kind = Literal[
    "order_overfilled",
    "order_filled_late",
    "level_crossed",
    "exit_filled",
    "exits_ended",
    "position_differs",
    "recommendation_issued",
    "recommendation_superseded",
    "recommendation_expired",
    "decision_changed",
    "price_alert",
    "digest_ready",
    "job_failed",
    "position_split",
    "dividend_paid",
    "price_jumped",
    "source_refused",
    "webhook_failed",
    "schedule_failed",
    "notice_failed",
]


class SubjectData(Struct, rename="camel"):
    """What an alert is about: an `order`, a `recommendation`, an `analysis`, a `backtest`, a `digest`, a
    `position`, a `price_alert`, a `source`, a `webhook`, a `schedule` or a `notice_channel`.
    """

    type: str
    id: str


class AlertData(Struct, rename="camel"):
    """Something that its user should know; `acknowledgedAt` once the user has seen it."""

    id: str
    kind: Kind
    severity: Annotated[Literal["info", "warning", "error"], Meta(description="error: an operator has to act as well")]
    message: str
    subject: SubjectData
    created_at: Timestamp
    acknowledged_at: Timestamp | UnsetType = UNSET


class AlertsData(Struct, rename="camel"):
    """A page of alerts, newest first."""

    alerts: list[AlertData]
    pagination: PaginationData
