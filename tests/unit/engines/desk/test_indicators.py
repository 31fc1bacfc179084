"""Indicators agree with TA-Lib and empyrical, and say nothing where a series is too short."""

import math
import random
from collections.abc import Sequence
from types import ModuleType

import numpy as np
import pytest
import talib

from tradecore.engines.desk import indicators

SEEDS = range(6)


def series(seed: int, days: int = 300) -> tuple[list[float], list[float], list[float], list[float]]:
    """Highs, lows, closes and volumes of a seeded walk."""
    chance = random.Random(seed)
    closes, highs, lows, volumes = [], [], [], []
    price = chance.choice([0.02, 35.0, 61_000.0])
    for _ in range(days):
        before, price = price, price * (1 + chance.gauss(0.0004, 0.025))
        high, low = max(before, price) * (1 + chance.random() / 50), min(before, price) * (1 - chance.random() / 50)
        closes.append(price)
        highs.append(high)
        lows.append(low)
        volumes.append(float(chance.randrange(10**6)))
    return highs, lows, closes, volumes


def settled(values: Sequence[float] | np.ndarray) -> list[float]:
    """The values of an oracle from where it has any."""
    return [float(value) for value in values if not math.isnan(value)]


def same(ours: Sequence[float], theirs: Sequence[float], *, scale: float = 0.0) -> None:
    assert len(ours) == len(theirs)
    assert ours == pytest.approx(theirs, rel=1e-9, abs=scale * 1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_averages_agree_with_ta_lib(seed: int) -> None:
    closes = series(seed)[2]
    for period in (3, 20, 50, 200):
        same(
            [indicators.mean(closes[end - period : end]) for end in range(period, len(closes) + 1)],
            settled(talib.SMA(np.array(closes), period)),
        )
        same(indicators.ema(closes, period), settled(talib.EMA(np.array(closes), period)))


@pytest.mark.parametrize("seed", SEEDS)
def test_rsi_agrees_with_ta_lib(seed: int) -> None:
    closes = series(seed)[2]
    same(indicators.rsi(closes), settled(talib.RSI(np.array(closes), 14)))


@pytest.mark.parametrize("seed", SEEDS)
def test_macd_agrees_with_ta_lib(seed: int) -> None:
    closes = series(seed)[2]
    ours = indicators.macd(closes)
    for at, theirs in enumerate(talib.MACD(np.array(closes))):
        # A difference of near equals has no relative precision of its own: that of the prices counts.
        same([one[at] for one in ours], settled(theirs), scale=closes[0])


@pytest.mark.parametrize("seed", SEEDS)
def test_true_ranges_agree_with_ta_lib(seed: int) -> None:
    highs, lows, closes, _ = series(seed)
    arrays = [np.array(values) for values in (highs, lows, closes)]
    same(indicators.true_ranges(highs, lows, closes), settled(talib.TRANGE(*arrays)))
    same(indicators.atr(highs, lows, closes), settled(talib.ATR(*arrays, 14)))


@pytest.mark.parametrize("seed", SEEDS)
def test_bollinger_bands_agree_with_ta_lib(seed: int) -> None:
    closes = series(seed)[2]
    upper, middle, lower = (settled(band) for band in talib.BBANDS(np.array(closes), 20, 2.0, 2.0))
    ours = indicators.bollinger(closes)
    same([band.lower for band in ours], lower)
    same([band.middle for band in ours], middle)
    same([band.upper for band in ours], upper)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("per_year", [252, 365])
def test_volatility_beta_and_drawdown_agree_with_empyrical(empyrical: ModuleType, seed: int, per_year: int) -> None:
    closes, market = series(seed)[2], series(seed + 100)[2]
    moves, others = indicators.returns(closes), indicators.returns(market)
    theirs = empyrical.annual_volatility(np.array(moves), annualization=per_year)
    assert indicators.volatility(moves, per_year) == pytest.approx(float(theirs), rel=1e-9)
    slope = empyrical.beta(np.array(moves), np.array(others))
    assert indicators.beta(moves, others) == pytest.approx(float(slope), rel=1e-9)
    deepest = empyrical.max_drawdown(np.array(moves))
    assert indicators.max_drawdown(closes) == pytest.approx(float(deepest), rel=1e-9)
    total = empyrical.cum_returns_final(np.array(moves[-21:]))
    assert indicators.change(closes, 21) == pytest.approx(float(total), rel=1e-9)


def test_short_series_have_no_indicators() -> None:
    closes = [1.0, 2.0, 3.0]
    assert indicators.ema(closes, 4) == indicators.rsi(closes) == []
    assert indicators.macd(closes) == indicators.bollinger(closes) == indicators.atr(closes, closes, closes) == []
    assert indicators.change(closes, 3) is None
    assert indicators.volatility([0.1], 252) is None
    assert indicators.up_volume(closes, closes, 3) is None


def test_each_indicator_begins_on_the_first_day_it_can() -> None:
    closes = series(1)[2]
    assert len(indicators.rsi(closes[:15])) == 1
    assert len(indicators.macd(closes[:34])) == 1
    assert len(indicators.macd(closes[:33])) == 0
    assert len(indicators.atr(closes[:15], closes[:15], closes[:15])) == 1


def test_a_price_that_never_moves_is_neutral() -> None:
    still = [5.0] * 60
    assert set(indicators.rsi(still)) == {50.0}
    assert indicators.volatility(indicators.returns(still), 252) == 0
    assert indicators.max_drawdown(still) == 0
    assert indicators.beta([0.01, 0.02], [0.0, 0.0]) is None


def test_beta_needs_returns_of_the_same_days() -> None:
    assert indicators.beta([0.01, 0.02, 0.03], [0.01, 0.02]) is None


def test_drawdown_is_measured_from_the_highest_close() -> None:
    assert indicators.drawdown([80.0, 100.0, 75.0]) == pytest.approx(-0.25)
    assert indicators.drawdown([80.0, 100.0]) == 0


def test_turnover_is_the_mean_of_price_times_volume() -> None:
    assert indicators.turnover([1.0, 10.0, 20.0], [9.0, 3.0, 2.0], 2) == 35.0


def test_volume_of_rising_days_is_a_share_and_unchanged_days_count_half() -> None:
    assert indicators.up_volume([1.0, 2.0, 1.0, 1.0], [99.0, 6.0, 2.0, 4.0], 3) == pytest.approx(8 / 12)
    assert indicators.up_volume([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], 2) is None


def test_swings_are_the_extremes_of_their_surroundings() -> None:
    lows = [5.0, 4.0, 3.0, 4.0, 5.0, 6.0, 2.0, 7.0, 8.0]
    assert indicators.swing_lows(lows, 2) == [2, 6]
    assert indicators.swing_highs([-low for low in lows], 2) == [2, 6]
    assert indicators.swing_lows(lows, 5) == []


def test_sums_are_exact_whatever_the_interpreter_does_about_adding_floats() -> None:
    assert indicators.mean([0.1] * 10) == 0.1
    assert indicators.mean([1e16, 1.0, -1e16]) == 1 / 3
