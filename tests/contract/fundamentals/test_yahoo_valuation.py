"""Valuation over prices in Yahoo's format: what was traded, times the shares of the newest filing, across a split."""

import time
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tradecore.engines.desk.collect import Sources, collect
from tradecore.engines.desk.lookahead import check_lookahead
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.market import AssetType, Bar, Symbol
from tradecore.model.price_rows import Split
from tradecore.model.steps import Analyst
from tradecore_adapters.fundamentals.files import FundamentalsFolder
from tradecore_adapters.market.yahoo import open_yahoo
from tradecore_adapters.vendors.client import VendorLimits
from vendors.server import VendorServer
from vendors.yahoo import SATURDAY, Instrument, Yahoo

FOLDER = Path(__file__).parents[2] / "data/sec"
SPLIT = Split(date(2024, 6, 10), Decimal(10))


def traded() -> list[Bar]:
    """Four years of 1,200 before the split of NVIDIA and of 120 from it on, up to the day before SATURDAY."""
    days = (date(2021, 1, 4) + timedelta(days=n) for n in range((SATURDAY.date() - date(2021, 1, 4)).days))
    bars = []
    for day in days:
        if day.weekday() < 5:
            price = Decimal(1200 if day < SPLIT.day else 120)
            bars.append(Bar(day, price, price + 1, price - 1, price, Decimal(1000)))
    return bars


@pytest.fixture
async def sources(tmp_path: Path) -> AsyncIterator[Sources]:
    yahoo = Yahoo({name: Instrument(traded(), [SPLIT]) for name in ("NVDA", "SPY")}, SATURDAY)
    unhurried = VendorLimits(per_second=1000.0, burst=1000)
    async with (
        VendorServer(yahoo).serving() as server,
        open_yahoo(tmp_path, lambda: SATURDAY, time.monotonic, server.base, limits=unhurried) as market,
    ):
        yield Sources(market, fundamentals=FundamentalsFolder(FOLDER))


def brief(day: date) -> AnalysisBrief:
    return AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, day, (Analyst.FUNDAMENTALS,), 1, "rules")


@pytest.mark.parametrize(
    ("day", "shares"),
    [
        (date(2024, 6, 7), "2.460 bn shares (filed 2024-05-29) at 1,200.00"),
        # Split, and not yet reported: the shares of the report count tenfold.
        (date(2024, 8, 27), "24.600 bn shares (filed 2024-05-29) at 120.00"),
        (date(2024, 8, 29), "24.530 bn shares (filed 2024-08-28) at 120.00"),
    ],
)
async def test_the_market_value_is_the_same_on_both_sides_of_a_split(sources: Sources, day: date, shares: str) -> None:
    statements = {item.measure: item.statement for item in (await collect(sources, brief(day))).evidence}
    assert shares in statements["fund.value"]
    value = "2,943.6" if day == date(2024, 8, 29) else "2,952.0"
    assert statements["fund.value"].startswith(f"The market value is {value} bn USD")


async def test_past_multiples_are_on_the_same_basis(sources: Sources) -> None:
    found = {item.measure: item.value for item in (await collect(sources, brief(date(2024, 10, 10)))).evidence}
    # At one price the multiple falls with earnings alone; ten times as many shares would show.
    assert found["fund.pe"] == Decimal("55.5")
    assert found["fund.pe.past"] == -82


async def test_no_later_split_or_filing_enters(sources: Sources) -> None:
    for day in (date(2024, 6, 7), date(2024, 8, 27)):
        assert (await check_lookahead(sources, brief(day))).passed
