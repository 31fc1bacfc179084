"""A position is valued over a folder of CSV files before and after a split, with and without knowledge of it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tradecore.model.ids import UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset, Costs
from tradecore.model.position_import import ImportedPosition
from tradecore.model.users import Caller
from tradecore.model.valuation import Portfolio
from tradecore.ports.store import Store
from tradecore.use_cases.portfolio import GetPortfolio, ImportPositions
from tradecore.use_cases.settle import SettleOrder
from tradecore_adapters.broker.paper import PaperBroker
from tradecore_adapters.market.csv import CsvMarket
from tradecore_adapters.store.sqlite import SqliteStore

ANN, CASH = Caller(UserId("ann")), Decimal(1000)
FIRST, SPLIT = date(2024, 5, 1), date(2024, 6, 10)


def write_prices(folder: Path, last: date, *, adjusted: bool) -> None:
    """Closes of 1,200 before the split and 120 from it on, or 120 throughout, as after an adjustment."""
    rows = ["date,open,high,low,close,volume\n"]
    for day in (FIRST + timedelta(days=n) for n in range((last - FIRST).days + 1)):
        if day.weekday() < 5:
            price = 1200 if day < SPLIT and not adjusted else 120
            rows.append(f"{day},{price},{price + 1},{price - 1},{price},1000\n")
    (folder / "NVDA.csv").write_text("".join(rows))


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    async with SqliteStore(None) as made:
        yield made


async def portfolio(store: Store, folder: Path, day: date) -> Portfolio:
    now = datetime(day.year, day.month, day.day, 22, tzinfo=UTC)
    market = CsvMarket(folder)
    settle = SettleOrder(store, PaperBroker(store, market, lambda: now, Costs()), lambda: now)
    return await GetPortfolio(store, market, lambda: now, CASH, timedelta(days=7), settle)(by=ANN)


async def hold(store: Store) -> None:
    bought = datetime(2024, 6, 3, 15, tzinfo=UTC)
    asset = Asset(Symbol("NVDA"), AssetType.EQUITY)
    position = ImportedPosition(asset, Decimal(4), Decimal(1000))
    await ImportPositions(store, lambda: bought, CASH)([position], by=ANN)


@pytest.mark.parametrize("adjusted", [False, True], ids=["as traded", "adjusted by a later download"])
async def test_a_position_keeps_its_value_where_the_folder_knows_the_split(
    store: Store, tmp_path: Path, adjusted: bool
) -> None:
    await hold(store)
    write_prices(tmp_path, date(2024, 6, 7), adjusted=False)
    before = await portfolio(store, tmp_path, date(2024, 6, 7))
    write_prices(tmp_path, date(2024, 6, 12), adjusted=adjusted)
    (tmp_path / "NVDA.splits.csv").write_text(f"date,ratio\n{SPLIT},10\n")
    after = await portfolio(store, tmp_path, date(2024, 6, 12))
    assert before.total_value == after.total_value == CASH + 4800
    assert after.holdings[0].position.quantity == 40
    assert (after.performance.daily, after.performance.weekly) == (0, 0)
    assert (await portfolio(store, tmp_path, date(2024, 6, 12))).book == after.book


async def test_a_split_that_the_folder_does_not_know_is_no_loss(store: Store, tmp_path: Path) -> None:
    await hold(store)
    write_prices(tmp_path, date(2024, 6, 12), adjusted=False)
    found = await portfolio(store, tmp_path, date(2024, 6, 12))
    assert [held.position.quantity for held in found.unpriced] == [4]
    assert found.total_return == 0
