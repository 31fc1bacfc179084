"""Series features: closes and oscillators over time as compact rows, and the distances to the bands."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from tradecore.engines.desk import indicators
from tradecore.engines.desk.evidence_builder import EvidenceDraft, PriceSeries
from tradecore.engines.desk.wording import format_days, format_number, rounded, tick
from tradecore.model.market import Bars

SERIES = "series."
"""The beginning of the names of measures whose statements list numbers over time."""
SERIES_SPANS = (*(f"{weeks} week" for weeks in range(1, 9)), "1 month", "2 month")
"""How long ago the values of a series may be said to be."""
_CLOSES = 40
# Values of an oscillator: one a week, the newest first.
_POINTS, _STEP = 8, 5


def series_evidence(bars: Bars) -> Iterator[EvidenceDraft]:
    """Rows that spare a reader the arithmetic, as far as the length of the series allows; `bars` holds at least one.

    The closes of 40 days, RSI and MACD of eight weeks, and the distances of the close to its Bollinger band.
    """
    series = PriceSeries.of(bars)
    closes = series.closes
    if len(closes) > 1:
        listed = [tick(close) for close in closes[-_CLOSES:]]
        yield _listed(series, "closes", f"The closes of {format_days(len(listed))}, oldest first", listed)
    strengths = indicators.rsi(closes)
    if len(strengths) > _STEP:
        yield _listed(series, "rsi", f"RSI(14) {_WEEKLY}", [rounded(value, 1) for value in _weekly(strengths)])
    crosses = indicators.macd(closes)
    if len(crosses) > _STEP:
        shares = [
            100.0 * cross.histogram / close for cross, close in zip(crosses, closes[-len(crosses) :], strict=True)
        ]
        statement = f"MACD less its signal line in percent of the price {_WEEKLY}"
        yield _listed(series, "macd", statement, [rounded(value, 2) for value in _weekly(shares)])
    yield from _band(series)


_WEEKLY = f"every {_STEP} trading days, the newest first"


def _weekly(values: Sequence[float]) -> Sequence[float]:
    return values[::-_STEP][:_POINTS]


def _listed(series: PriceSeries, name: str, title: str, values: Sequence[Decimal]) -> EvidenceDraft:
    # Without thousands separators, which would be read as further entries.
    return series.draft(f"{SERIES}{name}", f"{title}: {', '.join(f'{value:f}' for value in values)}.", values[-1])


def _band(series: PriceSeries) -> Iterator[EvidenceDraft]:
    bands = indicators.bollinger(series.closes[-20:])
    if not bands or bands[-1].upper <= bands[-1].lower:
        return
    close = series.closes[-1]
    upper, lower = rounded(100.0 * (bands[-1].upper / close - 1), 1), rounded(100.0 * (bands[-1].lower / close - 1), 1)
    statement = f"The upper Bollinger band lies {_beside(upper)} the close, the lower one {_beside(lower)} it."
    yield series.draft("bollinger.distance", statement, upper)


def _beside(distance: Decimal) -> str:
    return f"{format_number(abs(distance))}% {'above' if distance >= 0 else 'below'}"
