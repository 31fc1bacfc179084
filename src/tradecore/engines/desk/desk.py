"""The desk: the dialogue that takes an analysis from its brief to its decision, one step at a time."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

from attrs import evolve, field, frozen

from tradecore.engines.desk.blanks import blank
from tradecore.engines.desk.budget import Budget
from tradecore.engines.desk.collect import Sources, collect
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.engines.desk.reasoner import Case, Reasoner
from tradecore.engines.desk.risk import assess
from tradecore.engines.desk.turns import Turns
from tradecore.engines.desk.validate import faults
from tradecore.engines.desk.verdict import decide
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.errors import Refusal
from tradecore.model.steps import Agent, Analyst, Assessed, Collected, Side, Step, plan
from tradecore.model.usage import Usage


@frozen
class Began:
    """An agent is at work from now on."""

    agent: Agent


@frozen
class Desk:
    """A trading desk: where it reads, and who may be asked to think."""

    sources: Sources
    router: ModelRouter = field(factory=ModelRouter)
    _turns: Turns = field(factory=Turns, init=False, repr=False)

    def engine(self, brief: AnalysisBrief) -> str:
        """What `metadata.engine` says of this brief. Raises Invalid when it names someone who is not on the router."""
        return self.router.engine(brief)

    def budget(self, known: Mapping[str, Step]) -> Budget:
        """What is left for an analysis of which these steps are known."""
        return self.router.budget(Usage.of(call for step in known.values() for call in step.calls))

    async def think(
        self, brief: AnalysisBrief, known: Mapping[str, Step], budget: Budget | None = None
    ) -> AsyncGenerator[Began | Step, None]:
        """Yield every step of the plan that is not in `known`, in the order of the plan, each exactly once.

        A `Began` comes before the first step of each agent, and before the first one of this run when the agent had
        begun earlier. Analysts work at the same time; all others need what was said before them. Steps in `known` are
        taken as they are, so a run that broke off goes on with the same words. After an unusable step nobody is asked
        any more: analysts at work are heard out, and all that is left of the plan stays blank, but for the decision.
        Refusals of the ports pass through, after the reports that could be made in spite of them. Once the dialogue is
        closed, nothing of it is under way, and the budget tells what the calls of this run were billed.
        """
        panel = _Panel(self.router.reasoner(brief, budget or self.budget(known)), self._turns)
        collected = known.get("collect")
        if not isinstance(collected, Collected):
            collected = await collect(self.sources, brief, self._turns)
            yield collected
        case = Case(brief, collected)
        over = any(step.unusable for step in known.values())
        missing = [analyst for analyst in brief.analysts if f"report:{analyst}" not in known and not over]
        reports = {f"report:{analyst}": asyncio.ensure_future(panel.report(case, analyst)) for analyst in missing}
        begun = {Agent[analyst.name] for analyst in brief.analysts}
        try:
            for analyst in missing:
                yield Began(Agent[analyst.name])
            for key, agent in plan(brief.analysts, brief.depth)[1:]:
                step = known.get(key)
                if step is None:
                    if agent is not None and agent not in begun:
                        begun.add(agent)
                        yield Began(agent)
                    if key in reports:
                        try:
                            step = await reports[key]
                        except Refusal:
                            # What the other analysts have may have been paid for: the next run goes on with it.
                            for each in await _heard_out(reports, case):
                                yield each
                            raise
                    else:
                        step = blank(case, key) if over and key != "decide" else await panel.next(case, key)
                    yield step
                over = over or bool(step.unusable)
                case = case.having(step)
        finally:
            for task in reports.values():
                task.cancel()
            await asyncio.gather(*reports.values(), return_exceptions=True)


async def _heard_out(reports: Mapping[str, asyncio.Future[Step]], case: Case) -> list[Step]:
    """The reports that are made and not yet in the case, once all analysts have ended well or badly."""
    await asyncio.wait(reports.values())
    known = {step.key for step in case.steps}
    return [task.result() for key, task in reports.items() if key not in known and not task.exception()]


@frozen
class _Panel:
    """Those who think in one run, and where they take turns."""

    reasoner: Reasoner
    turns: Turns

    async def report(self, case: Case, analyst: Analyst) -> Step:
        return await self._held(case, lambda c, f: self.reasoner.analyse(c, analyst, f))

    async def next(self, case: Case, key: str) -> Step:
        kind, *rest = key.split(":")
        if kind == "argue":
            number, side = int(rest[0]), Side(rest[1])
            return await self._held(case, lambda c, f: self.reasoner.argue(c, number, side, f))
        if kind == "rule":
            return await self._held(case, lambda c, f: self.reasoner.judge(c, int(rest[0]), f))
        if kind == "propose":
            return await self._held(case, self.reasoner.trade)
        if kind == "assess":
            return await self._held(case, self._assess)
        async with self.turns:
            return decide(case, case.proposal)

    async def _assess(self, case: Case, found: tuple[str, ...]) -> Assessed:
        computed = assess(case.by_measure, case.proposal)
        said = await self.reasoner.assess(case, case.proposal, computed, found)
        # Numbers are computed, never asked: only what was said about them is taken over.
        return evolve(computed, concerns=said.concerns, calls=said.calls, unusable=said.unusable)

    async def _held(self, case: Case, ask: Callable[[Case, tuple[str, ...]], Awaitable[Step]]) -> Step:
        """Ask, and where the answer does not hold, once more with what was wrong. The deciding step judges the rest."""
        first = await ask(case, ())
        async with self.turns:
            wrong = faults(case, first)
        if not wrong:
            return first
        second = await ask(case, wrong)
        return evolve(second, calls=(*first.calls, *second.calls))
