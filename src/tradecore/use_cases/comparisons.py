"""Comparisons: launch the same brief with several engines, watch over their one evidence, read them side by side."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal

from attrs import evolve, frozen

from tradecore.engines.desk.collect import Sources, collect
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change
from tradecore.model.comparisons import (
    ComparedEngine,
    Comparison,
    ComparisonPage,
    ComparisonView,
    EngineAnswer,
    check_engines,
)
from tradecore.model.errors import IllegalMove, Invalid, Problem
from tradecore.model.ids import ComparisonId
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.steps import Collected
from tradecore.model.users import Caller
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.idempotency import find_response, keep_response
from tradecore.use_cases.launch import LaunchAnalysis, PreparedLaunch, Ticket
from tradecore.use_cases.retry import retry_on_conflict

_OPERATION = "launch comparison"
MAX_PAGE_SIZE = 50


@frozen
class ComparisonTicket:
    """The response to a launch: a ticket per engine, in the order they were named.

    `max_cost` is what all of them may cost in US dollars; None where there is no upper bound.
    """

    comparison: ComparisonId
    engines: tuple[str, ...]
    tickets: tuple[Ticket, ...]
    max_cost: Decimal | None


@frozen
class LaunchComparison:
    """Queue the same brief for several engines, all of them or none."""

    launch: LaunchAnalysis

    @retry_on_conflict
    async def __call__(
        self,
        brief: AnalysisBrief,
        engines: Sequence[str],
        *,
        by: Caller,
        budget: Decimal | None = None,
        idempotency: IdempotencyKey | None = None,
    ) -> ComparisonTicket:
        """The ticket; the `engine` of the brief is not read. A request repeated under its key gets its first ticket.

        Raises Invalid about `engines` for too few, too many or repeated ones and one that is not available, about
        `budget` for engines that may cost more dollars than that, and otherwise as a launch does; QueueFull, Overspent
        and KeyReused as a launch does.
        """
        check_engines(engines)
        now, store = self.launch.now(), self.launch.store
        prepared = [await self._prepare(brief, name) for name in engines]
        max_cost = _max_cost(prepared)
        if budget is not None and (max_cost is None or max_cost > budget):
            bound = "more than any amount" if max_cost is None else f"${max_cost:f}"
            raise Invalid.one("budget", f"These engines may cost {bound} together, and the budget is ${budget:f}.")
        id = ComparisonId(self.launch.new_id())
        async with store.unit_of_work() as uow:
            if first := await find_response(uow, by.user, _OPERATION, idempotency, ComparisonTicket):
                return first
            tickets = await self.launch.queue(uow, prepared, by.user, now, id)
            compared = tuple(map(ComparedEngine, engines, (ticket.analysis for ticket in tickets)))
            plain = evolve(brief, engine=None)
            await uow.comparisons.put(Change(Comparison(id, by.user, plain, compared, now, max_cost)))
            ticket = ComparisonTicket(id, tuple(engines), tickets, max_cost)
            await keep_response(uow, by.user, _OPERATION, idempotency, ticket, at=now)
        return ticket

    async def _prepare(self, brief: AnalysisBrief, engine: str) -> PreparedLaunch:
        try:
            return await self.launch.prepare(evolve(brief, engine=engine), self.launch.now())
        except Invalid as error:
            renamed = [
                Problem("engines" if problem.field == "engine" else problem.field, problem.message)
                for problem in error.problems
            ]
            raise Invalid(str(error), renamed) from error


def _max_cost(prepared: Sequence[PreparedLaunch]) -> Decimal | None:
    """The sum of the highest costs; None where one has no upper bound."""
    limits = [each.cost.limit for each in prepared if each.cost is not None]
    return sum((limit for limit in limits if limit is not None), Decimal(0)) if None not in limits else None


@frozen
class SharedEvidence:
    """The one snapshot of evidence of a comparison, which the first of its analyses collects."""

    store: Store
    sources: Sources

    async def __call__(self, id: ComparisonId, brief: AnalysisBrief) -> Collected:
        """The snapshot. Raises Invalid and Unavailable as collecting does."""
        async with self.store.read() as uow:
            comparison = await uow.comparisons.get(id)
        return comparison.evidence or await self._keep(id, await collect(self.sources, brief, for_model=True))

    @retry_on_conflict
    async def _keep(self, id: ComparisonId, collected: Collected) -> Collected:
        """Store the snapshot, or return the one that another analysis has stored meanwhile."""
        async with self.store.unit_of_work() as uow:
            comparison = await uow.comparisons.get(id)
            if comparison.evidence is None:
                comparison = await uow.comparisons.put(comparison.with_evidence(collected))
        return comparison.evidence or collected


@frozen
class GetComparison:
    """Get a comparison of the caller, with what its engines have answered so far."""

    store: Store

    async def __call__(self, id: ComparisonId, *, by: Caller) -> ComparisonView:
        """The comparison. Raises NotFound for unknown ids and those of other users."""
        async with self.store.snapshot() as uow:
            return await _view(uow, await uow.comparisons.get(id, owner=by.user))


@frozen
class ListComparisons:
    """List the comparisons of the caller."""

    store: Store

    async def __call__(self, *, by: Caller, page: int = 1, page_size: int = 20) -> ComparisonPage:
        """One page, newest first. Raises Invalid for a page or page size out of range."""
        if not 1 <= page_size <= MAX_PAGE_SIZE or page < 1:
            raise Invalid.one("page", f"Pages count from 1 and have 1 to {MAX_PAGE_SIZE} comparisons.")
        async with self.store.snapshot() as uow:
            comparisons, total = await uow.comparisons.list(by.user, page_size, (page - 1) * page_size)
            views = tuple([await _view(uow, comparison, with_steps=False) for comparison in comparisons])
        return ComparisonPage(views, total, page, page_size)


@frozen
class CancelComparison:
    """Cancel the analyses of a comparison that have not ended."""

    store: Store
    cancel: CancelAnalysis

    async def __call__(self, id: ComparisonId, *, by: Caller) -> None:
        """Raises NotFound for unknown ids and those of other users, IllegalMove when all have ended."""
        async with self.store.snapshot() as uow:
            view = await _view(uow, await uow.comparisons.get(id, owner=by.user), with_steps=False)
        if view.ended:
            raise IllegalMove(f"Comparison {id} has ended already; there is nothing to cancel.")
        for answer in view.answers:
            with suppress(IllegalMove):
                await self.cancel(answer.analysis.id, by=by)


async def _view(uow: UnitOfWork, comparison: Comparison, *, with_steps: bool = True) -> ComparisonView:
    """A comparison with its analyses; without their steps, there is nothing to compare in it."""
    answers = [
        EngineAnswer(
            engine.name,
            await uow.analyses.get(engine.analysis),
            await uow.analyses.steps(engine.analysis) if with_steps else (),
        )
        for engine in comparison.engines
    ]
    return ComparisonView(comparison, tuple(answers))
