"""The desk: the dialogue that takes an analysis from its brief to its decision, one step at a time."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

from attrs import evolve, field, frozen

from tradecore.engines.desk.collect import Sources, collect
from tradecore.engines.desk.reasoner import Case, Reasoner
from tradecore.engines.desk.risk import assess
from tradecore.engines.desk.turns import Turns
from tradecore.engines.desk.validate import faults
from tradecore.engines.desk.verdict import decide
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.steps import Agent, Analyst, Assessed, Collected, Proposed, Side, Step, plan


@frozen
class Began:
    """An agent is at work from now on."""

    agent: Agent


@frozen
class Desk:
    """A trading desk: where it reads, and who thinks."""

    sources: Sources
    reasoner: Reasoner
    _turns: Turns = field(factory=Turns, init=False, repr=False)

    @property
    def name(self) -> str:
        """What `metadata.engine` says."""
        return self.reasoner.name

    async def think(self, brief: AnalysisBrief, known: Mapping[str, Step]) -> AsyncGenerator[Began | Step, None]:
        """Yield every step of the plan that is not in `known`, in the order of the plan, each exactly once.

        A `Began` comes before the first step of each agent, and before the first one of this run when the agent had
        begun earlier. Analysts work at the same time; all others need what was said before them. Steps in `known` are
        taken as they are, so a run that broke off goes on with the same words. Refusals of the ports pass through.
        """
        collected = known.get("collect")
        if not isinstance(collected, Collected):
            collected = await collect(self.sources, brief, self._turns)
            yield collected
        case = Case(brief, collected)
        steps = plan(brief.analysts, brief.depth)
        reports = {
            f"report:{analyst}": asyncio.ensure_future(self._report(case, analyst))
            for analyst in brief.analysts
            if f"report:{analyst}" not in known
        }
        begun = {Agent[analyst.name] for analyst in brief.analysts}
        try:
            for analyst in brief.analysts:
                if f"report:{analyst}" in reports:
                    yield Began(Agent[analyst.name])
            for key, agent in steps[1:]:
                step = known.get(key)
                if step is None:
                    if agent is not None and agent not in begun:
                        begun.add(agent)
                        yield Began(agent)
                    step = await (reports[key] if key in reports else self._next(case, key))
                    yield step
                case = case.having(step)
        finally:
            for task in reports.values():
                task.cancel()

    async def _report(self, case: Case, analyst: Analyst) -> Step:
        return await self._held(case, lambda c, f: self.reasoner.analyse(c, analyst, f))

    async def _next(self, case: Case, key: str) -> Step:
        kind, *rest = key.split(":")
        if kind == "argue":
            number, side = int(rest[0]), Side(rest[1])
            return await self._held(case, lambda c, f: self.reasoner.argue(c, number, side, f))
        if kind == "rule":
            return await self._held(case, lambda c, f: self.reasoner.judge(c, int(rest[0]), f))
        if kind == "propose":
            return await self._held(case, self.reasoner.trade)
        proposal = next(step for step in case.steps if isinstance(step, Proposed))
        if kind == "assess":
            return await self._held(case, lambda c, f: self._assess(c, proposal, f))
        async with self._turns:
            return decide(case, proposal)

    async def _assess(self, case: Case, proposal: Proposed, found: tuple[str, ...]) -> Assessed:
        computed = assess(case.by_measure, proposal)
        said = await self.reasoner.assess(case, proposal, computed, found)
        # Numbers are computed, never asked: only what was said about them is taken over.
        return evolve(computed, concerns=said.concerns)

    async def _held(self, case: Case, ask: Callable[[Case, tuple[str, ...]], Awaitable[Step]]) -> Step:
        """Ask, and where the answer does not hold, once more with what was wrong. The deciding step judges the rest."""
        step = await ask(case, ())
        async with self._turns:
            wrong = faults(case, step)
        return step if not wrong else await ask(case, wrong)
