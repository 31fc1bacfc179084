"""The desk takes every step of the plan once, in order, and goes on where it was broken off."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import define, evolve, field
from hypothesis import example, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from scripted_model import ScriptedModel
from tradecore.engines.budget import Budget
from tradecore.engines.desk.collect import Sources
from tradecore.engines.desk.desk import DESK, Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.rules import RuleBasedReasoner
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Symbol
from tradecore.model.steps import Action, Agent, Analyst, Assessed, Collected, Decided, Proposed, Reported, Step
from tradecore.ports.engine import Began, Cost, EngineDescription


def keys(said: list[Began | Step]) -> list[str]:
    return [one.key for one in said if isinstance(one, Step)]


@pytest.mark.parametrize("depth", [1, 3, 5])
@pytest.mark.parametrize("analysts", [tuple(Analyst), (Analyst.NEWS, Analyst.TECHNICAL)])
async def test_the_steps_are_those_of_the_plan(given: Any, analysts: tuple[Analyst, ...], depth: int) -> None:
    said = await given.thought(given.desk(given.walk(1)), given.brief(analysts=analysts, depth=depth))
    assert keys(said) == list(given.desk(given.walk(1)).plan(given.brief(analysts=analysts, depth=depth)).keys)


async def test_every_step_of_an_agent_is_begun_before_it_is_there(given: Any) -> None:
    desk, brief = given.desk(given.walk(1)), given.brief()
    said = await given.thought(desk, brief)
    began = [output.key for output in said if isinstance(output, Began)]
    assert began == [step.key for step in desk.plan(brief).steps if step.agent]
    for output in said:
        if isinstance(output, Began):
            assert output.key not in keys(said[: said.index(output)])


async def test_turns_of_the_debate_are_begun_with_their_round(given: Any) -> None:
    said = await given.thought(given.desk(given.walk(1)), given.brief(depth=2))
    turns = [output for output in said if isinstance(output, Began) and output.round is not None]
    assert turns == [
        Began(key, number, 2)
        for number in (1, 2)
        for key in (f"argue:{number}:bull", f"argue:{number}:bear", f"rule:{number}")
    ]


async def test_the_same_question_gets_the_same_words(given: Any) -> None:
    items = [given.item(1, "Good", given.at)]
    first, again = [await given.thought(given.desk(given.walk(5), items), given.brief()) for _ in range(2)]
    assert repr(first) == repr(again)


@pytest.mark.parametrize("kept", range(15))
async def test_a_run_that_broke_off_goes_on_with_the_same_words(given: Any, kept: int) -> None:
    desk = given.desk(given.walk(5))
    whole = [one for one in await given.thought(desk, given.brief()) if isinstance(one, Step)]
    rest = await given.thought(desk, given.brief(), {step.key: step for step in whole[:kept]})
    assert [one for one in rest if isinstance(one, Step)] == whole[kept:]


async def test_steps_found_done_are_not_thought_again_even_out_of_order(given: Any) -> None:
    desk = given.desk(given.walk(5))
    whole = {one.key: one for one in await given.thought(desk, given.brief()) if isinstance(one, Step)}
    known = {key: whole[key] for key in ("collect", "report:news", "argue:1:bull")}
    said = await given.thought(desk, given.brief(), known)
    assert not set(keys(said)) & set(known)
    assert Began("report:news") not in said
    assert {step.key: step for step in said if isinstance(step, Step)} | known == whole


async def test_known_evidence_is_used_as_it_is_and_no_port_is_read(given: Any) -> None:
    whole = await given.thought(given.desk(given.walk(5)), given.brief())
    collected = next(one for one in whole if isinstance(one, Collected))
    silent = Desk(Sources(given.market({})))
    said = await given.thought(silent, given.brief(), {"collect": collected})
    assert [one for one in whole if isinstance(one, Step)][1:] == [one for one in said if isinstance(one, Step)]


async def test_closing_the_dialogue_stops_the_analysts(given: Any) -> None:
    stopped: list[Analyst] = []
    started = asyncio.Barrier(len(Analyst) + 1)

    class Slow(RuleBasedReasoner):
        async def analyse(self, case: Case, analyst: Analyst, faults: tuple[str, ...] = ()) -> Reported:
            try:
                await started.wait()
                await asyncio.Event().wait()
            finally:
                stopped.append(analyst)
            raise AssertionError

    async def consume() -> None:
        async with aclosing(desk.think(brief, desk.plan(brief), {}, Budget())) as dialogue:
            async for _ in dialogue:
                pass

    desk, brief = evolve(given.desk(given.walk(1)), router=ModelRouter(Slow())), given.brief()
    consumer = asyncio.create_task(consume())
    await started.wait()
    consumer.cancel()
    await asyncio.wait({consumer})
    assert sorted(stopped) == sorted(Analyst)


async def test_analysts_work_at_the_same_time(given: Any) -> None:
    together = asyncio.Barrier(4)

    class Together(RuleBasedReasoner):
        async def analyse(self, case: Case, analyst: Analyst, faults: tuple[str, ...] = ()) -> Reported:
            await together.wait()
            return await super().analyse(case, analyst, faults)

    desk = evolve(given.desk(given.walk(1)), router=ModelRouter(Together()))
    async with asyncio.timeout(5):
        assert len(keys(await given.thought(desk, given.brief(depth=1)))) == 11


@define
class Unreliable(RuleBasedReasoner):
    """Gives a stop that was not computed, so many times; remembers what it was told about that."""

    mistakes: int
    told: list[tuple[str, ...]] = field(factory=list)

    async def trade(self, case: Case, faults: tuple[str, ...] = ()) -> Proposed:
        right = await super().trade(case)
        self.told.append(faults)
        if len(self.told) > self.mistakes:
            return right
        return evolve(right, stop=right.stop + Decimal("0.01"))


async def test_a_mistake_can_be_mended_once_when_its_faults_are_shown(given: Any) -> None:
    reasoner = Unreliable(mistakes=1)
    said = await given.thought(evolve(given.desk(given.walk(1)), router=ModelRouter(reasoner)), given.brief())
    assert len(reasoner.told) == 2
    assert "is not among the computed levels" in reasoner.told[1][0]
    assert isinstance(said[-1], Decided)
    assert said[-1].decision.needs_review is None


async def test_a_mistake_made_twice_is_held_for_review(given: Any) -> None:
    reasoner = Unreliable(mistakes=9)
    said = await given.thought(evolve(given.desk(given.walk(1)), router=ModelRouter(reasoner)), given.brief())
    assert len(reasoner.told) == 2
    assert isinstance(said[-1], Decided)
    assert (said[-1].decision.action, said[-1].decision.position_size) == (Action.HOLD, 0)
    assert said[-1].decision.needs_review is not None


async def test_a_reasoner_cannot_change_the_computed_risk(given: Any) -> None:
    class Bold(RuleBasedReasoner):
        async def assess(
            self, case: Case, proposal: Proposed, computed: Assessed, faults: tuple[str, ...] = ()
        ) -> Assessed:
            return evolve(computed, position_size=Decimal(99), beta=Decimal(0), concerns=("None at all.",))

    honest = await given.thought(given.desk(given.walk(1)), given.brief())
    bold = await given.thought(evolve(given.desk(given.walk(1)), router=ModelRouter(Bold())), given.brief())
    risks = [next(one for one in said if isinstance(one, Assessed)) for said in (honest, bold)]
    assert risks[1] == evolve(risks[0], concerns=("None at all.",))


def test_without_a_model_the_desk_is_the_engine_rules_and_costs_nothing(given: Any) -> None:
    desk = given.desk(given.walk(1))
    brief = desk.resolve(given.brief())
    assert (desk.name, desk.label(brief), desk.cost(brief)) == ("rules", "rule-based desk 2", None)
    assert desk.describe() == EngineDescription("1", paid=False, agents=tuple(Agent))
    assert desk.resolve(evolve(given.brief(), provider="openai")).provider == "rules"


def test_with_a_model_it_is_the_engine_desk_and_costs_at_most_the_cap(given: Any) -> None:
    router = ModelRouter(providers={"test": lambda name: ScriptedModel(name=f"test:{name}")}, cap=Decimal(2))
    desk = Desk(given.desk(given.walk(1)).sources, router)
    brief = desk.resolve(given.brief())
    assert (desk.name, desk.label(brief), desk.cost(brief)) == (
        "desk", "prompted desk 3 (test:any-model)", Cost(Decimal(2)),
    )  # fmt: skip
    assert desk.describe() == EngineDescription("1", paid=True, agents=tuple(Agent))
    with pytest.raises(Invalid, match="The engine desk needs a language model; the engine rules does not") as refused:
        desk.resolve(evolve(given.brief(), provider="rules"))
    assert [problem.field for problem in refused.value.problems] == ["provider"]


def test_the_engine_desk_without_a_model_says_why_it_cannot_run(given: Any) -> None:
    desk = Desk(given.desk(given.walk(1)).sources, ModelRouter(), DESK)
    assert desk.describe().unavailable == "No language model is configured here; docs/models.md tells how."
    with pytest.raises(Invalid, match="The engine desk is not available: No language model") as refused:
        desk.resolve(given.brief())
    assert [problem.field for problem in refused.value.problems] == ["engine"]


async def test_a_stored_plan_is_followed_though_a_newer_desk_would_make_another(given: Any) -> None:
    desk, brief = given.desk(given.walk(1)), given.brief(depth=2)
    older = desk.plan(evolve(brief, depth=1))
    steps = [output async for output in desk.think(brief, older, {}, Budget()) if isinstance(output, Step)]
    assert tuple(step.key for step in steps) == older.keys


@define
class Fixed:
    """A market of exactly these bars."""

    series: Bars

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        return evolve(self.series, bars=tuple(bar for bar in self.series.bars if bar.day <= as_of)[-count:])

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        return None


@settings(max_examples=60)
@for_all(
    start=st.floats(min_value=1e-5, max_value=1e6),
    moves=st.lists(st.floats(min_value=-0.5, max_value=1.0) | st.just(0.0), min_size=1, max_size=280),
    spread=st.floats(min_value=0, max_value=0.5),
    volume=st.integers(min_value=0, max_value=10**12),
    depth=st.integers(min_value=1, max_value=5),
    asset_type=st.sampled_from(AssetType),
)
# A fall and a rise in one sentence: the words of the one are not about the other.
@example(
    start=1.0,
    moves=[*[0.0] * 10, 1.0, *[0.0] * 6, 1.0, -0.375, *[0.0] * 3],
    spread=0.0,
    volume=1,
    depth=4,
    asset_type=AssetType.EQUITY,
)
async def test_whatever_the_prices_did_the_decision_holds(
    start: float, moves: list[float], spread: float, volume: int, depth: int, asset_type: AssetType
) -> None:
    closes = [start]
    for move in moves:
        closes.append(min(1e7, max(1e-5, closes[-1] * (1 + move))))
    bars = tuple(
        Bar(
            day=date(2024, 1, 1) + timedelta(days=at),
            open=Decimal(f"{close:.8f}"),
            high=Decimal(f"{close * (1 + spread):.8f}"),
            low=Decimal(f"{close * (1 - spread):.8f}"),
            close=Decimal(f"{close:.8f}"),
            volume=Decimal(volume),
        )
        for at, close in enumerate(closes)
    )
    market = Fixed(Bars(symbol=Symbol("NVDA"), source=PriceSource("a test"), bars=bars))
    desk = Desk(Sources(market))  # type: ignore[arg-type]
    brief = AnalysisBrief(Symbol("NVDA"), asset_type, bars[-1].day, tuple(Analyst), depth, "any")
    known: Mapping[str, Step] = {}
    said = [one async for one in desk.think(brief, desk.plan(brief), known, Budget())]
    decided = said[-1]
    assert isinstance(decided, Decided)
    decision = decided.decision
    assert decision.needs_review is None
    low, high = sorted((decision.stop, decision.target))
    assert 0 < low < decision.entry < high
    assert (decision.stop < decision.target) is (decision.action is not Action.SELL)
    assert 0 <= decision.confidence <= 10
    assert 0 <= decision.position_size <= 10
    assert decision.confidence == decision.confidence.quantize(Decimal("0.1"))
