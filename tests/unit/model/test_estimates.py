"""Estimates: a prior until something was measured, then what was measured."""

from datetime import date

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.analyses import AnalysisBrief
from tradecore.model.estimates import MAX_COUNT, PRIOR_SECONDS_PER_CALL, PRIOR_SECONDS_PER_STEP, RunTimes
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Analyst, plan

BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), tuple(Analyst), 3, "m")
seconds = st.floats(0.001, 10_000)


def test_without_past_runs_the_plan_alone_decides() -> None:
    assert RunTimes().estimate(BRIEF) == PRIOR_SECONDS_PER_STEP * len(plan(BRIEF.analysts, BRIEF.depth))


def test_a_model_is_waited_for_call_by_call_but_for_analysts_who_are_asked_side_by_side() -> None:
    by_model = evolve(BRIEF, provider="openai")
    assert RunTimes().estimate(by_model) == PRIOR_SECONDS_PER_CALL * 12
    assert RunTimes().estimate(evolve(by_model, analysts=(Analyst.NEWS,))) == PRIOR_SECONDS_PER_CALL * 12
    assert RunTimes().estimate(evolve(BRIEF, provider="rules")) == RunTimes().estimate(BRIEF)


@given(st.lists(seconds, min_size=1, max_size=MAX_COUNT))
def test_the_mean_is_the_mean(runs: list[float]) -> None:
    times = RunTimes()
    for each in runs:
        times = times.add(each)
    assert abs(times.mean - sum(runs) / len(runs)) < 1e-6 * max(runs)


@given(seconds)
def test_estimates_approach_what_runs_take(each: float) -> None:
    times = RunTimes()
    for _ in range(200):
        times = times.add(each)
    prior = RunTimes().estimate(BRIEF)
    assert abs(times.estimate(BRIEF) - each) <= abs(prior - each) * 0.02
