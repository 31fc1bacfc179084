"""Prices in terminals: four significant digits at least, and never an exponent."""

from decimal import Decimal

import pytest

from tradecore_app.price_text import price_text


@pytest.mark.parametrize(
    ("price", "text"),
    [
        ("1234.5", "1,234.50"),
        ("100", "100.00"),
        ("63123.456", "63,123.46"),
        ("9.1254", "9.125"),
        ("9.1", "9.10"),
        ("0.5", "0.50"),
        ("0.00123456", "0.001235"),
        ("0.0000000764", "0.0000000764"),
        ("7.64E-8", "0.0000000764"),
        ("0.0000000764123", "0.00000007641"),
        ("1E+3", "1,000.00"),
    ],
)
def test_a_price_keeps_four_significant_digits(price: str, text: str) -> None:
    assert price_text(Decimal(price)) == text
