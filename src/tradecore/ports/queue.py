"""The job queue ports. Job rows are the record, so a lost message loses no job.

A queue either wakes workers, which look for jobs themselves, or hands each job to one of its own workers.
"""

from datetime import datetime
from typing import Protocol, runtime_checkable

from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind


class JobQueue(Protocol):
    """Announces queued jobs."""

    async def offer(self, job: JobId, kind: Kind, *, not_before: datetime | None = None) -> None:
        """Announce a queued job that may run from `not_before` on, once or more often.

        Raises Unavailable when the message is certainly lost.
        """
        ...


@runtime_checkable
class WakingQueue(JobQueue, Protocol):
    """Wakes workers up, which then claim the job that runs next. It may do so before a job is due."""

    async def wait(self, seconds: float) -> None:
        """Return when a job was offered since the last return, or after `seconds`."""
        ...


@runtime_checkable
class MessageQueue(JobQueue, Protocol):
    """Hands each job to a worker of its own, which claims that job by its id."""

    async def depth(self) -> int:
        """The number of messages that no worker has fetched yet. Raises Unavailable."""
        ...
