"""Settling: what a broker says is booked once, whoever asks and however late it is said."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from tradecore.model.errors import Unavailable
from tradecore.model.ids import TopicKind, topic_of
from tradecore.model.ledger import book
from tradecore.model.orders import LateFill, Order, OrderState
from tradecore.model.recommendations import RecommendationState
from tradecore.model.steps import Action
from tradecore.use_cases.settle import LATE_FILL_WINDOW, SUBMIT_DEADLINE
from trading_floor import ACME, ANN, Floor, ScriptedBroker, open_scripted_floor


@pytest.fixture
async def scripted() -> AsyncIterator[Floor]:
    async with open_scripted_floor() as made:
        yield made


def broker_of(floor: Floor) -> ScriptedBroker:
    assert isinstance(floor.broker, ScriptedBroker)
    return floor.broker


async def test_many_who_settle_the_same_order_book_it_once(scripted: Floor) -> None:
    wanted = await scripted.recommend()
    broker_of(scripted).behaviour = "accept"
    order = await scripted.execute(wanted.id, by=ANN)
    broker_of(scripted).fill(order.id, order.quantity)
    settled = await asyncio.gather(*(scripted.settle(order) for _ in range(16)))
    assert {each.state for each in settled} == {OrderState.FILLED}
    async with scripted.store.snapshot() as uow:
        assert len(await uow.ledger.entries(ANN.user)) == 2
    assert await scripted.settle(settled[0]) == settled[0]


async def test_one_order_that_cannot_be_looked_up_keeps_no_other_from_being_settled(scripted: Floor) -> None:
    orders = []
    for _ in range(3):
        broker_of(scripted).behaviour = "accept"
        orders.append(await scripted.execute((await scripted.recommend()).id, by=ANN))
    for order in orders:
        broker_of(scripted).fill(order.id, order.quantity)
    find = broker_of(scripted).find

    class Deaf(ScriptedBroker):
        async def find(self, id: object) -> object:  # type: ignore[override]
            if id == orders[0].id:
                raise Unavailable("This one cannot be told.")
            return await find(id)  # type: ignore[arg-type]

    whole, scripted.broker = scripted.broker, Deaf(scripted.market)
    with pytest.raises(Unavailable, match="cannot be told"):
        await scripted.reconcile()
    async with scripted.store.snapshot() as uow:
        states = [found.state for order in orders if (found := await uow.orders.find(order.id))]
    assert states == [OrderState.ACCEPTED, OrderState.FILLED, OrderState.FILLED]
    scripted.broker = whole
    assert await scripted.reconcile() == 1


async def lost(scripted: Floor) -> Order:
    """An order that was given up although it is still on its way."""
    wanted = await scripted.recommend()
    broker_of(scripted).behaviour = "lost"
    with pytest.raises(Unavailable):
        await scripted.execute(wanted.id, by=ANN)
    scripted.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
    await scripted.reconcile()
    async with scripted.store.snapshot() as uow:
        [order] = await uow.orders.unsettled(unknown_since=scripted.time)
    assert order.state is OrderState.UNKNOWN
    return order


async def arrive(scripted: Floor, order: Order) -> None:
    await broker_of(scripted).submit(order)


async def test_an_order_that_surfaces_late_is_booked_and_executes_its_recommendation(scripted: Floor) -> None:
    order = await lost(scripted)
    await arrive(scripted, order)
    await scripted.reconcile()
    async with scripted.store.snapshot() as uow:
        assert book(await uow.ledger.entries(ANN.user)).held(ACME) == 50
        assert (await uow.recommendations.get(order.recommendation)).state is RecommendationState.EXECUTED


async def test_one_that_surfaces_after_a_rejection_is_booked_all_the_same_and_alarms(scripted: Floor) -> None:
    order = await lost(scripted)
    await scripted.reject(order.recommendation, by=ANN)
    await arrive(scripted, order)
    await scripted.reconcile()
    async with scripted.store.snapshot() as uow:
        assert book(await uow.ledger.entries(ANN.user)).held(ACME) == 50
        assert (await uow.recommendations.get(order.recommendation)).state is RecommendationState.REJECTED
        facts = [event.fact for event in await uow.events.after(topic_of(TopicKind.ORDER, order.id), 0)]
    assert LateFill(topic_of(TopicKind.ORDER, order.id), scripted.time, OrderState.FILLED) in facts
    assert [type(fact).__name__ for fact in facts] == ["OrderFilled", "LateFill"]


async def test_what_was_given_up_is_searched_for_a_while(scripted: Floor) -> None:
    await lost(scripted)
    scripted.pass_time(seconds=LATE_FILL_WINDOW.total_seconds())
    assert await scripted.reconcile() == 1
    scripted.pass_time(seconds=1)
    assert await scripted.reconcile() == 0


async def test_levels_are_those_of_the_newest_purchase_and_end_with_the_position(scripted: Floor) -> None:
    async def live() -> list[str]:
        async with scripted.store.snapshot() as uow:
            return [each.id for each in await uow.recommendations.live(ANN.user)]

    first, second = await scripted.recommend(), await scripted.recommend()
    await scripted.execute(first.id, by=ANN)
    assert await live() == [first.id]
    await scripted.execute(second.id, by=ANN)
    assert await live() == [second.id]
    await scripted.execute((await scripted.recommend(action=Action.SELL)).id, by=ANN)
    assert await live() == []


async def test_a_position_sold_in_part_keeps_its_levels(scripted: Floor) -> None:
    bought = await scripted.recommend()
    await scripted.execute(bought.id, by=ANN)
    sale = await scripted.recommend(action=Action.SELL)
    broker_of(scripted).behaviour = "half"
    order = await scripted.execute(sale.id, by=ANN)
    broker_of(scripted).end(order.id)
    await scripted.reconcile()
    async with scripted.store.snapshot() as uow:
        assert [each.id for each in await uow.recommendations.live(ANN.user)] == [bought.id]
        assert book(await uow.ledger.entries(ANN.user)).held(ACME) == Decimal(25)
