"""Rates are those of the day or of the working day before."""

from datetime import date
from decimal import Decimal

from tradecore.model.exchange_rates import ReferenceRates

DAY = date(2024, 10, 10)
RATES = ReferenceRates("the test", {DAY: {"USD": Decimal("1.25"), "GBP": Decimal("0.5")}})


def test_two_currencies_are_compared_by_their_rates_to_the_euro() -> None:
    assert RATES.rate("GBP", "USD", DAY) == Decimal("2.5")
    assert RATES.rate("USD", "EUR", DAY) == Decimal("0.8")


def test_a_rate_is_never_from_a_later_day_nor_older_than_ten() -> None:
    assert RATES.rate("EUR", "USD", date(2024, 10, 9)) is None
    assert RATES.rate("EUR", "USD", date(2024, 10, 20)) == Decimal("1.25")
    assert RATES.rate("EUR", "USD", date(2024, 10, 21)) is None
