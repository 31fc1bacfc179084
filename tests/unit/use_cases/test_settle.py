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
from trading_floor import ACME, ANN, Floor, Whim, whimsical


@pytest.fixture
async def whims() -> AsyncIterator[Floor]:
    async with whimsical() as made:
        yield made


def whim(floor: Floor) -> Whim:
    assert isinstance(floor.broker, Whim)
    return floor.broker


async def test_many_who_settle_the_same_order_book_it_once(whims: Floor) -> None:
    wanted = await whims.recommend()
    whim(whims).mood = "accept"
    order = await whims.execute(wanted.id, by=ANN)
    whim(whims).fill(order.id, order.quantity)
    settled = await asyncio.gather(*(whims.settle(order) for _ in range(16)))
    assert {each.state for each in settled} == {OrderState.FILLED}
    async with whims.store.snapshot() as uow:
        assert len(await uow.ledger.entries(ANN.user)) == 2
    assert await whims.settle(settled[0]) == settled[0]


async def test_one_order_that_cannot_be_looked_up_keeps_no_other_from_being_settled(whims: Floor) -> None:
    orders = []
    for _ in range(3):
        whim(whims).mood = "accept"
        orders.append(await whims.execute((await whims.recommend()).id, by=ANN))
    for order in orders:
        whim(whims).fill(order.id, order.quantity)
    find = whim(whims).find

    class Deaf(Whim):
        async def find(self, id: object) -> object:  # type: ignore[override]
            if id == orders[0].id:
                raise Unavailable("This one cannot be told.")
            return await find(id)  # type: ignore[arg-type]

    whole, whims.broker = whims.broker, Deaf(whims.market)
    with pytest.raises(Unavailable, match="cannot be told"):
        await whims.reconcile()
    async with whims.store.snapshot() as uow:
        states = [found.state for order in orders if (found := await uow.orders.find(order.id))]
    assert states == [OrderState.ACCEPTED, OrderState.FILLED, OrderState.FILLED]
    whims.broker = whole
    assert await whims.reconcile() == 1


async def lost(whims: Floor) -> Order:
    """An order that was given up although it is still on its way."""
    wanted = await whims.recommend()
    whim(whims).mood = "lost"
    with pytest.raises(Unavailable):
        await whims.execute(wanted.id, by=ANN)
    whims.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
    await whims.reconcile()
    async with whims.store.snapshot() as uow:
        [order] = await uow.orders.unsettled(unknown_since=whims.time)
    assert order.state is OrderState.UNKNOWN
    return order


async def arrive(whims: Floor, order: Order) -> None:
    await whim(whims).submit(order)


async def test_an_order_that_surfaces_late_is_booked_and_executes_its_recommendation(whims: Floor) -> None:
    order = await lost(whims)
    await arrive(whims, order)
    await whims.reconcile()
    async with whims.store.snapshot() as uow:
        assert book(await uow.ledger.entries(ANN.user)).held(ACME) == 50
        assert (await uow.recommendations.get(order.recommendation)).state is RecommendationState.EXECUTED


async def test_one_that_surfaces_after_a_rejection_is_booked_all_the_same_and_alarms(whims: Floor) -> None:
    order = await lost(whims)
    await whims.reject(order.recommendation, by=ANN)
    await arrive(whims, order)
    await whims.reconcile()
    async with whims.store.snapshot() as uow:
        assert book(await uow.ledger.entries(ANN.user)).held(ACME) == 50
        assert (await uow.recommendations.get(order.recommendation)).state is RecommendationState.REJECTED
        facts = [event.fact for event in await uow.events.after(topic_of(TopicKind.ORDER, order.id), 0)]
    assert LateFill(topic_of(TopicKind.ORDER, order.id), whims.time, OrderState.FILLED) in facts
    assert [type(fact).__name__ for fact in facts] == ["OrderFilled", "LateFill"]


async def test_what_was_given_up_is_searched_for_a_while(whims: Floor) -> None:
    await lost(whims)
    whims.pass_time(seconds=LATE_FILL_WINDOW.total_seconds())
    assert await whims.reconcile() == 1
    whims.pass_time(seconds=1)
    assert await whims.reconcile() == 0


async def test_levels_are_those_of_the_newest_purchase_and_end_with_the_position(whims: Floor) -> None:
    async def live() -> list[str]:
        async with whims.store.snapshot() as uow:
            return [each.id for each in await uow.recommendations.live(ANN.user)]

    first, second = await whims.recommend(), await whims.recommend()
    await whims.execute(first.id, by=ANN)
    assert await live() == [first.id]
    await whims.execute(second.id, by=ANN)
    assert await live() == [second.id]
    await whims.execute((await whims.recommend(action=Action.SELL)).id, by=ANN)
    assert await live() == []


async def test_a_position_sold_in_part_keeps_its_levels(whims: Floor) -> None:
    bought = await whims.recommend()
    await whims.execute(bought.id, by=ANN)
    sale = await whims.recommend(action=Action.SELL)
    whim(whims).mood = "half"
    order = await whims.execute(sale.id, by=ANN)
    whim(whims).end(order.id)
    await whims.reconcile()
    async with whims.store.snapshot() as uow:
        assert [each.id for each in await uow.recommendations.live(ANN.user)] == [bought.id]
        assert book(await uow.ledger.entries(ANN.user)).held(ACME) == Decimal(25)
