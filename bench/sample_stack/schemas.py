"""Requests and responses, named and shaped as in the document."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")


class AnalysisConfig(BaseModel):
    """How deep to debate, and with which model."""

    researchDepth: Annotated[int, Field(ge=1, le=5)]
    llmModel: str
    llmProvider: str | None = None


class LaunchAnalysisRequest(BaseModel):
    """What to analyse."""

    symbol: Annotated[str, Field(pattern=r"^[A-Z0-9.\-]{1,12}$")]
    assetType: Literal["equity", "crypto"]
    date: date
    analysts: Annotated[list[Literal["technical", "sentiment", "news", "fundamentals"]], Field(min_length=1)]
    config: AnalysisConfig


class Launched(BaseModel):
    """A queued analysis."""

    analysisId: str
    status: str
    estimatedTime: int
    queuePosition: int


class Agent(BaseModel):
    """The progress of one agent."""

    name: str
    status: str
    duration: float | None


class Progress(BaseModel):
    """The progress of all agents."""

    currentAgent: str
    completedAgents: list[str]
    overallPercent: int
    agents: list[Agent]


class Status(BaseModel):
    """How far an analysis is."""

    status: str
    progress: Progress
    estimatedTimeRemaining: int | None = None


class PastAnalysis(BaseModel):
    """A row of history."""

    id: str
    symbol: str
    assetType: str
    action: str
    confidence: float
    date: date
    actualReturn: float | None
    returnPercent: float | None
    createdAt: datetime


class Metrics(BaseModel):
    """Metrics over all rows that the query covers."""

    totalAnalyses: int
    winRate: float | None
    avgReturn: float | None
    avgConfidence: float | None
    sharpeRatio: float | None


class Pagination(BaseModel):
    """Which page of how many rows."""

    total: int
    page: int
    pageSize: int
    hasNext: bool


class History(BaseModel):
    """A page of history."""

    analyses: list[PastAnalysis]
    metrics: Metrics
    pagination: Pagination


class Envelope(BaseModel, Generic[T]):
    """What every response is wrapped in."""

    success: bool = True
    data: T
    timestamp: Annotated[datetime, Field(default_factory=lambda: datetime.now(UTC))]


Result = dict[str, Any]
