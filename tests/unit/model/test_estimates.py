"""Estimates: a prior until something was measured, then what was measured."""

from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.estimates import MAX_COUNT, RunTimes

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
