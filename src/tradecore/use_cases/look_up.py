"""Looking up: how far an analysis is, what came of it, and everything that came of earlier ones."""

from math import ceil

from attrs import evolve, field, frozen

from tradecore.model.analyses import Analysis, AnalysisResult, AnalysisState
from tradecore.model.errors import Invalid, NotReady
from tradecore.model.ids import AnalysisId
from tradecore.model.track_record import Calibration, CalibrationQuery, History, HistoryQuery, Horizon
from tradecore.model.users import Caller
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store


@frozen
class Standing:
    """How far an analysis is; `seconds_left` is an estimate, None once it has ended."""

    analysis: Analysis
    seconds_left: int | None


@frozen
class StatusOf:
    """Tell the owner how far an analysis is."""

    store: Store
    now: Now

    async def __call__(self, id: AnalysisId, *, by: Caller) -> Standing:
        """Raises NotFound for unknown ids and other people's."""
        async with self.store.read() as uow:
            analysis = await uow.analyses.get(id, owner=by.user)
            if analysis.ended:
                return Standing(analysis, None)
            past = await uow.measurements.run_times(analysis.engine, analysis.brief.shape)
        whole = past.estimate(analysis.brief)
        passed = (self.now() - analysis.started_at).total_seconds() if analysis.started_at else 0.0
        # A run that takes longer than its like is estimated by what it has done, so that it never claims to be over.
        left = max(whole - passed, whole * (100 - analysis.percent) / 100 * 0.1)
        return Standing(analysis, max(1, ceil(left)))


@frozen
class ResultOf:
    """Hand the owner a finished analysis."""

    store: Store

    async def __call__(self, id: AnalysisId, *, by: Caller) -> AnalysisResult:
        """Raises NotFound for unknown ids and other people's, NotReady until it is completed, also when it failed."""
        async with self.store.read() as uow:
            analysis = await uow.analyses.get(id, owner=by.user)
            if analysis.state is AnalysisState.COMPLETED:
                return await uow.analyses.result(id, owner=by.user)
        if analysis.ended:
            raise NotReady(f"Analysis {id} failed and has no result: {analysis.error}")
        raise NotReady(f"Analysis {id} is {analysis.state}; its result is not there yet.")


MAX_DAYS = 36500
MAX_PAGE_SIZE = 200


@frozen
class ShowHistory:
    """Show the caller completed analyses, and what they amount to; `horizon` is what their returns are over."""

    store: Store
    horizon: Horizon = field(factory=Horizon)

    async def __call__(self, query: HistoryQuery, *, by: Caller) -> History:
        """One page of the caller's own; raises Invalid for a page or page size out of range."""
        if not 1 <= query.page_size <= MAX_PAGE_SIZE:
            raise Invalid.one("limit", f"The limit is {query.page_size}; it must be 1 to {MAX_PAGE_SIZE}.")
        if query.page < 1:
            raise Invalid.one("page", f"The page is {query.page}; pages count from 1.")
        async with self.store.snapshot() as uow:
            found = await uow.analyses.history(evolve(query, user=by.user))
        return evolve(found, tally=evolve(found.tally, periods_per_year=self.horizon.periods_per_year))


@frozen
class ShowCalibration:
    """Hold the caller's scored decisions against the confidence they were made with."""

    store: Store

    async def __call__(self, query: CalibrationQuery, *, by: Caller) -> Calibration:
        """Of the caller's own analyses."""
        async with self.store.snapshot() as uow:
            return await uow.scores.calibration(evolve(query, user=by.user))
