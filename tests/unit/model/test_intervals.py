"""Intervals: Wilson's against published figures."""

import pytest

from tradecore.model.intervals import wilson


def test_wilsons_interval_agrees_with_published_figures_and_stays_within_bounds() -> None:
    # Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    for successes, count, low, high in (
        (81, 263, 25.53, 36.62),
        (15, 148, 6.24, 16.05),
        (0, 20, 0, 16.11),
        (1, 29, 0.61, 17.18),
    ):
        interval = wilson(successes, count)
        assert interval
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.006)
        assert interval.estimate == pytest.approx(100 * successes / count)
    assert wilson(0, 0) is None
