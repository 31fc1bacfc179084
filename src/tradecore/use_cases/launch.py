"""Launching an analysis."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from decimal import Decimal
from math import ceil

from attrs import frozen

from tradecore.model.analyses import Analysis, AnalysisBrief, AnalysisState
from tradecore.model.errors import Invalid, Overspent, QueueFull, Unavailable
from tradecore.model.ids import AnalysisId, JobId, UserId
from tradecore.model.jobs import Job, Kind
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.users import Caller
from tradecore.ports.ambient import NewId, Now
from tradecore.ports.engine import Cost
from tradecore.ports.market import Market
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.idempotency import find_response, keep_response
from tradecore.use_cases.retry import retry_on_conflict

_OPERATION = "launch analysis"


@frozen
class Limits:
    """The limits of an installation: how many jobs may wait, and how many its workers run concurrently.

    `daily_budget` is what a user may spend on language models in a day (UTC), in US dollars; None means no limit.
    """

    waiting_jobs: int
    concurrency: int
    daily_budget: Decimal | None = None


@frozen
class Ticket:
    """The response to a launch: `estimate` in seconds until completion, `position` in the queue from 1."""

    analysis: AnalysisId
    state: AnalysisState
    estimate: int
    position: int


@frozen
class LaunchAnalysis:
    """Queue a new analysis."""

    store: Store
    market: Market
    now: Now
    new_id: NewId
    limits: Limits
    engines: Engines

    @retry_on_conflict
    async def __call__(self, brief: AnalysisBrief, *, by: Caller, idempotency: IdempotencyKey | None = None) -> Ticket:
        """The ticket of the queued analysis; a request repeated under its idempotency key gets its first ticket again.

        Raises Invalid for a day after today (UTC), for a symbol or day without market data and for an engine, provider
        or model that is not available, QueueFull when too many jobs wait, Overspent when the caller's daily budget does
        not cover the analysis, KeyReused when the key came with a different request before.
        """
        now = self.now()
        if brief.as_of > now.date():
            raise Invalid.one("as_of", f"The date {brief.as_of} is in the future; today is {now.date()} (UTC).")
        engine, brief = self.engines.resolve(brief)
        plan, label, cost = engine.plan(brief), engine.label(brief), engine.cost(brief)
        with suppress(Unavailable):  # the market data may be back by the time the job runs
            await self.market.bars(brief.symbol, brief.asset_type, brief.as_of, 1)
        async with self.store.unit_of_work() as uow:
            if first := await find_response(uow, by.user, _OPERATION, idempotency, Ticket):
                return first
            if not await uow.jobs.has_capacity(self.limits.waiting_jobs):
                raise QueueFull("The analysis queue is full; try again shortly.")
            id = self.new_id()
            await self._reserve_budget(uow, AnalysisId(id), cost, by.user, now)
            job = await uow.jobs.put(
                Job.queue(JobId(id), by.user, Kind.ANALYSIS, at=now, round=await uow.jobs.next_round(by.user))
            )
            begun = Analysis.begin(AnalysisId(id), by.user, brief, engine=label, plan=plan, at=now)
            ticket = await self._ticket(uow, job, await uow.analyses.put(begun))
            await keep_response(uow, by.user, _OPERATION, idempotency, ticket, at=now)
        return ticket

    async def _reserve_budget(
        self, uow: UnitOfWork, id: AnalysisId, cost: Cost | None, user: UserId, now: datetime
    ) -> None:
        """Reserve the highest cost of the analysis in the daily budget of its user.

        Raises Overspent, and Invalid about `engine` for one whose cost has no upper bound.
        """
        day = self.limits.daily_budget
        if cost is None or day is None:
            return
        if cost.limit is None:
            raise Invalid.one("engine", "The cost of this engine has no upper bound, so no daily budget covers it.")
        if not await uow.spending.reserve(id, user, now.date(), cost.limit, cap=day):
            midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
            raise Overspent(
                f"Of the ${day:f} a day for language models, too little is left for an analysis, which may cost "
                f"${cost.limit:f}; ask for the provider rules, or again tomorrow.",
                ceil((midnight - now).total_seconds()),
            )

    async def _ticket(self, uow: UnitOfWork, job: Job, analysis: Analysis) -> Ticket:
        ahead = await uow.jobs.queue_position(job)
        past = await uow.measurements.run_times(analysis.engine, analysis.brief.shape)
        rounds = 1 + ahead / self.limits.concurrency
        seconds = past.estimate(analysis.plan.seconds) * rounds
        return Ticket(analysis.id, analysis.state, max(1, ceil(seconds)), ahead + 1)
