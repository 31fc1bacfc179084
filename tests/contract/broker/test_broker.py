"""The contract of brokers over every row that is installed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from opening import open_adapter
from tradecore.ports.broker import Broker
from tradecore.testing import BrokerSuite, PriceTable
from tradecore_adapters.store.sqlite import SqliteStore
from tradecore_app.registry import rows
from trading_floor import FakeAlpaca, FakeMarket


class TestBrokers(BrokerSuite):
    @pytest.fixture(params=sorted(rows("broker")))
    async def broker(self, request: pytest.FixtureRequest, tmp_path: Path, prices: PriceTable) -> AsyncIterator[Broker]:
        secrets = {"alpaca_key": "k", "alpaca_secret": "s"}
        async with FakeAlpaca(FakeMarket(prices.prices)).serving() as venue, SqliteStore(None) as store:
            setting = f"alpaca:{venue.url}" if request.param == "alpaca" else f"{request.param}:"
            async with open_adapter("broker", setting, store=store, market=prices, data=tmp_path, **secrets) as broker:
                yield broker
