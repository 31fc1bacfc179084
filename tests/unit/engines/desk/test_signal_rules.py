"""Rules point from -1 to +1, whatever the value."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.desk.measures import MEASURES
from tradecore.engines.desk.signal_rules import Scale, bearish_above, bearish_below, linear, trend

SCALE = Scale(volatility=Decimal(30), headlines=3)


@pytest.mark.parametrize("name", sorted(name for name, measure in MEASURES.items() if measure.rule))
@given(
    value=st.decimals(-10_000, 10_000, places=2),
    volatility=st.decimals(5, 500, places=1),
    headlines=st.integers(0, 100),
)
def test_a_direction_lies_between_minus_and_plus_one(
    name: str, value: Decimal, volatility: Decimal, headlines: int
) -> None:
    rule = MEASURES[name].rule_for(value)
    assert rule is not None
    assert -1 <= rule.direction(value, Scale(volatility, headlines)) <= 1


def test_a_trend_is_full_at_so_many_deviations_of_its_days() -> None:
    # 252 days have the volatility of a year.
    rule = trend(252, "1.5")
    assert [rule(Decimal(value), SCALE) for value in ("45", "-45", "90", "22.5")] == [1, -1, 1, Decimal("0.5")]


def test_a_linear_rule_is_neutral_at_its_centre_and_full_at_its_reach() -> None:
    rule = linear("50", "20")
    assert [rule(Decimal(value), SCALE) for value in (50, 70, 30, 60, 95)] == [0, 1, -1, Decimal("0.5"), 1]


def test_risk_rules_are_bearish_or_silent() -> None:
    above, below = bearish_above("40", "100"), bearish_below("5", "-0.8")
    assert [above(Decimal(value), SCALE) for value in (0, 40, 70, 100, 500)] == [0, 0, Decimal("-0.5"), -1, -1]
    assert [below(Decimal(value), SCALE) for value in ("4.9", "5", "100")] == [Decimal("-0.8"), 0, 0]


def test_news_weigh_more_with_every_headline() -> None:
    weights = [Scale(Decimal(30), headlines).sample_weight for headlines in (0, 1, 3, 100)]
    assert weights == sorted(weights)
    assert (weights[0], weights[1], weights[2]) == (0, Decimal("0.25"), Decimal("0.5"))
