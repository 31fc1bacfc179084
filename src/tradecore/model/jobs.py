"""Jobs: the queue of record. A row, a lease and an attempt number; everything else is a wake-up call."""

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import evolve, frozen

from tradecore.model.change import Change, Fact
from tradecore.model.errors import IllegalMove, Stale
from tradecore.model.ids import JobId, Topic, UserId


class Kind(StrEnum):
    """What a job makes."""

    ANALYSIS = "analysis"
    DIGEST = "digest"


class JobState(StrEnum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


# The whole life of a job. Running to queued is a rescue or a release; a terminal state has no way out.
MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.FAILED}),
    JobState.RUNNING: frozenset(
        {JobState.RUNNING, JobState.QUEUED, JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED}
    ),
    JobState.COMPLETED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
}

# A job whose runner vanished this often takes its runners down with it, and is not given another.
CRASHES_ALLOWED = 3
# A job that failed this often for a reason that might pass is not tried again.
FAILURES_ALLOWED = 5


def topic_of(job: JobId) -> Topic:
    """The topic under which a job's facts are stored."""
    return Topic(f"job:{job}")


@frozen
class JobQueued(Fact):
    """A job waits to be run: for the first time, or again."""

    kind: Kind


@frozen
class JobEnded(Fact):
    """A job reached a terminal state."""

    kind: Kind
    state: JobState


@frozen
class Lease:
    """Who runs a job, and until when that holds unless renewed."""

    worker_id: str
    until: datetime


@frozen
class Job:
    """A piece of work owed to a user, whatever happens to the processes that do it.

    `attempt` is a fencing token: it only grows, and a runner whose attempt is not the job's is refused.
    `turn` is the job's round in a queue that is fair over users: a user's next job waits one round longer.
    """

    id: JobId
    user: UserId
    kind: Kind
    state: JobState
    queued_at: datetime
    turn: int = 0
    not_before: datetime | None = None
    attempt: int = 0
    crashes: int = 0
    failures: int = 0
    lease: Lease | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None
    version: int = 0

    @classmethod
    def queue(cls, id: JobId, user: UserId, kind: Kind, *, at: datetime, turn: int = 0) -> Change["Job"]:
        """Owe a user a new piece of work."""
        job = cls(id=id, user=user, kind=kind, state=JobState.QUEUED, queued_at=at, turn=turn)
        return Change(job, (JobQueued(topic_of(id), at, kind),))

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to this job."""
        return not MOVES[self.state]

    def abandoned(self, now: datetime) -> bool:
        """Whether its runner is gone: running, with a lease that was not renewed in time."""
        return self.state is JobState.RUNNING and (self.lease is None or self.lease.until <= now)

    def claim(self, worker_id: str, *, at: datetime, lease: timedelta) -> Change["Job"]:
        """Take the job to run it, as the next attempt. An abandoned job counts one crash more.

        Raises IllegalMove when somebody runs it, or nothing is left to run.
        """
        crashed = self.abandoned(at)
        if self.state is not JobState.QUEUED and not crashed:
            raise IllegalMove(f"Job {self.id} is {self.state} and cannot be claimed.")
        job = self._move(
            JobState.RUNNING,
            attempt=self.attempt + 1,
            crashes=self.crashes + crashed,
            lease=Lease(worker_id, at + lease),
            started_at=at,
            not_before=None,
        )
        return Change(job)

    def held_by(self, worker_id: str, attempt: int) -> "Job":
        """This job, if `worker_id` still runs it as `attempt`; otherwise Stale: another one has taken it over."""
        held = self.state is JobState.RUNNING and self.attempt == attempt
        if not held or self.lease is None or self.lease.worker_id != worker_id:
            raise Stale(f"Job {self.id} is no longer run by {worker_id} as attempt {attempt}; it is {self.state}.")
        return self

    def renew(self, *, at: datetime, lease: timedelta) -> Change["Job"]:
        """Say that its runner lives."""
        if self.lease is None:
            raise IllegalMove(f"Job {self.id} has no lease to renew.")
        return Change(self._move(JobState.RUNNING, lease=Lease(self.lease.worker_id, at + lease)))

    def release(self, *, at: datetime) -> Change["Job"]:
        """Give the job back because its runner is being stopped; costs it nothing."""
        return Change(self._move(JobState.QUEUED, lease=None), (JobQueued(topic_of(self.id), at, self.kind),))

    def retry(self, error: str, *, at: datetime, after: timedelta) -> Change["Job"]:
        """Queue the job again after a failure that may pass, or end it when it failed too often."""
        failures = self.failures + 1
        if failures >= FAILURES_ALLOWED:
            return evolve(self, failures=failures).fail(error, at=at)
        job = self._move(JobState.QUEUED, lease=None, failures=failures, error=error, not_before=at + after)
        return Change(job, (JobQueued(topic_of(self.id), at, self.kind),))

    def complete(self, *, at: datetime) -> Change["Job"]:
        """End the job: what was owed exists."""
        return self._end(JobState.COMPLETED, at, None)

    def fail(self, error: str, *, at: datetime) -> Change["Job"]:
        """End the job: what was owed will not come, for the reason given."""
        return self._end(JobState.FAILED, at, error)

    def cancel(self, *, at: datetime) -> Change["Job"]:
        """End the job because its user no longer wants it."""
        return self._end(JobState.CANCELLED, at, "cancelled by the user")

    def _end(self, state: JobState, at: datetime, error: str | None) -> Change["Job"]:
        job = self._move(state, lease=None, ended_at=at, error=error)
        return Change(job, (JobEnded(topic_of(self.id), at, self.kind, state),))

    def _move(self, state: JobState, **fields: object) -> "Job":
        if state not in MOVES[self.state]:
            raise IllegalMove(f"Job {self.id} is {self.state} and cannot become {state}.")
        return evolve(self, state=state, **fields)  # type: ignore[arg-type]  # evolve checks the names at run time
