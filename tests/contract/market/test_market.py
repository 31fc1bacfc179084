"""The contract of markets over every row that is installed."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from opening import open_adapter
from tradecore.model.market import AssetType, Symbol
from tradecore.testing import MarketCase, MarketSuite
from tradecore_app.registry import rows
from vendors.yahoo import SATURDAY

# Series of our own rows. A row without an entry is opened as `row:`, and its first symbol is tried in 2024.
SERIES = {
    "sample": [
        ("AAPL", date(2000, 3, 1), date(2013, 3, 1)),
        ("NVDA", date(2012, 1, 3), date(2026, 12, 31)),
        ("BTC-USD", date(2012, 1, 3), date(2026, 12, 31)),
    ],
    # The local vendors of the fixture `bases` have these.
    "yahoo": [("NVDA", date(2024, 1, 1), date(2026, 11, 27)), ("BTC-USD", date(2024, 1, 1), date(2026, 11, 27))],
    "ccxt": [("BTC/USD", date(2024, 1, 1), date(2026, 11, 27))],
    "alpaca": [("NVDA", date(2024, 1, 1), date(2026, 11, 27))],
    "csv": [(name, date(2023, 1, 1), date(2024, 2, 4)) for name in ("NVDA", "BTC-USD")],
}
CASES = [(row, series) for row in rows("market") for series in SERIES.get(row, [None])]


class TestMarkets(MarketSuite):
    @pytest.fixture(params=CASES, ids=lambda case: f"{case[0]} {case[1][0] if case[1] else ''}")
    async def market_case(
        self, request: pytest.FixtureRequest, folder: Path, bases: Mapping[str, str]
    ) -> AsyncIterator[MarketCase]:
        row, series = request.param
        setting = {"csv": f"csv:{folder}", **bases}.get(row, f"{row}:")
        keys = {"alpaca_key": "key", "alpaca_secret": "secret"}
        clock = {"now": lambda: SATURDAY}
        async with open_adapter("market", setting, data=folder.parent, context=clock, **keys) as market:
            name, first, last = series or ((await market.symbols())[0], date(2024, 1, 2), date(2024, 12, 30))
            kind = AssetType.CRYPTO if re.search("[-/]", name) else AssetType.EQUITY
            yield MarketCase(market, Symbol(name), kind, first, last)


@pytest.mark.parametrize("row", ["sample", "csv"])
async def test_our_benchmarks_are_spy_and_bitcoin(row: str, folder: Path) -> None:
    async with open_adapter("market", f"csv:{folder}" if row == "csv" else "sample:", data=folder) as market:
        assert await market.benchmark(AssetType.EQUITY) == "SPY"
        assert await market.benchmark(AssetType.CRYPTO) == "BTC-USD"
