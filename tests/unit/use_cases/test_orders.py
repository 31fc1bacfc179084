"""Orders: who sees them, which can be cancelled, and what becomes of the money that they reserve."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from tradecore.model.errors import IllegalMove, NotFound, Refusal, StillRunning, Unavailable
from tradecore.model.ids import OrderId, TopicKind, UserId, topic_of
from tradecore.model.ledger import book
from tradecore.model.orders import CancellationRequested, Order, OrderCancelled, OrderState, order_id_for
from tradecore.model.recommendations import RecommendationState
from tradecore.model.steps import Action
from tradecore.model.users import Caller
from tradecore.use_cases.orders import ListOrders
from tradecore.use_cases.settle import SUBMIT_DEADLINE
from trading_floor import ACME, ANN, Crash, Floor, Whim, brittle, whimsical

BEN = Caller(UserId("ben"))


@pytest.fixture
async def whims() -> AsyncIterator[Floor]:
    async with whimsical() as made:
        yield made


def whim(floor: Floor) -> Whim:
    assert isinstance(floor.broker, Whim)
    return floor.broker


async def accepted(floor: Floor, mood: str = "accept", **fields: object) -> Order:
    whim(floor).mood = mood
    return await floor.execute((await floor.recommend(**fields)).id, by=ANN)


async def stored(floor: Floor, id: OrderId) -> Order:
    async with floor.store.snapshot() as uow:
        order = await uow.orders.find(id)
    assert order
    return order


async def reserved(floor: Floor) -> Decimal:
    """The cash that open orders reserve."""
    async with floor.store.snapshot() as uow:
        orders = await uow.orders.unsettled(unknown_since=floor.time, user=ANN.user)
    return sum((order.reserved_cash(floor.rules.costs) for order in orders), Decimal(0))


async def test_a_cancelled_order_gives_its_cash_back_and_ends_its_recommendation(whims: Floor) -> None:
    order = await accepted(whims)
    assert await reserved(whims) > 0
    cancelled = await whims.cancel(order.id, by=ANN)
    assert (cancelled.state, cancelled.ended_at, await reserved(whims)) == (OrderState.CANCELLED, whims.time, 0)
    [rejected] = await whims.show(by=ANN, state=RecommendationState.REJECTED)
    assert rejected.reason == "cancelled by its owner"
    async with whims.store.snapshot() as uow:
        facts = [type(event.fact) for event in await uow.events.after(topic_of(TopicKind.ORDER, order.id), 0)]
        assert book(await uow.ledger.entries(ANN.user)).cash == whims.rules.opening_cash
    assert [fact for fact in facts if fact in (CancellationRequested, OrderCancelled)] == [
        CancellationRequested,
        OrderCancelled,
    ]
    with pytest.raises(IllegalMove):
        await whims.execute(rejected.id, by=ANN)


async def test_cancelled_units_can_be_sold_by_another_order(whims: Floor) -> None:
    bought = await accepted(whims, "fill")
    sale = await accepted(whims, action=Action.SELL)
    with pytest.raises(IllegalMove, match="no ACME to sell"):
        await accepted(whims, action=Action.SELL)
    await whims.cancel(sale.id, by=ANN)
    assert (await accepted(whims, "fill", action=Action.SELL)).filled == bought.quantity


async def test_a_repeated_request_gets_the_same_order(whims: Floor) -> None:
    order = await accepted(whims)
    first = await whims.cancel(order.id, by=ANN)
    assert await whims.cancel(order.id, by=ANN) == first
    assert whim(whims).cancels == [order.id]


async def test_units_that_were_filled_before_are_kept_and_the_rest_is_cancelled(whims: Floor) -> None:
    order = await accepted(whims, "half")
    for _ in range(2):
        cancelled = await whims.cancel(order.id, by=ANN)
        assert (cancelled.state, cancelled.filled) == (OrderState.FILLED, order.filled)
    assert await reserved(whims) == 0
    [executed] = await whims.show(by=ANN, state=RecommendationState.EXECUTED)
    assert order_id_for(executed.id) == order.id
    async with whims.store.snapshot() as uow:
        assert book(await uow.ledger.entries(ANN.user)).held(ACME) == order.filled


async def test_until_the_broker_has_ended_it_an_order_is_cancelling_and_its_cash_stays_reserved(whims: Floor) -> None:
    order = await accepted(whims)
    before = await reserved(whims)
    whim(whims).mood_of_cancel = "slow"
    assert (await whims.cancel(order.id, by=ANN)).state is OrderState.CANCELLING
    assert await reserved(whims) == before
    assert [each.state for each in await whims.show(by=ANN)] == [RecommendationState.EXECUTING]
    await whims.reconcile()
    assert ((await stored(whims, order.id)).state, await reserved(whims)) == (OrderState.CANCELLED, 0)


@pytest.mark.parametrize("mood", ["lost", "unheard"])
async def test_a_broker_that_does_not_answer_is_asked_again_by_the_scheduled_task(mood: str, whims: Floor) -> None:
    order = await accepted(whims)
    whim(whims).mood_of_cancel = mood
    assert (await whims.cancel(order.id, by=ANN)).state is OrderState.CANCELLING
    await whims.reconcile()
    assert (await stored(whims, order.id)).state is OrderState.CANCELLED


async def test_a_fill_that_comes_first_is_booked_and_said(whims: Floor) -> None:
    order = await accepted(whims)
    whim(whims).mood_of_cancel = "late"
    for message in ("filled before it could be cancelled", "was filled, so there is nothing"):
        with pytest.raises(IllegalMove, match=message):
            await whims.cancel(order.id, by=ANN)
    assert (await stored(whims, order.id)).filled == order.quantity
    [executed] = await whims.show(by=ANN, state=RecommendationState.EXECUTED)
    assert order_id_for(executed.id) == order.id


async def test_only_an_accepted_order_can_be_cancelled(whims: Floor) -> None:
    filled = await accepted(whims, "fill")
    with pytest.raises(IllegalMove, match="was filled"):
        await whims.cancel(filled.id, by=ANN)
    lost = await whims.recommend()
    whim(whims).mood = "lost"
    with pytest.raises(Unavailable):
        await whims.execute(lost.id, by=ANN)
    with pytest.raises(StillRunning, match="being submitted"):
        await whims.cancel(order_id_for(lost.id), by=ANN)
    whims.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
    await whims.reconcile()
    with pytest.raises(IllegalMove, match="does not know"):
        await whims.cancel(order_id_for(lost.id), by=ANN)


async def test_an_order_of_somebody_else_is_not_found(whims: Floor) -> None:
    order = await accepted(whims)
    for id, caller in ((order.id, BEN), (OrderId("tradecore-nothing"), ANN)):
        with pytest.raises(NotFound):
            await whims.cancel(id, by=caller)
    assert (await stored(whims, order.id)).state is OrderState.ACCEPTED


async def test_many_requests_and_a_fill_at_once_book_each_unit_once(whims: Floor) -> None:
    for mood in ("done", "late", "slow"):
        order = await accepted(whims, "half")
        whim(whims).mood_of_cancel = mood
        outcomes = await asyncio.gather(
            *(whims.cancel(order.id, by=ANN) for _ in range(8)),
            *(whims.reconcile() for _ in range(4)),
            return_exceptions=True,
        )
        assert not [each for each in outcomes if isinstance(each, BaseException) and not isinstance(each, Refusal)]
        await whims.reconcile()
        ended = await stored(whims, order.id)
        assert (ended.state, ended.filled) == (OrderState.FILLED, whim(whims).filled[order.id])
    assert await reserved(whims) == 0
    async with whims.store.snapshot() as uow:
        held = book(await uow.ledger.entries(ANN.user)).held(ACME)
    assert held == sum(whim(whims).filled.values())


@pytest.mark.parametrize("mood", ["accept", "half"])
async def test_a_crash_at_each_call_gives_the_cash_back_exactly_once(mood: str, whims: Floor) -> None:
    crashes = 0
    for at in range(1, 100):
        order = await accepted(whims, mood)
        try:
            await brittle(whims, at).cancel(order.id, by=ANN)
        except Crash:
            crashes += 1
        # The next process carries the wish through, or the owner repeats it.
        await whims.reconcile()
        ended = await whims.cancel(order.id, by=ANN)
        assert ended.ended
        assert (ended.filled, await reserved(whims)) == (order.filled, 0)
        if crashes < at:
            break
    assert crashes > 8
    async with whims.store.snapshot() as uow:
        held = book(await uow.ledger.entries(ANN.user))
    spent = sum(units * whim(whims).prices[id] for id, units in whim(whims).filled.items())
    assert held.cash == whims.rules.opening_cash - spent


async def test_orders_are_listed_newest_first_in_pages_to_their_owner_alone(whims: Floor) -> None:
    orders = []
    for _ in range(5):
        orders.append(await accepted(whims, "fill", size="1"))
        whims.pass_time(hours=0.01)
    list_orders = ListOrders(whims.store)
    ids = [order.id for order in reversed(orders)]
    assert [order.id for order in (await list_orders(by=ANN)).orders] == ids
    second = await list_orders(by=ANN, page=2, page_size=2)
    assert ([order.id for order in second.orders], second.total) == (ids[2:4], 5)
    assert await list_orders(by=ANN, page=4, page_size=2) == type(second)((), 5)
    assert (await list_orders(by=BEN)).total == 0
