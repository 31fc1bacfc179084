"""The number words are read whole, and a mistake in them is named."""

import re
from decimal import Decimal
from importlib.resources import files

import pytest

from tradecore.engines.digest.number_words import number_words, parse_number_words

DOCUMENT = files("tradecore.engines.digest").joinpath("amounts.toml").read_text("utf-8")


def test_words_lead_to_units_scales_and_values() -> None:
    known = number_words()
    assert (known.signs["₿"], known.currencies["yen"]) == ("bitcoin", "jpy")
    assert (known.scales["bn"], known.units["pct"]) == (Decimal(10**9), ("bp", Decimal(100)))
    assert known.paired_units["basis", "points"] == ("bp", Decimal(1))
    assert (known.small["nineteen"], known.tens["ninety"], known.ordinals["tenth"]) == (19, 90, 10)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (r"^1e9 = ", "many = ", "the factor of scales.many"),
        (r"^1e9 = ", "-1 = ", "the factor of scales.-1"),
        (r'^"1 x" = ', "x = ", "units.x needs a factor and a unit"),
        (r'^"1 x" = ', '"nan x" = ', "the factor of units.nan x"),
        (r'"yen", "jpy"', '"yen", "won"', "currencies lists 'won' twice"),
        (r'"yen", "jpy"', '"Yen"', "currencies.jpy lists 'Yen'"),
        (r'"yen", "jpy"', "7", "currencies.jpy needs a list"),
        (r"^tens = ", "decades = ", "decades, tens"),
    ],
)
def test_a_mistake_in_the_file_is_named(before: str, after: str, named: str) -> None:
    broken, count = re.subn(before, after, DOCUMENT, flags=re.MULTILINE)
    assert count == 1
    with pytest.raises(ValueError, match=re.escape(named)):
        parse_number_words(broken)
