"""The plan of the desk names every step once, with its agent."""

from typing import Any

import pytest
from attrs import evolve

from tradecore.engines.desk.plan import SECONDS_PER_CALL, SECONDS_PER_STEP, plan_desk
from tradecore.model.steps import Agent, Analyst


@pytest.mark.parametrize("depth", range(1, 6))
@pytest.mark.parametrize("analysts", [tuple(Analyst), (Analyst.NEWS, Analyst.TECHNICAL), (Analyst.SENTIMENT,)])
def test_there_is_a_step_per_analyst_three_per_round_and_four_more(
    given: Any, analysts: tuple[Analyst, ...], depth: int
) -> None:
    plan = plan_desk(given.brief(analysts=analysts, depth=depth), by_model=True)
    assert len(plan.keys) == len(set(plan.keys)) == len(analysts) + 3 * depth + 4
    assert (plan.keys[0], plan.keys[-1]) == ("collect", "decide")


def test_analysts_report_in_the_order_of_the_brief(given: Any) -> None:
    plan = plan_desk(given.brief(analysts=(Analyst.NEWS, Analyst.TECHNICAL)), by_model=False)
    assert plan.keys[1:3] == ("report:news", "report:technical")
    assert [agent.name for agent in plan.agents[:2]] == [Agent.NEWS, Agent.TECHNICAL]


def test_a_debate_about_risk_comes_before_the_final_plan_and_only_where_it_is_asked_for(given: Any) -> None:
    brief = given.brief(depth=1)
    plain, debated = plan_desk(brief, by_model=True), plan_desk(evolve(brief, risk_rounds=1), by_model=True)
    added = ("risk:1:aggressive", "risk:1:conservative", "risk:1:neutral", "risk_ruling", "revise")
    assert debated.keys == (*plain.keys[:-2], *added, *plain.keys[-2:])
    assert debated.activity(Agent.RISK, "risk:1:neutral") == "Neutral view of the risk"
    assert plan_desk(evolve(brief, risk_rounds=1), by_model=False) == plan_desk(brief, by_model=False)


def test_every_agent_has_a_step_and_an_activity(given: Any) -> None:
    plan = plan_desk(given.brief(), by_model=False)
    assert [agent.name for agent in plan.agents] == list(Agent)
    assert all(plan.keys_of(agent) and plan.activity(agent) for agent in Agent)


def test_a_model_is_awaited_call_by_call_but_for_the_analysts_and_the_first_round(given: Any) -> None:
    brief = given.brief(depth=3)
    assert plan_desk(brief, by_model=True).seconds == SECONDS_PER_CALL * 11
    assert plan_desk(evolve(brief, analysts=(Analyst.NEWS,)), by_model=True).seconds == SECONDS_PER_CALL * 11
    rules = plan_desk(brief, by_model=False)
    assert rules.seconds == SECONDS_PER_STEP * len(rules.steps)
