"""Every market row, opened on the same days, and folders of CSV files made by the test."""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from attrs import frozen

from opening import open_adapter
from tradecore.model.market import AssetType, Symbol
from tradecore.ports.market import Market

HEADER = "date,open,high,low,close,volume\n"


@frozen
class Opened:
    """A market with a symbol that it has, of a type, between two days, and a file behind it that can be cut."""

    market: Market
    symbol: Symbol
    asset_type: AssetType
    first: date
    last: date


def rows_of(first: date, days: int) -> list[str]:
    """Rows of consecutive days, the price rising by one each."""
    return [
        f"{first + timedelta(days=at)},{100 + at},{102 + at},{99 + at},{101 + at},{1000 + at}\n" for at in range(days)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with NVDA (400 days), SPY and BTC-USD."""
    path = tmp_path / "prices"
    path.mkdir()
    for name in ("NVDA", "SPY", "BTC-USD"):
        (path / f"{name}.csv").write_text(HEADER + "".join(rows_of(date(2023, 1, 1), 400)))
    return path


@pytest.fixture
def rows() -> Callable[[date, int], list[str]]:
    """The maker of rows."""
    return rows_of


@pytest.fixture(
    params=[("sample", "AAPL"), ("sample", "NVDA"), ("sample", "BTC-USD"), ("csv", "NVDA"), ("csv", "BTC-USD")]
)
async def opened(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Opened]:
    """Each kind of market that can be chosen, with each kind of series that it has."""
    kind, name = request.param
    spans = {
        ("sample", "AAPL"): (date(2000, 3, 1), date(2013, 3, 1)),
        ("sample", "NVDA"): (date(2012, 1, 3), date(2026, 12, 31)),
        ("sample", "BTC-USD"): (date(2012, 1, 3), date(2026, 12, 31)),
    }
    first, last = spans.get((kind, name), (date(2023, 1, 1), date(2024, 2, 4)))
    asset_type = AssetType.CRYPTO if "-" in name else AssetType.EQUITY
    async with open_adapter("market", f"{kind}:{folder}" if kind == "csv" else kind, data=folder) as market:
        yield Opened(market, Symbol(name), asset_type, first, last)
