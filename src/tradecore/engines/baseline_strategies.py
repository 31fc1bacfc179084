"""Baseline strategies: the target positions, -1, 0 or 1 a day, of well-known rules on daily bars.

A target is decided at the close of its day and traded at the next open. Days on which an indicator is not defined yet
have the target 0.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import fsum

from tradecore.engines.desk.indicators import macd, mean, rsi
from tradecore.model.equity_curves import CurveKind
from tradecore.model.market import Bar

# The target position at the close of each bar.
Strategy = Callable[[Sequence[Bar]], list[float]]

SHORT, LONG = 5, 20
KDJ_DAYS, RSI_DAYS, RSI_MIDDLE = 9, 14, 50.0
REVERSION_DAYS, REVERSION_ENTRY = 20, 1.0
# Bars before the first day that all indicators are defined with, and Wilder's and exponential averages have settled.
WARM_UP = 120


def sma_crossover(bars: Sequence[Bar]) -> list[float]:
    """1 while the 5-day average of closes is above the 20-day average, -1 while it is below."""
    closes = _closes(bars)
    targets = [0.0] * len(bars)
    for end in range(LONG, len(bars) + 1):
        targets[end - 1] = _sign(mean(closes[end - SHORT : end]) - mean(closes[end - LONG : end]))
    return targets


def macd_crossover(bars: Sequence[Bar]) -> list[float]:
    """1 while MACD (12, 26) is above its signal line (9), -1 while it is below."""
    signs = [_sign(day.histogram) for day in macd(_closes(bars))]
    return [0.0] * (len(bars) - len(signs)) + signs


def kdj_with_rsi(bars: Sequence[Bar]) -> list[float]:
    """1 from a day on which K (9, 3, 3) crosses above D with RSI (14) below 50, -1 from the opposite, else the same."""
    strength = rsi(_closes(bars), RSI_DAYS)
    strengths = [RSI_MIDDLE] * (len(bars) - len(strength)) + strength
    gaps = _kdj_gaps(bars)
    targets, position = [0.0], 0.0
    for (before, after), value in zip(pairwise(gaps), strengths[1:], strict=True):
        if before <= 0 < after and value < RSI_MIDDLE:
            position = 1.0
        elif before >= 0 > after and value > RSI_MIDDLE:
            position = -1.0
        targets.append(position)
    return targets[: len(bars)]


def zero_mean_reversion(bars: Sequence[Bar]) -> list[float]:
    """1 from a close more than one deviation below the 20-day average, -1 from one above, 0 once it is crossed."""
    closes = _closes(bars)
    targets, position = [0.0] * len(bars), 0.0
    for end in range(REVERSION_DAYS, len(bars) + 1):
        window = closes[end - REVERSION_DAYS : end]
        middle = mean(window)
        deviation = (fsum((close - middle) ** 2 for close in window) / REVERSION_DAYS) ** 0.5
        distance = (closes[end - 1] - middle) / deviation if deviation else 0.0
        if abs(distance) > REVERSION_ENTRY:
            position = -_sign(distance)
        elif position * distance >= 0:
            position = 0.0
        targets[end - 1] = position
    return targets


BASELINES: Mapping[CurveKind, Strategy] = {
    CurveKind.SMA: sma_crossover,
    CurveKind.MACD: macd_crossover,
    CurveKind.KDJ_RSI: kdj_with_rsi,
    CurveKind.REVERSION: zero_mean_reversion,
}


def _kdj_gaps(bars: Sequence[Bar]) -> list[float]:
    """K - D of each day. Both start at 50 and move a third of the way, K to the place of the close, D to K."""
    gaps, k, d = [], 50.0, 50.0
    for end in range(1, len(bars) + 1):
        window = bars[max(0, end - KDJ_DAYS) : end]
        high, low = float(max(bar.high for bar in window)), float(min(bar.low for bar in window))
        place = 100 * (float(window[-1].close) - low) / (high - low) if high > low else 50.0
        k += (place - k) / 3
        d += (k - d) / 3
        gaps.append(k - d)
    return gaps


def _closes(bars: Sequence[Bar]) -> list[float]:
    return [float(bar.close) for bar in bars]


def _sign(value: float) -> float:
    return float((value > 0) - (value < 0))
