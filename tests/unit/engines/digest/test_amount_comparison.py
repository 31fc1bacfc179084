"""Amounts compared: roundings, and figures that few events share."""

from hypothesis import given
from hypothesis import strategies as st

from tradecore.engines.digest.amount_comparison import agree, is_precise, rounds


def test_a_figure_rounds_another_only_with_two_digits_or_more() -> None:
    assert rounds("1500000000 usd", "1460000000 usd")
    assert rounds("1400000000 usd", "1460000000 usd")
    assert not rounds("1300000000 usd", "1460000000 usd")
    assert not rounds("1460000000 usd", "1500000000 usd")
    assert not rounds("200000000 usd", "230000000 usd")
    assert not rounds("2000 year", "2024 year")
    assert agree("1460000000 usd", "1500000000 usd")
    assert not agree("210000000 usd", "220000000 usd")


def test_four_digits_make_a_figure_that_few_events_share() -> None:
    assert is_precise("13627 bitcoin")
    assert not is_precise("13600 bitcoin")
    assert not is_precise("1250000000 usd")
    assert not is_precise("2026 year")
    assert not is_precise("bitcoin")


@given(st.integers(1, 10**15), st.integers(1, 10**15))
def test_agreement_is_mutual_and_everything_agrees_with_itself(a: int, b: int) -> None:
    assert agree(f"{a} usd", f"{b} usd") == agree(f"{b} usd", f"{a} usd")
    assert agree(f"{a} usd", f"{a} usd")


# Every kind of numeric character: decimal digits of all scripts, other digits, fractions and letters with a value.
