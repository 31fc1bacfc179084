"""Baselines: what each rule holds on series whose answer is known, and that none of them knows the future."""

from datetime import date, timedelta
from decimal import Decimal
from math import sin

import pytest

from tradecore.engines.baseline_strategies import (
    BASELINES,
    Strategy,
    kdj_with_rsi,
    macd_crossover,
    sma_crossover,
    zero_mean_reversion,
)
from tradecore.model.market import Bar

RISING = [100 + n for n in range(80)]
WAVES = [100 + 20 * sin(n / 8) + n / 10 for n in range(200)]


def bars(closes: list[float]) -> list[Bar]:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(len(closes))]
    return [
        Bar(day, Decimal(str(round(close, 6))), Decimal(str(round(close + 1, 6))), Decimal(str(round(close - 1, 6))),
            Decimal(str(round(close, 6))), None)
        for day, close in zip(days, closes, strict=True)
    ]  # fmt: skip


def test_averages_follow_the_trend_as_soon_as_they_are_defined() -> None:
    assert sma_crossover(bars(RISING)) == [0.0] * 19 + [1.0] * 61
    assert sma_crossover(bars(RISING[::-1])) == [0.0] * 19 + [-1.0] * 61


def test_macd_is_above_its_signal_while_a_rise_gains_speed() -> None:
    targets = macd_crossover(bars([100 + n * n / 50 for n in range(80)]))
    assert targets[:33] == [0.0] * 33
    assert set(targets[40:]) == {1.0}


def test_reversion_buys_a_fall_and_leaves_at_the_average() -> None:
    closes = [100 + n % 2 for n in range(30)] + [90, 92, 97, 103, 99]
    assert zero_mean_reversion(bars(closes))[28:] == [0.0, 0.0, 1.0, 1.0, 1.0, -1.0, 0.0]


def test_kdj_turns_only_on_the_side_that_the_rsi_allows() -> None:
    targets = kdj_with_rsi(bars(WAVES))
    assert {1.0, -1.0} <= set(targets)
    # a rise without a fall never has an RSI below its middle
    assert set(kdj_with_rsi(bars(RISING))) == {0.0}


@pytest.mark.parametrize("rule", BASELINES.values(), ids=BASELINES.keys())
def test_no_rule_knows_the_future(rule: Strategy) -> None:
    whole = rule(bars(WAVES))
    for end in (0, 1, 10, 40, 150):
        assert rule(bars(WAVES)[:end]) == whole[:end]
