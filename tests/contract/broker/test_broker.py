"""What every broker promises, asked of each."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from opening import open_adapter
from tradecore.model.orders import BrokerStatus
from tradecore.model.steps import Action
from tradecore.ports.broker import Broker
from tradecore_adapters.store.sqlite import SqliteStore
from tradecore_app.registry import rows
from trading_floor import COIN, FakeAlpaca, Floor


@pytest.fixture(params=sorted(rows("broker")))
async def broker(request: pytest.FixtureRequest, tmp_path: Path, fake: FakeAlpaca) -> AsyncIterator[Broker]:
    """A broker of each kind that can be chosen, on the prices of the test."""
    setting = f"alpaca:{fake.url}" if request.param == "alpaca" else f"{request.param}:"
    secrets = {"alpaca_key": "k", "alpaca_secret": "s"}
    async with (
        SqliteStore(None) as store,
        open_adapter("broker", setting, store=store, market=fake.market, data=tmp_path, **secrets) as opened,
    ):
        yield opened


async def test_an_order_is_filled_at_no_worse_than_its_limit(broker: Broker, floor: Floor) -> None:
    report = await broker.submit(floor.order(quantity=Decimal(3)))
    assert (report.status, report.filled) == (BrokerStatus.FILLED, Decimal(3))
    assert report.average_price is not None
    assert Decimal(100) <= report.average_price <= floor.order().limit


async def test_a_sale_is_filled_at_no_worse_than_its_limit(broker: Broker, floor: Floor) -> None:
    report = await broker.submit(floor.order(action=Action.SELL, limit=Decimal(90)))
    assert report.status is BrokerStatus.FILLED
    assert report.average_price is not None
    assert Decimal(90) <= report.average_price <= Decimal(100)


async def test_crypto_is_traded_to_the_eighth_decimal(broker: Broker, floor: Floor) -> None:
    units = Decimal("1234.12345678")
    report = await broker.submit(floor.order(asset=COIN, quantity=units, limit=Decimal("0.55")))
    assert (report.status, report.filled) == (BrokerStatus.FILLED, units)


async def test_nothing_is_traded_beyond_the_limit(broker: Broker, floor: Floor) -> None:
    report = await broker.submit(floor.order(limit=Decimal("99.5")))
    assert report.status in (BrokerStatus.REFUSED, BrokerStatus.ACCEPTED)
    assert report.filled == 0


async def test_what_was_submitted_is_found_as_it_was_reported(broker: Broker, floor: Floor) -> None:
    order = floor.order()
    assert await broker.find(order.id) is None
    reported = await broker.submit(order)
    assert await broker.find(order.id) == reported


async def test_an_id_that_is_known_is_not_executed_again(broker: Broker, floor: Floor, fake: FakeAlpaca) -> None:
    first = await broker.submit(floor.order(quantity=Decimal(3)))
    fake.market.prices[floor.order().asset] = Decimal(105)
    again = await broker.submit(floor.order(quantity=Decimal(7)))
    assert (again.filled, again.average_price) == (first.filled, first.average_price)


async def test_one_id_submitted_by_many_at_once_is_executed_once(
    broker: Broker, floor: Floor, fake: FakeAlpaca
) -> None:
    reports = await asyncio.gather(*(broker.submit(floor.order(quantity=Decimal(n))) for n in range(1, 9)))
    found = await broker.find(floor.order().id)
    assert found is not None
    assert {report.filled for report in reports if report.status is BrokerStatus.FILLED} == {found.filled}


async def test_two_ids_are_two_orders(broker: Broker, floor: Floor) -> None:
    for id in ("1", "2"):
        assert (await broker.submit(floor.order(id=id))).status is BrokerStatus.FILLED


async def test_it_has_a_name(broker: Broker) -> None:
    assert broker.name
