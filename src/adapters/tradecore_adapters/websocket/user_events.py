"""Names and payloads of the events of a user: analyses as on their own streams, and everything about money and news."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tradecore.model.alerts import AlertRaised
from tradecore.model.analyses import AgentBegan, AgentFinished, AnalysisCompleted, AnalysisFailed
from tradecore.model.change import Event, Fact
from tradecore.model.digests import DigestCompleted
from tradecore.model.orders import LateFill, OrderCancelled, OrderFilled, OverfillRefused
from tradecore.model.price_alerts import PriceAlertTriggered
from tradecore.model.recommendations import (
    LevelCrossed,
    RecommendationExecuted,
    RecommendationExpired,
    RecommendationIssued,
    RecommendationRejected,
    RecommendationSuperseded,
)
from tradecore.model.schedule_runs import ScheduleRan
from tradecore_adapters.websocket.messages import analysis_payload, utc

Payload = dict[str, Any]


def user_event(event: Event) -> tuple[str, Payload] | None:
    """The name and the payload of an event from the log; None for kinds that are not sent to users.

    Every payload has `timestamp`, `seq` (within its topic) and `position` (within the log).
    """
    fact = event.fact
    id = fact.topic.partition(":")[2]
    if isinstance(fact, AgentBegan | AgentFinished | AnalysisCompleted | AnalysisFailed):
        name, body = analysis_payload(fact)
        body = {"analysisId": id, **body}
    elif type(fact) in _EVENTS:
        name, subject, fields = _EVENTS[type(fact)]
        body = {subject: id, **fields(fact)}
    else:
        return None
    return name, {**body, "timestamp": utc(fact.at), "seq": event.seq, "position": event.position}


def _alert(fact: AlertRaised) -> Payload:
    kind, _, id = fact.subject.partition(":")
    return {
        "kind": fact.kind,
        "severity": fact.severity,
        "message": fact.message,
        "subject": {"type": kind, "id": id},
    }


def _price_alert(fact: PriceAlertTriggered) -> Payload:
    payload: Payload = {
        "symbol": fact.symbol,
        "condition": fact.condition,
        "value": _number(fact.value),
        "price": _number(fact.price),
        "day": fact.day.isoformat(),
    }
    if fact.change is not None:
        payload["changePercent"] = _number(fact.change)
    if fact.currency is not None:
        payload["currency"] = fact.currency
    if fact.note:
        payload["note"] = fact.note
    return payload


def _number(value: Decimal) -> float:
    return float(value)


_RECOMMENDATION, _ORDER = "recommendationId", "orderId"
# Each kind: the name of its event, the name of the id of what it is about, and its other fields.
_EVENTS: Mapping[type[Fact], tuple[str, str, Callable[[Any], Payload]]] = {
    RecommendationIssued: (
        "recommendation_issued",
        _RECOMMENDATION,
        lambda fact: {"action": fact.action, "expiresAt": utc(fact.expires_at)},
    ),
    RecommendationSuperseded: (
        "recommendation_superseded",
        _RECOMMENDATION,
        lambda fact: {"reason": "superseded", "supersededBy": fact.by},
    ),
    RecommendationExpired: ("recommendation_expired", _RECOMMENDATION, lambda fact: {}),
    RecommendationExecuted: ("recommendation_executed", _RECOMMENDATION, lambda fact: {"orderId": fact.order}),
    RecommendationRejected: ("recommendation_rejected", _RECOMMENDATION, lambda fact: {"reason": fact.reason}),
    LevelCrossed: (
        "level_crossed",
        _RECOMMENDATION,
        lambda fact: {"level": fact.level, "price": _number(fact.price), "day": fact.day.isoformat()},
    ),
    OrderFilled: (
        "order_filled",
        _ORDER,
        lambda fact: {"quantity": _number(fact.filled), "averagePrice": _number(fact.average_price)},
    ),
    OrderCancelled: ("order_cancelled", _ORDER, lambda fact: {}),
    OverfillRefused: (
        "order_alert",
        _ORDER,
        lambda fact: {"kind": "order_overfilled", "surplus": _number(fact.surplus)},
    ),
    LateFill: ("order_alert", _ORDER, lambda fact: {"kind": "order_filled_late", "state": fact.state}),
    DigestCompleted: ("digest_ready", "digestId", lambda fact: {"itemsProcessed": fact.items_processed}),
    ScheduleRan: (
        "schedule_ran",
        "scheduleId",
        lambda fact: {
            "runId": fact.run,
            "dueAt": utc(fact.due_at),
            "state": fact.state,
            "launched": list(fact.launched),
            "failures": fact.failures,
        },
    ),
    PriceAlertTriggered: ("price_alert", "priceAlertId", _price_alert),
    AlertRaised: ("alert", "alertId", _alert),
}
EVENT_NAMES: Mapping[type[Fact], str] = {kind: name for kind, (name, _, _) in _EVENTS.items()}
"""The names of the events that are not about analyses, by the kind of their facts."""
