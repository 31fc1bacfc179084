"""Estimates: a prior until something was measured, then what was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.estimates import MAX_COUNT, RunTimes, long_run_notice

seconds = st.floats(0.001, 10_000)


@given(seconds)
def test_without_past_runs_the_prior_alone_decides(prior: float) -> None:
    assert RunTimes().estimate(prior) == prior


@given(st.lists(seconds, min_size=1, max_size=MAX_COUNT))
def test_the_mean_is_the_mean(runs: list[float]) -> None:
    times = RunTimes()
    for run in runs:
        times = times.add(run)
    assert abs(times.mean - sum(runs) / len(runs)) < 1e-6 * max(runs)


@given(seconds, seconds)
def test_estimates_approach_what_runs_take(run: float, prior: float) -> None:
    times = RunTimes()
    for _ in range(200):
        times = times.add(run)
    assert abs(times.estimate(prior) - run) <= abs(prior - run) * 0.02 + 1e-9 * run


@pytest.mark.parametrize(("seconds", "minutes"), [(300.1, 6), (360, 6), (361, 7), (3600, 60)])
def test_only_more_than_five_minutes_are_announced(seconds: float, minutes: int) -> None:
    expected = f"This analysis is expected to take about {minutes} minutes, longer than most."
    assert long_run_notice(seconds) == expected
    assert long_run_notice(300) == ""
