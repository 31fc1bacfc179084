"""What makes a row of a price table a trading day, and the repair of a row that contradicts itself."""

from datetime import date
from decimal import Decimal

from attrs import evolve, frozen

from tradecore.model.market import Bar

# An open or a close this many times outside the day's range is a mistake in the price, not in the range.
_FAR_OUTSIDE = 2
# A high or a low this many times away from open and close may be a misprint; flash crashes are as far, so it stays.
_FAR_FROM_BODY = 10


@frozen
class PriceRow:
    """One usable row, with prices as they were traded on that day.

    `factor` makes the prices of rows comparable: price times factor is free of splits and dividends. `shares` counts
    what one share of the first row has become by this row through splits alone; volume divided by it is comparable.
    """

    bar: Bar
    factor: Decimal = Decimal(1)
    shares: Decimal = Decimal(1)


@frozen
class Split:
    """`ratio` new shares for each old one from `day` on; below one for a reverse split."""

    day: date
    ratio: Decimal


def repaired(bar: Bar) -> tuple[Bar | None, str | None]:
    """The bar with its open and close inside its range, and a sentence that says what was changed or looks wrong.

    The bar is None where no trading day can be made of it: a price that is not above zero, or one so far outside the
    range that the price must be wrong.
    """
    low, high = bar.low, bar.high
    if 0 < low <= bar.open <= high and low <= bar.close <= high:
        return bar, _far_extreme(bar) if high > low * _FAR_FROM_BODY else None
    for name, price in (("open", bar.open), ("high", high), ("low", low), ("close", bar.close)):
        if price <= 0:
            return None, f"{bar.day}: left out, its {name} is {price}."
    note = None
    if low > high:
        note = f"{bar.day}: low {low} and high {high} were swapped."
        low, high = high, low
        if high > max(bar.open, bar.close) * _FAR_OUTSIDE or low * _FAR_OUTSIDE < min(bar.open, bar.close):
            return None, f"{bar.day}: left out, its low {bar.low} and high {bar.high} are far from its open and close."
    for name, price in (("open", bar.open), ("close", bar.close)):
        if price > high * _FAR_OUTSIDE or price * _FAR_OUTSIDE < low:
            return None, f"{bar.day}: left out, its {name} {price} is far outside its range {low} to {high}."
    widest_low, widest_high = min(low, bar.open, bar.close), max(high, bar.open, bar.close)
    if note is None:
        outside = "close" if low <= bar.open <= high else "open"
        price = bar.close if outside == "close" else bar.open
        note = (
            f"{bar.day}: the {outside} {price} lay outside {low} to {high}; "
            f"the range was widened to {widest_low} to {widest_high}."
        )
    return evolve(bar, low=widest_low, high=widest_high), note


def _far_extreme(bar: Bar) -> str | None:
    """A sentence about a high or a low that is far from both open and close; None where neither is."""
    if bar.high > max(bar.open, bar.close) * _FAR_FROM_BODY:
        return f"{bar.day}: its high {bar.high} is more than {_FAR_FROM_BODY} times its open and close; it was kept."
    if bar.low * _FAR_FROM_BODY < min(bar.open, bar.close):
        return f"{bar.day}: its low {bar.low} is less than a tenth of its open and close; it was kept."
    return None
