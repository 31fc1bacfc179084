"""A row that contradicts itself is repaired or left out, with a sentence."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.market import Bar
from tradecore.model.price_rows import repaired

DAY = date(2024, 1, 2)
PRICES = st.decimals("-2", "1000", places=2)


def bar(*prices: object) -> Bar:
    return Bar(DAY, *(Decimal(str(price)) for price in prices), Decimal(5))


def test_a_consistent_row_stays_as_it_is() -> None:
    assert repaired(bar(10, 12, 9, 11)) == (bar(10, 12, 9, 11), None)


@pytest.mark.parametrize(
    ("given", "expected", "words"),
    [
        (bar(13, 12, 9, 11), bar(13, 13, 9, 11), "the open 13 lay outside 9 to 12; the range was widened to 9 to 13"),
        (bar(10, 12, 9, 8), bar(10, 12, 8, 8), "the close 8 lay outside 9 to 12; the range was widened to 8 to 12"),
        (bar(10, 9, 12, 11), bar(10, 12, 9, 11), "low 12 and high 9 were swapped"),
        (bar(0, 12, 9, 11), None, "left out, its open is 0"),
        (bar(10, 12, 9, -5), None, "left out, its close is -5"),
        (bar(10, 12, 900, 11), None, "left out, its low 900 and high 12 are far from its open and close"),
        (bar(10, "0.9", 12, 11), None, "left out, its low 12 and high 0.9 are far from its open and close"),
        (bar(10, 1200, 9, 11), bar(10, 1200, 9, 11), "its high 1200 is more than 10 times its open and close"),
        (bar(10, 12, "0.9", 11), bar(10, 12, "0.9", 11), "its low 0.9 is less than a tenth of its open and close"),
        (bar(10, 12, 9, "0.11"), None, "left out, its close 0.11 is far outside its range 9 to 12"),
    ],
)
def test_a_row_is_repaired_left_out_or_told(given: Bar, expected: Bar | None, words: str) -> None:
    result, note = repaired(given)
    assert result == expected
    assert note is not None
    assert note.startswith("2024-01-02: ")
    assert words in note


def test_a_day_on_which_a_price_collapses_is_no_misprint() -> None:
    assert repaired(bar("1.1", "1.1", "0.0015", "0.005"))[1] is None


@given(PRICES, PRICES, PRICES, PRICES)
def test_what_comes_out_is_consistent_and_a_change_is_always_said(
    opened: Decimal, high: Decimal, low: Decimal, close: Decimal
) -> None:
    written = bar(opened, high, low, close)
    result, note = repaired(written)
    assert note is not None or result == written
    if result is not None:
        assert 0 < result.low <= min(result.open, result.close)
        assert max(result.open, result.close) <= result.high
        assert (result.open, result.close) == (opened, close)
