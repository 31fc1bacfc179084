"""Launching: admit a new analysis, or say why not."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from decimal import Decimal
from math import ceil

from attrs import frozen

from tradecore.engines.desk.model_router import ModelRouter
from tradecore.model.analyses import Analysis, AnalysisBrief, AnalysisState
from tradecore.model.errors import Invalid, KeyReused, Overspent, QueueFull, Unavailable
from tradecore.model.ids import AnalysisId, JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore.model.receipts import Once, Receipt
from tradecore.model.users import Caller
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.market import Market
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.retry import retry_on_conflict

_VERB = "launch analysis"


@frozen
class Limits:
    """What this installation admits: how many jobs may wait, and how many its workers run at once.

    `day_dollars` is what one user may spend on language models in a day (UTC), in US dollars; None is without limit.
    """

    waiting_jobs: int
    concurrency: int
    day_dollars: Decimal | None = None


@frozen
class Ticket:
    """What a launch is answered with: `estimate` in seconds until completion, `position` in the queue from 1."""

    analysis: AnalysisId
    state: AnalysisState
    estimate: int
    position: int


@frozen
class LaunchAnalysis:
    """Admit a new analysis, or say the house is full."""

    store: Store
    market: Market
    now: Now
    new_id: NewId
    limits: Limits
    router: ModelRouter

    @retry_on_conflict
    async def __call__(self, brief: AnalysisBrief, *, by: Caller, once: Once | None = None) -> Ticket:
        """Queue an analysis for the caller.

        With `once`, the same request gets its first ticket again. Raises Invalid for a day that has not begun in UTC,
        for symbols and days that the market does not have and for somebody to think whom the desk does not have,
        QueueFull when too much waits, Overspent when the caller's day has no money left for another analysis, KeyReused
        when the key came with another request.
        """
        now = self.now()
        if brief.as_of > now.date():
            raise Invalid.one("date", f"The date {brief.as_of} is in the future; today is {now.date()} (UTC).")
        brief = self.router.resolve(brief)
        engine = self.router.engine(brief)
        with suppress(Unavailable):  # a source that is out of reach may be back by the time the job runs
            await self.market.bars(brief.symbol, brief.asset_type, brief.as_of, 1)
        async with self.store.unit_of_work() as uow:
            if once and (earlier := await uow.receipts.find(by.user, _VERB, once.key)):
                return _again(earlier, once)
            if not await uow.jobs.room(self.limits.waiting_jobs):
                raise QueueFull("The analysis queue is full; try again shortly.")
            id = self.new_id()
            await self._set_aside(uow, AnalysisId(id), brief, by.user, now)
            turn = await uow.jobs.turn(by.user)
            job = await uow.jobs.put(Job.queue(JobId(id), by.user, Kind.ANALYSIS, at=now, turn=turn))
            await uow.analyses.put(Analysis.begin(AnalysisId(id), by.user, brief, engine=engine, at=now))
            ticket = await self._ticket(uow, job, brief, engine)
            if once:
                await uow.receipts.add(Receipt(by.user, _VERB, once, ticket, now))
        return ticket

    async def _set_aside(
        self, uow: UnitOfWork, id: AnalysisId, brief: AnalysisBrief, user: UserId, now: datetime
    ) -> None:
        """Keep what the analysis may cost from being spent by another one of the day."""
        cap, day = self.router.cap, self.limits.day_dollars
        if cap is None or day is None or not self.router.paid(brief):
            return
        if not await uow.spending.reserve(id, user, now.date(), cap, cap=day):
            midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
            raise Overspent(
                f"Of the ${day:f} a day for language models, too little is left for an analysis, which may cost "
                f"${cap:f}; ask for the provider rules, or again tomorrow.",
                ceil((midnight - now).total_seconds()),
            )

    async def _ticket(self, uow: UnitOfWork, job: Job, brief: AnalysisBrief, engine: str) -> Ticket:
        ahead = await uow.jobs.ahead_of(job)
        each = (await uow.measurements.run_times(engine, brief.shape)).estimate(brief)
        rounds = 1 + ahead / self.limits.concurrency
        return Ticket(AnalysisId(job.id), AnalysisState.QUEUED, max(1, ceil(each * rounds)), ahead + 1)


def _again(earlier: Receipt, once: Once) -> Ticket:
    if earlier.once.fingerprint != once.fingerprint:
        raise KeyReused(f"The idempotency key {once.key!r} was used before with a different request.")
    if not isinstance(earlier.answer, Ticket):
        raise TypeError(f"The receipt of {once.key!r} holds no ticket.")
    return earlier.answer
