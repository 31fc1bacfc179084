"""Analysing: let the desk think, and write each step down before it thinks the next."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing, suppress
from datetime import timedelta
from decimal import Decimal

from attrs import field, frozen

from tradecore.engines.desk.desk import Began, Desk
from tradecore.model.analyses import Analysis, conclude
from tradecore.model.errors import OverBudget, Refusal
from tradecore.model.ids import AnalysisId
from tradecore.model.jobs import Job
from tradecore.model.recommendations import Issuing, Recommendation
from tradecore.model.steps import Action, Decided, Step
from tradecore.model.usage import Usage
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.run import Claim


@frozen
class AnalysisTask:
    """How a job of kind analysis is done."""

    store: Store
    now: Now
    desk: Desk
    issuing: Issuing = field(factory=Issuing)
    lasts: timedelta = timedelta(minutes=15)
    """How long one run may take, however often a language model asks for patience."""

    async def begin(self, uow: UnitOfWork, job: Job) -> None:
        """Show the analysis as running."""
        analysis = await uow.analyses.get(AnalysisId(job.id))
        await uow.analyses.put(analysis.start(at=self.now()))

    async def carry_out(self, claim: Claim) -> None:
        """Think, from wherever an earlier run left off, to the decision."""
        id = AnalysisId(claim.job.id)
        async with self.store.snapshot() as uow:
            analysis = await uow.analyses.get(id)
            known = {step.key: step for step in await uow.analyses.steps(id)}
        try:
            async with asyncio.timeout(self.lasts.total_seconds()):
                await self._think(claim, analysis, known)
        except TimeoutError as error:
            raise OverBudget(f"The analysis was not done after {self.lasts.total_seconds():g} seconds.") from error

    async def _think(self, claim: Claim, analysis: Analysis, known: Mapping[str, Step]) -> None:
        budget, booked = self.desk.budget(known), Decimal(0)
        try:
            async with aclosing(self.desk.think(analysis.brief, known, budget)) as said:
                async for each in said:
                    async with self.store.unit_of_work() as uow:
                        await claim.hold(uow)
                        if isinstance(each, Began):
                            current = await uow.analyses.get(analysis.id)
                            await uow.analyses.put(current.agent_began(each.agent, at=self.now()))
                        else:
                            await self._keep(uow, claim, each)
                    if isinstance(each, Step):
                        booked += Usage.of(each.calls).cost or 0
        finally:
            await self._book(claim, budget.paid - booked)

    async def _book(self, claim: Claim, lost: Decimal) -> None:
        """Count calls that led to no step, since whoever cancels again and again is billed for them all the same."""
        if lost <= 0:
            return
        # Where the store is gone too, it stays uncounted: there is nowhere to write it.
        with suppress(Refusal):
            async with self.store.unit_of_work() as uow:
                await uow.spending.book(AnalysisId(claim.job.id), claim.job.user, self.now().date(), lost)

    async def _keep(self, uow: UnitOfWork, claim: Claim, step: Step) -> None:
        """Write a step down; with the last one, everything that follows from it."""
        id, now = AnalysisId(claim.job.id), self.now()
        await uow.analyses.add_step(id, step)
        if cost := Usage.of(step.calls).cost:
            await uow.spending.book(id, claim.job.user, now.date(), cost)
        analysis = await uow.analyses.put((await uow.analyses.get(id)).record(step, at=now))
        if not isinstance(step, Decided):
            return
        result = conclude(analysis, await uow.analyses.steps(id), at=now)
        await uow.analyses.add_result(result)
        analysis = await uow.analyses.put(analysis.complete(step.decision, at=now))
        if self.issuing.admits(step.decision):
            issued = Recommendation.issue(analysis, step.decision, at=now, lasts=self.issuing.lasts)
            await uow.recommendations.put(issued)
        if step.decision.action is not Action.HOLD:
            await uow.scores.owe(id, due=now)
        seconds = (now - (claim.job.started_at or now)).total_seconds()
        await uow.spending.release(id)
        await uow.measurements.add_run_time(analysis.engine, analysis.brief.shape, seconds)
        job = await claim.hold(uow)
        await uow.jobs.put(job.complete(at=now))

    async def give_up(self, uow: UnitOfWork, job: Job, error: str, *, cancelled: bool = False) -> None:
        """Show the analysis as failed."""
        analysis = await uow.analyses.get(AnalysisId(job.id))
        await uow.spending.release(analysis.id)
        await uow.analyses.put(analysis.fail(error, at=self.now(), cancelled=cancelled))
