"""Placeholders are steps without content that give the reason."""

from typing import Any

import pytest
from attrs import evolve
from markdown_it import MarkdownIt

from tradecore.engines.desk.placeholders import SKIPPED, hold_levels, placeholder
from tradecore.engines.desk.plan import plan_desk
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.validate import faults
from tradecore.engines.desk.verdict import decide
from tradecore.model.steps import Action, Argued, Assessed, Collected, Proposed, Reported, Ruled, Step


@pytest.fixture
async def said(given: Any) -> list[Step]:
    """All steps of an analysis."""
    return [one for one in await given.thought(given.desk(given.walk(3)), given.brief()) if isinstance(one, Step)]


@pytest.fixture
def skipped(given: Any, said: list[Step]) -> Case:
    """A case whose steps after the evidence are placeholders."""
    assert isinstance(said[0], Collected)
    case = Case(given.brief(), said[0])
    for key in plan_desk(case.brief, by_model=True).keys[1:-1]:
        case = case.with_step(placeholder(case, key))
    return case


def test_there_is_a_placeholder_for_every_step_of_a_plan(skipped: Case, said: list[Step]) -> None:
    assert [step.key for step in skipped.steps] == [step.key for step in said[1:-1]]
    assert [type(step) for step in skipped.steps] == [type(step) for step in said[1:-1]]


def test_a_placeholder_gives_the_reason_wherever_text_is_shown(skipped: Case) -> None:
    for step in skipped.steps:
        assert step.failure == SKIPPED
        assert step.calls == ()
        assert faults(skipped, step) == (SKIPPED,)
        match step:
            case Reported():
                assert (step.score, step.points, step.risks) == (0, (), ())
                assert SKIPPED in step.markdown
                assert [token.tag for token in MarkdownIt().parse(step.markdown) if token.nesting == 1] == ["h1", "p"]
            case Argued() | Ruled():
                assert step.text == SKIPPED
            case Proposed():
                assert (step.action, step.confidence, step.thesis) == (Action.HOLD, 0, SKIPPED)
            case Assessed():
                assert step.concerns == (SKIPPED,)


def test_the_risk_is_computed_nevertheless(skipped: Case, said: list[Step]) -> None:
    computed = next(step for step in said if isinstance(step, Assessed))
    left = skipped.steps[-1]
    assert isinstance(left, Assessed)
    assert (left.volatility, left.beta, left.liquidity) == (computed.volatility, computed.beta, computed.liquidity)
    assert left.position_size == 0


def test_the_decision_on_placeholders_is_a_hold_within_the_band(skipped: Case) -> None:
    decision = decide(skipped, skipped.proposal).decision
    assert (decision.entry, decision.stop, decision.target) == hold_levels(skipped)
    assert (decision.action, decision.position_size) == (Action.HOLD, 0)
    assert decision.needs_review is not None


def test_the_reason_is_the_step_that_failed_and_not_the_placeholders_after_it(skipped: Case) -> None:
    why = "The judge gave no usable answer: it refused to answer."
    steps = tuple(evolve(step, failure=why) if isinstance(step, Ruled) else step for step in skipped.steps)
    reason = decide(evolve(skipped, steps=steps), skipped.proposal).decision.needs_review
    assert reason == f"The desk's own output did not hold: {why}"
