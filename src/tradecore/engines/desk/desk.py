"""The desk: takes an analysis from its brief to its decision, one step at a time."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

from attrs import evolve, field, frozen

from tradecore.engines.desk.budget import Budget
from tradecore.engines.desk.collect import Sources, collect
from tradecore.engines.desk.compute_lock import ComputeLock
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.engines.desk.placeholders import placeholder
from tradecore.engines.desk.reasoner import Case, Reasoner
from tradecore.engines.desk.risk import assess
from tradecore.engines.desk.validate import faults
from tradecore.engines.desk.verdict import decide
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.errors import Refusal
from tradecore.model.steps import Agent, Analyst, Assessed, Collected, Side, Step, plan
from tradecore.model.usage import Usage


@frozen
class AgentStarted:
    """An agent begins to work."""

    agent: Agent


@frozen
class Desk:
    """A trading desk: the sources it reads, and the router that selects its reasoner."""

    sources: Sources
    router: ModelRouter = field(factory=ModelRouter)
    _compute_lock: ComputeLock = field(factory=ComputeLock, init=False, repr=False)

    def engine(self, brief: AnalysisBrief) -> str:
        """The value of `metadata.engine` for this brief.

        Raises: Invalid about `provider` or `model` when the brief names one that is not available.
        """
        return self.router.engine(brief)

    def budget(self, known: Mapping[str, Step]) -> Budget:
        """The budget of a run that continues an analysis with these steps, by key."""
        return self.router.budget(Usage.of(call for step in known.values() for call in step.calls))

    async def think(
        self, brief: AnalysisBrief, known: Mapping[str, Step], budget: Budget | None = None
    ) -> AsyncGenerator[AgentStarted | Step, None]:
        """Yield every step of the plan that is not in `known`, in the order of the plan, each exactly once.

        An `AgentStarted` precedes the first step of each agent in this run. Analysts work concurrently; all other
        agents need the steps before theirs. Steps in `known` are reused as they are, so an interrupted analysis
        continues from the same text. After a failed step no reasoner is called any more: analysts in flight finish, and
        the rest of the plan consists of placeholders, up to the decision.

        Closing the generator cancels all calls in flight; after that `budget.spent` is final.

        Raises: Invalid about `provider` or `model`; OverBudget; the errors of the market, of the news archive and of
        the language model, after the reports that could be completed in spite of them.
        """
        run = _Run(self.router.reasoner(brief, budget or self.budget(known)), self._compute_lock)
        collected = known.get("collect")
        if not isinstance(collected, Collected):
            collected = await collect(self.sources, brief, self._compute_lock)
            yield collected
        case = Case(brief, collected)
        failed = any(step.failure for step in known.values())
        missing = [analyst for analyst in brief.analysts if f"report:{analyst}" not in known and not failed]
        reports = {f"report:{analyst}": asyncio.ensure_future(run.report(case, analyst)) for analyst in missing}
        started = {Agent[analyst.name] for analyst in brief.analysts}
        try:
            for analyst in missing:
                yield AgentStarted(Agent[analyst.name])
            for key, agent in plan(brief.analysts, brief.depth)[1:]:
                step = known.get(key)
                if step is None:
                    if agent is not None and agent not in started:
                        started.add(agent)
                        yield AgentStarted(agent)
                    if key in reports:
                        try:
                            step = await reports[key]
                        except Refusal:
                            # The other reports may have cost money: yielded now, the next run reuses them.
                            for report in await _finished_reports(reports, case):
                                yield report
                            raise
                    else:
                        step = placeholder(case, key) if failed and key != "decide" else await run.next(case, key)
                    yield step
                failed = failed or bool(step.failure)
                case = case.with_step(step)
        finally:
            for task in reports.values():
                task.cancel()
            await asyncio.gather(*reports.values(), return_exceptions=True)


async def _finished_reports(reports: Mapping[str, asyncio.Future[Step]], case: Case) -> list[Step]:
    """The successful reports that are not yet in the case, after all analysts have finished."""
    await asyncio.wait(reports.values())
    known = {step.key for step in case.steps}
    return [task.result() for key, task in reports.items() if key not in known and not task.exception()]


@frozen
class _Run:
    """The calls of one run to its reasoner, with validation and one repair turn each."""

    reasoner: Reasoner
    compute_lock: ComputeLock

    async def report(self, case: Case, analyst: Analyst) -> Step:
        return await self._validated(case, lambda c, f: self.reasoner.analyse(c, analyst, f))

    async def next(self, case: Case, key: str) -> Step:
        kind, *rest = key.split(":")
        if kind == "argue":
            number, side = int(rest[0]), Side(rest[1])
            return await self._validated(case, lambda c, f: self.reasoner.argue(c, number, side, f))
        if kind == "rule":
            return await self._validated(case, lambda c, f: self.reasoner.judge(c, int(rest[0]), f))
        if kind == "propose":
            return await self._validated(case, self.reasoner.trade)
        if kind == "assess":
            return await self._validated(case, self._assess)
        async with self.compute_lock:
            return decide(case, case.proposal)

    async def _assess(self, case: Case, previous_faults: tuple[str, ...]) -> Assessed:
        computed = assess(case.by_measure, case.proposal)
        step = await self.reasoner.assess(case, case.proposal, computed, previous_faults)
        # The numbers are computed; only the words of the reasoner are taken over.
        return evolve(computed, concerns=step.concerns, calls=step.calls, failure=step.failure)

    async def _validated(self, case: Case, ask: Callable[[Case, tuple[str, ...]], Awaitable[Step]]) -> Step:
        """The step, requested once more when it has faults. Faults that remain are left to the decision."""
        first = await ask(case, ())
        async with self.compute_lock:
            first_faults = faults(case, first)
        if not first_faults:
            return first
        second = await ask(case, first_faults)
        return evolve(second, calls=(*first.calls, *second.calls))
