"""Queries about analyses: lists, status, result, history and calibration."""

from contextlib import suppress
from datetime import timedelta
from math import ceil

from attrs import evolve, field, frozen

from tradecore.model.analyses import Analysis, AnalysisState
from tradecore.model.analysis_lists import AnalysisPage, AnalysisQuery
from tradecore.model.analysis_results import AnalysisResult
from tradecore.model.errors import Invalid, NotFound, NotReady
from tradecore.model.estimates import long_run_notice
from tradecore.model.ids import AnalysisId
from tradecore.model.jobs import JobState
from tradecore.model.track_record import Calibration, CalibrationQuery, History, HistoryQuery, Horizon
from tradecore.model.users import Caller
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store
from tradecore.use_cases.retry import retry_on_conflict


@frozen
class AnalysisStatus:
    """The state of an analysis; `seconds_left` is an estimate, None once it has ended.

    `waiting_for` is the reason why its last try failed, while it waits for the next one; empty otherwise. `notice` is
    the sentence that says that it takes long; empty where it does not, and once it has ended.
    """

    analysis: Analysis
    seconds_left: int | None
    waiting_for: str = ""
    notice: str = ""


@frozen
class GetAnalysisStatus:
    """Get the status of an analysis of the caller."""

    store: Store
    now: Now

    async def __call__(self, id: AnalysisId, *, by: Caller) -> AnalysisStatus:
        """The status. Raises NotFound for unknown ids and those of other users."""
        async with self.store.read() as uow:
            analysis = await uow.analyses.get(id, owner=by.user)
            if analysis.ended:
                return AnalysisStatus(analysis, None)
            job = await uow.jobs.get(analysis.job)
            past = await uow.measurements.run_times(analysis.engine, analysis.brief.shape)
        total = past.estimate(analysis.plan.seconds)
        elapsed = (self.now() - analysis.started_at).total_seconds() if analysis.started_at else 0.0
        # An analysis that runs longer than estimated gets at least a tenth of its remaining share, never 0.
        left = max(total - elapsed, total * (100 - analysis.percent) / 100 * 0.1)
        waits = job.state is JobState.QUEUED and job.failures > 0
        return AnalysisStatus(analysis, max(1, ceil(left)), (job.error or "") if waits else "", long_run_notice(total))


@frozen
class GetAnalysisResult:
    """Get the result of an analysis of the caller."""

    store: Store

    async def __call__(self, id: AnalysisId, *, by: Caller) -> AnalysisResult:
        """The result.

        Raises NotFound for unknown ids and those of other users, NotReady for an analysis that still runs or that has
        failed.
        """
        async with self.store.read() as uow:
            # It is stored in the transaction that completes the analysis, so finding it is enough.
            with suppress(NotFound):
                return await uow.analyses.result(id, owner=by.user)
            analysis = await uow.analyses.get(id, owner=by.user)
            if analysis.state is AnalysisState.COMPLETED:  # since the first look
                return await uow.analyses.result(id, owner=by.user)
        if analysis.ended:
            raise NotReady(f"Analysis {id} failed and has no result: {analysis.error}")
        raise NotReady(f"Analysis {id} is {analysis.state}; its result is not there yet.")


@frozen
class ListAnalyses:
    """List the analyses of the caller, in every state."""

    store: Store

    async def __call__(self, query: AnalysisQuery, *, by: Caller) -> AnalysisPage:
        """One page, newest first, of at most MAX_PAGE_SIZE. Hidden analyses are left out."""
        async with self.store.snapshot() as uow:
            return await uow.analyses.list(evolve(query, user=by.user))


@frozen
class HideAnalysis:
    """Leave an analysis of the caller out of lists."""

    store: Store

    @retry_on_conflict
    async def __call__(self, id: AnalysisId, *, by: Caller) -> None:
        """Hide an analysis that has ended; metrics still count it, and it can be read by its id.

        Raises NotFound for unknown ids and those of other users, IllegalMove before it has ended.
        """
        async with self.store.unit_of_work() as uow:
            analysis = await uow.analyses.get(id, owner=by.user)
            if not analysis.hidden:
                await uow.analyses.put(analysis.hide())


MAX_DAYS = 36500
MAX_PAGE_SIZE = 200


# The metrics over full horizons look back further than those of a page, since few horizons pass within it.
SCORED_LOOK_BACK = timedelta(days=365)


@frozen
class GetHistory:
    """Get completed analyses of the caller and their metrics; final returns are over `horizon`."""

    store: Store
    now: Now
    horizon: Horizon = field(factory=Horizon)

    async def __call__(self, query: HistoryQuery, *, by: Caller, by_engine: bool = False) -> History:
        """One page; `by_engine` with the record of each engine. Raises Invalid for a page or page size out of range."""
        if not 1 <= query.page_size <= MAX_PAGE_SIZE:
            raise Invalid.one("page_size", f"The limit is {query.page_size}; it must be 1 to {MAX_PAGE_SIZE}.")
        if query.page < 1:
            raise Invalid.one("page", f"The page is {query.page}; pages count from 1.")
        async with self.store.snapshot() as uow:
            history = await uow.analyses.history(evolve(query, user=by.user))
            year = CalibrationQuery(
                by.user, self.now() - SCORED_LOOK_BACK, query.symbol, query.asset_type, query.engine
            )
            scored = await uow.scores.tally(year)
            engines = await uow.scores.engine_tallies(evolve(year, since=query.since)) if by_engine else ()
        periods = self.horizon.periods_per_year
        # With the sample size beside it, a ratio over few decisions is shown.
        return evolve(
            history,
            tally=evolve(history.tally, periods_per_year=periods, min_sample=1),
            scored=evolve(scored, periods_per_year=periods, min_sample=1),
            engines=engines,
        )


@frozen
class GetCalibration:
    """Compare the confidence of the caller's scored decisions with their success."""

    store: Store

    async def __call__(self, query: CalibrationQuery, *, by: Caller) -> Calibration:
        """The calibration over the caller's analyses that the query covers."""
        async with self.store.read() as uow:
            return await uow.scores.calibration(evolve(query, user=by.user))

    async def by_engine(self, query: CalibrationQuery, *, by: Caller) -> tuple[Calibration, ...]:
        """The same for each engine and label that has scores."""
        async with self.store.read() as uow:
            return await uow.scores.calibrations(evolve(query, user=by.user))
