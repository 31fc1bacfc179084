"""The plan names every step of an analysis once, with who takes it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.steps import (
    STEPS,
    Action,
    Agent,
    Analyst,
    Argued,
    Assessed,
    Collected,
    Decided,
    Decision,
    Liquidity,
    Proposed,
    Reported,
    Ruled,
    Side,
    Step,
    Volatility,
    plan,
)

ZERO = Decimal(0)
EXAMPLES: tuple[Step, ...] = (
    Collected((), "", ()),
    Reported(Analyst.NEWS, ZERO, (), (), ""),
    Argued(2, Side.BEAR, (), ""),
    Ruled(2, ZERO, ""),
    Proposed(Action.HOLD, ZERO, ZERO, ZERO, ZERO, "", "", ()),
    Assessed(Volatility.LOW, None, ZERO, Liquidity.HIGH, ZERO, ()),
    Decided(Decision(Action.HOLD, ZERO, ZERO, ZERO, ZERO, ZERO, ""), ""),
)


@given(st.lists(st.sampled_from(Analyst), unique=True, min_size=1), st.integers(1, 5))
def test_a_plan_has_a_step_per_analyst_three_per_round_and_four_more(analysts: list[Analyst], depth: int) -> None:
    keys = [key for key, _ in plan(tuple(analysts), depth)]
    assert len(keys) == len(set(keys)) == len(analysts) + 3 * depth + 4
    assert (keys[0], keys[-1]) == ("collect", "decide")


def test_analysts_report_in_the_order_asked_for() -> None:
    keys = [key for key, _ in plan((Analyst.NEWS, Analyst.TECHNICAL), 1)]
    assert keys[1:3] == ["report:news", "report:technical"]


def test_every_kind_of_step_has_its_place_in_the_plan() -> None:
    keys = dict(plan(tuple(Analyst), 2))
    assert {type(example) for example in EXAMPLES} == set(STEPS)
    assert all(example.key in keys for example in EXAMPLES)


def test_everyone_at_the_desk_has_a_part() -> None:
    agents = [agent for _, agent in plan(tuple(Analyst), 1) if agent]
    assert list(dict.fromkeys(agents)) == list(Agent)


def test_a_step_of_no_kind_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Step()  # type: ignore[abstract]
