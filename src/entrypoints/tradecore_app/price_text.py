"""Prices in terminals and reports."""

from decimal import Decimal

_SIGNIFICANT, _DECIMALS = 4, 2


def price_text(price: Decimal) -> str:
    """A price above 0 with at least two decimals and four significant digits: 1,234.50, 9.125 or 0.0000000764."""
    places = max(_DECIMALS, _SIGNIFICANT - 1 - price.adjusted())
    whole, _, decimals = f"{price:,.{places}f}".partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<{_DECIMALS}}"
