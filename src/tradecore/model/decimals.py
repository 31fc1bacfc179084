"""Decimals as text."""

from decimal import Decimal


def plain(value: Decimal) -> str:
    """A quantity or price without exponent and trailing zeros: 1200 for 1.2E+3, 0.5 for 0.500."""
    return f"{value.normalize():f}"
