"""Valuation is shown with its filing, or left out with its reason."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from company_facts import day
from tradecore.engines.desk.evidence_builder import EvidenceDraft
from tradecore.engines.desk.valuation_features import valuation_evidence
from tradecore.model.fundamentals import CompanyFacts
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Symbol
from tradecore.model.price_rows import Split
from tradecore_adapters.fundamentals.files import FundamentalsFolder
from tradecore_adapters.market.csv import CsvMarket

FOLDER = Path(__file__).parents[3] / "data/sec"
SHARED = Path(__file__).parents[4].parent / "shared/data"


def bars(price: str, last: str = "2024-10-10", days: int = 1800, **fields: bool) -> Bars:
    """One price on every day."""
    value, end = Decimal(price), day(last)
    rows = tuple(Bar(end - timedelta(days=back), value, value, value, value, None) for back in reversed(range(days)))
    return Bars(Symbol("NVDA"), PriceSource("prices of the test", **fields), rows)


async def filed(symbol: str, as_of: str) -> CompanyFacts:
    return await FundamentalsFolder(FOLDER).facts(Symbol(symbol), AssetType.EQUITY, day(as_of))


async def drafts(
    symbol: str, as_of: str, prices: Bars | None, splits: Sequence[Split] = ()
) -> dict[str, EvidenceDraft]:
    found = valuation_evidence(await filed(symbol, as_of), day(as_of), prices, splits)
    return {draft.measure: draft for draft in found}


async def test_the_market_value_is_shares_of_the_cover_times_the_close() -> None:
    found = await drafts("NVDA", "2024-10-10", bars("134.81"))
    assert found["fund.value"].statement == (
        "The market value is 3,306.9 bn USD: 24.530 bn shares (filed 2024-08-28) at 134.81 on 2024-10-10."
    )
    assert found["fund.pe"].statement == (
        "P/E is 62.4, over net income of 53.008 bn USD in the four quarters to 2024-07-28 (10-Q filed 2024-08-28)."
    )


async def test_a_price_from_after_an_unknown_split_gives_no_multiples() -> None:
    found = await drafts("NVDA", "2024-08-27", bars("128.30", "2024-08-27"))
    assert list(found) == ["fund.unpriced"]
    assert "split" in found["fund.unpriced"].statement


async def test_a_split_that_the_market_knows_is_applied_to_the_shares_filed_before_it() -> None:
    splits = [Split(date(2024, 6, 10), Decimal(10)), Split(date(2021, 7, 20), Decimal(4))]
    found = await drafts("NVDA", "2024-08-27", bars("128.30", "2024-08-27"), splits)
    assert "24.600 bn shares (filed 2024-05-29) at 128.30" in found["fund.value"].statement


async def test_generated_prices_and_other_currencies_are_not_set_against_real_figures() -> None:
    euros = evolve(bars("134.81"), currency="EUR")
    for prices in (None, euros, bars("134.81", synthetic=True)):
        assert list(await drafts("NVDA", "2024-10-10", prices)) == ["fund.unpriced"]


async def test_a_loss_maker_is_valued_by_its_revenue_only() -> None:
    prices = evolve(bars("160"), symbol=Symbol("SNOW"))
    found = await drafts("SNOW", "2024-10-10", prices)
    assert "fund.pe" not in found
    assert "fund.yield" not in found
    assert found["fund.ps"].value == Decimal("16.7")


async def test_a_later_report_changes_no_multiple_of_before() -> None:
    facts, prices = await filed("NVDA", "2024-11-29"), bars("134.81")
    known = facts.known_by(date(2024, 10, 10))
    assert list(valuation_evidence(known, date(2024, 10, 10), prices)) == list(
        valuation_evidence(await filed("NVDA", "2024-10-10"), date(2024, 10, 10), prices)
    )


@pytest.mark.skipif(not SHARED.is_dir(), reason="prices of real days are not part of the repository")
async def test_nvidia_on_its_real_prices_against_its_own_past() -> None:
    prices = await CsvMarket(SHARED / "market").bars(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), 1300)
    facts = await FundamentalsFolder(SHARED / "sec").facts(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10))
    found = {draft.measure: draft for draft in valuation_evidence(facts, date(2024, 10, 10), prices)}
    assert {measure: draft.value for measure, draft in found.items()} == {
        "fund.value": Decimal("3305.6"),
        "fund.pe": Decimal("62.4"),
        "fund.pe.past": Decimal("-8.2"),
        "fund.ps": Decimal("34.3"),
        "fund.ps.past": Decimal("39.4"),
        "fund.ev.ebit": Decimal("55.0"),
        "fund.ev.ebit.past": Decimal("-15.3"),
        "fund.yield": Decimal("1.6"),
        "fund.fcf.yield": Decimal("1.4"),
    }
