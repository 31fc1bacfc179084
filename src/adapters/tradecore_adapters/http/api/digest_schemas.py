"""The response schemas of lists of digests."""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from tradecore.model.digests import Digest, DigestResult
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.schemas import PaginationData
from tradecore_adapters.http.digest_ids import JobName, job_id_of
from tradecore_adapters.http.responses import utc

DigestStatus = Literal["queued", "running", "completed", "failed"]


class DigestData(Struct, rename="camel"):
    """A digest that was requested for the reader `userId`.

    `id` is its `job_id` of `/analyze`; `itemsProcessed` counts the items that its report considered.
    """

    id: JobName
    user_id: str
    hours: int
    status: DigestStatus
    created_at: Timestamp
    items_processed: int
    started_at: Timestamp | UnsetType = UNSET
    completed_at: Timestamp | UnsetType = UNSET
    error: str | UnsetType = UNSET


class DigestsData(Struct, rename="camel"):
    """A page of digests, newest first."""

    digests: list[DigestData]
    pagination: PaginationData


class DigestCountsData(Struct, rename="camel"):
    """How many items and stories a report has.

    `considered` is `reported + grouped + alreadyDelivered + belowThreshold`; `tooOld` arrived too late for it.
    """

    considered: int
    reported: int
    grouped: int
    already_delivered: int
    below_threshold: int
    stories: int
    new_stories: int
    updates: int
    too_old: int


class DigestReportData(DigestData):
    """A digest with its report in Markdown and its counts, which are there once it is completed."""

    report: str | UnsetType = UNSET
    counts: DigestCountsData | UnsetType = UNSET


def shown_digest(digest: Digest) -> DigestData:
    """A digest in a list."""
    return DigestData(**_fields(digest))


def shown_report(digest: Digest, result: DigestResult | None) -> DigestReportData:
    """A digest with its report."""
    counts = (
        UNSET
        if result is None
        else DigestCountsData(**{name: getattr(result.counts, name) for name in DigestCountsData.__struct_fields__})
    )
    return DigestReportData(**_fields(digest), report=UNSET if result is None else result.markdown, counts=counts)


def _fields(digest: Digest) -> dict[str, Any]:
    return {
        "id": job_id_of(digest.id),
        "user_id": digest.brief.user_id,
        "hours": digest.brief.hours,
        "status": digest.state.value,
        "created_at": utc(digest.created_at),
        "items_processed": digest.items_processed,
        "started_at": utc(digest.started_at) if digest.started_at else UNSET,
        "completed_at": utc(digest.completed_at) if digest.completed_at else UNSET,
        "error": UNSET if digest.error is None else caller_text(digest.error),
    }
