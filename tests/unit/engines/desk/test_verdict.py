"""The decision is the proposal if all behind it holds, and otherwise a HOLD that says why."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.verdict import decide
from tradecore.model.evidence import EvidenceId
from tradecore.model.steps import Action, Argued, Claim, Collected, Decided, Proposed, Reported, Ruled, Side, Step


@pytest.fixture
async def steps(given: Any) -> list[Step]:
    """All steps about a clear uptrend."""
    desk = given.desk(given.walk(3, drift=0.004, noise=0.008))
    return [one for one in await given.thought(desk, given.brief()) if isinstance(one, Step)]


def decided(given: Any, steps: list[Step], **replaced: Step) -> Decided:
    """The decision after some steps (by class name) were replaced."""
    chosen = [replaced.get(type(step).__name__, step) for step in steps]
    collected = chosen[0]
    assert isinstance(collected, Collected)
    proposal = next(step for step in chosen if isinstance(step, Proposed))
    return decide(Case(given.brief(), collected, tuple(chosen[1:-1])), proposal)


def test_a_proposal_that_holds_becomes_the_decision(given: Any, steps: list[Step]) -> None:
    found = decided(given, steps)
    assert found == steps[-1]
    assert found.decision.action is Action.BUY
    assert found.decision.needs_review is None
    assert found.verdict.startswith(f"Recommend BUY with {found.decision.position_size.normalize():f}% position size: ")


def test_an_invalid_proposal_is_not_mended_but_held_for_review(given: Any, steps: list[Step]) -> None:
    proposal = next(step for step in steps if isinstance(step, Proposed))
    found = decided(given, steps, Proposed=evolve(proposal, entry=Decimal(1)))
    decision = found.decision
    assert (decision.action, decision.confidence, decision.position_size) == (Action.HOLD, 0, 0)
    assert decision.needs_review is not None
    assert "The entry 1 is not among the computed levels" in decision.needs_review
    assert decision.stop < decision.entry < decision.target
    assert "needs review" in found.verdict


def test_a_fault_anywhere_in_the_debate_is_reason_enough(given: Any, steps: list[Step]) -> None:
    claim = Claim("Revenue grew by 94%.", (EvidenceId("E1"),))
    for wrong in (Argued(1, Side.BULL, (claim,), claim.text), Ruled(1, Decimal(0), "It is worth 500.")):
        found = decided(given, steps, **{type(wrong).__name__: wrong})
        assert found.decision.action is Action.HOLD
        assert found.decision.needs_review is not None


@pytest.mark.parametrize(
    ("balance", "score", "rest"),
    [
        ("0.5", "0.5", "the bull had the better of the debate, and the reports point the same way."),
        ("0.5", "-0.5", "the bull had the better of the debate, though the reports do not point the same way."),
        ("-0.5", "0.5", "the bear had the better of the debate, but the reports weigh more."),
        ("-0.5", "-0.5", "but the trader sees more in the evidence than either side."),
    ],
)
def test_the_verdict_says_who_agrees_with_the_trader(
    given: Any, steps: list[Step], balance: str, score: str, rest: str
) -> None:
    changed: list[Step] = []
    for step in steps:
        if isinstance(step, Ruled):
            changed.append(evolve(step, balance=Decimal(balance)))
        elif isinstance(step, Reported) and step.points:
            changed.append(evolve(step, score=Decimal(score), markdown="So."))
        else:
            changed.append(step)
    assert decided(given, changed).verdict.endswith(rest)


def test_the_number_of_faults_is_said(given: Any, steps: list[Step]) -> None:
    for fault, more in (("It is worth 500.", ""), ("It is worth 500 or 600.", " There is one further fault.")):
        ruled = Ruled(2, Decimal(0), fault)
        only = [one for one in steps if not isinstance(one, Ruled)]
        decision = decided(given, [*only[:-3], ruled, *only[-3:]]).decision
        assert decision.needs_review is not None
        assert decision.needs_review.endswith(f"”.{more}")


def test_a_hold_has_no_size_whatever_the_risk_step_says(given: Any, steps: list[Step]) -> None:
    proposal = next(step for step in steps if isinstance(step, Proposed))
    found = decided(given, steps, Proposed=evolve(proposal, action=Action.HOLD))
    assert (found.decision.action, found.decision.position_size) == (Action.HOLD, 0)
    assert found.verdict.startswith("Recommend HOLD: ")
