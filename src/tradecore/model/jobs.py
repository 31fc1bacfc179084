"""Jobs: the rows of the queue, each with a state, a lease and an attempt number. Messages only wake workers up."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from attrs import evolve, frozen

from tradecore.model.change import Change, Fact
from tradecore.model.errors import IllegalMove, Stale
from tradecore.model.ids import JobId, Topic, TopicKind, UserId, topic_of
from tradecore.model.transitions import move


class Kind(StrEnum):
    """What a job produces."""

    ANALYSIS = "analysis"
    DIGEST = "digest"
    BACKTEST = "backtest"


class JobState(StrEnum):
    """The states of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


# Running to queued is a retry or a release; running to running a renewal, or a new attempt after a crash.
MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.FAILED}),
    JobState.RUNNING: frozenset(
        {JobState.RUNNING, JobState.QUEUED, JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED}
    ),
    JobState.COMPLETED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
}

ENDED = tuple(state for state, moves in MOVES.items() if not moves)
"""The states in which a job has ended."""

# A job whose workers disappeared this often in a row, without a stored step in between, is assumed to crash them, and
# fails. Before the last time it is isolated, so that neither another job nor whoever kills workers can be the cause.
MAX_CRASHES = 3
# A job that failed this often for a transient reason is not tried again.
MAX_FAILURES = 5


@frozen
class JobQueued(Fact):
    """A job was queued, for the first time or again; `not_before` is when a retry is due."""

    kind: Kind
    not_before: datetime | None = None


@frozen
class JobEnded(Fact):
    """A job reached a terminal state."""

    kind: Kind
    state: JobState


@frozen
class Lease:
    """The worker that runs a job, and when its claim expires unless renewed.

    `waiting` is true until the job begins to run in the process of its worker: a worker that disappears before that was
    not crashed by it.
    """

    worker_id: str
    until: datetime
    waiting: bool = False


@frozen
class Job:
    """A unit of work for a user that survives the crash of any process.

    - `attempt` is a fencing token: it only grows, and a worker with an older attempt is refused.
    - `round` is the job's round in a queue that is fair over users: each further job of a user waits one round longer.
    - `not_before` delays a retry; `failures` counts transient failures.
    - `steps` is the number of steps of its result that were stored when the attempt began.
    - `crashed_attempts` are those whose worker disappeared since a step was last stored.
    - `trace` is that of the request which queued it, as a W3C `traceparent`; its attempts continue it.
    """

    id: JobId
    user: UserId
    kind: Kind
    state: JobState
    queued_at: datetime
    round: int = 0
    not_before: datetime | None = None
    attempt: int = 0
    steps: int = 0
    crashed_attempts: tuple[int, ...] = ()
    failures: int = 0
    lease: Lease | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None
    trace: str | None = None
    version: int = 0

    @classmethod
    def queue(
        cls, id: JobId, user: UserId, kind: Kind, *, at: datetime, round: int = 0, trace: str | None = None
    ) -> Change["Job"]:
        """A new job, queued at `at` in the given round by the request of a trace."""
        job = cls(id=id, user=user, kind=kind, state=JobState.QUEUED, queued_at=at, round=round, trace=trace)
        return Change(job, (JobQueued(job.topic, at, kind),))

    @property
    def topic(self) -> Topic:
        """The topic under which its facts are stored."""
        return topic_of(TopicKind.JOB, self.id)

    @property
    def ended(self) -> bool:
        """Whether the state is terminal."""
        return not MOVES[self.state]

    def abandoned(self, now: datetime) -> bool:
        """Whether its worker is gone: the job runs, and its lease has expired."""
        return self.state is JobState.RUNNING and (self.lease is None or self.lease.until <= now)

    @property
    def suspect(self) -> bool:
        """Whether one more crash would fail the job; until it stores a step, it is isolated."""
        return len(self.crashed_attempts) == MAX_CRASHES - 1

    def crashes(self, *, at: datetime, steps: int) -> tuple[int, ...]:
        """The attempts that count as crashes at a time at which `steps` steps are stored.

        A stored step clears them. An abandoned attempt counts unless it was still waiting to run.
        """
        if steps > self.steps:
            return ()
        if self.abandoned(at) and not (self.lease and self.lease.waiting):
            return (*self.crashed_attempts, self.attempt)
        return self.crashed_attempts

    def claim(self, worker_id: str, *, at: datetime, lease: timedelta, steps: int = 0) -> Change["Job"]:
        """Start the next attempt, held by `worker_id` for `lease`, with `steps` steps stored so far.

        A suspect is claimed as waiting until `start`. Raises IllegalMove unless the job is queued or abandoned.
        """
        if self.state is not JobState.QUEUED and not self.abandoned(at):
            raise IllegalMove(f"Job {self.id} is {self.state} and cannot be claimed.")
        crashed_attempts = self.crashes(at=at, steps=steps)
        job = move(
            self,
            MOVES,
            JobState.RUNNING,
            attempt=self.attempt + 1,
            steps=steps,
            crashed_attempts=crashed_attempts,
            started_at=at,
            not_before=None,
        )
        return Change(evolve(job, lease=Lease(worker_id, at + lease, waiting=job.suspect)))

    def start(self) -> Change["Job"]:
        """Record that a claimed job begins to run. Raises IllegalMove when it has no lease."""
        if self.lease is None:
            raise IllegalMove(f"Job {self.id} has no lease and cannot start.")
        return Change(move(self, MOVES, JobState.RUNNING, lease=evolve(self.lease, waiting=False)))

    def crash(self, error: str, *, at: datetime, steps: int) -> Change["Job"]:
        """Queue the job again after the death of its own process, with `steps` steps stored; MAX_CRASHES fail it."""
        crashed_attempts = () if steps > self.steps else (*self.crashed_attempts, self.attempt)
        if len(crashed_attempts) >= MAX_CRASHES:
            return evolve(self, crashed_attempts=crashed_attempts).fail(error, at=at)
        job = move(self, MOVES, JobState.QUEUED, lease=None, crashed_attempts=crashed_attempts)
        return Change(job, (JobQueued(self.topic, at, self.kind),))

    def forget_crashes(self) -> Change["Job"]:
        """Clear the crashes, because a step was stored."""
        return Change(evolve(self, crashed_attempts=()))

    def take_back_crash(self, attempt: int) -> Change["Job"]:
        """Clear the crash of an attempt whose worker lives, although its lease ran out. No change if there is none."""
        crashed_attempts = tuple(number for number in self.crashed_attempts if number != attempt)
        return Change(evolve(self, crashed_attempts=crashed_attempts))

    def require_held_by(self, worker_id: str, attempt: int) -> "Job":
        """This job. Raises Stale unless `worker_id` still runs it as `attempt`."""
        held = self.state is JobState.RUNNING and self.attempt == attempt
        if not held or self.lease is None or self.lease.worker_id != worker_id:
            raise Stale(f"Job {self.id} is no longer run by {worker_id} as attempt {attempt}; it is {self.state}.")
        return self

    def renew(self, *, at: datetime, lease: timedelta) -> Change["Job"]:
        """Extend the lease to `at` + `lease`. Raises IllegalMove when the job has none."""
        if self.lease is None:
            raise IllegalMove(f"Job {self.id} has no lease to renew.")
        return Change(move(self, MOVES, JobState.RUNNING, lease=evolve(self.lease, until=at + lease)))

    def release(self, *, at: datetime) -> Change["Job"]:
        """Queue the job again because its worker stops. Counts neither as a crash nor as a failure."""
        return Change(move(self, MOVES, JobState.QUEUED, lease=None), (JobQueued(self.topic, at, self.kind),))

    def retry(self, error: str, *, at: datetime, after: timedelta) -> Change["Job"]:
        """Queue the job again after a transient failure, due at `at` + `after`; fail it after MAX_FAILURES of them."""
        failures = self.failures + 1
        if failures >= MAX_FAILURES:
            return evolve(self, failures=failures).fail(error, at=at)
        job = move(self, MOVES, JobState.QUEUED, lease=None, failures=failures, error=error, not_before=at + after)
        return Change(job, (JobQueued(self.topic, at, self.kind, job.not_before),))

    def complete(self, *, at: datetime) -> Change["Job"]:
        """End the job successfully."""
        return self._end(JobState.COMPLETED, at, None)

    def fail(self, error: str, *, at: datetime) -> Change["Job"]:
        """End the job without a result, for the reason given."""
        return self._end(JobState.FAILED, at, error)

    def cancel(self, *, at: datetime) -> Change["Job"]:
        """End the job at the request of its user."""
        return self._end(JobState.CANCELLED, at, "cancelled by the user")

    def _end(self, state: JobState, at: datetime, error: str | None) -> Change["Job"]:
        job = move(self, MOVES, state, lease=None, ended_at=at, error=error)
        return Change(job, (JobEnded(self.topic, at, self.kind, state),))


@frozen
class QueuedJob:
    """A job as it was added to the queue, and how many queued jobs run before it."""

    job: Job
    ahead: int


@frozen
class Backlog:
    """The jobs of one kind that are queued or running, by state, and when the oldest queued one was queued."""

    kind: Kind
    counts: Mapping[JobState, int]
    oldest: datetime | None
