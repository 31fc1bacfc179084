"""What routes below /analyze say on success: one struct per documented object."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tradecore.model.digests import Digest, DigestResult, DigestState
from tradecore.model.news import Reason
from tradecore.use_cases.digest import DigestTicket

State = Literal["queued", "running", "completed", "failed"]
Time = Annotated[str, Meta(description="UTC, whole seconds, with `+00:00`", extra_json_schema={"format": "date-time"})]
JobName = Annotated[str, Meta(pattern="^analyze_job_[0-9a-f]{32}$")]
Why = Annotated[str, Meta(extra_json_schema={"enum": [reason.value for reason in Reason]})]


class AnalyzeJob(Struct):
    """A job that was accepted."""

    success: Literal[True]
    job_id: JobName
    status: State
    time_window_hours: Annotated[int, Meta(description="As granted")]
    status_url: str
    result_url: str


class AnalyzeStatus(Struct):
    """How a job stands; `success` only once it is completed."""

    success: bool
    job_id: JobName
    status: State
    time_window_hours: int
    created_at: Time
    started_at: Time | None
    completed_at: Time | None
    items_processed: int
    error: str | None
    result_available: bool


class AnalyzeResult(Struct):
    """What came of a job; `report` is Markdown, empty unless it is completed."""

    success: bool
    job_id: JobName
    status: State
    report: str
    items_processed: int
    time_window_hours: int
    error: str | None


class AnalyzeItem(Struct):
    """An item that was looked at, and why it is in the report or not."""

    item_id: str
    story_id: str
    reason: Why
    source: str
    title: str
    url: str | None
    published_at: Time


class AnalyzeItems(Struct):
    """Every item that a job looked at; none unless it is completed."""

    success: bool
    job_id: JobName
    status: State
    items: list[AnalyzeItem]


def time(at: datetime) -> str:
    """A time as it is shown here."""
    return f"{at:%Y-%m-%dT%H:%M:%S}+00:00"


def created(ticket: DigestTicket) -> AnalyzeJob:
    """The answer to a request for a digest."""
    path = f"/analyze/{ticket.digest}"
    return AnalyzeJob(True, ticket.digest, ticket.state.value, ticket.hours, path, f"{path}/result")


def status(digest: Digest) -> AnalyzeStatus:
    """How a digest stands."""
    return AnalyzeStatus(
        success=digest.state is DigestState.COMPLETED,
        job_id=digest.id,
        status=digest.state.value,
        time_window_hours=digest.brief.hours,
        created_at=time(digest.created_at),
        started_at=time(digest.started_at) if digest.started_at else None,
        completed_at=time(digest.completed_at) if digest.completed_at else None,
        items_processed=digest.items_processed,
        error=digest.error,
        result_available=digest.ended,
    )


def result(digest: Digest, made: DigestResult | None) -> AnalyzeResult:
    """What came of a digest."""
    return AnalyzeResult(
        success=digest.state is DigestState.COMPLETED,
        job_id=digest.id,
        status=digest.state.value,
        report=made.markdown if made else "",
        items_processed=digest.items_processed,
        time_window_hours=digest.brief.hours,
        error=digest.error,
    )


def items(digest: Digest, made: DigestResult | None) -> AnalyzeItems:
    """The account of a digest."""
    lines = made.lines if made else ()
    return AnalyzeItems(
        success=digest.state is DigestState.COMPLETED,
        job_id=digest.id,
        status=digest.state.value,
        items=[
            AnalyzeItem(
                item_id=line.item_id,
                story_id=line.story_id,
                reason=line.reason.value,
                source=line.source,
                title=line.title,
                url=line.url,
                published_at=time(line.published_at),
            )
            for line in lines
        ],
    )
