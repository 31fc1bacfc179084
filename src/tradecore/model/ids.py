"""Ids: strings with a type of their own, so that a job id cannot be passed for a user id."""

from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", str)
JobId = NewType("JobId", str)
# An analysis and the job that makes it share one id.
AnalysisId = NewType("AnalysisId", str)
SessionId = NewType("SessionId", str)
KeyId = NewType("KeyId", str)
RecommendationId = NewType("RecommendationId", str)
OrderId = NewType("OrderId", str)
EntryId = NewType("EntryId", str)
# What a fact is about: `job:<id>`, `analysis:<id>`, ... Events are numbered within their topic.
Topic = NewType("Topic", str)


class TopicKind(StrEnum):
    """The kinds of entities that facts are about. Each entity has a topic of its own."""

    JOB = "job"
    ANALYSIS = "analysis"
    DIGEST = "digest"
    ORDER = "order"
    RECOMMENDATION = "recommendation"


def topic_of(kind: TopicKind, id: str) -> Topic:
    """The topic under which the facts of one entity are stored: `<kind>:<id>`."""
    return Topic(f"{kind}:{id}")
