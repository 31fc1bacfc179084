"""Decimals as text."""

from decimal import Decimal

import pytest

from tradecore.model.decimals import plain


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.2E+3", "1200"), ("0.500", "0.5"), ("7.64E-8", "0.0000000764"), ("-3.00", "-3"), ("0E+2", "0")],
)
def test_a_decimal_is_shown_without_exponent_and_trailing_zeros(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text
