"""The contract of `tradecore.ports.fx`: subclass `ExchangeRatesSuite` and give a source of rates."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tradecore.ports.fx import ExchangeRates

_THURSDAY = date(2024, 10, 10)


class ExchangeRatesSuite:
    """What every source of exchange rates promises. Give `exchange_rates`, with dollars and yen in October 2024."""

    @pytest.fixture
    def exchange_rates(self) -> ExchangeRates:
        """The source."""
        raise NotImplementedError("Override the fixture exchange_rates; it returns ExchangeRates.")

    async def test_rates_of_two_directions_are_inverse(self, exchange_rates: ExchangeRates) -> None:
        rates = await exchange_rates.rates(_THURSDAY, _THURSDAY)
        assert rates.source
        for base, quote in (("EUR", "USD"), ("USD", "JPY"), ("JPY", "EUR")):
            there, back = rates.rate(base, quote, _THURSDAY), rates.rate(quote, base, _THURSDAY)
            assert there is not None
            assert back is not None
            assert abs(there * back - 1) < Decimal("1e-12")
        assert rates.rate("USD", "USD", _THURSDAY) == 1

    async def test_a_weekend_has_the_rates_of_the_friday_before(self, exchange_rates: ExchangeRates) -> None:
        friday, sunday = _THURSDAY + timedelta(days=1), _THURSDAY + timedelta(days=3)
        rates = await exchange_rates.rates(sunday, sunday)
        assert rates.rate("EUR", "USD", sunday) == rates.rate("EUR", "USD", friday) is not None

    async def test_a_published_rate_does_not_change(self, exchange_rates: ExchangeRates) -> None:
        narrow = await exchange_rates.rates(_THURSDAY, _THURSDAY)
        wide = await exchange_rates.rates(_THURSDAY - timedelta(days=2), _THURSDAY + timedelta(days=4))
        assert narrow.rate("EUR", "USD", _THURSDAY) == wide.rate("EUR", "USD", _THURSDAY)

    async def test_an_unknown_currency_has_no_rate(self, exchange_rates: ExchangeRates) -> None:
        rates = await exchange_rates.rates(_THURSDAY, _THURSDAY)
        assert rates.rate("XXX", "USD", _THURSDAY) is None
        assert rates.rate("USD", "XXX", _THURSDAY) is None

    async def test_a_day_long_before_all_tables_has_no_rate(self, exchange_rates: ExchangeRates) -> None:
        day = date(1950, 1, 1)
        assert (await exchange_rates.rates(day, day)).rate("EUR", "USD", day) is None
