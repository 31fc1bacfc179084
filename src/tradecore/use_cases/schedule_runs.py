"""Runs of schedules: launch what they are for until all of it is, and list what came of them."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.errors import Busy, CallerError, Invalid, NotFound, Overspent, Stale, Unavailable
from tradecore.model.ids import ScheduleId
from tradecore.model.money import Asset
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.schedule_runs import Launched, NotLaunched, RunState, ScheduleRun
from tradecore.model.schedules import Schedule, ScheduledAnalyses
from tradecore.model.users import Caller
from tradecore.model.watchlists import MAX_ASSETS
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.comparisons import LaunchComparison
from tradecore.use_cases.concurrently import all_of
from tradecore.use_cases.digest import LaunchDigest
from tradecore.use_cases.launch import LaunchAnalysis
from tradecore.use_cases.paging import check_page
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.schedule_firing import may_launch, warn
from tradecore.use_cases.schedule_times import ScheduleTimes
from tradecore.use_cases.schedules import briefs, digest_brief
from tradecore.use_cases.take_due import work_off
from tradecore.use_cases.watchlists import assets_of

MAX_PAGE_SIZE = 200
# Runs that are taken up together, how many of them may be of one user, and symbols that an attempt launches.
_BATCH_SIZE, _PER_USER, _SYMBOLS = 16, 2, 10
_NO_ACCOUNT = "The account is disabled, or may not launch any more."
_MISTAKE = "It could not be launched."


@frozen
class _Attempt:
    """What an attempt came to: the run with it, and why the run has to wait or its schedule cannot go on, if so.

    `mistake` is an exception that nobody expected. It is raised once the attempt is recorded: otherwise a run that
    provokes it would be due for ever.
    """

    run: ScheduleRun
    waiting_for: str = ""
    disabled_reason: str = ""
    mistake: Exception | None = None


@frozen
class LaunchRuns:
    """Launch what runs of schedules are for. Any number of processes may do so: each run is taken by one of them.

    Everything is launched under an idempotency key that the schedule and its time give, so that another process can
    take up what one began and launches nothing twice.
    """

    store: Store
    now: Now
    times: ScheduleTimes
    analysis: LaunchAnalysis
    comparison: LaunchComparison
    digest: LaunchDigest

    async def __call__(self) -> int:
        """The number of attempts, once no run is to be taken up. Raises Unavailable when the store is not there."""
        return await work_off(self.store, self._is_due, self._take, self._attempt_all, batch_size=_BATCH_SIZE)

    async def _is_due(self, uow: UnitOfWork) -> bool:
        return bool(await uow.schedules.due_runs(self.now(), limit=1, per_user=1))

    async def _take(self, uow: UnitOfWork, limit: int) -> Sequence[ScheduleRun]:
        due = await uow.schedules.due_runs(self.now(), limit=limit, per_user=_PER_USER)
        return [await uow.schedules.put_run(run.take(at=self.now())) for run in due]

    async def _attempt_all(self, taken: Sequence[ScheduleRun]) -> None:
        await all_of(map(self._attempt, taken))

    async def _attempt(self, taken: ScheduleRun) -> None:
        try:
            async with self.store.snapshot() as uow:
                schedule = await uow.schedules.get(taken.schedule)
                allowed = await may_launch(uow, taken.user)
                run, missing = await _settle_assets(uow, taken, schedule)
        except NotFound:
            return
        try:
            if not allowed or missing:
                attempt = _Attempt(run.record(failures=[NotLaunched(missing or _NO_ACCOUNT)]), disabled_reason=missing)
            elif schedule.analyses is not None:
                attempt = await self._launch_analyses(run, schedule, schedule.analyses)
            else:
                attempt = await self._launch_digest(run, schedule)
        except (Busy, Stale, Unavailable) as error:
            attempt = _Attempt(run, str(error))
        except CallerError as error:
            attempt = _Attempt(run.record(failures=[NotLaunched(str(error))]))
        except Exception as error:  # noqa: BLE001  # raised below
            attempt = _Attempt(run.record(failures=[NotLaunched(_MISTAKE)]), mistake=error)
        await self._finish(taken, attempt)
        if attempt.mistake is not None:
            raise attempt.mistake

    async def _launch_digest(self, run: ScheduleRun, schedule: Schedule) -> _Attempt:
        assert schedule.digest is not None, "a schedule has something to do"
        brief, key = digest_brief(schedule.digest), _key(run, "digest")
        ticket = await self.digest(brief, by=Caller(run.user), idempotency=key)
        return _Attempt(run.record([Launched(ticket.digest)], assets=()))

    async def _launch_analyses(self, run: ScheduleRun, schedule: Schedule, analyses: ScheduledAnalyses) -> _Attempt:
        if not run.launched:
            self._check_bounds(run, analyses)
        day = await self.times.day(schedule, run.due_at)
        launched, failures = list[Launched](), list[NotLaunched]()
        waiting_for, mistake = "", None

        async def launch(asset: Asset) -> None:
            nonlocal waiting_for, mistake
            key, by = _key(run, asset.symbol), Caller(run.user)
            try:
                brief = briefs(analyses, asset, day)[0]
                if analyses.compared:
                    comparison = await self.comparison(brief, analyses.compared, by=by, idempotency=key)
                    launched.append(Launched(comparison.comparison, asset.symbol))
                else:
                    ticket = await self.analysis(brief, by=by, idempotency=key, issues=analyses.issue)
                    launched.append(Launched(ticket.analysis, asset.symbol))
            except (Overspent, CallerError) as error:
                failures.append(NotLaunched(str(error), asset.symbol))
            except (Busy, Stale, Unavailable) as error:
                waiting_for = str(error)
            except Exception as error:  # noqa: BLE001  # raised once it is recorded
                failures.append(NotLaunched(_MISTAKE, asset.symbol))
                mistake = error

        async with asyncio.TaskGroup() as group:
            for asset in run.remaining[:_SYMBOLS]:
                group.create_task(launch(asset))
        return _Attempt(run.record(launched, failures), waiting_for, mistake=mistake)

    def _check_bounds(self, run: ScheduleRun, analyses: ScheduledAnalyses) -> None:
        """Raises Invalid for too many symbols, and about `max_cost` where the whole run may cost more."""
        if len(run.assets or ()) > MAX_ASSETS:
            raise Invalid(f"There are {len(run.assets or ())} symbols to analyse; a run has at most {MAX_ASSETS}.")
        if analyses.max_cost is None:
            return
        total = Decimal(0)
        for asset in run.assets or ():
            for brief in briefs(analyses, asset, run.due_at.date()):
                engine, resolved = self.analysis.engines.resolve(brief)
                cost = engine.cost(resolved)
                if cost is not None and cost.limit is None:
                    raise Invalid.one("max_cost", f"What {engine.name} costs has no upper bound; the run has one.")
                total += Decimal(0) if cost is None or cost.limit is None else cost.limit
        if total > analyses.max_cost:
            bound = f"It may cost ${total:f}, more than the ${analyses.max_cost:f} that a run may cost."
            raise Invalid.one("max_cost", bound)

    @retry_on_conflict
    async def _finish(self, taken: ScheduleRun, attempt: _Attempt) -> None:
        """Record an attempt, unless its schedule was deleted or another process has taken the run since."""
        now, run = self.now(), attempt.run
        async with self.store.unit_of_work() as uow:
            try:
                # In the order in which a schedule is deleted, so that the two do not wait for each other.
                schedule = await uow.schedules.get(run.schedule)
                stored = await uow.schedules.run(run.id)
            except NotFound:
                return
            if stored.version != taken.version:
                return
            if attempt.waiting_for and not run.gives_up(now):
                await uow.schedules.put_run(run.wait(attempt.waiting_for, at=now))
                return
            if attempt.waiting_for:
                given_up = [NotLaunched(attempt.waiting_for, asset.symbol) for asset in run.remaining]
                run = run.record(failures=given_up or [NotLaunched(attempt.waiting_for)])
            elif run.remaining and all(failure.symbol for failure in run.failures):
                await uow.schedules.put_run(run.go_on(at=now))
                return
            ended = await uow.schedules.put_run(run.end(at=now))
            if attempt.disabled_reason:
                await uow.schedules.put(Change(schedule.disable(attempt.disabled_reason)))
            if ended.state is RunState.FAILED:
                await warn(uow, schedule, f"schedule run {run.id}", ended.failures[0].reason, at=now)


@frozen
class RunPage:
    """A page of runs, and the number of all."""

    runs: tuple[ScheduleRun, ...]
    total: int


@frozen
class ListRuns:
    """List the runs of a schedule of the caller."""

    store: Store

    async def __call__(self, id: ScheduleId, *, by: Caller, page: int = 1, page_size: int = 50) -> RunPage:
        """A page, those due last before the others.

        Raises NotFound, Invalid for a page below 1 or a page size out of 1..MAX_PAGE_SIZE.
        """
        check_page(page, page_size, max_size=MAX_PAGE_SIZE)
        async with self.store.snapshot() as uow:
            await uow.schedules.get(id, owner=by.user)
            runs = await uow.schedules.runs(id, limit=page_size, offset=(page - 1) * page_size)
            return RunPage(runs, await uow.schedules.count_runs(id))


async def _settle_assets(uow: UnitOfWork, run: ScheduleRun, schedule: Schedule) -> tuple[ScheduleRun, str]:
    """A run with what it analyses, which stays the same in later attempts; and why its schedule has nothing to do."""
    if run.assets is not None or schedule.analyses is None:
        return run, ""
    analyses = schedule.analyses
    try:
        assets = analyses.assets if analyses.watchlist is None else await assets_of(uow, analyses.watchlist, run.user)
    except NotFound:
        return run, "Its watchlist was deleted; choose another one, and enable the schedule again."
    return evolve(run, assets=assets), ""


def _key(run: ScheduleRun, subject: str) -> IdempotencyKey:
    """Under which something is launched. The run alone gives it: a schedule that is changed launches nothing twice."""
    return IdempotencyKey(f"schedule:{run.schedule}:{run.due_at:%Y%m%dT%H%M%SZ}:{subject}", run.id)
