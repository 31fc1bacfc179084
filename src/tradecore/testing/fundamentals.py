"""The contract of `tradecore.ports.fundamentals`: subclass `FundamentalsSuite` and give its case."""

from datetime import date, timedelta

import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradecore.model.errors import Invalid
from tradecore.model.fundamentals import CompanyFacts
from tradecore.model.market import AssetType, Symbol
from tradecore.ports.fundamentals import Fundamentals

# A source may be slow, and one example says as much in every subclass.
_MANY = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)


@frozen
class FundamentalsCase:
    """A source of figures, and one company of it: a day on which it had filed reports, and a day a year or more later.

    Before `first` less twenty years the company had filed nothing.
    """

    fundamentals: Fundamentals
    symbol: Symbol
    first: date
    last: date

    async def facts(self, day: date) -> CompanyFacts:
        """The figures of the company as of a day."""
        return await self.fundamentals.facts(self.symbol, AssetType.EQUITY, day)


class FundamentalsSuite:
    """What every source of company figures promises. Give `fundamentals_case`."""

    @pytest.fixture
    def fundamentals_case(self) -> FundamentalsCase:
        """The source and a company of it."""
        raise NotImplementedError("Override the fixture fundamentals_case; it returns a FundamentalsCase.")

    @_MANY
    @given(chance=st.data())
    async def test_nothing_is_known_before_it_was_filed(
        self, fundamentals_case: FundamentalsCase, chance: st.DataObject
    ) -> None:
        day = chance.draw(st.dates(fundamentals_case.first, fundamentals_case.last))
        company = await fundamentals_case.facts(day)
        assert company.symbol == fundamentals_case.symbol
        assert company.facts
        for fact in company.facts:
            assert fact.end <= fact.filed <= fact.known_on <= day
            assert fact.start is None or fact.start < fact.end
            assert fact.accession
            assert fact.form
        assert [fact.filed for fact in company.facts] == sorted(fact.filed for fact in company.facts)
        filed = [filing.filed for filing in company.filings]
        assert filed == sorted(filed, reverse=True)
        assert all(filing.known_on <= day for filing in company.filings)

    @_MANY
    @given(chance=st.data())
    async def test_later_filings_do_not_change_what_was_known_before(
        self, fundamentals_case: FundamentalsCase, chance: st.DataObject
    ) -> None:
        day = chance.draw(st.dates(fundamentals_case.first, fundamentals_case.last - timedelta(days=1)))
        ahead = chance.draw(st.integers(1, (fundamentals_case.last - day).days))
        before = await fundamentals_case.facts(day)
        later = await fundamentals_case.facts(day + timedelta(days=ahead))
        assert await fundamentals_case.facts(day) == before
        assert later.known_by(day) == before

    async def test_reports_become_known_over_time(self, fundamentals_case: FundamentalsCase) -> None:
        first, last = [await fundamentals_case.facts(day) for day in (fundamentals_case.first, fundamentals_case.last)]
        assert {fact.accession for fact in first.facts} < {fact.accession for fact in last.facts}

    async def test_a_symbol_without_filings_is_refused(self, fundamentals_case: FundamentalsCase) -> None:
        source = fundamentals_case.fundamentals
        assert source.name
        for name, kind in (("ZZZZ", AssetType.EQUITY), ("BTC-USD", AssetType.CRYPTO), ("SAP.DE", AssetType.EQUITY)):
            with pytest.raises(Invalid, match=name) as refusal:
                await source.facts(Symbol(name), kind, fundamentals_case.last)
            assert refusal.value.problems[0].field == "symbol"

    async def test_a_crypto_pair_is_never_a_company_of_that_name(self, fundamentals_case: FundamentalsCase) -> None:
        with pytest.raises(Invalid, match="crypto"):
            await fundamentals_case.fundamentals.facts(
                fundamentals_case.symbol, AssetType.CRYPTO, fundamentals_case.last
            )

    async def test_a_day_before_the_first_report_is_refused(self, fundamentals_case: FundamentalsCase) -> None:
        with pytest.raises(Invalid, match="filed no") as refusal:
            await fundamentals_case.facts(fundamentals_case.first - timedelta(days=365 * 20))
        assert refusal.value.problems[0].field == "as_of"
