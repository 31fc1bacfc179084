"""The contract of `tradecore.ports.engine`: subclass `EngineSuite` and give an engine."""

import asyncio
from contextlib import aclosing
from datetime import UTC, date, datetime

import pytest

from tradecore.engines.budget import Budget
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.validate import unsupported
from tradecore.model.analyses import Analysis
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.analysis_results import build_result
from tradecore.model.ids import AnalysisId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.plan import Plan
from tradecore.model.steps import Action, Analyst, Argued, Assessed, Collected, Decided, Reported, Step
from tradecore.ports.engine import Began, Engine

_AT = datetime(2026, 1, 5, tzinfo=UTC)


class EngineSuite:
    """What every engine promises. Give `engine`, and `brief` where it cannot analyse NVDA as of 2024-10-10."""

    @pytest.fixture
    def engine(self) -> Engine:
        """The engine, which can run."""
        raise NotImplementedError("Override the fixture engine; it returns an Engine.")

    @pytest.fixture
    def brief(self) -> AnalysisBrief:
        """A brief that the engine serves."""
        return AnalysisBrief(
            Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL, Analyst.NEWS), 2, "any-model"
        )

    def test_it_says_what_it_is(self, engine: Engine, brief: AnalysisBrief) -> None:
        described, resolved = engine.describe(), engine.resolve(brief)
        assert engine.name == engine.name.lower().strip()
        assert described.version
        assert not described.unavailable
        assert described.paid is (engine.cost(resolved) is not None)
        assert {agent.name for agent in engine.plan(resolved).agents} <= set(described.agents)
        assert engine.label(resolved)

    def test_a_resolved_brief_stays_as_it_is(self, engine: Engine, brief: AnalysisBrief) -> None:
        resolved = engine.resolve(brief)
        assert engine.resolve(resolved) == resolved
        assert engine.plan(resolved) == engine.plan(resolved)

    def test_the_plan_names_each_step_once_and_each_agent_has_one(self, engine: Engine, brief: AnalysisBrief) -> None:
        plan = engine.plan(engine.resolve(brief))
        assert len(plan.keys) == len(set(plan.keys)) >= 5, "fewer steps move the progress by more than 20 points"
        agents = [agent.name for agent in plan.agents]
        assert len(agents) == len(set(agents))
        assert {step.agent for step in plan.steps if step.agent} == set(agents)
        assert all(agent.activity for agent in plan.agents)
        assert plan.seconds > 0

    async def test_a_run_yields_each_step_of_the_plan_once_and_the_decision_last(
        self, engine: Engine, brief: AnalysisBrief
    ) -> None:
        resolved = engine.resolve(brief)
        plan = engine.plan(resolved)
        outputs = await think(engine, resolved, plan)
        steps = [output for output in outputs if isinstance(output, Step)]
        assert sorted(step.key for step in steps) == sorted(plan.keys)
        assert [type(step) for step in steps].count(Collected) == 1
        assert [type(step) for step in steps].count(Assessed) == 1
        assert isinstance(outputs[-1], Decided)
        for position, output in enumerate(outputs):
            if isinstance(output, Step) and plan.agent_of(output.key):
                began = [earlier.key for earlier in outputs[:position] if isinstance(earlier, Began)]
                assert output.key in began, "a Began precedes each step of an agent"
        begun = Analysis.begin(
            AnalysisId("a"), UserId("u"), resolved, engine=engine.label(resolved), plan=plan, at=_AT
        ).entity
        assert build_result(begun, steps, at=_AT).decision == steps[-1].decision  # type: ignore[attr-defined]

    @pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9])
    async def test_a_run_that_broke_off_goes_on_with_the_missing_steps(
        self, engine: Engine, brief: AnalysisBrief, share: float
    ) -> None:
        resolved = engine.resolve(brief)
        plan = engine.plan(resolved)
        steps = [output for output in await think(engine, resolved, plan) if isinstance(output, Step)]
        known = {step.key: step for step in steps[: int(share * len(steps))]}
        rest = [output.key for output in await think(engine, resolved, plan, known) if isinstance(output, Step)]
        assert sorted([*known, *rest]) == sorted(plan.keys)

    async def test_closing_it_ends_all_its_work(self, engine: Engine, brief: AnalysisBrief) -> None:
        before = asyncio.all_tasks()
        resolved = engine.resolve(brief)
        async with aclosing(engine.think(resolved, engine.plan(resolved), {}, Budget())) as outputs:
            await anext(outputs)
        if left := asyncio.all_tasks() - before:
            assert not (await asyncio.wait(left, timeout=1))[1]

    async def test_no_evidence_is_later_than_the_day(self, engine: Engine, brief: AnalysisBrief) -> None:
        resolved = engine.resolve(brief)
        [collected] = [
            output for output in await think(engine, resolved, engine.plan(resolved)) if isinstance(output, Collected)
        ]
        assert all(evidence.as_of <= brief.as_of for evidence in collected.evidence)
        assert collected.digest

    async def test_grounded_claims_rest_on_the_evidence_that_they_cite(
        self, engine: Engine, brief: AnalysisBrief
    ) -> None:
        resolved = engine.resolve(brief)
        steps = [output for output in await think(engine, resolved, engine.plan(resolved)) if isinstance(output, Step)]
        [collected] = [step for step in steps if isinstance(step, Collected)]
        for step in steps:
            if step.quoted:
                continue
            assert step.ungrounded == 0
            claims = step.points if isinstance(step, Reported) else step.claims if isinstance(step, Argued) else ()
            assert [fault for claim in claims for fault in unsupported(Case(resolved, collected), claim)] == []

    async def test_the_decision_is_one_that_can_be_carried_out(self, engine: Engine, brief: AnalysisBrief) -> None:
        resolved = engine.resolve(brief)
        decided = (await think(engine, resolved, engine.plan(resolved)))[-1]
        assert isinstance(decided, Decided)
        decision = decided.decision
        assert 0 <= decision.confidence <= 10
        assert decision.needs_review is None or decision.action is Action.HOLD
        if decision.action is Action.BUY:
            assert decision.stop < decision.entry < decision.target
        if decision.action is Action.SELL:
            assert decision.target < decision.entry < decision.stop


async def think(
    engine: Engine, brief: AnalysisBrief, plan: Plan, known: dict[str, Step] | None = None
) -> list[Began | Step]:
    """All outputs of one run."""
    budget = Budget.of(engine.cost(brief), (known or {}).values())
    return [output async for output in engine.think(brief, plan, known or {}, budget)]
