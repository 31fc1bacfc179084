"""Store port, jobs: the queue of record, idempotency receipts and scheduled tasks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from tradecore.model.analyses import Analysis
from tradecore.model.backtest_runs import BacktestPart
from tradecore.model.change import Change
from tradecore.model.digests import Digest
from tradecore.model.ids import JobId
from tradecore.model.jobs import Backlog, Job, JobState, Kind, QueuedJob
from tradecore.model.receipts import IdempotencyReceipt

# What a job does: the analysis, digest or part of a backtest that it makes.
Work: TypeAlias = Change[Analysis] | Change[Digest] | Change[BacktestPart]


class Jobs(Protocol):
    """The queue of record."""

    async def get(self, id: JobId) -> Job:
        """Raises NotFound."""
        ...

    async def put(self, change: Change[Job]) -> Job:
        """Store the new state. Raises Stale if the job was written since it was read."""
        ...

    async def put_all(self, changes: Sequence[Change[Job]]) -> tuple[Job | None, ...]:
        """Store the new states of jobs in one round trip.

        None stands in place of each that was written since it was read, or that another unit of work is about to write:
        nothing waits for others while it keeps many jobs from being written. Of several changes of one job, one is
        stored; which of them is not promised.
        """
        ...

    async def next(self, now: datetime, limit: int = 1, *, only: Collection[JobId] | None = None) -> tuple[Job, ...]:
        """The jobs that run next, at most `limit`: abandoned ones, then queued and due ones, by round and oldest first.

        With `only`, all of these jobs that may run, in any order. A digest waits while another digest of its user runs.
        No other unit of work gets these jobs before this one ends.
        """
        ...

    async def due(self, now: datetime, limit: int, *, like: Job | None = None) -> tuple[Job, ...]:
        """The jobs that may run, at most `limit`: abandoned ones, then queued ones, the oldest first.

        With `like`, those of the user and kind of that job.
        """
        ...

    async def waiting(self) -> int:
        """The number of queued jobs."""
        ...

    async def backlog(self) -> tuple[Backlog, ...]:
        """The queued and running jobs of every kind, none of some kinds included; in the order of `Kind`."""
        ...

    async def ended(self) -> Mapping[tuple[Kind, JobState], int]:
        """How many jobs of each kind and terminal state ever ended, those deleted since included; none that is 0."""
        ...

    async def add(self, job: Change[Job], work: Work, *, limit: int) -> QueuedJob | None:
        """Store a new job in the next round of its user, and the work that it does; quick, however many are queued.

        With `limit` jobs queued it has no effect and returns None; however many units of work add concurrently, never
        more than `limit` are queued. Raises Stale for an id in use.
        """
        ...

    async def add_all(
        self, entries: Sequence[tuple[Change[Job], Work]], *, limit: int, wait: bool = True
    ) -> tuple[QueuedJob | None, ...]:
        """Store up to 64 new jobs in their order, in few round trips; None stands for each that had no effect.

        It is the same as `add` for each of them. Without `wait`, None also stands for a job which others that are being
        added might bring beyond the limit: `add` that one by itself.
        """
        ...

    async def delete_before(self, before: datetime, limit: int) -> tuple[Job, ...]:
        """Delete the oldest ended jobs that were queued before a time, up to `limit`, and return them."""
        ...


class Receipts(Protocol):
    """Responses to requests with an idempotency key."""

    async def find(self, owner: str, operation: str, key: str) -> IdempotencyReceipt | None:
        """The receipt of the first request with this key; None before it."""
        ...

    async def add(self, receipt: IdempotencyReceipt) -> None:
        """Store a receipt, in the unit of work of its effect. Raises Stale if there is one for its key."""
        ...

    async def delete_before(self, before: datetime, limit: int) -> int:
        """Delete the oldest receipts from before a time, up to `limit`, and return their number."""
        ...


class ScheduledTasks(Protocol):
    """When each scheduled task is due."""

    async def due(self, name: str) -> datetime | None:
        """When a task is due next; None if it was never taken."""
        ...

    async def take(self, name: str, *, at: datetime, every: timedelta) -> bool:
        """Whether a task was due and is taken by this call; it is due again at `at` + `every` then."""
        ...


class JobRepositories(Protocol):
    """The queue of record and what belongs to it."""

    @property
    def jobs(self) -> Jobs: ...
    @property
    def receipts(self) -> Receipts: ...
    @property
    def scheduled_tasks(self) -> ScheduledTasks: ...
