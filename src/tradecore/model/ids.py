"""Identities: plain strings with a name, so that a job's id cannot be passed where a user's is asked."""

from typing import NewType

UserId = NewType("UserId", str)
JobId = NewType("JobId", str)
# An analysis and the job that makes it share one id: the documented `analysisId`.
AnalysisId = NewType("AnalysisId", str)
SessionId = NewType("SessionId", str)
KeyId = NewType("KeyId", str)
RecommendationId = NewType("RecommendationId", str)
OrderId = NewType("OrderId", str)
EntryId = NewType("EntryId", str)
# What a fact is about: `job:<id>`, `analysis:<id>`, ... Sequence numbers count within one topic.
Topic = NewType("Topic", str)
