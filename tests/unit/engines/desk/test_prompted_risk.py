"""The debate about the risk of a plan: three voices speak, and the risk manager accepts, returns or vetoes it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from prompted_desk import desk_of
from scripted_model import ScriptedModel, rows_in, said, sensible
from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.errors import Invalid
from tradecore.model.steps import Action, Analyst, Assessed, RiskRuling, RiskVoice, Step
from tradecore.ports.engine import Began
from tradecore.ports.language import Prompt

SELL = {"action": "SELL", "confidence": 4}


def answering(ruling: str, second: dict[str, Any] | None = None) -> Callable[[Prompt], str]:
    """Answers with a ruling; the plan after it is changed by `second`."""
    levels: dict[str, str] = {}

    def answer(prompt: Prompt) -> str:
        made = json.loads(sensible(prompt))
        if prompt.response_format.name == "risk_ruling":
            made["ruling"] = ruling
        if second and prompt.response_format.name == "plan" and "has returned your plan" in prompt.task:
            line = next(line for line in prompt.task.splitlines() if line.startswith("  SELL: stop "))
            stops, targets = line.removeprefix("  SELL: stop ").split("; target ")
            levels.update(stop=stops.split(", ")[0], target=targets.split(", ")[0])
            made |= second | levels
        return json.dumps(made)

    return answer


def brief_of(given: Any, rounds: int) -> AnalysisBrief:
    brief: AnalysisBrief = evolve(given.brief(analysts=(Analyst.TECHNICAL,), depth=1), risk_rounds=rounds)
    return brief


async def run(given: Any, model: ScriptedModel, rounds: int = 1, known: dict[str, Step] | None = None) -> list[Any]:
    outputs: list[Any] = await given.thought(desk_of(given, model), brief_of(given, rounds), known)
    return outputs


def steps_of(outputs: list[Any]) -> dict[str, Any]:
    return {output.key: output for output in outputs if isinstance(output, Step)}


async def test_an_accepted_plan_stays_as_it_is_and_costs_a_call_for_each_voice_and_one_more(given: Any) -> None:
    model = ScriptedModel(answer=answering("accept"))
    outputs = await run(given, model, rounds=2)
    steps = steps_of(outputs)
    assert list(steps) == list(plan_desk(brief_of(given, 2), by_model=True).keys)
    assert sum(len(step.calls) for step in steps.values()) == len(model.prompts) == 1 + 3 + 2 + 2 * 3 + 1
    first, last = steps["propose"], steps["revise"]
    assert evolve(first, revised=True, calls=()) == last
    assert steps["decide"].decision.action is first.action is Action.BUY
    began = [output for output in outputs if isinstance(output, Began) and output.key.startswith("risk:")]
    assert [(each.key, each.round, each.rounds) for each in began] == [
        (f"risk:{number}:{voice}", number, 2) for number in (1, 2) for voice in RiskVoice
    ]
    views = [prompt for prompt in model.prompts if prompt.response_format.name == "risk_view"]
    heard = [sum("voice" in row.get("who", "") for row in rows_in(prompt.task, "said")) for prompt in views]
    assert heard == [0, 0, 0, 3, 4, 5], "nobody hears the others in the first round"


async def test_a_returned_plan_is_made_once_more_with_the_reasons_and_is_what_is_assessed(given: Any) -> None:
    model = ScriptedModel(answer=answering("return", SELL))
    steps = steps_of(await run(given, model))
    assert steps["risk_ruling"].ruling is RiskRuling.RETURN
    assert (steps["propose"].action, steps["revise"].action) == (Action.BUY, Action.SELL)
    second = [prompt for prompt in model.prompts if prompt.response_format.name == "plan"][1]
    assert [row["who"] for row in rows_in(second.task, "said")[-2:]] == ["trader", "risk manager"]
    decision, risk = steps["decide"].decision, steps["assess"]
    assert isinstance(risk, Assessed)
    assert (decision.action, decision.needs_review) == (Action.SELL, None)
    assert decision.target < decision.entry < decision.stop
    assert decision.position_size == risk.position_size > 0


async def test_a_vetoed_plan_is_a_hold_that_gives_the_reasons(given: Any) -> None:
    steps = steps_of(await run(given, ScriptedModel(answer=answering("veto"))))
    decided = steps["decide"]
    assert (decided.decision.action, decided.decision.confidence) == (Action.HOLD, 0)
    assert (decided.decision.position_size, decided.decision.needs_review) == (0, None)
    assert decided.decision.reasoning.startswith("The risk manager vetoes the BUY. ")
    assert decided.verdict.endswith("but the risk manager vetoes the plan.")
    assert steps["revise"].calls == ()


async def test_a_veto_of_a_hold_is_repaired_and_otherwise_leaves_it(given: Any) -> None:
    def answer(prompt: Prompt) -> str:
        made = json.loads(answering("veto")(prompt))
        if prompt.response_format.name == "plan":
            made["action"] = "HOLD"
            line = next(line for line in prompt.task.splitlines() if line.startswith("  HOLD: stop "))
            stops, targets = line.removeprefix("  HOLD: stop ").split("; target ")
            made |= {"stop": stops.split(", ")[0], "target": targets.split(", ")[0]}
        return json.dumps(made)

    steps = steps_of(await run(given, ScriptedModel(answer=answer)))
    assert steps["risk_ruling"].failure == "The risk manager gave no usable answer: it vetoed a HOLD."
    assert len(steps["risk_ruling"].calls) == 2
    assert steps["decide"].decision.action is Action.HOLD
    assert steps["decide"].decision.confidence == steps["propose"].confidence > 0


async def test_a_voice_that_gives_no_usable_answer_is_silent_and_the_rest_goes_on(given: Any) -> None:
    def answer(prompt: Prompt) -> str:
        return "no" if "the aggressive voice" in prompt.task else answering("accept")(prompt)

    steps = steps_of(await run(given, ScriptedModel(answer=answer)))
    assert steps["risk:1:aggressive"].failure.startswith("The aggressive voice gave no usable answer")
    assert steps["decide"].decision.action is Action.BUY
    assert "The aggressive voice gave no usable answer" in steps["decide"].verdict


async def test_statements_without_support_are_dropped_from_a_view(given: Any) -> None:
    def answer(prompt: Prompt) -> str:
        made = json.loads(sensible(prompt))
        if prompt.response_format.name == "risk_view":
            row = rows_in(prompt.case, "evidence")[0]
            made["statements"].append(said(row, "The stop lies 777.77 away."))
        return json.dumps(made)

    view = steps_of(await run(given, ScriptedModel(answer=answer)))["risk:1:neutral"]
    assert len(view.claims) == 1
    assert "777.77" not in view.text


async def test_an_interrupted_run_goes_on_after_the_ruling_without_asking_anybody_again(given: Any) -> None:
    steps = steps_of(await run(given, ScriptedModel(answer=answering("return", SELL))))
    known = {key: step for key, step in steps.items() if key not in ("revise", "assess", "decide")}
    model = ScriptedModel(answer=answering("return", SELL))
    rest = steps_of(await run(given, model, known=known))
    assert rest == {key: step for key, step in steps.items() if key not in known}
    assert len(model.prompts) == 2


def test_the_rules_have_no_such_debate(given: Any) -> None:
    with pytest.raises(Invalid, match="The engine rules has no debate about risk"):
        given.desk(given.walk(1)).resolve(brief_of(given, 1))
    with pytest.raises(Invalid, match="A debate about risk has 0 to 3 rounds"):
        brief_of(given, 4)
