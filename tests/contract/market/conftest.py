"""Folders of CSV files made by the test."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from vendors.alpaca import AlpacaData, Share
from vendors.exchanges import Exchanges
from vendors.server import VendorServer
from vendors.yahoo import SATURDAY, Instrument, Walk, Yahoo

HEADER = "date,open,high,low,close,volume\n"


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


@pytest.fixture
def yahoo() -> Yahoo:
    """Yahoo on a Saturday, with NVDA and SPY from 2024 on, BTC-USD and BRK-B."""
    first, friday = date(2024, 1, 1), date(2026, 11, 27)
    shares = {name: Instrument(Walk(first, friday).bars(), name=f"{name} Inc") for name in ("NVDA", "SPY", "BRK-B")}
    coin = Instrument(
        Walk(first, date(2026, 11, 28), every_day=True).bars(), kind="CRYPTOCURRENCY", zone="UTC", name="Bitcoin USD"
    )
    return Yahoo({**shares, "BTC-USD": coin}, SATURDAY)


@pytest.fixture
async def yahoo_server(yahoo: Yahoo) -> AsyncIterator[VendorServer]:
    """The server of `yahoo`."""
    async with VendorServer(yahoo).serving() as serving:
        yield serving


@pytest.fixture
def exchanges() -> Exchanges:
    """Crypto exchanges on the same day, with bitcoin since 2024."""
    return Exchanges(Walk(date(2024, 1, 1), date(2026, 11, 28), every_day=True).bars(), SATURDAY)


@pytest.fixture
async def exchange_server(exchanges: Exchanges) -> AsyncIterator[VendorServer]:
    """The server of `exchanges`."""
    async with VendorServer(exchanges).serving() as serving:
        yield serving


@pytest.fixture
def alpaca() -> AlpacaData:
    """Alpaca on the same day, with the same shares as Yahoo."""
    bars = Walk(date(2024, 1, 1), date(2026, 11, 27)).bars()
    return AlpacaData({name: Share(bars, name=f"{name} Inc") for name in ("NVDA", "SPY", "BRK.B")}, SATURDAY)


@pytest.fixture
async def alpaca_server(alpaca: AlpacaData) -> AsyncIterator[VendorServer]:
    """The server of `alpaca`; its key is `key` and the secret `secret`."""
    async with VendorServer(alpaca).serving() as serving:
        yield serving


@pytest.fixture
def bases(yahoo_server: VendorServer, exchange_server: VendorServer, alpaca_server: VendorServer) -> Mapping[str, str]:
    """The settings of rows that need a server, with the local one in the place of the vendor."""
    return {
        "yahoo": f"yahoo:{yahoo_server.base}",
        "ccxt": f"ccxt:coinbase@{exchange_server.base}",
        "alpaca": f"alpaca:{alpaca_server.base}",
    }
