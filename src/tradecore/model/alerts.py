"""Alerts: what a user should know without having to look for it, each raised by one event."""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from attrs import evolve, frozen

from tradecore.model.change import Change, Event, Fact
from tradecore.model.ids import AlertId, Topic, TopicKind, UserId, topic_of


class AlertKind(StrEnum):
    """What an alert is about."""

    ORDER_OVERFILLED = "order_overfilled"
    ORDER_FILLED_LATE = "order_filled_late"
    LEVEL_CROSSED = "level_crossed"
    EXIT_FILLED = "exit_filled"
    EXITS_ENDED = "exits_ended"
    POSITION_DIFFERS = "position_differs"
    RECOMMENDATION_ISSUED = "recommendation_issued"
    RECOMMENDATION_SUPERSEDED = "recommendation_superseded"
    RECOMMENDATION_EXPIRED = "recommendation_expired"
    DECISION_CHANGED = "decision_changed"
    PRICE_ALERT = "price_alert"
    DIGEST_READY = "digest_ready"
    JOB_FAILED = "job_failed"
    POSITION_SPLIT = "position_split"
    DIVIDEND_PAID = "dividend_paid"
    PRICE_JUMPED = "price_jumped"
    SOURCE_REFUSED = "source_refused"
    WEBHOOK_FAILED = "webhook_failed"
    SCHEDULE_FAILED = "schedule_failed"
    NOTICE_FAILED = "notice_failed"


class Severity(StrEnum):
    """How urgent an alert is. For ERROR an operator has to act."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@frozen
class AlertRaised(Fact):
    """A user has a new alert."""

    kind: AlertKind
    severity: Severity
    message: str
    subject: Topic


@frozen(kw_only=True)
class Alert:
    """An alert for `user`: a message in English, and the topic of the entity that it is about. Times are aware UTC."""

    id: AlertId
    user: UserId
    kind: AlertKind
    severity: Severity
    message: str
    subject: Topic
    created_at: datetime
    acknowledged_at: datetime | None = None
    version: int = 0

    @classmethod
    def raise_for(
        cls, event: Event, user: UserId, kind: AlertKind, severity: Severity, message: str, subject: Topic
    ) -> Change["Alert"]:
        """The alert that an event raises for a user; the same event always gives the same id."""
        cause = f"{event.fact.topic} {event.seq}"
        return cls.raise_once(cause, user, kind, severity, message, subject, at=event.fact.at)

    @classmethod
    def raise_once(
        cls,
        cause: str,
        user: UserId,
        kind: AlertKind,
        severity: Severity,
        message: str,
        subject: Topic,
        *,
        at: datetime,
    ) -> Change["Alert"]:
        """The alert of a user about a cause; the same cause always gives the same id."""
        alert = cls(
            id=AlertId(sha256(cause.encode()).hexdigest()[:32]),
            user=user,
            kind=kind,
            severity=severity,
            message=message,
            subject=subject,
            created_at=at,
        )
        topic = topic_of(TopicKind.ALERT, alert.id)
        return Change(alert, (AlertRaised(topic, at, kind, severity, message, subject),))

    def acknowledge(self, *, at: datetime) -> Change["Alert"]:
        """Record that its user has seen it; the first time counts."""
        return Change(self if self.acknowledged_at else evolve(self, acknowledged_at=at))
