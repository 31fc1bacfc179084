"""Traps in real filings of Apple, NVIDIA and Snowflake. The numbers are those of their reports."""

from datetime import date
from pathlib import Path

import pytest

from tradecore.engines.desk.fundamental_features import fundamental_evidence
from tradecore.model.market import AssetType, Symbol
from tradecore_adapters.fundamentals.files import FundamentalsFolder

FOLDER = Path(__file__).parents[3].parent / "shared/data/sec"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="whole documents of the SEC are not in the repository")

REVENUE, QUARTER, SHARES = "fund.growth.revenue", "fund.growth.quarter", "fund.dilution"
CASES = [
    # Restated figures count from the day of the restatement: a 10-K/A of 2010-01-25 defers less revenue of 2009.
    ("AAPL", "2010-01-22", REVENUE, "to 2009-09-26 was 36.537 bn USD, 12.5% more than in the four before (10-K filed"),
    ("AAPL", "2010-02-01", "fund.margin.net", "to 2009-12-26 was 9.358 bn USD, 20.0% of revenue"),
    ("AAPL", "2010-02-01", QUARTER, "to 2009-12-26 was 15.683 bn USD, 32.0% more than in the same quarter of the year"),
    # Quarterly reports by one tag, annual ones by another.
    ("NVDA", "2020-09-15", REVENUE, "to 2020-07-26 was 13.065 bn USD"),
    ("NVDA", "2019-03-01", REVENUE, "to 2019-01-27 was 11.716 bn USD, 20.6% more than in the four before (10-K filed"),
    # Another tag since the accounting rules of 2018.
    ("AAPL", "2018-03-01", REVENUE, "to 2017-12-30 was 239.176 bn USD"),
    ("AAPL", "2018-11-10", REVENUE, "to 2018-09-29 was 265.595 bn USD, 15.9% more"),
    ("AAPL", "2019-02-10", QUARTER, "to 2018-12-29 was 84.310 bn USD, 4.5% less"),
    # Fourth quarters are in no filing.
    ("AAPL", "2023-11-10", QUARTER, "to 2023-09-30 was 89.498 bn USD, 0.7% less"),
    ("NVDA", "2024-03-01", QUARTER, "to 2024-01-28 was 22.103 bn USD, 265.3% more"),
    ("AAPL", "2012-11-10", QUARTER, "to 2012-09-29 was 35.966 bn USD, 27.2% more"),
    # A quarter of 14 weeks, in a fiscal year that ends in September.
    ("AAPL", "2023-02-15", QUARTER, "to 2022-12-31 was 117.154 bn USD, 5.5% less"),
    # Filed before the open on 2 August, and after the close on 20 November.
    ("AAPL", "2024-08-01", "fund.age", "for the period to 2024-03-30, 124 days ago"),
    ("AAPL", "2024-08-02", "fund.age", "for the period to 2024-06-29, 34 days ago"),
    ("NVDA", "2024-11-20", "fund.age", "for the period to 2024-07-28, 115 days ago"),
    ("NVDA", "2024-11-21", "fund.age", "for the period to 2024-10-27, 25 days ago"),
    # Shares before and after splits of 7, 4 and 10 for one are no dilution.
    ("AAPL", "2014-07-30", SHARES, "6.052 bn, 6.5% less than a year before"),
    ("AAPL", "2020-09-15", SHARES, "4.355 bn, 5.4% less than a year before"),
    ("AAPL", "2020-11-05", SHARES, "17.528 bn, 5.7% less than a year before"),
    ("NVDA", "2021-09-01", SHARES, "2.532 bn, 1.1% more than a year before"),
    ("NVDA", "2024-09-15", SHARES, "24.848 bn, 0.6% less than a year before"),
    # The year in which a company was listed.
    (
        "SNOW",
        "2022-05-01",
        "fund.shares",
        "112.0% more than a year before (10-K filed 2022-03-30); a change of this size",
    ),
    # Cash flows are filed for the year to date.
    ("AAPL", "2024-10-10", "fund.fcf.margin", "to 2024-06-29 was 104.339 bn USD, 27.1% of revenue"),
    ("AAPL", "2024-11-05", "fund.fcf.margin", "to 2024-09-28 was 108.807 bn USD, 27.8% of revenue"),
    # Debt in three tags, cash and securities in two.
    ("AAPL", "2024-11-05", "fund.leverage", "was 41.458 bn USD on 2024-09-28, 0.35 times the operating cash flow"),
    ("NVDA", "2023-03-01", "fund.margin.operating", "to 2023-01-29 was 4.224 bn USD, 15.7% of revenue, after 37.3%"),
    (
        "SNOW",
        "2024-10-10",
        "fund.loss",
        "There is no P/E: the four quarters to 2024-07-31 ended in a net loss of 1.017 bn",
    ),
    # Against what the company's own past lets expect.
    ("NVDA", "2019-03-01", "fund.surprise", "was 567.0 million USD, where the same quarter of the year before and"),
    ("NVDA", "2024-10-10", "fund.surprise", "a surprise of +1.0 standard deviations of that change (10-Q filed"),
]


@pytest.fixture(scope="module")
def folder() -> FundamentalsFolder:
    return FundamentalsFolder(FOLDER)


@pytest.mark.parametrize(("symbol", "as_of", "measure", "expected"), CASES)
async def test_the_figures_of_a_day_are_those_that_were_known(
    folder: FundamentalsFolder, symbol: str, as_of: str, measure: str, expected: str
) -> None:
    day = date.fromisoformat(as_of)
    company = await folder.facts(Symbol(symbol), AssetType.EQUITY, day)
    statements = {draft.measure: draft.statement for draft in fundamental_evidence(company, day)}
    assert expected in statements[measure]


@pytest.mark.parametrize("as_of", ["2010-04-30", "2010-07-08"])
async def test_a_year_that_was_restated_without_its_quarters_is_not_added_up(
    folder: FundamentalsFolder, as_of: str
) -> None:
    # Apple restated 2009 in a 10-K/A. With the first nine months as they were before, four quarters made 53.757 bn.
    day = date.fromisoformat(as_of)
    company = await folder.facts(Symbol("AAPL"), AssetType.EQUITY, day)
    statements = {draft.measure: draft.statement for draft in fundamental_evidence(company, day)}
    assert "to 2010-03-27 was 13.499 bn USD" in statements[QUARTER]
    assert "53.757" not in " ".join(statements.values())
