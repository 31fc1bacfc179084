"""Ids: strings with a type of their own, so that a job id cannot be passed for a user id."""

from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", str)
JobId = NewType("JobId", str)
# An analysis and the job that makes it share one id.
AnalysisId = NewType("AnalysisId", str)
SessionId = NewType("SessionId", str)
KeyId = NewType("KeyId", str)
TokenId = NewType("TokenId", str)
RecommendationId = NewType("RecommendationId", str)
OrderId = NewType("OrderId", str)
EntryId = NewType("EntryId", str)
AlertId = NewType("AlertId", str)
PriceAlertId = NewType("PriceAlertId", str)
ComparisonId = NewType("ComparisonId", str)
WebhookId = NewType("WebhookId", str)
DeliveryId = NewType("DeliveryId", str)
NoticeChannelId = NewType("NoticeChannelId", str)
NoticeId = NewType("NoticeId", str)
WatchlistId = NewType("WatchlistId", str)
ScheduleId = NewType("ScheduleId", str)
ScheduleRunId = NewType("ScheduleRunId", str)
# What a fact is about: `job:<id>`, `analysis:<id>`, ... Events are numbered within their topic.
Topic = NewType("Topic", str)


class TopicKind(StrEnum):
    """The kinds of topics. Each entity that facts are about has a topic of its own.

    A POSITION, which is named by its symbol, a WEBHOOK, a NOTICE_CHANNEL and a SOURCE have no facts; alerts are about
    them. USER is for subscribers only: it carries all events that concern a user.
    """

    JOB = "job"
    ANALYSIS = "analysis"
    DIGEST = "digest"
    BACKTEST = "backtest"
    ORDER = "order"
    RECOMMENDATION = "recommendation"
    ALERT = "alert"
    PRICE_ALERT = "price_alert"
    POSITION = "position"
    WEBHOOK = "webhook"
    NOTICE_CHANNEL = "notice_channel"
    SCHEDULE = "schedule"
    SOURCE = "source"
    USER = "user"


def topic_of(kind: TopicKind, id: str) -> Topic:
    """The topic under which the facts of one entity are stored: `<kind>:<id>`."""
    return Topic(f"{kind}:{id}")
