"""The job queue port: wakes workers up. Job rows are the record, so a lost message loses no job."""

from typing import Protocol

from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind


class JobQueue(Protocol):
    """Wakes workers up."""

    async def offer(self, job: JobId, kind: Kind) -> None:
        """Announce a queued job, once or more often. Raises Unavailable when the message is certainly lost."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return when a job was offered since the last return, or after `seconds`."""
        ...
