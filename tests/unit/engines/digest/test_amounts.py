"""One notation for every way of writing a number."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tradecore.engines.digest.amount_comparison import agree
from tradecore.engines.digest.amounts import read_numbers


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (
            "$1.5B|1.5 billion dollars|1,500 million|us$1.5bn|$1.5-billion|1500000000 dollars|"
            "usd 1.5 billion|$1,500,000,000",
            "1500000000 usd",
        ),
        ("$230M|230 million|$230 million|230m dollars|two hundred thirty million dollars", "230000000 usd"),
        ("ten|10", "10 n"),
        ("0.25%|25 basis points|25bps|25-basis-point|0.25 percent|0.25 percentage points|twenty-five bps", "25 bp"),
        ("half a billion dollars|$500M|500 million", "500000000 usd"),
        ("1,200 btc|1200 bitcoin|1.2k btc", "1200 bitcoin"),
        ("24-hour|24h|24 hours|1 day", "24 hour"),
        ("q3|third quarter|third-quarter", "3 q"),
        ("march 28|28 march|mar 28|2026-03-28|march 28th", "03-28 day"),
        ("v1.2.3|version 1.2.3", "1.2.3 version"),
        ("€5m|5 million euros", "5000000 eur"),
        ("2026", "2026 year"),
        ("2,026", "2026 n"),
        ("eip-4844", "4844 eip"),
        ("2nd|second", "2 nth"),
    ],
)
def test_notations_of_one_number_are_read_alike(written: str, number: str) -> None:
    for each in written.split("|"):
        assert read_numbers(each.lower())[0] == {number}, each


def test_coins_called_after_a_dollar_are_no_amounts() -> None:
    assert read_numbers("usd1 stablecoin and usd0, usd1's rate") == (
        frozenset(),
        frozenset(),
        ["usdone", "stablecoin", "and", "usdzero", "usdone", "rate"],
    )
    assert read_numbers("usd1.5 billion, usd1m, usd 1, usd100")[0] == {
        "1500000000 usd",
        "1000000 usd",
        "1 usd",
        "100 usd",
    }


def test_the_ends_of_a_range_share_unit_and_scale() -> None:
    assert read_numbers("5-10%")[0] == {"500 bp", "1000 bp"}
    assert read_numbers("$1 to 2 billion")[0] == {"1000000000 usd", "2000000000 usd"}


def test_pronouns_are_no_numbers_and_signs_are_directions() -> None:
    assert read_numbers("one of them")[0] == frozenset()
    assert read_numbers("btc -5% today")[1] == {"move:down"}
    assert read_numbers("btc +5% today")[1] == {"move:up"}


NUMERIC = st.characters(categories=["Nd", "Nl", "No"])


@given(st.text(st.one_of(st.sampled_from("0123456789.,$€%kmb -–+abcdefgh()/:"), NUMERIC), max_size=60))
@example("𑁒")
@example("$𑁒 billion")
@example("usd ²")
@example("jan ౧౨")
def test_any_text_can_be_read(text: str) -> None:
    for number in read_numbers(text)[0]:
        value, unit = number.split(" ", 1)
        assert value
        assert unit
        assert agree(number, number)


@pytest.mark.parametrize("written", ["$١٢ billion", "$१२ billion", "$12 billion"])
def test_digits_of_all_scripts_are_read_alike(written: str) -> None:
    assert read_numbers(written)[0] == {"12000000000 usd"}
