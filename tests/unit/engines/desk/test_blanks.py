"""Blanks are steps like others, but empty, and say why."""

from typing import Any

import pytest
from attrs import evolve
from markdown_it import MarkdownIt

from tradecore.engines.desk.blanks import NOT_ASKED, band, blank
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.validate import faults
from tradecore.engines.desk.verdict import decide
from tradecore.model.steps import Action, Argued, Assessed, Collected, Proposed, Reported, Ruled, Step, plan


@pytest.fixture
async def said(given: Any) -> list[Step]:
    """All steps of an analysis."""
    return [one for one in await given.thought(given.desk(given.walk(3)), given.brief()) if isinstance(one, Step)]


@pytest.fixture
def blanks(given: Any, said: list[Step]) -> Case:
    """A case of which nothing but the evidence is known."""
    assert isinstance(said[0], Collected)
    case = Case(given.brief(), said[0])
    for key, _ in plan(case.brief.analysts, case.brief.depth)[1:-1]:
        case = case.having(blank(case, key))
    return case


def test_there_is_a_blank_for_every_step_of_a_plan(blanks: Case, said: list[Step]) -> None:
    assert [step.key for step in blanks.steps] == [step.key for step in said[1:-1]]
    assert [type(step) for step in blanks.steps] == [type(step) for step in said[1:-1]]


def test_a_blank_says_why_wherever_text_is_shown_and_nothing_else(blanks: Case) -> None:
    for step in blanks.steps:
        assert step.unusable == NOT_ASKED
        assert step.calls == ()
        assert faults(blanks, step) == (NOT_ASKED,)
        match step:
            case Reported():
                assert (step.score, step.points, step.risks) == (0, (), ())
                assert NOT_ASKED in step.markdown
                assert [token.tag for token in MarkdownIt().parse(step.markdown) if token.nesting == 1] == ["h1", "p"]
            case Argued() | Ruled():
                assert step.text == NOT_ASKED
            case Proposed():
                assert (step.action, step.confidence, step.thesis) == (Action.HOLD, 0, NOT_ASKED)
            case Assessed():
                assert step.concerns == (NOT_ASKED,)


def test_the_risk_is_computed_nevertheless(blanks: Case, said: list[Step]) -> None:
    computed = next(step for step in said if isinstance(step, Assessed))
    left = blanks.steps[-1]
    assert isinstance(left, Assessed)
    assert (left.volatility, left.beta, left.liquidity) == (computed.volatility, computed.beta, computed.liquidity)
    assert left.position_size == 0


def test_the_decision_on_blanks_is_a_hold_within_the_band(blanks: Case) -> None:
    decision = decide(blanks, blanks.proposal).decision
    assert (decision.entry, decision.stop, decision.target) == band(blanks)
    assert (decision.action, decision.position_size) == (Action.HOLD, 0)
    assert decision.needs_review is not None


def test_the_reason_is_the_step_that_failed_and_not_the_blanks_after_it(blanks: Case) -> None:
    why = "The judge gave no usable answer: it declined to answer."
    steps = tuple(evolve(step, unusable=why) if isinstance(step, Ruled) else step for step in blanks.steps)
    reason = decide(evolve(blanks, steps=steps), blanks.proposal).decision.needs_review
    assert reason == f"The desk's own output did not hold: {why}"
