"""The turns of TradingAgents as steps, where its graph does something else than the plan of the analysis."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tradecore.engines.desk.collect import Sources, collect
from tradecore.engines.desk.plan import plan_desk
from tradecore.engines.desk.reasoner import Case
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst, Step
from tradecore.model.usage import Call
from tradecore.ports.language import FinishReason
from tradecore_adapters.engine.tradingagents.gateway import AnsweredCall
from tradecore_adapters.engine.tradingagents.turns import Turns
from tradecore_adapters.market.sample import SampleMarket
from trading_agents import FORMS

BRIEF = AnalysisBrief(
    Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), (Analyst.TECHNICAL, Analyst.NEWS), 2, "m", provider="test"
)
PLAN = plan_desk(BRIEF, by_model=True)


@pytest.fixture
async def turns() -> Turns:
    return Turns(Case(BRIEF, await collect(Sources(SampleMarket()), BRIEF, for_model=True)), PLAN, {})


def answered(form: str = "") -> tuple[AnsweredCall, ...]:
    return (AnsweredCall(Call("test:m", 10, 0, 5, Decimal("0.01")), FinishReason.COMPLETE, form, FORMS.get(form, {})),)


def steps_of(turns: Turns, *nodes: str | tuple[str, str]) -> dict[str, Any]:
    """The steps that these nodes come to; each says a text of its own, or the one that stands beside it."""

    def outputs() -> Iterator[Any]:
        forms = {
            "Research Manager": "ResearchPlan",
            "Trader": "TraderProposal",
            "Portfolio Manager": "PortfolioDecision",
        }
        for each in nodes:
            node, text = each if isinstance(each, tuple) else (each, f"{each} says so.")
            yield from turns.began(node)
            yield from turns.ended(node, text, answered(forms.get(node, "")))

    return {output.key: output for output in outputs() if isinstance(output, Step)}


def test_rounds_and_reports_that_the_framework_passes_over_are_stood_in_for(turns: Turns) -> None:
    steps = steps_of(turns, "News Analyst", "Bull Researcher", "Research Manager", "Trader", "Portfolio Manager")
    assert sorted(steps) == sorted(PLAN.keys[1:])
    assert steps["report:technical"].failure == "The technical analyst of TradingAgents gave no report."
    assert steps["argue:1:bear"].failure
    assert steps["argue:2:bull"].failure
    assert (steps["rule:1"].failure, steps["rule:2"].balance) == ("", 1)
    assert steps["decide"].decision.needs_review is None
    assert sum(len(step.calls) for step in steps.values()) == 5


def test_rounds_beyond_the_plan_are_no_steps_and_change_nothing(turns: Turns) -> None:
    debate = ("Bull Researcher", "Bear Researcher") * 4
    rest = ("Research Manager", "Trader", "Aggressive Analyst", "Portfolio Manager")
    steps = steps_of(turns, "Market Analyst", "News Analyst", *debate, *rest)
    assert sorted(steps) == sorted(PLAN.keys[1:])
    assert turns.done
    assert steps["rule:2"].text == "Research Manager says so."
    assert [*turns.began("Portfolio Manager"), *turns.ended("Portfolio Manager", "Again.", answered())] == []


def test_what_is_passed_over_until_the_end_voids_the_analysis(turns: Turns) -> None:
    steps = steps_of(turns, "Portfolio Manager")
    assert sorted(steps) == sorted(PLAN.keys[1:])
    assert steps["decide"].decision.needs_review


def test_a_text_of_thousands_of_numbers_is_compared_in_parts(turns: Turns) -> None:
    text = " ".join(f"Then {number}.5 came." for number in range(20_000, 20_500))
    steps = steps_of(turns, ("Market Analyst", text))
    assert steps["report:technical"].ungrounded > 450
