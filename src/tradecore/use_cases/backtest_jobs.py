"""Backtests as jobs over all workers: launch one, run its parts, and return its status and report."""

from collections.abc import Sequence
from math import ceil

from attrs import evolve, frozen

from tradecore.model.backtest_runs import BacktestPage, BacktestPart, BacktestRequest, BacktestState, BacktestStatus
from tradecore.model.backtests import Backtest, BacktestBrief, BacktestId
from tradecore.model.errors import IllegalMove, Invalid, NotFound, QueueFull
from tradecore.model.ids import JobId
from tradecore.model.jobs import Job, JobState, Kind
from tradecore.model.model_memory import Cutoff, unknown_cutoff
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.users import Caller
from tradecore.ports.ambient import CurrentTrace, NewId, Now, untraced
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.backtest import PlanBacktest, decide, pending_briefs
from tradecore.use_cases.engines import Engines
from tradecore.use_cases.evaluate_backtest import EvaluateBacktest
from tradecore.use_cases.idempotency import find_response, keep_response
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.run import JobClaim

_OPERATION = "launch backtest"
# A job makes about so many decisions, and a backtest has at most so many jobs: others wait behind them.
_PART, _MAX_PARTS = 20, 32
MAX_DECISIONS = 20_000
MAX_PAGE_SIZE = 100


@frozen
class BacktestTicket:
    """The response to a launch: `decided` of `decisions` were made by earlier runs."""

    backtest: BacktestId
    state: BacktestState
    decisions: int
    decided: int


@frozen
class LaunchBacktest:
    """Queue a backtest."""

    store: Store
    now: Now
    new_id: NewId
    plan: PlanBacktest
    waiting_jobs: int
    trace: CurrentTrace = untraced

    @retry_on_conflict
    async def __call__(
        self,
        brief: BacktestBrief,
        *,
        by: Caller,
        recorded: bool = False,
        idempotency: IdempotencyKey | None = None,
    ) -> BacktestTicket:
        """The ticket of a backtest whose missing decisions are queued; an equal request continues the same backtest.

        While its jobs run, and once it is completed, nothing more is queued. Raises Invalid as PlanBacktest does and
        for more than MAX_DECISIONS, QueueFull when too many jobs wait, KeyReused when the key came with a different
        request before.
        """
        backtest, known = await self.plan(brief, recorded=recorded)
        if backtest.size > MAX_DECISIONS:
            raise Invalid.one(
                "symbols",
                f"The backtest would have {backtest.size} decisions, and at most {MAX_DECISIONS} are made for one; "
                "choose fewer symbols, a shorter span or a longer cadence.",
            )
        now = self.now()
        async with self.store.unit_of_work() as uow:
            if first := await find_response(uow, by.user, _OPERATION, idempotency, BacktestTicket):
                return first
            request = BacktestRequest(backtest.id, by.user, now)
            await uow.backtests.add_request(request)
            status = await _status(uow, backtest, request)
            if status.state is BacktestState.FAILED:
                count = min(_MAX_PARTS, max(1, ceil((backtest.size - len(known)) / _PART)))
                jobs = [
                    Job.queue(JobId(self.new_id()), by.user, Kind.BACKTEST, at=now, trace=self.trace())
                    for _ in range(count)
                ]
                parts = [
                    BacktestPart.begin(job.entity, backtest.id, number=number, count=count)
                    for number, job in enumerate(jobs)
                ]
                queued = await uow.jobs.add_all([*zip(jobs, parts, strict=True)], limit=self.waiting_jobs)
                if not all(queued):
                    raise QueueFull("The queue is full; try again shortly.")
                status = await _status(uow, backtest, request)
            ticket = BacktestTicket(backtest.id, status.state, backtest.size, status.decided)
            await keep_response(uow, by.user, _OPERATION, idempotency, ticket, at=now)
        return ticket


@frozen
class BacktestTask:
    """The job of one part of a backtest. The part that finds every decision made evaluates them."""

    store: Store
    now: Now
    engines: Engines
    evaluate: EvaluateBacktest
    cutoff: Cutoff = unknown_cutoff

    async def steps(self, uow: UnitOfWork, job: Job) -> int:
        """How many decisions of the part are stored."""
        part = await uow.backtests.part(job.id)
        backtest = await uow.backtests.get(part.backtest)
        decided = await uow.backtests.decided(backtest.id)
        whole = pending_briefs(backtest, (), part.number, part.count)
        return sum((brief.symbol, brief.as_of) in decided for brief in whole)

    async def begin(self, uow: UnitOfWork, job: Job) -> None:
        """Nothing: a part is not marked as running."""

    async def run(self, claim: JobClaim) -> None:
        """Make the missing decisions of the part, each stored as soon as it is made. Refusals pass through."""
        async with self.store.snapshot() as uow:
            part = await uow.backtests.part(claim.job.id)
            backtest = await uow.backtests.get(part.backtest)
            decided = await uow.backtests.decided(backtest.id)
        for brief in pending_briefs(backtest, decided, part.number, part.count):
            trial = await decide(self.engines, brief, today=self.now().date(), cutoff=self.cutoff)
            async with self.store.unit_of_work() as uow:
                job = await claim.verify(uow)
                await uow.backtests.add(backtest.id, trial)
                # Of two users who cancel at the same moment, each may see the request of the other as open.
                if not await uow.backtests.is_requested(backtest.id):
                    await uow.jobs.put(job.cancel(at=self.now()))
                    return
        async with self.store.read() as uow:
            complete = len(await uow.backtests.decided(backtest.id)) == backtest.size
        report = await self.evaluate(backtest) if complete else None
        async with self.store.unit_of_work() as uow:
            job = await claim.verify(uow)
            if report is not None:
                await uow.backtests.put_report(report)
            await uow.jobs.put(job.complete(at=self.now()))

    async def fail(self, uow: UnitOfWork, job: Job, error: str, *, cancelled: bool = False) -> None:
        """Nothing: the status of the backtest follows from its jobs."""


@frozen
class GetBacktest:
    """Get a backtest that the caller has launched."""

    store: Store

    async def __call__(self, id: BacktestId, *, by: Caller) -> BacktestStatus:
        """Its status, with the report once it is completed. Raises NotFound, also for those of other users."""
        async with self.store.snapshot() as uow:
            request = await _request(uow, id, by)
            return await _status(uow, await uow.backtests.get(id), request, with_report=True)


@frozen
class ListBacktests:
    """List the backtests that the caller has launched."""

    store: Store

    async def __call__(self, *, by: Caller, page: int = 1, page_size: int = 50) -> BacktestPage:
        """One page without reports, newest first. Raises Invalid for a page or page size out of range."""
        if not 1 <= page_size <= MAX_PAGE_SIZE or page < 1:
            raise Invalid.one("page", f"Pages count from 1 and have 1 to {MAX_PAGE_SIZE} backtests.")
        async with self.store.snapshot() as uow:
            requests, total = await uow.backtests.requests(by.user, page_size, (page - 1) * page_size)
            shown = [await _status(uow, await uow.backtests.get(request.backtest), request) for request in requests]
        return BacktestPage(tuple(shown), total, page, page_size)


@frozen
class CancelBacktest:
    """Cancel a backtest of the caller. Its workers stop at the next decision or lease renewal; decisions stay."""

    store: Store
    now: Now

    @retry_on_conflict
    async def __call__(self, id: BacktestId, *, by: Caller) -> None:
        """End its jobs, unless another user has requested the same backtest: then they go on for that user.

        Raises NotFound for unknown ids and those of other users, IllegalMove when it has ended.
        """
        now = self.now()
        async with self.store.unit_of_work() as uow:
            request = await _request(uow, id, by)
            status = await _status(uow, await uow.backtests.get(id), request)
            if status.state not in (BacktestState.QUEUED, BacktestState.RUNNING):
                raise IllegalMove(f"Backtest {id} has ended already; there is nothing to cancel.")
            await uow.backtests.add_request(evolve(request, cancelled_at=now))
            if await uow.backtests.is_requested(id):
                return
            for job in await _jobs(uow, id):
                if not job.ended:
                    await uow.jobs.put(job.cancel(at=now))


async def _request(uow: UnitOfWork, id: BacktestId, by: Caller) -> BacktestRequest:
    """The request of the caller. Raises NotFound for a backtest that the caller has not launched."""
    request = await uow.backtests.request(id, by.user)
    if request is None:
        raise NotFound("backtest", id)
    return request


async def _status(
    uow: UnitOfWork, backtest: Backtest, request: BacktestRequest, *, with_report: bool = False
) -> BacktestStatus:
    """The status for the user of a request; failed also where nothing is queued, as before the first launch."""
    requested_at = request.at
    decided = len(await uow.backtests.decided(backtest.id))
    if await uow.backtests.has_report(backtest.id):
        report = await uow.backtests.report(backtest.id) if with_report else None
        return BacktestStatus(backtest, requested_at, decided, BacktestState.COMPLETED, report=report)
    if request.cancelled_at is not None:
        return BacktestStatus(backtest, requested_at, decided, BacktestState.CANCELLED, "cancelled by the user")
    jobs = await _jobs(uow, backtest.id)
    running = [job for job in jobs if not job.ended]
    if running:
        started = decided or any(job.state is JobState.RUNNING for job in running)
        state = BacktestState.RUNNING if started else BacktestState.QUEUED
        return BacktestStatus(backtest, requested_at, decided, state)
    return BacktestStatus(backtest, requested_at, decided, BacktestState.FAILED, _error(jobs))


def _error(jobs: Sequence[Job]) -> str:
    failed = [job for job in jobs if job.state is JobState.FAILED]
    newest = max(failed, key=lambda job: job.queued_at, default=None)
    return newest.error or "" if newest else "Its jobs have ended without making all decisions; launch it again."


async def _jobs(uow: UnitOfWork, id: BacktestId) -> list[Job]:
    return [job for part in await uow.backtests.parts(id) if (job := await _job(uow, part.id))]


async def _job(uow: UnitOfWork, id: JobId) -> Job | None:
    try:
        return await uow.jobs.get(id)
    except NotFound:
        return None
