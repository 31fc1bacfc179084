"""Quantities, prices and entries that cannot be wrong in kind."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecore.model.errors import Invalid
from tradecore.model.ids import EntryId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset, Costs, Entry, EntryKind, cash, cents, decimal, price, quantity, rounded_price

AT = datetime(2024, 10, 10, tzinfo=UTC)
ANN = UserId("ann")
ACME = Asset(Symbol("ACME"), AssetType.EQUITY)
WRONG = ["0", "-1", "NaN", "sNaN", "Infinity", "-Infinity", "1e12", "1e400", "0.000000001", "1.123456789"]


@pytest.mark.parametrize("text", WRONG)
@pytest.mark.parametrize("check", [quantity, cash])
def test_nothing_but_a_sane_positive_number_is_an_amount(check: object, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(Decimal(text))  # type: ignore[operator]
    assert refused.value.problems[0].message


@pytest.mark.parametrize("text", [*WRONG[:-2], "1e-19"])
def test_a_price_is_positive_and_has_at_most_eighteen_decimals(text: str) -> None:
    with pytest.raises(Invalid):
        price(Decimal(text))


@pytest.mark.parametrize(
    ("exact", "kept"),
    [
        ("0.00000007641234567", "0.0000000764123"),
        ("0.00002941234567", "0.0000294123"),
        ("0.123456789012", "0.12345679"),
        ("875.123456789", "875.12345679"),
    ],
)
def test_the_price_of_a_small_coin_keeps_the_digits_that_count(exact: str, kept: str) -> None:
    assert price(rounded_price(Decimal(exact))) == Decimal(kept)


@pytest.mark.parametrize("text", WRONG)
def test_an_entry_cannot_be_made_of_a_wrong_number(text: str) -> None:
    with pytest.raises(Invalid):
        Entry.deposit(EntryId("e"), ANN, Decimal(text), at=AT)
    with pytest.raises(Invalid):
        Entry.adjustment(EntryId("e"), ANN, ACME, Decimal(text), Decimal(1), at=AT)


@given(st.decimals(min_value="0.00000001", max_value="999999999999.99999999", places=8))
def test_eight_decimals_are_kept(value: Decimal) -> None:
    assert quantity(value) == price(value) == value


def test_money_moves_in_whole_cents() -> None:
    assert cash(Decimal("0.01")) == Decimal("0.01")
    with pytest.raises(Invalid, match="whole cents"):
        cash(Decimal("0.001"))


@pytest.mark.parametrize(
    ("exact", "shown"),
    [("1.005", "1.00"), ("1.015", "1.02"), ("1.0051", "1.01"), ("-1.015", "-1.02"), ("123456789012345678.994", None)],
)
def test_half_a_cent_goes_to_the_even_one(exact: str, shown: str | None) -> None:
    assert cents(Decimal(exact)) == Decimal(shown or "123456789012345678.99")


def test_numbers_are_read_as_people_write_them() -> None:
    assert decimal(" $1,234.50 ", "price") == Decimal("1234.50")
    with pytest.raises(Invalid, match="x is not a number"):
        decimal("x", "price")
    assert decimal("-1,234,567", "price") == Decimal(-1234567)


@pytest.mark.parametrize("text", ["1,5", "0,123", "100,25", "12,34,567", "1,2345", "1.234,56", ",500", "1,", "1,234,5"])
def test_a_comma_that_separates_no_thousands_is_refused_and_not_left_out(text: str) -> None:
    with pytest.raises(Invalid, match=f"{re.escape(text)} is not a number; write it as 1234.5"):
        decimal(text, "quantity")


def test_a_withdrawal_takes_money_and_units_brought_in_take_none() -> None:
    assert Entry.withdrawal(EntryId("e"), ANN, Decimal(5), at=AT).cash == -5
    brought = Entry.adjustment(EntryId("e"), ANN, ACME, Decimal(3), Decimal(10), at=AT)
    assert (brought.kind, brought.cash, brought.quantity, brought.price) == (EntryKind.ADJUSTMENT, 0, 3, 10)


def test_a_fee_is_a_share_of_the_turnover_and_a_fixed_part_in_whole_cents() -> None:
    costs = Costs(fee_percent=Decimal("0.1"), fee_fixed=Decimal("0.35"))
    assert costs.fee(Decimal("1234.56")) == Decimal("1.58")
    assert Costs().fee(Decimal(1000)) == 0
