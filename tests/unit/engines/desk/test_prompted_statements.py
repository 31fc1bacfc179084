"""Statements of a language model: what the evidence does not bear out is dropped, told to the model, or voids it."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from prompted_desk import again, changed, decision_of, desk_of, run, steps_of, wild
from scripted_model import ScriptedModel, rows_in, sensible
from tradecore.model.steps import (
    Analyst,
    Argued,
    Assessed,
    Reported,
    Step,
)
from tradecore.ports.language import Prompt

CHANGES: dict[str, Callable[[Any], Any]] = {
    "report": lambda made: {**made, "points": [*made["points"], wild()]} if made["points"] else made,
    "argument": lambda made: {**made, "claims": [*made["claims"], wild()]},
    "ruling": lambda made: {**made, "reasons": [*made["reasons"], wild()]},
    "plan": lambda made: {**made, "thesis": [*made["thesis"], wild()]},
    "concerns": lambda made: {**made, "concerns": [*made["concerns"], wild()]},
}


@pytest.mark.parametrize("kind", CHANGES)
async def test_a_statement_that_does_not_hold_is_dropped_without_asking_again(given: Any, kind: str) -> None:
    model, steps = await run(given, changed(kind, CHANGES[kind], mended=False))
    assert not any(again(prompt) for prompt in model.prompts)
    assert decision_of(steps).needs_review is None
    flawed = [answer for step in steps for answer in step.flawed_answers]
    assert [answer.dropped for answer in flawed] == [1] * (2 if kind == "argument" else 1)
    assert all(answer.faults == () and "94.7" in answer.text for answer in flawed)
    assert "94.7" not in repr([evolve(step, flawed_answers=()) for step in steps])
    assert "One statement was dropped" in repr(steps)
    assert sum(len(step.calls) for step in steps) == len(model.prompts)


TOO_LITTLE: dict[str, Callable[[Any], Any]] = {
    "report": lambda made: {**made, "points": [made["points"][0], wild(), wild("It fell by 94.7%.")]},
    "argument": lambda made: {**made, "claims": [wild()]},
    "ruling": lambda made: {**made, "reasons": [wild()]},
    "plan": lambda made: {**made, "invalidation": wild()},
    "concerns": lambda made: {**made, "concerns": [wild()]},
}


@pytest.mark.parametrize("kind", TOO_LITTLE)
async def test_where_too_little_is_left_the_model_is_shown_its_answer_and_what_was_wrong(given: Any, kind: str) -> None:
    model, steps = await run(given, changed(kind, TOO_LITTLE[kind], mended=True))
    told = [prompt.task for prompt in model.prompts if again(prompt)]
    assert len(told) == (2 if kind == "argument" else 1)
    for task in told:
        answer, faults = rows_in(task[task.index("You have answered this before") :], "said")
        assert wild() in [
            item
            for value in json.loads(str(answer)).values()
            for item in (value if isinstance(value, list) else [value])
        ]
        assert "The number 94.7 is not in the evidence cited beside it" in str(faults)
    assert decision_of(steps).needs_review is None
    assert "was dropped" not in repr(steps)
    assert sum(len(step.calls) for step in steps) == len(model.prompts)


NOTHING_LEFT: dict[str, tuple[Callable[[Any], Any], str]] = {
    "ruling": (lambda made: {**made, "reasons": [wild()]}, "judge"),
    "plan": (lambda made: {**made, "invalidation": wild()}, "trader"),
}


@pytest.mark.parametrize("kind", NOTHING_LEFT)
async def test_where_nothing_is_left_of_what_is_needed_the_analysis_needs_review(given: Any, kind: str) -> None:
    change, who = NOTHING_LEFT[kind]
    _, steps = await run(given, changed(kind, change, mended=False))
    reason = f"The {who} gave no usable answer: the evidence does not support what its last answer rests on."
    assert decision_of(steps).needs_review == f"The desk's own output did not hold: {reason}"
    assert next(step.failure for step in steps if step.failure) == reason


async def test_an_analyst_of_whose_points_nothing_is_left_is_silent(given: Any) -> None:
    change = changed("report", lambda made: {**made, "score": 0.4, "points": [wild()]}, mended=False)
    _, steps = await run(given, change)
    assert steps[1].failure.endswith("the evidence does not support what its last answer rests on.")
    assert steps[1].failure in (decision_of(steps).needs_review or "")


async def test_a_side_of_which_nothing_holds_has_nothing_to_say(given: Any) -> None:
    change = changed("argument", lambda made: {"claims": [wild()], "answers": []}, mended=False)
    steps = await steps_of(given, change, depth=1)
    arguments = [step for step in steps if isinstance(step, Argued)]
    assert [one.claims for one in arguments] == [(), ()]
    assert arguments[0].text.startswith("The bull has nothing to add that the evidence supports. One statement was")
    assert decision_of(steps).needs_review is None


async def test_a_score_of_zero_needs_no_point(given: Any) -> None:
    def change(made: Any) -> Any:
        return {"score": 0, "points": [wild()], "risks": [], "summary": []}

    steps = await steps_of(given, changed("report", change, mended=False), depth=1, analysts=(Analyst.TECHNICAL,))
    report = steps[1]
    assert isinstance(report, Reported)
    assert (report.points, report.failure) == ((), "")
    assert "- Nothing that counts." in report.markdown


async def test_all_that_is_wrong_with_a_plan_is_told_at_once(given: Any) -> None:
    def change(made: Any) -> Any:
        return {**made, "stop": "E1", "thesis": [wild()]}

    model = ScriptedModel(answer=changed("plan", change, mended=True))
    steps = [one for one in await given.thought(desk_of(given, model), given.brief(depth=1)) if isinstance(one, Step)]
    (told,) = (prompt.task for prompt in model.prompts if again(prompt))
    assert "For BUY, the stop is one of" in told
    assert "The number 94.7 is not in the evidence" in told
    assert decision_of(steps).needs_review is None


async def test_answers_to_claims_that_nobody_made_are_told_and_dropped(given: Any) -> None:
    def change(made: Any) -> Any:
        return {**made, "answers": [{"to": "Q", **wild("So what.")}]}

    model = ScriptedModel(answer=changed("argument", change, mended=False))
    steps = [one for one in await given.thought(desk_of(given, model), given.brief(depth=2)) if isinstance(one, Step)]
    told = [prompt.task for prompt in model.prompts if again(prompt)]
    # In the first round there is nothing to answer, which needs no repair turn.
    assert ["in round 2" in task for task in told] == [True, True]
    assert "Answer only claims with a label: A, B." in told[0]
    assert "Answer only claims with a label: A, B, C, D." in told[1]
    assert all("One statement was dropped" in step.text for step in steps if isinstance(step, Argued))


async def test_concerns_may_name_the_position_without_evidence(given: Any) -> None:
    def change(made: Any) -> Any:
        return {**made, "concerns": [{"text": f"A position of {size}% is large", "cites": []}]}

    size: Decimal = next(step for step in await steps_of(given, depth=1) if isinstance(step, Assessed)).position_size
    steps = await steps_of(given, changed("concerns", change, mended=False), depth=1)
    risk = next(step for step in steps if isinstance(step, Assessed))
    assert risk.concerns[-1] == f"A position of {size}% is large."
    assert (len(risk.calls), decision_of(steps).needs_review) == (1, None)


async def test_S62_markup_of_a_model_does_not_get_into_any_text(given: Any) -> None:
    hostile = "<script>alert(x)</script> [x](javascript:alert(x)) **![y](https://evil.example/?q)** &lt;b&gt;"

    def answer(prompt: Prompt) -> str:
        return re.sub(r'"text": "[^"]*"', f'"text": {json.dumps(hostile)}', sensible(prompt))

    steps = await steps_of(given, answer, depth=1)
    assert decision_of(steps).needs_review is None
    for sign in ("<script", "](", "https:", "&lt;", "**!"):
        assert sign not in repr([evolve(step, flawed_answers=()) for step in steps])
    assert "‹script›" in repr(steps)
