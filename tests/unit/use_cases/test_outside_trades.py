"""Trades that were made elsewhere: booked like orders, and no more than can have been traded."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.ids import UserId
from tradecore.model.ledger import Book, book
from tradecore.model.money import Costs
from tradecore.model.orders import OrderState
from tradecore.model.steps import Action
from tradecore.model.users import Caller
from tradecore.use_cases.outside_trades import BookOutsideTrade
from trading_floor import ACME, ANN, Floor, ScriptedBroker, open_scripted_floor

BEN = Caller(UserId("ben"))
CASH = Decimal(100_000)


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with open_scripted_floor() as made:
        yield made


async def traded(floor: Floor, action: Action, units: str, price: str, *, by: Caller = ANN, **options: Any) -> Book:
    floor.pass_time(seconds=1)
    trade = BookOutsideTrade(floor.store, floor.now, lambda: f"id at {floor.time}", CASH, Costs())
    return await trade(action, ACME, Decimal(units), Decimal(price), by=by, **options)


async def ledger(floor: Floor, by: Caller = ANN) -> Book:
    async with floor.store.snapshot() as uow:
        return book(await uow.ledger.entries(by.user))


async def test_a_trade_moves_cash_and_position_as_an_order_does(floor: Floor) -> None:
    held = await traded(floor, Action.BUY, "10", "90.5", fee=Decimal("1.25"))
    assert (held.cash, held.held(ACME), held.positions[ACME].cost) == (CASH - Decimal("906.25"), 10, 905)
    held = await traded(floor, Action.SELL, "4", "100.5")
    assert (held.cash, held.held(ACME), held.realised) == (CASH - Decimal("504.25"), 6, 40)
    # Deposits are not touched, so that a trade is no contribution to the account.
    assert held.contributed == CASH
    assert await ledger(floor) == held
    assert (await ledger(floor, BEN)).positions == {}


async def test_more_than_is_free_is_refused_and_nothing_is_booked(floor: Floor) -> None:
    before = await traded(floor, Action.BUY, "10", "90")
    with pytest.raises(IllegalMove, match="Only 10 ACME are held that no open order sells"):
        await traded(floor, Action.SELL, "10.5", "100")
    with pytest.raises(IllegalMove, match="book the deposit first"):
        await traded(floor, Action.BUY, "1", str(CASH))
    impossible = (("0", "1", "0"), ("-1", "1", "0"), ("1", "0", "0"), ("1", "1", "-1"), ("1", "1", "0.001"))
    for units, price, fee in impossible:
        with pytest.raises(Invalid):
            await traded(floor, Action.BUY, units, price, fee=Decimal(fee))
    with pytest.raises(IllegalMove, match="Only 0 ACME"):
        await traded(floor, Action.SELL, "1", "1", by=BEN)
    assert await ledger(floor) == before


async def test_a_trade_with_an_id_is_booked_once(floor: Floor) -> None:
    bought = await traded(floor, Action.BUY, "10", "90", fee=Decimal(1), trade_id="b-1")
    assert await traded(floor, Action.BUY, "10", "90", fee=Decimal(1), trade_id="b-1") == bought
    # The cash for it is spent by then.
    whole = await traded(floor, Action.BUY, "1", str(bought.cash), trade_id="b-2")
    assert await traded(floor, Action.BUY, "1", str(bought.cash), trade_id="b-2") == whole
    with pytest.raises(IllegalMove, match="Another trade is booked under the id b-1"):
        await traded(floor, Action.BUY, "10", "91", trade_id="b-1")
    assert await ledger(floor) == whole
    assert (await traded(floor, Action.BUY, "10", "90", by=BEN, trade_id="b-1")).held(ACME) == 10
    with pytest.raises(Invalid, match="at most 64 letters"):
        await traded(floor, Action.BUY, "1", "1", trade_id="b 1")


async def test_units_that_an_open_order_sells_are_not_sold_elsewhere(floor: Floor) -> None:
    await traded(floor, Action.BUY, "10", "90")
    assert isinstance(floor.broker, ScriptedBroker)
    floor.broker.behaviour = "accept"
    order = await floor.execute((await floor.recommend(action=Action.SELL)).id, by=ANN)
    assert (order.state, order.reserved_units()) == (OrderState.ACCEPTED, 10)
    with pytest.raises(IllegalMove, match="Only 0 ACME"):
        await traded(floor, Action.SELL, "1", "100")
