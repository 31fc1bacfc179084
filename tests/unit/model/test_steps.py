"""Every kind of step has its key in a plan."""

from decimal import Decimal

import pytest

from tradecore.model.steps import (
    STEPS,
    Action,
    Analyst,
    Argued,
    Assessed,
    Collected,
    Decided,
    Decision,
    Liquidity,
    Proposed,
    Reported,
    RiskArgued,
    RiskRuled,
    RiskRuling,
    RiskVoice,
    Ruled,
    Side,
    Step,
    Volatility,
)

ZERO = Decimal(0)
EXAMPLES: tuple[Step, ...] = (
    Collected((), "", ()),
    Reported(Analyst.NEWS, ZERO, (), (), ""),
    Argued(2, Side.BEAR, (), ""),
    Ruled(2, ZERO, ""),
    Proposed(Action.HOLD, ZERO, ZERO, ZERO, ZERO, "", "", ()),
    RiskArgued(2, RiskVoice.NEUTRAL, (), ""),
    RiskRuled(RiskRuling.RETURN, "", ()),
    Assessed(Volatility.LOW, None, ZERO, Liquidity.HIGH, ZERO, ()),
    Decided(Decision(Action.HOLD, ZERO, ZERO, ZERO, ZERO, ZERO, ""), ""),
)


def test_every_kind_of_step_has_a_key_of_its_own() -> None:
    assert {type(example) for example in EXAMPLES} == set(STEPS)
    assert len({example.key for example in EXAMPLES}) == len(EXAMPLES)


def test_a_step_is_grounded_unless_it_says_that_it_is_quoted() -> None:
    assert not any(example.quoted or example.ungrounded for example in EXAMPLES)
    assert Ruled(1, ZERO, "RSI is 61.3.", quoted=True, ungrounded=1).quoted


def test_a_step_of_no_kind_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Step()  # type: ignore[abstract]
