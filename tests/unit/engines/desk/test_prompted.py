"""A language model thinks whole analyses: the calls it takes, who speaks to whom, plans, and what they may cost."""

import asyncio
import re
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from markdown_it import MarkdownIt

from prompted_desk import again, changed, decision_of, desk_of, run, steps_of
from scripted_model import ScriptedModel, sensible
from tradecore.engines.budget import Budget
from tradecore.engines.desk.desk import Desk
from tradecore.engines.desk.model_router import ModelRouter
from tradecore.engines.desk.plan import plan_desk
from tradecore.engines.desk.prompted import PromptedReasoner
from tradecore.model.errors import Invalid, OverBudget, Unavailable
from tradecore.model.steps import (
    Action,
    Analyst,
    Argued,
    Assessed,
    Proposed,
    Reported,
    Step,
)
from tradecore.model.usage import Usage
from tradecore.ports.language import Prompt, Reply


@pytest.mark.parametrize("depth", [1, 2, 5])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
async def test_a_whole_analysis_takes_one_call_for_each_step_that_is_thought(
    given: Any, depth: int, count: int
) -> None:
    analysts = tuple(Analyst)[:count]
    steps = await steps_of(given, analysts=analysts, depth=depth)
    assert [step.key for step in steps] == list(
        plan_desk(given.brief(analysts=analysts, depth=depth), by_model=True).keys
    )
    assert Usage.of(call for step in steps for call in step.calls).calls == count + 3 * depth + 2
    assert [len(step.calls) for step in steps[1:-1]] == [1] * (len(steps) - 2)
    decision = decision_of(steps)
    assert decision.needs_review is None
    assert (decision.action, decision.confidence) == (Action.BUY, Decimal("6.5"))
    assert decision.stop < decision.entry < decision.target


async def test_a_report_reads_like_those_of_the_rules_and_names_its_model(given: Any) -> None:
    steps = await steps_of(given, analysts=(Analyst.TECHNICAL,))
    report = steps[1]
    assert isinstance(report, Reported)
    assert report.markdown.startswith("# Technical analysis: NVDA, 2024-10-10\n\n**Stance: bullish** (score +0.40")
    assert "## What the prices say\n\n- NVDA closed at" in report.markdown
    assert "_Written by the language model `test:scripted-1` from the evidence" in report.markdown
    tags = {token.tag for token in MarkdownIt().parse(report.markdown) if token.nesting == 1}
    assert tags == {"h1", "h2", "p", "ul", "li"}


async def test_the_same_answers_make_the_same_bytes(given: Any) -> None:
    first, second = await steps_of(given), await steps_of(given)
    assert repr(first) == repr(second)


async def test_a_name_of_a_model_may_have_digits_and_signs(given: Any) -> None:
    model = ScriptedModel(name="open_ai:`gpt`-4o-mini-2024-07-18*")
    found = [s for s in await given.thought(desk_of(given, model), given.brief(depth=1)) if isinstance(s, Step)]
    assert decision_of(found).needs_review is None
    report = found[1]
    assert isinstance(report, Reported)
    assert "`open_ai:gpt-4o-mini-2024-07-18`" in report.markdown


@pytest.mark.parametrize("kept", range(1, 15))
async def test_a_run_that_broke_off_makes_only_the_calls_that_are_missing(given: Any, kept: int) -> None:
    whole = await steps_of(given)
    model = ScriptedModel()
    known = {step.key: step for step in whole[:kept]}
    rest = await given.thought(desk_of(given, model), given.brief(), known)
    assert [one for one in rest if isinstance(one, Step)] == whole[kept:]
    assert len(model.prompts) == len([step for step in whole[kept:] if step.calls])


async def test_levels_may_be_given_as_their_prices(given: Any) -> None:
    plain = await run(given, sensible)
    proposal = next(step for step in plain[1] if isinstance(step, Proposed))
    for stop in (f"{proposal.stop}", f"${proposal.stop}"):
        change = changed("plan", lambda made, stop=stop: {**made, "stop": stop}, mended=False)  # type: ignore[misc]
        model, steps = await run(given, change)
        priced = next(step for step in steps if isinstance(step, Proposed))
        assert evolve(priced, flawed_answers=()) == proposal
        assert [answer.repairs for answer in priced.flawed_answers] == [("levels_given_as_prices",)]
        assert not any(again(prompt) for prompt in model.prompts)


@pytest.mark.parametrize("confidence", [0.65, "65%", 65, "0.65"])
async def test_a_confidence_on_another_scale_is_repaired_by_the_model_and_never_guessed(
    given: Any, confidence: object
) -> None:
    change = changed("plan", lambda made: {**made, "confidence": confidence}, mended=True)
    model, steps = await run(given, change)
    assert decision_of(steps).confidence == Decimal("6.5")
    assert len([prompt for prompt in model.prompts if again(prompt)]) == 1
    _, steps = await run(given, changed("plan", lambda made: {**made, "confidence": confidence}, mended=False))
    assert decision_of(steps).action is Action.HOLD
    assert "confidence of its last answer was" in (decision_of(steps).needs_review or "")


@pytest.mark.parametrize(
    "change",
    [
        {"stop": "E1"},
        {"target": "E999"},
        {"stop": "1.23"},
        {"action": "SELL"},
        {"confidence": "high"},
        {"confidence": 9999},
    ],
)
async def test_S80_an_impossible_plan_is_refused(given: Any, change: dict[str, Any]) -> None:
    model = ScriptedModel(answer=changed("plan", lambda made: {**made, **change}, mended=False))
    steps = [one for one in await given.thought(desk_of(given, model), given.brief(depth=1)) if isinstance(one, Step)]
    proposal = next(step for step in steps if isinstance(step, Proposed))
    assert proposal.failure.startswith("The trader gave no usable answer: ")
    assert decision_of(steps).action is Action.HOLD
    assert decision_of(steps).needs_review is not None


async def test_S80_a_stop_above_the_entry_of_a_buy_is_told_and_refused(given: Any) -> None:
    def short(made: Any) -> Any:
        return {**made, "stop": made["target"], "target": made["stop"]}

    model = ScriptedModel(answer=changed("plan", short, mended=False))
    steps = await given.thought(desk_of(given, model), given.brief(depth=1))
    told = next(prompt.task for prompt in model.prompts if again(prompt))
    assert re.search(r"For BUY, the stop is one of E\d+.* and the target one of E\d+", told)
    assert decision_of(steps).needs_review is not None


async def test_answers_go_to_open_claims_and_cite_what_they_dispute(given: Any) -> None:
    steps = await steps_of(given, depth=2)
    bear = next(step for step in steps if step.key == "argue:2:bear")
    assert isinstance(bear, Argued)
    assert (bear.claims[-1].cites, bear.claims[-1].answers) == (("E2",), "A")
    assert "In answer to the bull: That is outweighed by the history [E2]." in bear.text


async def test_an_answer_takes_the_citations_of_its_claim_only_where_it_needs_them(given: Any) -> None:
    def change(made: Any) -> Any:
        quoted = {"text": "The close of 49.12 says little.", "cites": ["E2"]}
        return {**made, "answers": [{"to": answer["to"], **quoted} for answer in made["answers"]]}

    steps = await steps_of(given, changed("argument", change, mended=False), depth=2)
    bear = next(step for step in steps if step.key == "argue:2:bear")
    assert isinstance(bear, Argued)
    assert bear.claims[-1].cites == ("E2", "E1")


async def test_both_sides_of_the_first_round_speak_at_once(given: Any) -> None:
    waiting: set[str] = set()
    both = asyncio.Event()

    class Together(ScriptedModel):
        async def ask(self, prompt: Prompt) -> Any:
            if "in round 1" in prompt.task:
                waiting.add("bull" if "you are the bull" in prompt.task else "bear")
                if len(waiting) == 2:
                    both.set()
                async with asyncio.timeout(10):
                    await both.wait()
            return await super().ask(prompt)

    model = Together()
    steps = [one for one in await given.thought(desk_of(given, model), given.brief(depth=1)) if isinstance(one, Step)]
    assert waiting == {"bull", "bear"}
    assert decision_of(steps).needs_review is None


async def _gather(outputs: Any, made: list[Any]) -> None:
    """Append the outputs as they come, so that those before an error are known."""
    async for output in outputs:
        made.append(output)  # noqa: PERF401  # an extension is lost with the error


async def test_one_side_is_kept_when_the_other_one_fails_at_once(given: Any) -> None:
    class Failing(ScriptedModel):
        async def ask(self, prompt: Prompt) -> Any:
            if "you are the bull" in prompt.task:
                raise Unavailable("The vendor does not answer.")
            return await super().ask(prompt)

    made: list[Any] = []
    brief = given.brief(depth=1)
    desk = desk_of(given, Failing())
    with pytest.raises(Unavailable):
        await _gather(desk.think(brief, desk.plan(brief), {}, Budget()), made)
    assert [step.key for step in made if isinstance(step, Argued)] == ["argue:1:bear"]


async def test_computed_risk_is_not_the_models_to_change(given: Any) -> None:
    steps = await steps_of(given)
    risk = next(step for step in steps if isinstance(step, Assessed))
    assert 0 < risk.position_size <= 10
    assert risk.concerns[0].startswith("Prices of 400 trading days were read")


@pytest.mark.parametrize("error", [Unavailable("Gone."), Invalid.one("config.llmModel", "No such model.")])
async def test_refusals_of_the_model_pass_through(given: Any, error: Exception) -> None:
    class Refusing(ScriptedModel):
        async def ask(self, prompt: Prompt) -> Reply:
            raise error

    with pytest.raises(type(error)):
        await given.thought(desk_of(given, Refusing()), given.brief())


async def test_F39_nothing_is_asked_beyond_the_cap(given: Any) -> None:
    model = ScriptedModel(price=Decimal("0.02"), cost=Decimal("0.01"))
    said: list[Step] = []
    with pytest.raises(OverBudget):
        desk, brief = desk_of(given, model, cap=Decimal("0.08")), given.brief()
        async for one in desk.think(brief, desk.plan(brief), {}, Budget.of(desk.cost(brief), ())):
            said += [one] if isinstance(one, Step) else []
    assert Usage.of(call for step in said for call in step.calls).cost == Decimal("0.07")
    assert len(model.prompts) == 7
    resumed = ScriptedModel(price=Decimal("0.02"))
    with pytest.raises(OverBudget):
        await given.thought(
            desk_of(given, resumed, cap=Decimal("0.08")), given.brief(), {step.key: step for step in said}
        )
    assert resumed.prompts == []


async def test_closing_the_dialogue_stops_the_calls_under_way(given: Any) -> None:
    ended: list[str] = []

    class Slow(ScriptedModel):
        async def ask(self, prompt: Prompt) -> Reply:
            self.prompts.append(prompt)
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(prompt.response_format.name)
            raise AssertionError

    model = Slow()
    desk, brief = desk_of(given, model), given.brief()
    dialogue = desk.think(brief, desk.plan(brief), {}, Budget())
    reading = asyncio.ensure_future(_gather(dialogue, []))
    while len(model.prompts) < 4:
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await dialogue.aclose()
    assert ended == ["report"] * 4
    assert len(model.prompts) == 4


async def test_the_name_of_the_reasoner_names_its_model() -> None:
    assert PromptedReasoner(ScriptedModel(), Budget()).name == "prompted desk 3 (test:scripted-1)"


async def test_a_deep_model_judges_trades_and_weighs_the_risk(given: Any) -> None:
    fast, deep = ScriptedModel(), ScriptedModel()
    models = {"fast": fast, "deep": deep}
    router = ModelRouter(providers={"test": lambda name: models[name]}, deep=("test", "deep"))
    desk = Desk(given.desk(given.walk(3)).sources, router)
    brief = evolve(given.brief(), provider="test", model="fast")
    [step async for step in desk.think(brief, desk.plan(brief), {}, Budget())]
    assert {prompt.response_format.name for prompt in fast.prompts} == {"report", "argument"}
    assert {prompt.response_format.name for prompt in deep.prompts} == {"ruling", "plan", "concerns"}
