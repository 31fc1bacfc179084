"""Backtests that run as jobs: requests, parts, and how far they are."""

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from tradecore.model.backtests import Backtest, BacktestId, BacktestReport
from tradecore.model.change import Change
from tradecore.model.ids import JobId, UserId
from tradecore.model.jobs import Job


@frozen
class BacktestPart:
    """A job that makes every `count`-th decision of a backtest, beginning with the one at place `number`, from 0."""

    id: JobId
    user: UserId
    backtest: BacktestId
    number: int
    count: int
    version: int = 0

    @classmethod
    def begin(cls, job: Job, backtest: BacktestId, *, number: int, count: int) -> Change["BacktestPart"]:
        """A new part, made by a job."""
        return Change(cls(job.id, job.user, backtest, number, count))


@frozen
class BacktestRequest:
    """A user's request for a backtest; the newest one counts. Equal requests of several users share its decisions."""

    backtest: BacktestId
    user: UserId
    at: datetime
    cancelled_at: datetime | None = None


class BacktestState(StrEnum):
    """The states of a backtest that runs as jobs."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@frozen
class BacktestStatus:
    """How far a backtest is: `decided` of its decisions are stored. It is completed once it has a report.

    `error` says why it was stopped: the sentence of a job that failed, or who cancelled it; empty otherwise.
    """

    backtest: Backtest
    requested_at: datetime
    decided: int
    state: BacktestState
    error: str = ""
    report: BacktestReport | None = None

    @property
    def percent(self) -> int:
        """The progress, 0..100; 100 only once it is completed."""
        if self.state is BacktestState.COMPLETED:
            return 100
        return min(99, 100 * self.decided // self.backtest.size)


@frozen
class BacktestPage:
    """One page of the backtests of a user, without reports, newest first, and how many there are."""

    backtests: tuple[BacktestStatus, ...]
    total: int
    page: int
    page_size: int
