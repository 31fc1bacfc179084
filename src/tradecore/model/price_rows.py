"""What makes a row of a price table a trading day, and the repair of a row that contradicts itself."""

from datetime import date
from decimal import Decimal

from attrs import evolve, frozen

from tradecore.model.market import Bar

# An open or a close this many times outside the day's range is a mistake in the price, not in the range.
_FAR_OUTSIDE = 2


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
    """The bar with its open and close inside its range, and a sentence that says what was changed.

    The bar is None where no trading day can be made of it: a price that is not above zero, or one so far outside the
    range that the price must be wrong.
    """
    low, high = bar.low, bar.high
    if 0 < low <= bar.open <= high and low <= bar.close <= high:
        return bar, None
    for name, price in (("open", bar.open), ("high", high), ("low", low), ("close", bar.close)):
        if price <= 0:
            return None, f"{bar.day}: left out, its {name} is {price}."
    note = None
    if low > high:
        note = f"{bar.day}: low {low} and high {high} were swapped."
        low, high = high, low
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
