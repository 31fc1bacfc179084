"""Numbers are written as traders read them, and found again in what was written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.desk import wording
from tradecore.model.evidence import EvidenceId


@pytest.mark.parametrize(
    ("price", "written"),
    [(62_345.125, "62,345.12"), (875.2, "875.20"), (4.56789, "4.5679"), (0.5, "0.5000"), (0.0123, "0.012300")],
)
def test_a_price_is_quoted_in_decimals_that_suit_its_size(price: float, written: str) -> None:
    assert wording.format_number(wording.tick(price)) == written


def test_zero_has_no_sign() -> None:
    assert wording.format_signed(wording.rounded(-0.0001, 2)) == "0.00"
    assert wording.format_signed(Decimal("1.5")) == "+1.5"
    assert wording.format_signed(Decimal("-1234.5")) == "-1,234.5"


def test_numbers_are_found_without_citations_and_dates() -> None:
    text = "On 2024-10-10 RSI(14) was 61.3, up 4% to 62,345.10 [E3, E41]; -0.5 is not 2.0x."
    assert wording.numbers_in(text) == tuple(map(Decimal, ("14", "61.3", "4", "62345.10", "0.5", "2.0")))
    assert wording.dates_in(text) == ("2024-10-10",)
    assert wording.citations(text) == ("E3", "E41")


def test_a_number_at_the_end_of_a_sentence_keeps_its_decimals_only() -> None:
    assert wording.numbers_in("It closed at 134.76. It rose.") == (Decimal("134.76"),)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("up .95 or ...95", ["95", "95"]),
        ("v1.2.3", ["1.2", "3"]),
        ("1,2345", ["1", "2345"]),
        ("1234,567", ["1234", "567"]),
        ("٣٥ and ４２", ["35", "42"]),
        ("E12 and x9", ["12", "9"]),
    ],
)
def test_no_digit_is_outside_all_numbers(text: str, found: list[str]) -> None:
    assert wording.numbers_in(text) == tuple(map(Decimal, found))


@pytest.mark.parametrize(
    ("model", "name"),
    [("openai:gpt-4o-mini", "openai:gpt-4o-mini"), ("a:`b`*[c](d)<e>", "a:bcde"), ("x" * 999, "x" * 100)],
)
def test_the_name_of_a_model_is_shown_without_markup(model: str, name: str) -> None:
    assert wording.model_label(model) == name


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_every_number_that_is_written_is_found_again(value: Decimal) -> None:
    assert wording.numbers_in(f"a price of {wording.format_number(value)}, then") == (value,)


def test_days_are_counted_in_words() -> None:
    assert (wording.format_days(1), wording.format_days(2)) == ("1 trading day", "2 trading days")


def test_parts_are_joined_as_in_speech() -> None:
    assert wording.join_words(["a"]) == "a"
    assert wording.join_words(["a", "b", "c"]) == "a, b and c"
    assert wording.citation((EvidenceId("E1"), EvidenceId("E2"))) == "[E1, E2]"
