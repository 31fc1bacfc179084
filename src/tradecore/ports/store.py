"""The promise of the store: one unit of work is one transaction, and what it said is as durable as what it did."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from attrs import frozen

from tradecore.model.analyses import Analysis, AnalysisResult
from tradecore.model.backtests import Backtest, BacktestId, Trial
from tradecore.model.change import Change, Event
from tradecore.model.estimates import RunTimes
from tradecore.model.ids import AnalysisId, JobId, KeyId, SessionId, Topic, UserId
from tradecore.model.jobs import Job
from tradecore.model.receipts import Receipt
from tradecore.model.steps import Step
from tradecore.model.track_record import Calibration, CalibrationQuery, History, HistoryQuery, Score
from tradecore.model.users import ApiKey, Session, User
from tradecore.ports.ambient import Now
from tradecore.ports.store_money import Accounts, Ledger, Orders, PaperOrders, Recommendations
from tradecore.ports.store_news import Digests, Items, Reported, Subscriptions


class Jobs(Protocol):
    """The queue of record."""

    async def get(self, id: JobId) -> Job:
        """Raises NotFound."""
        ...

    async def put(self, change: Change[Job]) -> Job:
        """Keep the new state; raises Stale if the job was written since it was read."""
        ...

    async def next(self, now: datetime) -> Job | None:
        """The job that is to run next: queued and due, or abandoned; fair over users, then oldest first.

        No digest of a user is next while another of that user runs. Nobody else's `next` gives the same job until this
        unit of work ends.
        """
        ...

    async def turn(self, user: UserId) -> int:
        """The round in which a new job of this user would be run."""
        ...

    async def waiting(self) -> int:
        """How many jobs are queued."""
        ...

    async def room(self, limit: int) -> bool:
        """Whether fewer than `limit` jobs are queued. Where it gets close, those who ask take turns: nobody else is
        answered until this unit of work ends."""
        ...

    async def ahead_of(self, job: Job) -> int:
        """How many queued jobs are to run before this one."""
        ...

    async def forget(self, before: datetime, limit: int) -> tuple[Job, ...]:
        """Remove the oldest of those that were queued before a time and have ended; they are handed out once more."""
        ...


class Analyses(Protocol):
    """Analyses, their steps and results."""

    async def get(self, id: AnalysisId, *, owner: UserId | None = None) -> Analysis:
        """Raises NotFound; with `owner`, also for somebody else's."""
        ...

    async def put(self, change: Change[Analysis]) -> Analysis:
        """Keep the new state; raises Stale if it was written since it was read."""
        ...

    async def steps(self, id: AnalysisId) -> tuple[Step, ...]:
        """What was written down so far, in the order of writing."""
        ...

    async def add_step(self, id: AnalysisId, step: Step) -> None:
        """Write a step down; raises Stale if one with its key is there already."""
        ...

    async def result(self, id: AnalysisId, *, owner: UserId) -> AnalysisResult:
        """Raises NotFound for unknown, unfinished and somebody else's."""
        ...

    async def add_result(self, result: AnalysisResult) -> None:
        """Keep the result of an analysis; once."""
        ...

    async def history(self, query: HistoryQuery) -> History:
        """Completed analyses; rows without a return come last whichever way returns are sorted, ties by id."""
        ...


class Scores(Protocol):
    """What came of decisions, and of which it is still to be found out."""

    async def owe(self, id: AnalysisId, *, due: datetime) -> None:
        """A completed analysis is to be scored, not before `due`; said again, it is put off. No effect once scored."""
        ...

    async def owed(self, now: datetime, limit: int) -> tuple[AnalysisId, ...]:
        """Analyses that are due to be scored, those due first before others."""
        ...

    async def add(self, score: Score) -> None:
        """Keep a score, which is owed no longer; raises Stale if there is one, NotFound without its analysis."""
        ...

    async def get(self, id: AnalysisId) -> Score:
        """Raises NotFound."""
        ...

    async def calibration(self, query: CalibrationQuery) -> Calibration:
        """The sums over all scores that the query covers."""
        ...


class Backtests(Protocol):
    """Backtests, and their decisions as far as they were made."""

    async def begin(self, backtest: Backtest) -> None:
        """Keep a backtest; nothing happens if it is there already, since its id says all."""
        ...

    async def get(self, id: BacktestId) -> Backtest:
        """Raises NotFound."""
        ...

    async def add(self, id: BacktestId, trial: Trial) -> None:
        """Keep a decision; the first one of a symbol and day stays."""
        ...

    async def trials(self, id: BacktestId) -> tuple[Trial, ...]:
        """What was decided so far, by day and then by symbol."""
        ...


class Measurements(Protocol):
    """Durations of past runs, from which estimates are made."""

    async def run_times(self, engine: str, shape: str) -> RunTimes:
        """Past runs of a shape on an engine; zero of them if there were none."""
        ...

    async def add_run_time(self, engine: str, shape: str, seconds: float) -> None:
        """Count one run more; older runs weigh less once there are many."""
        ...


class Spending(Protocol):
    """What language models cost, in US dollars: spent by user and day (UTC), and set aside for analyses under way."""

    async def reserve(self, id: AnalysisId, user: UserId, day: date, amount: Decimal, *, cap: Decimal) -> bool:
        """Set an amount aside for an analysis; False, and nothing done, where the user's day has no room for it.

        There is room as long as what was spent on the day and what is set aside for all of the user's analyses does not
        exceed `cap`. Of two that ask at once for the last room, one gets it.
        """
        ...

    async def book(self, id: AnalysisId, user: UserId, day: date, cost: Decimal) -> None:
        """Count a cost as spent; so much less is set aside for the analysis."""
        ...

    async def release(self, id: AnalysisId) -> None:
        """Set nothing aside for an analysis any more."""
        ...

    async def spent(self, user: UserId, day: date) -> Decimal:
        """What a user spent on a day, rounded up to millionths call by call."""
        ...


class Users(Protocol):
    """People, their sign-ins, and the keys of programs."""

    async def get(self, id: UserId) -> User:
        """Raises NotFound."""
        ...

    async def by_email(self, email: str) -> User | None:
        """The account with this address, spelled as `tradecore.model.users.email` spells it."""
        ...

    async def put(self, change: Change[User]) -> User:
        """Keep a user; raises IllegalMove if another account has the address, Stale if it was written since."""
        ...

    async def session(self, id: SessionId) -> Session:
        """Raises NotFound."""
        ...

    async def put_session(self, change: Change[Session]) -> Session:
        """Keep a sign-in; raises Stale if it was written since it was read."""
        ...

    async def forget_sessions(self, before: datetime, limit: int) -> int:
        """Remove the oldest of the sign-ins that expired before a time; how many."""
        ...

    async def key(self, id: KeyId) -> ApiKey:
        """Raises NotFound."""
        ...

    async def keys(self) -> tuple[ApiKey, ...]:
        """All keys, oldest first."""
        ...

    async def put_key(self, change: Change[ApiKey]) -> ApiKey:
        """Keep a key; raises Stale if it was written since it was read."""
        ...


class Receipts(Protocol):
    """Answers to requests that must not be carried out twice."""

    async def find(self, owner: str, verb: str, key: str) -> Receipt | None:
        """The receipt of an earlier request."""
        ...

    async def add(self, receipt: Receipt) -> None:
        """Keep a receipt, in the unit of work of its effect; raises Stale if there is one already."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove the oldest of those made before a time; how many."""
        ...


class ScheduledTasks(Protocol):
    """When what has to be done again and again is due."""

    async def due(self, name: str) -> datetime | None:
        """When a scheduled task is due next; None if nobody has ever done it."""
        ...

    async def take(self, name: str, *, at: datetime, every: timedelta) -> bool:
        """Whether the scheduled task is due and nobody else has taken it; if so, it is due again after `every`."""
        ...


@frozen
class Unsent:
    """A stored fact on its way out, and its place in the outbox."""

    position: int
    event: Event


class Facts(Protocol):
    """Everything that happened, by topic; and what has yet to be passed on."""

    async def after(self, topic: Topic, seq: int, limit: int = 1000) -> tuple[Event, ...]:
        """The facts of a topic after `seq`, in order."""
        ...

    async def first(self, topic: Topic) -> int:
        """The sequence number of the oldest fact of a topic that is kept; 0 if there is none."""
        ...

    async def last(self, topic: Topic) -> int:
        """The sequence number of the newest fact of a topic; 0 if there is none."""
        ...

    async def unsent(self, limit: int) -> tuple[Unsent, ...]:
        """The oldest facts that were not passed on. Nobody else gets the same ones until this unit of work ends."""
        ...

    async def sent(self, facts: Sequence[Unsent]) -> None:
        """Forget that these have yet to be passed on."""
        ...

    async def forget(self, topic: Topic, *, but_last: bool = False) -> None:
        """Remove the facts of a topic, whether or not they were passed on; with `but_last`, all but the last."""
        ...


class UnitOfWork(Protocol):
    """One transaction over everything kept here."""

    @property
    def jobs(self) -> Jobs: ...
    @property
    def analyses(self) -> Analyses: ...
    @property
    def scores(self) -> Scores: ...
    @property
    def backtests(self) -> Backtests: ...
    @property
    def measurements(self) -> Measurements: ...
    @property
    def spending(self) -> Spending: ...
    @property
    def users(self) -> Users: ...
    @property
    def receipts(self) -> Receipts: ...
    @property
    def scheduled_tasks(self) -> ScheduledTasks: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def recommendations(self) -> Recommendations: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def paper_orders(self) -> PaperOrders: ...
    @property
    def items(self) -> Items: ...
    @property
    def reported(self) -> Reported: ...
    @property
    def subscriptions(self) -> Subscriptions: ...
    @property
    def digests(self) -> Digests: ...


class Store(Protocol):
    """Where everything is kept.

    - `unit_of_work` commits on a clean exit and forgets everything on an exception; there is no other way to commit.
    - `put` writes the entity and its change's facts together, giving the facts the next sequence
      numbers of their topics.
    - Every entity has a `version`; `put` demands the one it was read with and returns the entity with the next.
    - Never await another port inside a unit of work: writers wait for each other.
    """

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Read and write, all or nothing. Raises Unavailable when the store cannot be reached or is full."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Read one consistent state without waiting for writers; writing in it is an error."""
        ...

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Read what is newest, each question by itself: cheaper than a view where there is one, or they need not agree.

        Writing in it is an error.
        """
        ...

    def clock(self, own: Now) -> Now:
        """The clock that all who share this store go by: leases and deadlines are compared between them.

        That is `own` where they are on one machine.
        """
        ...

    async def wait_for_facts(self, seconds: float) -> None:
        """Return when facts were committed since the last return, or after `seconds`, whichever comes first."""
        ...

    async def check(self) -> None:
        """Prove that it can be read and written; raises Unavailable."""
        ...
