"""Indicators and statistics: pure functions over series of floats, oldest first.

They use only +, -, *, /, square roots and exact sums (`math.fsum`), which every machine rounds in the same way, so a
series gives the same bits everywhere. A function returns an empty list, or None, where the series is too short.
"""

import itertools
from collections.abc import Sequence
from math import fsum, sqrt
from typing import NamedTuple


class Macd(NamedTuple):
    """Moving average convergence/divergence on one day, in the unit of the prices: `histogram` is line - signal."""

    line: float
    signal: float
    histogram: float


class Band(NamedTuple):
    """Bollinger band on one day, in the unit of the prices."""

    lower: float
    middle: float
    upper: float


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean of at least one value. Raises ZeroDivisionError for none."""
    return fsum(values) / len(values)


def ema(values: Sequence[float], period: int) -> list[float]:
    """Exponential moving averages, which start from the simple average of the first `period` values."""
    if len(values) < period:
        return []
    weight = 2.0 / (period + 1)
    averages = [mean(values[:period])]
    for value in values[period:]:
        averages.append(averages[-1] + weight * (value - averages[-1]))
    return averages


def wilder(values: Sequence[float], period: int) -> list[float]:
    """Wilder's smoothing (weight 1/period), which starts from the simple average of the first `period` values."""
    if len(values) < period:
        return []
    averages = [mean(values[:period])]
    for value in values[period:]:
        averages.append((averages[-1] * (period - 1) + value) / period)
    return averages


def rsi(closes: Sequence[float], period: int = 14) -> list[float]:
    """Wilder's relative strength index, 0..100; the first is that of close `period`. It is 50 without any movement."""
    steps = [after - before for before, after in itertools.pairwise(closes)]
    gains = wilder([max(step, 0.0) for step in steps], period)
    losses = wilder([max(-step, 0.0) for step in steps], period)
    return [100.0 * gain / (gain + loss) if gain + loss > 0 else 50.0 for gain, loss in zip(gains, losses, strict=True)]


def macd(closes: Sequence[float], fast: int = 12, slow: int = 26, signal: int = 9) -> list[Macd]:
    """MACD from close `slow + signal - 2` on. Both averages start on the same day, as in TA-Lib."""
    long = ema(closes, slow)
    short = ema(closes[slow - fast :], fast) if long else []
    lines = [a - b for a, b in zip(short, long, strict=True)]
    signals = ema(lines, signal)
    return [Macd(line, average, line - average) for line, average in zip(lines[signal - 1 :], signals, strict=False)]


def true_ranges(highs: Sequence[float], lows: Sequence[float], closes: Sequence[float]) -> list[float]:
    """True ranges in the unit of the prices, from the second day on."""
    return [
        max(high, before) - min(low, before) for high, low, before in zip(highs[1:], lows[1:], closes[:-1], strict=True)
    ]


def atr(highs: Sequence[float], lows: Sequence[float], closes: Sequence[float], period: int = 14) -> list[float]:
    """Wilder's average true range in the unit of the prices; the first is that of day `period`."""
    return wilder(true_ranges(highs, lows, closes), period)


def bollinger(closes: Sequence[float], period: int = 20, width: float = 2.0) -> list[Band]:
    """Bollinger bands from close `period - 1` on: moving average and `width` population deviations to each side."""
    bands = []
    for end in range(period, len(closes) + 1):
        window = closes[end - period : end]
        middle = mean(window)
        reach = width * sqrt(fsum((value - middle) ** 2 for value in window) / period)
        bands.append(Band(middle - reach, middle, middle + reach))
    return bands


def returns(closes: Sequence[float]) -> list[float]:
    """Simple returns from each close to the next, as fractions: one less than there are closes."""
    return [after / before - 1.0 for before, after in itertools.pairwise(closes)]


def change(closes: Sequence[float], days: int) -> float | None:
    """The simple return over the last `days` days, as a fraction; None where there are not more closes than that."""
    return closes[-1] / closes[-1 - days] - 1.0 if len(closes) > days else None


def volatility(moves: Sequence[float], per_year: int) -> float | None:
    """Annualised sample deviation of daily returns, as a fraction, for a year of `per_year` trading days."""
    if len(moves) < 2:
        return None
    centre = mean(moves)
    return sqrt(fsum((move - centre) ** 2 for move in moves) / (len(moves) - 1)) * sqrt(per_year)


def beta(moves: Sequence[float], market: Sequence[float]) -> float | None:
    """The slope of returns on those of the market on the same days; None where the market did not move."""
    if len(moves) < 2 or len(moves) != len(market):
        return None
    centre, middle = mean(moves), mean(market)
    spread = fsum((move - middle) ** 2 for move in market)
    if spread <= 0:
        return None
    return fsum((a - centre) * (b - middle) for a, b in zip(moves, market, strict=True)) / spread


def max_drawdown(closes: Sequence[float]) -> float:
    """The deepest fall from an earlier high close, as a negative fraction; 0 where no close is below the one before."""
    peak, deepest = closes[0], 0.0
    for close in closes:
        peak = max(peak, close)
        deepest = min(deepest, close / peak - 1.0)
    return deepest


def drawdown(closes: Sequence[float]) -> float:
    """The distance of the last close from the highest one, as a negative fraction or 0."""
    return closes[-1] / max(closes) - 1.0


def turnover(closes: Sequence[float], volumes: Sequence[float], period: int = 20) -> float:
    """The mean value traded a day in the quote currency, over the last `period` days or as many as there are."""
    return mean([close * volume for close, volume in zip(closes[-period:], volumes[-period:], strict=True)])


def up_volume(closes: Sequence[float], volumes: Sequence[float], period: int = 20) -> float | None:
    """The share of the volume of the last `period` days that traded on rising days, 0..1; unchanged days count half."""
    if len(closes) <= period:
        return None
    shares = []
    for before, after, volume in zip(closes[-period - 1 : -1], closes[-period:], volumes[-period:], strict=True):
        shares.append(volume if after > before else volume / 2 if after == before else 0.0)
    total = fsum(volumes[-period:])
    return fsum(shares) / total if total > 0 else None


def swing_lows(lows: Sequence[float], reach: int = 5) -> list[int]:
    """The days, counted from 0, whose low is the lowest of the `reach` days on both sides."""
    return [day for day in range(reach, len(lows) - reach) if lows[day] == min(lows[day - reach : day + reach + 1])]


def swing_highs(highs: Sequence[float], reach: int = 5) -> list[int]:
    """The days, counted from 0, whose high is the highest of the `reach` days on both sides."""
    return swing_lows([-high for high in highs], reach)
