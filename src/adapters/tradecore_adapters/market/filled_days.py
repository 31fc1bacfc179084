"""Rows of weekends, on which an exchange was closed, that programs fill with the row before."""

from collections.abc import Sequence
from datetime import date

from tradecore.model.market import Bar

_SATURDAY = 5


def filled_days(bars: Sequence[Bar]) -> dict[date, str]:
    """A sentence for each of the bars, oldest first, that fills a day of a weekend, by its day.

    Such a row has the prices and the volume of the last session, or its close and no volume. A session that was held on
    a Saturday has prices of its own.
    """
    filled: dict[date, str] = {}
    last: Bar | None = None
    for bar in bars:
        if last is not None and bar.day.weekday() >= _SATURDAY and _copies(bar, last):
            filled[bar.day] = f"{bar.day}: left out, it repeats {last.day} on a weekend."
        else:
            last = bar
    return filled


def _copies(bar: Bar, last: Bar) -> bool:
    prices = (bar.open, bar.high, bar.low, bar.close)
    if prices == (last.open, last.high, last.low, last.close) and bar.volume == last.volume:
        return True
    return not bar.volume and set(prices) == {last.close}
