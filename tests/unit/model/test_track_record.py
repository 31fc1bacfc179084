"""The track record: horizons, and confidence held against success."""

import pytest

from tradecore.model.errors import Invalid
from tradecore.model.market import AssetType
from tradecore.model.track_record import BUCKETS, MIN_SAMPLE, Bucket, Calibration, Horizon, Tally


def test_a_week_has_five_sessions_or_seven_days() -> None:
    assert (Horizon().days(AssetType.EQUITY), Horizon().days(AssetType.CRYPTO)) == (5, 7)
    assert (Horizon(4).days(AssetType.EQUITY), Horizon(4).days(AssetType.CRYPTO)) == (20, 28)
    assert Horizon(2).periods_per_year == 26


@pytest.mark.parametrize("weeks", [0, -1, 53])
def test_a_horizon_is_a_week_to_a_year(weeks: int) -> None:
    with pytest.raises(Invalid):
        Horizon(weeks)


def test_too_few_decisions_have_no_ratios() -> None:
    few = Tally(total=9, confidence=63, scored=MIN_SAMPLE - 1, wins=4, returns=8.0, squares=20.0)
    assert (few.average_confidence, few.win_rate, few.average_return, few.sharpe_ratio) == (7, None, None, None)
    assert Tally().average_confidence is None


def bucket(low: int, *decisions: tuple[float, float, float | None]) -> Bucket:
    """From confidence, return and benchmark of each decision."""
    return Bucket(
        low=low,
        scored=len(decisions),
        wins=sum(returned > 0 for _, returned, _ in decisions),
        confidence=sum(confidence for confidence, _, _ in decisions),
        squares=sum((confidence / 10 - (returned > 0)) ** 2 for confidence, returned, _ in decisions),
        returns=sum(returned for _, returned, _ in decisions),
        benchmarked=sum(market is not None for _, _, market in decisions),
        benchmark=sum(market or 0 for _, _, market in decisions),
    )


def test_a_bucket_says_how_often_its_confidence_was_right() -> None:
    full = bucket(6, (6, 1, 2), (6, 2, 2), (6.5, -1, None), (6.5, 3, 2), (7, -2, 2), (6, 0, 2))
    assert full.average_confidence == pytest.approx(38 / 6)
    assert full.hit_rate == pytest.approx(50)
    assert full.average_return == pytest.approx(0.5)
    assert full.average_benchmark == pytest.approx(2)
    assert full.brier == pytest.approx((0.16 + 0.16 + 0.4225 + 0.1225 + 0.49 + 0.36) / 6)


def test_a_bucket_with_too_few_says_nothing_but_how_many() -> None:
    few = bucket(6, (6, 1, 2), (7, 2, 2))
    assert (few.scored, few.average_confidence) == (2, 6.5)
    assert (few.hit_rate, few.average_return, few.average_benchmark, few.brier) == (None, None, None, None)
    assert Bucket(3).average_confidence is None


def test_all_buckets_together_are_held_against_the_overall_hit_rate() -> None:
    found = Calibration(
        (bucket(2, (2, -1, None), (2, -1, None), (2, 1, None)), bucket(8, (8, 1, 1), (8, 1, 1), (8, -1, 1)))
    )
    assert (found.whole.scored, found.whole.wins, found.whole.hit_rate) == (6, 3, 50)
    assert found.whole.brier == pytest.approx((0.04 + 0.04 + 0.64 + 0.04 + 0.04 + 0.64) / 6)
    assert found.reference == pytest.approx(0.25)
    assert found.whole.average_benchmark is None
    assert Calibration(tuple(Bucket(low) for low in range(BUCKETS))).reference is None
