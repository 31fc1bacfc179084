"""However many ask at once, from however many processes: one order, one answer."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from servers import SettingOf
from tradecore.model.change import Change
from tradecore.model.errors import StillRunning
from tradecore.model.ledger import book
from tradecore.model.orders import Order, OrderState
from tradecore.model.steps import Action
from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings
from trading_floor import ACME, ANN, Floor, ScriptedBroker, open_scripted_floor

ROUNDS, AT_ONCE = 1000, 32


def agree(done: list[Any]) -> Order:
    """The one order that all were answered with; those who came while it was being sent may be told so."""
    orders = [each for each in done if isinstance(each, Order)]
    others = [each for each in done if not isinstance(each, Order)]
    assert all(isinstance(each, StillRunning) for each in others), others
    assert orders
    assert all(each == orders[0] for each in orders)
    assert orders[0].state is OrderState.FILLED
    return orders[0]


@pytest.mark.endurance
@pytest.mark.slow
async def test_thirty_two_at_once_are_one_order_a_thousand_times() -> None:
    for _ in range(ROUNDS // 50):
        # Afresh now and then, so that ledgers stay short.
        async with open_scripted_floor() as floor:
            broker = floor.broker
            assert isinstance(broker, ScriptedBroker)
            for n in range(1, 51):
                wanted = await floor.recommend(size="0.5")
                calls = (floor.execute(wanted.id, by=ANN) for _ in range(AT_ONCE))
                order = agree(await asyncio.gather(*calls, return_exceptions=True))
                assert (len(broker.submits), broker.submits[-1]) == (n, order.id)
            async with floor.store.snapshot() as uow:
                held = book(await uow.ledger.entries(ANN.user))
            assert held.held(ACME) == sum(broker.filled.values())


@pytest.mark.endurance
@pytest.mark.slow
@pytest.mark.parametrize("row", ["sqlite", "postgresql"])
async def test_two_servers_on_one_store_are_one_order_too(row: str, setting_of: SettingOf, tmp_path: Path) -> None:
    prices = tmp_path / "prices"
    prices.mkdir()
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(setting_of(row))
        servers = []
        for _ in range(2):
            settings = read_settings(data=tmp_path, store=at, market=f"csv:{prices}", slippage_percent=Decimal(0))
            servers.append(await stack.enter_async_context(assemble(settings)))
        now = servers[0].core.execute_recommendation.now()
        day = now.date() - timedelta(days=1)
        (prices / "ACME.csv").write_text(f"date,open,high,low,close,volume\n{day},100,100,100,100,1000\n")
        rounds = 40
        async with open_scripted_floor() as pad:
            pad.time = now
            for _ in range(rounds):
                wanted = pad.recommendation(size="0.5")
                async with servers[0].store.unit_of_work() as uow:
                    await uow.recommendations.put(Change(wanted))
                calls = [
                    server.core.execute_recommendation(wanted.id, by=ANN, confirmed=True)
                    for server in servers * (AT_ONCE // 2)
                ]
                agree(await asyncio.gather(*calls, return_exceptions=True))
        async with servers[1].store.snapshot() as uow:
            held = book(await uow.ledger.entries(ANN.user))
        assert sum(each.quantity for each in held.positions.values()) == held.held(ACME) >= 4 * rounds
        assert held.cash == 100_000 - 100 * held.held(ACME)


async def test_two_sales_of_one_position_at_once_sell_it_once(scripted: Floor) -> None:
    await scripted.execute((await scripted.recommend()).id, by=ANN)
    sales = [scripted.recommendation(action=Action.SELL) for _ in range(8)]
    async with scripted.store.unit_of_work() as uow:
        for each in sales:
            await uow.recommendations.put(Change(each))
    done = await asyncio.gather(*(scripted.execute(each.id, by=ANN) for each in sales), return_exceptions=True)
    assert sum(isinstance(each, Order) for each in done) == 1
    async with scripted.store.snapshot() as uow:
        assert book(await uow.ledger.entries(ANN.user)).held(ACME) == 0
