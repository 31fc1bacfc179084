"""Launching an analysis."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import ceil
from typing import TypeAlias

from attrs import Factory, field, frozen

from tradecore.model.analyses import Analysis, AnalysisState
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.errors import Invalid, Overspent, QueueFull, Stale, Unavailable
from tradecore.model.estimates import RunTimes, long_run_notice
from tradecore.model.ids import AnalysisId, ComparisonId, JobId, UserId
from tradecore.model.jobs import Job, Kind, QueuedJob
from tradecore.model.plan import Plan
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.users import Caller
from tradecore.ports.ambient import CurrentTrace, NewId, Now, untraced
from tradecore.ports.engine import Cost
from tradecore.ports.market import Market
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.batches import Batches
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.idempotency import find_response, keep_response
from tradecore.use_cases.recent import Recent
from tradecore.use_cases.retry import retry_on_conflict

_OPERATION = "launch analysis"
# The offset from UTC of the zone where a day begins first: browsers send the day of their user.
_EASTERNMOST = timedelta(hours=14)
# A market that is silent for this long lets a launch through.
_MARKET_TIMEOUT = 2.0
# How long a series that the market has is not requested again, and how long run times are not read again.
_CHECK_AGAIN, _MEASURE_AGAIN = timedelta(minutes=5), timedelta(seconds=2)


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

    @property
    def notice(self) -> str:
        """The sentence that says that the analysis takes long; empty where it does not."""
        return long_run_notice(self.estimate)


@frozen
class PreparedLaunch:
    """An analysis that can be queued: its resolved brief, the label and the plan of its engine, and what it may cost.

    `budget` is what it reserves in the daily budget of its user, None for nothing.
    """

    brief: AnalysisBrief
    label: str
    plan: Plan
    cost: Cost | None
    budget: Decimal | None
    times: RunTimes


# A new job, and the analysis that it makes.
_Entry: TypeAlias = tuple[Change[Job], Change[Analysis]]


@frozen
class LaunchAnalysis:
    """Queue a new analysis."""

    store: Store
    market: Market
    now: Now
    new_id: NewId
    limits: Limits
    engines: Engines
    trace: CurrentTrace = untraced
    _checked: Recent[tuple[str, str, date], None] = field(
        default=Factory(lambda: Recent(_CHECK_AGAIN)), init=False, eq=False, repr=False
    )
    _run_times: Recent[tuple[str, str], RunTimes] = field(
        default=Factory(lambda: Recent(_MEASURE_AGAIN)), init=False, eq=False, repr=False
    )
    _batches: Batches[_Entry, QueuedJob | None] = field(
        default=Factory(lambda self: Batches(self._add_all), takes_self=True), init=False, eq=False, repr=False
    )

    @retry_on_conflict
    async def __call__(
        self, brief: AnalysisBrief, *, by: Caller, idempotency: IdempotencyKey | None = None, issues: bool = True
    ) -> Ticket:
        """The ticket of the queued analysis; a request repeated under its idempotency key gets its first ticket again.

        A recommendation may follow if it `issues` them. Raises Invalid for a day that has begun nowhere yet, for a
        symbol or day without market data and for an engine, provider or model that is not available, QueueFull when too
        many jobs wait, Overspent when the caller's daily budget does not cover the analysis, KeyReused when the key
        came with a different request before.
        """
        now = self.now()
        prepared = await self.prepare(brief, now)
        if idempotency is None and prepared.budget is None:
            return await self._queue_with_others(prepared, by.user, now, issues=issues)
        async with self.store.unit_of_work() as uow:
            if first := await find_response(uow, by.user, _OPERATION, idempotency, Ticket):
                return first
            [ticket] = await self.queue(uow, [prepared], by.user, now, issues=issues)
            await keep_response(uow, by.user, _OPERATION, idempotency, ticket, at=now)
        return ticket

    async def prepare(self, brief: AnalysisBrief, now: datetime) -> PreparedLaunch:
        """The brief as it can be queued. Raises Invalid as a launch does."""
        newest = (now + _EASTERNMOST).date()
        if brief.as_of > newest:
            raise Invalid.one(
                "as_of", f"The date {brief.as_of} is in the future; the newest day that has begun anywhere is {newest}."
            )
        engine, brief = self.engines.resolve(brief)
        plan, label, cost = engine.plan(brief), engine.label(brief), engine.cost(brief)
        budget = self._needed_budget(cost)
        await self._check_market(brief, now)
        return PreparedLaunch(brief, label, plan, cost, budget, await self._read_run_times(label, brief, now))

    async def queue(
        self,
        uow: UnitOfWork,
        prepared: Sequence[PreparedLaunch],
        user: UserId,
        now: datetime,
        comparison: ComparisonId | None = None,
        issues: bool = True,
    ) -> tuple[Ticket, ...]:
        """Queue prepared analyses, whose tickets are in their order.

        Raises QueueFull where not all of them may wait, and Overspent for a daily budget that does not cover them; the
        unit of work has to end without an effect then. A unit of work queues once.
        """
        entries = [self._begin(launch, user, now, comparison, issues) for launch in prepared]
        for launch, (_, analysis) in zip(prepared, entries, strict=True):
            if launch.budget is not None:
                await self._reserve(uow, analysis.entity.id, user, launch.budget, now)
        queued = await self._add(uow, entries)
        return tuple(
            self._ticket(analysis.entity, job, launch.times)
            for launch, (_, analysis), job in zip(prepared, entries, queued, strict=True)
        )

    async def _queue_with_others(
        self, prepared: PreparedLaunch, user: UserId, now: datetime, *, issues: bool
    ) -> Ticket:
        """Queue a prepared analysis together with those of the same moment, as in a group commit. Raises QueueFull."""
        entry = self._begin(prepared, user, now, None, issues)
        queued = None
        with suppress(Stale):
            queued = await self._batches.submit(entry)
        if queued is None:
            # The queue is almost full, or one of the others could not be stored and so none was.
            async with self.store.single_write() as uow:
                [queued] = await self._add(uow, [entry])
        return self._ticket(entry[1].entity, queued, prepared.times)

    async def _add_all(self, entries: Sequence[_Entry]) -> Sequence[QueuedJob | None]:
        async with self.store.single_write() as uow:
            return await uow.jobs.add_all(entries, limit=self.limits.waiting_jobs, wait=False)

    async def _add(self, uow: UnitOfWork, entries: Sequence[_Entry]) -> list[QueuedJob]:
        """Add all of the entries. Raises QueueFull."""
        queued = await uow.jobs.add_all(entries, limit=self.limits.waiting_jobs)
        added = [job for job in queued if job is not None]
        if len(added) < len(entries):
            raise QueueFull("The analysis queue is full; try again shortly.")
        return added

    def _begin(
        self, prepared: PreparedLaunch, user: UserId, now: datetime, comparison: ComparisonId | None, issues: bool
    ) -> _Entry:
        id = AnalysisId(self.new_id())
        analysis = Analysis.begin(
            id,
            user,
            prepared.brief,
            engine=prepared.label,
            plan=prepared.plan,
            at=now,
            comparison=comparison,
            issues=issues,
        )
        return Job.queue(JobId(id), user, Kind.ANALYSIS, at=now, trace=self.trace()), analysis

    async def _check_market(self, brief: AnalysisBrief, now: datetime) -> None:
        """Raises Invalid for a symbol or day that the market does not have.

        A market that cannot be reached or does not answer in time refuses nothing: the job may find it back.
        """

        async def check() -> None:
            async with asyncio.timeout(_MARKET_TIMEOUT):
                await self.market.bars(brief.symbol, brief.asset_type, brief.as_of, 1)

        with suppress(Unavailable, TimeoutError):
            await self._checked.get((brief.symbol, brief.asset_type, brief.as_of), now, check)

    async def _read_run_times(self, engine: str, brief: AnalysisBrief, now: datetime) -> RunTimes:
        async def read() -> RunTimes:
            async with self.store.read() as uow:
                return await uow.measurements.run_times(engine, brief.shape)

        return await self._run_times.get((engine, brief.shape), now, read)

    async def _reserve(self, uow: UnitOfWork, id: AnalysisId, user: UserId, amount: Decimal, now: datetime) -> None:
        """Reserve an amount in the daily budget of a user. Raises Overspent."""
        daily = self.limits.daily_budget
        assert daily is not None, "nothing is reserved without a daily budget"
        if not await uow.spending.reserve(id, user, now.date(), amount, cap=daily):
            midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
            raise Overspent(
                f"Of the ${daily:f} a day for language models, too little is left for an analysis, which may cost "
                f"${amount:f}; ask for the provider rules, or again tomorrow.",
                ceil((midnight - now).total_seconds()),
            )

    def _needed_budget(self, cost: Cost | None) -> Decimal | None:
        """The highest cost of an analysis, where it counts against a daily budget; None otherwise.

        Raises Invalid about `engine` for a cost without an upper bound.
        """
        if cost is None or self.limits.daily_budget is None:
            return None
        if cost.limit is None:
            raise Invalid.one("engine", "The cost of this engine has no upper bound, so no daily budget covers it.")
        return cost.limit

    def _ticket(self, analysis: Analysis, queued: QueuedJob, times: RunTimes) -> Ticket:
        ahead = queued.ahead
        seconds = times.estimate(analysis.plan.seconds) * (1 + ahead / self.limits.concurrency)
        return Ticket(analysis.id, analysis.state, max(1, ceil(seconds)), ahead + 1)
