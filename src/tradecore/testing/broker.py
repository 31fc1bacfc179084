"""The contract of `tradecore.ports.broker`: subclass `BrokerSuite` and give a broker that fills at given prices."""

import asyncio
from decimal import Decimal

import pytest
from attrs import evolve

from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.exits import Exits
from tradecore.model.steps import Action
from tradecore.ports.broker import Broker
from tradecore.testing.builders import ACME, COIN, PriceTable, make_order


class BrokerSuite:
    """What every broker promises. Give `broker`, which fills orders at the prices of the fixture `prices`."""

    @pytest.fixture
    def prices(self) -> PriceTable:
        """ACME, an equity, costs 100 and COIN-USD costs 0.5."""
        return PriceTable()

    @pytest.fixture
    def broker(self, prices: PriceTable) -> Broker:
        """The broker."""
        raise NotImplementedError("Override the fixture broker; it returns a Broker that fills at `prices`.")

    async def test_a_purchase_is_filled_at_no_more_than_its_limit(self, broker: Broker) -> None:
        report = await broker.submit(make_order(quantity=3))
        assert (report.status, report.filled) == (BrokerStatus.FILLED, Decimal(3))
        assert report.average_price is not None
        assert Decimal(100) <= report.average_price <= Decimal(110)

    async def test_a_sale_is_filled_at_no_less_than_its_limit(self, broker: Broker) -> None:
        report = await broker.submit(make_order(action=Action.SELL, limit="90"))
        assert report.status is BrokerStatus.FILLED
        assert report.average_price is not None
        assert Decimal(90) <= report.average_price <= Decimal(100)

    async def test_crypto_is_traded_to_the_eighth_decimal(self, broker: Broker) -> None:
        units = Decimal("1234.12345678")
        report = await broker.submit(make_order(asset=COIN, quantity=units, limit="0.55"))
        assert (report.status, report.filled) == (BrokerStatus.FILLED, units)

    async def test_nothing_is_traded_beyond_the_limit(self, broker: Broker) -> None:
        report = await broker.submit(make_order(limit="99.5"))
        assert report.status in (BrokerStatus.REFUSED, BrokerStatus.ACCEPTED)
        assert report.filled == 0

    async def test_an_order_is_found_as_it_was_reported(self, broker: Broker) -> None:
        order = make_order()
        assert await broker.find(order.id) is None
        report = await broker.submit(order)
        assert await broker.find(order.id) == report

    async def test_a_known_id_is_not_executed_again(self, broker: Broker, prices: PriceTable) -> None:
        first = await broker.submit(make_order(quantity=3))
        prices.prices[ACME] = Decimal(105)
        second = await broker.submit(make_order(quantity=7))
        assert (second.filled, second.average_price) == (first.filled, first.average_price)

    async def test_concurrent_orders_with_one_id_are_executed_once(self, broker: Broker) -> None:
        reports = await asyncio.gather(*(broker.submit(make_order(quantity=n)) for n in range(1, 9)))
        known = await broker.find(make_order().id)
        assert known is not None
        assert {report.filled for report in reports if report.status is BrokerStatus.FILLED} == {known.filled}

    async def test_two_ids_are_two_orders(self, broker: Broker) -> None:
        for id in ("1", "2"):
            assert (await broker.submit(make_order(id))).status is BrokerStatus.FILLED

    async def test_an_unknown_order_cannot_be_cancelled(self, broker: Broker) -> None:
        assert await broker.cancel(make_order().id) is None

    async def test_an_order_that_has_ended_stays_as_it_was_reported(self, broker: Broker) -> None:
        order = make_order()
        report = await broker.submit(order)
        assert await broker.cancel(order.id) == report == await broker.find(order.id)

    async def test_an_open_order_that_is_cancelled_trades_nothing(self, broker: Broker, prices: PriceTable) -> None:
        order = make_order(limit="99.5")
        await broker.submit(order)
        cancelled = await broker.cancel(order.id)
        assert cancelled is not None
        assert cancelled.status in (BrokerStatus.REFUSED, BrokerStatus.ACCEPTED)
        assert cancelled.filled == 0

    async def test_an_exit_order_rests_until_it_is_cancelled_and_is_placed_once(self, broker: Broker) -> None:
        purchase = evolve(make_order(quantity=3), exits=Exits(Decimal(90), Decimal(120)))
        if await broker.exits_objection(purchase):
            pytest.skip("This broker places no exits.")
        report = await broker.submit(purchase)
        assert (report.status, report.filled) == (BrokerStatus.FILLED, Decimal(3))
        exits = purchase.exit_order(1, Decimal(3), Exits(Decimal(90), Decimal(120)), at=purchase.at).entity
        for _ in range(2):
            assert await broker.submit(exits) == ExecutionReport(BrokerStatus.ACCEPTED)
        assert await broker.find(exits.id) == ExecutionReport(BrokerStatus.ACCEPTED)
        cancelled = await broker.cancel(exits.id)
        assert cancelled is not None
        assert (cancelled.status, cancelled.filled) == (BrokerStatus.REFUSED, Decimal(0))
        assert await broker.find(exits.id) == await broker.submit(exits) == cancelled

    async def test_it_has_a_name(self, broker: Broker) -> None:
        assert broker.name
