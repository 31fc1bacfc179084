"""The documented ids of digests, which both APIs show."""

import re
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from tradecore.model.digests import DigestId

JobName = Annotated[str, Meta(pattern="^analyze_job_[0-9a-f]{32}$")]

_PREFIX = "analyze_job_"
# The UUID itself is what events, webhooks and runs of schedules name a digest by.
_PATTERN = re.compile(r"analyze_job_[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def job_id_of(id: DigestId) -> str:
    """The documented id of a digest: `analyze_job_` and the 32 hexadecimal digits of its UUID."""
    return f"{_PREFIX}{UUID(id).hex}"


def digest_id_of(job_id: str) -> DigestId | None:
    """The digest with a documented id, or with its UUID; None when `job_id` is malformed."""
    return DigestId(str(UUID(job_id.removeprefix(_PREFIX)))) if _PATTERN.fullmatch(job_id) else None
