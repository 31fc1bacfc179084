"""Runs of schedules: what was launched at one of their times, and what was not and why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from attrs import evolve, frozen

from tradecore.model.change import Change, Fact
from tradecore.model.ids import ScheduleId, ScheduleRunId, Topic, TopicKind, UserId, topic_of
from tradecore.model.market import Symbol
from tradecore.model.money import Asset
from tradecore.model.schedules import Schedule
from tradecore.model.transitions import Moves, move

# How long a process may take for an attempt until another one takes over.
LEASE = timedelta(seconds=60)
# The waits between attempts while the queue is full or a service is not there: the last one is repeated.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 30, 60, 120, 300))
# What cannot be launched for so long is given up. Idempotency keys are kept longer.
GIVE_UP = timedelta(hours=6)


class RunState(StrEnum):
    """The states of a run. FAILED is one of which not everything could be launched."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"


MOVES: Moves[RunState] = {
    RunState.PENDING: frozenset({RunState.PENDING, RunState.COMPLETED, RunState.FAILED}),
    RunState.COMPLETED: frozenset(),
    RunState.FAILED: frozenset(),
}


@frozen
class Launched:
    """Something that a run has launched, by the id of the analysis, comparison or digest; its symbol if it has one."""

    id: str
    symbol: Symbol | None = None


@frozen
class NotLaunched:
    """A symbol that could not be launched, and why. Without a symbol, it is the reason for the whole run."""

    reason: str
    symbol: Symbol | None = None


@frozen
class ScheduleRan(Fact):
    """A run of a schedule has ended: what it was due at, what it launched, and how much it could not launch."""

    run: ScheduleRunId
    due_at: datetime
    state: RunState
    launched: tuple[str, ...]
    failures: int


@frozen(kw_only=True)
class ScheduleRun:
    """One time of a schedule. Times are aware UTC.

    - `assets`: what is analysed, once that is settled; None before, and for a digest.
    - `next_try`: when it is taken up, by another process too; None once it has ended.
    - `waiting_for`: why the last attempt could not launch everything, while there will be another one.
    """

    id: ScheduleRunId
    schedule: ScheduleId
    user: UserId
    due_at: datetime
    created_at: datetime
    next_try: datetime | None
    state: RunState = RunState.PENDING
    assets: tuple[Asset, ...] | None = None
    launched: tuple[Launched, ...] = ()
    failures: tuple[NotLaunched, ...] = ()
    attempts: int = 0
    waiting_for: str = ""
    ended_at: datetime | None = None
    version: int = 0

    @classmethod
    def of(cls, schedule: Schedule, due_at: datetime, *, at: datetime) -> Change["ScheduleRun"]:
        """The run of a schedule for one of its times, which always has the same id."""
        id = ScheduleRunId(sha256(f"{schedule.id} {due_at.isoformat()}".encode()).hexdigest()[:32])
        return Change(cls(id=id, schedule=schedule.id, user=schedule.user, due_at=due_at, created_at=at, next_try=at))

    @property
    def topic(self) -> Topic:
        """The topic of its schedule, under which its facts are stored."""
        return topic_of(TopicKind.SCHEDULE, self.schedule)

    @property
    def remaining(self) -> tuple[Asset, ...]:
        """The assets that have neither been launched nor failed."""
        ended = {entry.symbol for entry in self.launched} | {entry.symbol for entry in self.failures}
        return tuple(asset for asset in self.assets or () if asset.symbol not in ended)

    def take(self, *, at: datetime) -> Change["ScheduleRun"]:
        """Begin an attempt: no other process makes one for LEASE. Raises IllegalMove once it has ended."""
        return Change(move(self, MOVES, RunState.PENDING, next_try=at + LEASE, attempts=self.attempts + 1))

    def record(
        self,
        launched: Sequence[Launched] = (),
        failures: Sequence[NotLaunched] = (),
        *,
        assets: tuple[Asset, ...] | None = None,
    ) -> "ScheduleRun":
        """With what came of an attempt, and the assets once they are settled."""
        return evolve(
            self,
            launched=(*self.launched, *launched),
            failures=(*self.failures, *failures),
            assets=self.assets if assets is None else assets,
        )

    def go_on(self, *, at: datetime) -> Change["ScheduleRun"]:
        """Take up the rest at once; what came so far does not count as an attempt that failed."""
        return Change(move(self, MOVES, RunState.PENDING, next_try=at, attempts=0, waiting_for=""))

    def wait(self, reason: str, *, at: datetime) -> Change["ScheduleRun"]:
        """Try the rest again after a wait that grows."""
        wait = WAITS[min(self.attempts, len(WAITS)) - 1]
        return Change(move(self, MOVES, RunState.PENDING, next_try=at + wait, waiting_for=reason))

    def gives_up(self, at: datetime) -> bool:
        """Whether what cannot be launched now is not tried again."""
        return at - self.created_at >= GIVE_UP

    def end(self, *, at: datetime) -> Change["ScheduleRun"]:
        """End it: it has failed if anything could not be launched."""
        state = RunState.FAILED if self.failures else RunState.COMPLETED
        ended = move(self, MOVES, state, next_try=None, waiting_for="", ended_at=at)
        ids = tuple(entry.id for entry in ended.launched)
        return Change(ended, (ScheduleRan(self.topic, at, self.id, self.due_at, state, ids, len(ended.failures)),))
