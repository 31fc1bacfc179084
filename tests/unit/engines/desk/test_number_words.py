"""Numbers in words are read where they count something."""

from decimal import Decimal

import pytest

from tradecore.engines.desk.number_words import fractions, in_digits, multiples


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for six sessions", "for 6 sessions"),
        ("twenty-one trading days", "21 trading days"),
        ("Two of four news items", "2 of 4 news items"),
        ("down half a percent", "down 0.5 percent"),
        ("two ATRs, three average true ranges", "2 ATRs, 3 average true ranges"),
        ("one percent", "1 percent"),
        # Articles, names and ordinals count nothing.
        ("one of the reasons", "one of the reasons"),
        ("two sides of the coin", "two sides of the coin"),
        ("one session", "one session"),
    ],
)
def test_number_words_before_a_unit_become_digits(text: str, expected: str) -> None:
    assert in_digits(text) == expected


@pytest.mark.parametrize(
    ("text", "number", "bound"),
    [
        ("It lost more than a third of its value.", "33.3", ">"),
        ("It is a tenth above its average.", "10", ""),
        ("The price fell by nearly half.", "50", ""),
    ],
)
def test_fractions_are_percentages(text: str, number: str, bound: str) -> None:
    (word,) = fractions(text)
    assert (word.number, word.bound) == (Decimal(number), bound)


def test_fractions_of_something_else_are_no_percentages() -> None:
    assert [*fractions("Half of the analysts agree, and a quarter has passed.")] == []


@pytest.mark.parametrize(
    ("text", "number", "bound"),
    [("It more than doubled.", "2", ">"), ("twice the range", "2", ""), ("Volume has halved", "0.5", "")],
)
def test_multiples_are_ratios(text: str, number: str, bound: str) -> None:
    (word,) = multiples(text)
    assert (word.number, word.bound) == (Decimal(number), bound)


@pytest.mark.parametrize("text", ["Think twice.", "He owns the market twice, on the way down too.", "A double top"])
def test_idioms_are_no_multiples(text: str) -> None:
    assert [*multiples(text)] == []
