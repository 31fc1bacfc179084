"""A plan is read by key and by agent."""

import pytest

from tradecore.model.plan import Plan, PlannedAgent, PlannedStep

PLAN = Plan(
    (PlannedAgent("scout", "Scouting"), PlannedAgent("chair", "Chairing")),
    (
        PlannedStep("collect"),
        PlannedStep("a", "scout"),
        PlannedStep("b", "chair"),
        PlannedStep("c", "scout", "Scouting again"),
    ),
)


def test_steps_are_found_by_key_and_by_agent() -> None:
    assert PLAN.keys == ("collect", "a", "b", "c")
    assert [PLAN.agent_of(key) for key in PLAN.keys] == [None, "scout", "chair", "scout"]
    assert (PLAN.keys_of("scout"), PLAN.keys_of("chair")) == (("a", "c"), ("b",))
    assert PLAN.activity("chair") == "Chairing"
    assert (PLAN.activity("scout", "a"), PLAN.activity("scout", "c")) == ("Scouting", "Scouting again")


def test_a_step_outside_of_the_plan_is_an_error() -> None:
    with pytest.raises(KeyError):
        PLAN.agent_of("d")
