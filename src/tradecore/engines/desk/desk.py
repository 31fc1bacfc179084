"""The desk: takes an analysis from its brief to its decision, one step at a time."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

from attrs import Factory, evolve, field, frozen

from tradecore.engines.desk.collect import Sources, collect
from tradecore.engines.desk.compute_lock import ComputeLock
from tradecore.engines.desk.languages import ENGLISH
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.engines.desk.placeholders import placeholder, vetoed_plan
from tradecore.engines.desk.plan import plan_desk
from tradecore.engines.desk.reasoner import Case, Reasoner, RiskDebate
from tradecore.engines.desk.risk import assess
from tradecore.engines.desk.validate import faults
from tradecore.engines.desk.verdict import decide
from tradecore.model.analysis_briefs import RULES, AnalysisBrief
from tradecore.model.errors import Invalid, Refusal
from tradecore.model.plan import Plan
from tradecore.model.steps import Agent, Analyst, Assessed, Collected, Proposed, RiskRuling, RiskVoice, Side, Step
from tradecore.ports.engine import Began, Budget, Cost, EngineDescription

# The name of the engine with a language model.
DESK = "desk"
_FIRST_ROUNDS = (tuple(f"argue:1:{side}" for side in Side), tuple(f"risk:1:{voice}" for voice in RiskVoice))
# Changes with the steps of the plan or with what they mean.
VERSION = "1"

_AGENTS = tuple(Agent)


@frozen
class Desk:
    """A trading desk: the sources it reads, and the router that selects its reasoner.

    It is the engine `desk` with a language model, and the engine `rules` without one.
    """

    sources: Sources
    router: ModelRouter = field(factory=ModelRouter)
    name: str = field(default=Factory(lambda self: DESK if self.router.providers else RULES, takes_self=True))
    _compute_lock: ComputeLock = field(factory=ComputeLock, init=False, repr=False)

    def describe(self) -> EngineDescription:
        """See `Engine`."""
        missing = (
            "No language model is configured here; docs/models.md tells how."
            if self._by_model and not self.router.providers
            else ""
        )
        return EngineDescription(VERSION, paid=self._by_model, agents=_AGENTS, unavailable=missing)

    def resolve(self, brief: AnalysisBrief) -> AnalysisBrief:
        """The brief with the provider of its model.

        Raises: Invalid about `engine`, `provider` or `model`.
        """
        if missing := self.describe().unavailable:
            raise Invalid.one("engine", f"The engine {self.name} is not available: {missing}")
        if self._by_model and brief.provider == RULES:
            raise Invalid.one(
                "provider", f"The engine {self.name} needs a language model; the engine {RULES} does not."
            )
        resolved = self.router.resolve(brief)
        if resolved.risk_rounds and not self._by_model:
            raise Invalid.one("risk_rounds", f"The engine {RULES} has no debate about risk; ask for 0 rounds of it.")
        return resolved

    def label(self, brief: AnalysisBrief) -> str:
        """The name of the reasoner, such as `rule-based desk 2`. Raises: Invalid about `provider` or `model`."""
        return self.router.engine(brief)

    def plan(self, brief: AnalysisBrief) -> Plan:
        """The plan: each analyst once, `depth` rounds of debate, trader and risk manager.

        With `risk_rounds`, three voices debate the risk of the plan, and the risk manager accepts it, vetoes it or
        returns it to the trader once.
        """
        return plan_desk(brief, by_model=self._by_model)

    def cost(self, brief: AnalysisBrief) -> Cost | None:
        """The cap of an analysis where a language model takes the steps; None for the rules."""
        return Cost(self.router.cap) if self._by_model else None

    async def think(
        self, brief: AnalysisBrief, plan: Plan, known: Mapping[str, Step], budget: Budget
    ) -> AsyncGenerator[Began | Step, None]:
        """Yield every step of the plan that is not in `known`, in the order of the plan, each exactly once.

        Analysts work concurrently, and so do all who speak in a first round; all other agents need the steps before
        theirs. An analyst, a side, a voice or a risk manager without a usable answer is silent, and the others go on.
        After a failed step of the judge or the trader, and where all analysts are silent, no reasoner is called any
        more: the rest of the plan consists of placeholders, up to the decision.

        Closing the generator cancels all calls in flight; after that `budget.spent` is final.

        Raises: Invalid about `provider` or `model`; OverBudget; the errors of the market, of the news archive and of
        the language model, after the reports that could be completed in spite of them.
        """
        run = _Run(self.router.reasoner(brief, budget), self._compute_lock)
        collected = known.get("collect")
        if not isinstance(collected, Collected):
            collected = await collect(self.sources, brief, self._compute_lock, for_model=self._by_model)
            yield collected
        case = Case(brief, collected, language=self.router.language if self._by_model else ENGLISH)
        failed = any(step.voids for step in known.values())
        missing = [key for key in plan.keys if key.startswith("report:") and key not in known and not failed]
        for key in missing:
            yield Began(key)
        running = {key: asyncio.ensure_future(run.next(case, key)) for key in missing}
        try:
            for key in plan.keys[1:]:
                step = known.get(key)
                if step is None:
                    openings = self._opening(key, known, failed) if key not in running else ()
                    for opening in openings:
                        yield _began(opening, brief)
                    # What the others say in a first round is known to none of them.
                    heard = evolve(case, steps=tuple(step for step in case.steps if step.key not in _openings_of(key)))
                    running |= {opening: asyncio.ensure_future(run.next(heard, opening)) for opening in openings}
                    if key in running:
                        try:
                            step = await running[key]
                        except Refusal:
                            # The other steps may have cost money: yielded now, the next run reuses them.
                            for finished in await _finished(running, case):
                                yield finished
                            raise
                    else:
                        yield _began(key, brief)
                        step = placeholder(case, key) if failed and key != "decide" else await run.next(case, key)
                    yield step
                case = case.with_step(step)
                failed = failed or step.voids or case.silent
        finally:
            for task in running.values():
                task.cancel()
            await asyncio.gather(*running.values(), return_exceptions=True)

    def _opening(self, key: str, known: Mapping[str, Step], failed: bool) -> tuple[str, ...]:
        """The steps of the first round of a debate that begin at once with this one; none for another step.

        The rules take no time to wait for, and answer in the first round already.
        """
        if failed or not self._by_model:
            return ()
        return tuple(opening for opening in _openings_of(key) if opening not in known)

    @property
    def _by_model(self) -> bool:
        return self.name != RULES


def _openings_of(key: str) -> tuple[str, ...]:
    """All steps of the first round of the debate that a step opens; empty for other steps."""
    return next((openings for openings in _FIRST_ROUNDS if key in openings), ())


def _began(key: str, brief: AnalysisBrief) -> Began:
    """The beginning of a step; steps of a debate have the number of the round as the second part of their key."""
    kind, *rest = key.split(":")
    rounds = {"argue": brief.depth, "rule": brief.depth, "risk": brief.risk_rounds}.get(kind)
    return Began(key) if rounds is None else Began(key, int(rest[0]), rounds)


async def _finished(running: Mapping[str, asyncio.Future[Step]], case: Case) -> list[Step]:
    """The successful steps that are not yet in the case, after all concurrent agents have finished."""
    await asyncio.wait(running.values())
    known = {step.key for step in case.steps}
    return [task.result() for key, task in running.items() if key not in known and not task.exception()]


@frozen
class _Run:
    """The calls of one run to its reasoner, with validation and one repair turn each."""

    reasoner: Reasoner
    compute_lock: ComputeLock
    valid: set[str] = field(factory=set)
    """The keys of the steps of this run that have no faults."""

    async def next(self, case: Case, key: str) -> Step:
        kind, *rest = key.split(":")
        if kind == "report":
            return await self._validated(case, lambda c, f: self.reasoner.analyse(c, Analyst(rest[0]), f))
        if kind == "argue":
            number, side = int(rest[0]), Side(rest[1])
            return await self._validated(case, lambda c, f: self.reasoner.argue(c, number, side, f))
        if kind == "rule":
            return await self._validated(case, lambda c, f: self.reasoner.judge(c, int(rest[0]), f))
        if kind == "propose":
            return await self._validated(case, self.reasoner.trade)
        if kind == "risk":
            number, voice = int(rest[0]), RiskVoice(rest[1])
            return await self._validated(case, lambda c, f: self._risk_debate.view(c, number, voice, f))
        if kind == "risk_ruling":
            return await self._validated(case, self._risk_debate.rule)
        if kind == "revise":
            return await self._revised(case)
        if kind == "assess":
            return await self._validated(case, self._assess)
        async with self.compute_lock:
            return decide(case, case.proposal, valid=self.valid)

    @property
    def _risk_debate(self) -> RiskDebate:
        if self.reasoner.risk_debate is None:
            raise Invalid.one("risk_rounds", f"{self.reasoner.name} has no debate about risk.")
        return self.reasoner.risk_debate

    async def _revised(self, case: Case) -> Step:
        """The plan after the ruling of the risk manager."""
        ruled = case.risk_ruling
        if ruled is not None and ruled.ruling is RiskRuling.VETO:
            return vetoed_plan(case, ruled)
        if ruled is not None and ruled.ruling is RiskRuling.RETURN:
            return await self._validated(case, self._second_plan)
        return evolve(case.proposal, revised=True, calls=(), flawed_answers=())

    async def _second_plan(self, case: Case, previous_faults: tuple[str, ...]) -> Proposed:
        return evolve(await self.reasoner.trade(case, previous_faults), revised=True)

    async def _assess(self, case: Case, previous_faults: tuple[str, ...]) -> Assessed:
        computed = assess(case.by_measure, case.proposal)
        step = await self.reasoner.assess(case, case.proposal, computed, previous_faults)
        # The numbers are computed; only the words of the reasoner are taken over.
        return evolve(
            computed,
            concerns=step.concerns,
            calls=step.calls,
            flawed_answers=step.flawed_answers,
            failure=step.failure,
        )

    async def _validated(self, case: Case, ask: Callable[[Case, tuple[str, ...]], Awaitable[Step]]) -> Step:
        """The step, requested once more when it has faults. Faults that remain are left to the decision."""
        first = await ask(case, ())
        if first.failure:
            return first
        async with self.compute_lock:
            first_faults = faults(case, first)
        if not first_faults:
            self.valid.add(first.key)
            return first
        second = await ask(case, first_faults)
        flawed_answers = (*first.flawed_answers, *second.flawed_answers)
        return evolve(second, calls=(*first.calls, *second.calls), flawed_answers=flawed_answers)
