"""The response schemas of the routes below /analyze, and their construction from the core."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tradecore.model.digests import Digest, DigestItem, DigestResult, DigestState
from tradecore.model.news import Reason
from tradecore.use_cases.digest import DigestTicket
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.digest_ids import JobName, job_id_of

State = Literal["queued", "running", "completed", "failed"]
Time = Annotated[str, Meta(description="UTC, whole seconds, with `+00:00`", extra_json_schema={"format": "date-time"})]
# The documented words for the reasons of the core.
REASONS: Mapping[Reason, str] = {
    **{reason: reason.value for reason in Reason},
    Reason.ALREADY_DELIVERED: "already_told",
}
ReasonName = Annotated[str, Meta(extra_json_schema={"enum": list(REASONS.values())})]


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
    reason: ReasonName
    source: str
    title: str
    url: str | None
    published_at: Time


class AnalyzeItems(Struct):
    """Every item that a job looked at or set aside; none unless it is completed."""

    success: bool
    job_id: JobName
    status: State
    items: list[AnalyzeItem]


def time(at: datetime) -> str:
    """A UTC time for JSON: whole seconds, with `+00:00`."""
    return f"{at:%Y-%m-%dT%H:%M:%S}+00:00"


def created(ticket: DigestTicket) -> AnalyzeJob:
    """The response to a request for a digest."""
    job_id = job_id_of(ticket.digest)
    path = f"/analyze/{job_id}"
    return AnalyzeJob(True, job_id, ticket.state.value, ticket.hours, path, f"{path}/result")


def status(digest: Digest) -> AnalyzeStatus:
    """The status of a digest."""
    return AnalyzeStatus(
        success=digest.state is DigestState.COMPLETED,
        job_id=job_id_of(digest.id),
        status=digest.state.value,
        time_window_hours=digest.brief.hours,
        created_at=time(digest.created_at),
        started_at=time(digest.started_at) if digest.started_at else None,
        completed_at=time(digest.completed_at) if digest.completed_at else None,
        items_processed=digest.items_processed,
        error=digest.error and caller_text(digest.error),
        result_available=digest.ended,
    )


def result(digest: Digest, result: DigestResult | None) -> AnalyzeResult:
    """The result of a digest; `report` is empty unless it is completed."""
    return AnalyzeResult(
        success=digest.state is DigestState.COMPLETED,
        job_id=job_id_of(digest.id),
        status=digest.state.value,
        report=result.markdown if result else "",
        items_processed=digest.items_processed,
        time_window_hours=digest.brief.hours,
        error=digest.error and caller_text(digest.error),
    )


def items(digest: Digest, considered: Sequence[DigestItem]) -> AnalyzeItems:
    """The items that a digest considered or set aside; none unless it is completed."""
    return AnalyzeItems(
        success=digest.state is DigestState.COMPLETED,
        job_id=job_id_of(digest.id),
        status=digest.state.value,
        items=[
            AnalyzeItem(
                item_id=item.item_id,
                story_id=item.story_id,
                reason=REASONS[item.reason],
                source=item.source,
                title=item.title,
                url=item.url,
                published_at=time(item.published_at),
            )
            for item in considered
        ],
    )
