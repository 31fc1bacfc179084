"""Results of analyses: built from all steps, with what did not hold."""

import pytest
from attrs import evolve

from analysis_runs import AT, begun, step_for
from tradecore.model.analysis_results import build_result
from tradecore.model.errors import IllegalMove
from tradecore.model.steps import Agent, Analyst, FlawedAnswer


def test_a_result_names_silent_agents_and_keeps_answers_that_did_not_hold_with_who_gave_them() -> None:
    analysis = begun((Analyst.NEWS,), 1)
    flaw = FlawedAnswer("```{}```", repairs=("surrounding_text_removed",))
    steps = [step_for(key) for key in analysis.plan.keys]
    steps[1] = evolve(steps[1], failure="No answer.", flawed_answers=(flaw, flaw))
    steps[4] = evolve(steps[4], flawed_answers=(flaw,))
    result = build_result(analysis, steps, at=AT)
    assert result.silent == ("news_analyst",)
    assert result.flawed_answers == (("news_analyst", flaw), ("news_analyst", flaw), ("research_judge", flaw))


def test_nothing_is_concluded_before_everything_was_said() -> None:
    analysis = begun((Analyst.NEWS,), 1)
    with pytest.raises(IllegalMove, match="rule:1"):
        build_result(analysis, [step_for(key) for key in analysis.plan.keys if key != "rule:1"], at=AT)


def test_results_name_the_agents_whose_words_are_quoted() -> None:
    analysis = begun((Analyst.NEWS,), 1)
    steps = [step_for(key) for key in analysis.plan.keys]
    assert (build_result(analysis, steps, at=AT).quoted, build_result(analysis, steps, at=AT).ungrounded) == ((), 0)
    steps = [
        evolve(step, quoted=True, ungrounded=2) if step.key in ("rule:1", "report:news") else step for step in steps
    ]
    result = build_result(analysis, steps, at=AT)
    assert (result.quoted, result.ungrounded) == ((Agent.NEWS, Agent.JUDGE), 4)
