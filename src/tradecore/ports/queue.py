"""The promise of the job queue: a wake-up call. The job's row is the record; losing every call loses no job."""

from typing import Protocol

from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind


class JobQueue(Protocol):
    """Wakes somebody who can run jobs."""

    async def offer(self, job: JobId, kind: Kind) -> None:
        """Say that a job waits. May be said again; may be lost; raises Unavailable when it certainly was."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return when something was offered since the last return, or after `seconds`, whichever comes first."""
        ...
