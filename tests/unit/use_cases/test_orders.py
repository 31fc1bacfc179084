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
from trading_floor import ACME, ANN, Crash, Floor, ScriptedBroker, crashing, open_scripted_floor

BEN = Caller(UserId("ben"))


@pytest.fixture
async def scripted() -> AsyncIterator[Floor]:
    async with open_scripted_floor() as made:
        yield made


def broker_of(floor: Floor) -> ScriptedBroker:
    assert isinstance(floor.broker, ScriptedBroker)
    return floor.broker


async def accepted(floor: Floor, behaviour: str = "accept", **fields: object) -> Order:
    broker_of(floor).behaviour = behaviour
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


async def test_a_cancelled_order_gives_its_cash_back_and_ends_its_recommendation(scripted: Floor) -> None:
    order = await accepted(scripted)
    assert await reserved(scripted) > 0
    cancelled = await scripted.cancel(order.id, by=ANN)
    assert (cancelled.state, cancelled.ended_at, await reserved(scripted)) == (
        OrderState.CANCELLED,
        scripted.time,
        0,
    )
    [rejected] = await scripted.show(by=ANN, state=RecommendationState.REJECTED)
    assert rejected.reason == "cancelled by its owner"
    async with scripted.store.snapshot() as uow:
        facts = [type(event.fact) for event in await uow.events.after(topic_of(TopicKind.ORDER, order.id), 0)]
        assert book(await uow.ledger.entries(ANN.user)).cash == scripted.rules.opening_cash
    assert [fact for fact in facts if fact in (CancellationRequested, OrderCancelled)] == [
        CancellationRequested,
        OrderCancelled,
    ]
    with pytest.raises(IllegalMove):
        await scripted.execute(rejected.id, by=ANN)


async def test_cancelled_units_can_be_sold_by_another_order(scripted: Floor) -> None:
    bought = await accepted(scripted, "fill")
    sale = await accepted(scripted, action=Action.SELL)
    with pytest.raises(IllegalMove, match="no ACME to sell"):
        await accepted(scripted, action=Action.SELL)
    await scripted.cancel(sale.id, by=ANN)
    assert (await accepted(scripted, "fill", action=Action.SELL)).filled == bought.quantity


async def test_a_repeated_request_gets_the_same_order(scripted: Floor) -> None:
    order = await accepted(scripted)
    first = await scripted.cancel(order.id, by=ANN)
    assert await scripted.cancel(order.id, by=ANN) == first
    assert broker_of(scripted).cancels == [order.id]


async def test_units_that_were_filled_before_are_kept_and_the_rest_is_cancelled(scripted: Floor) -> None:
    order = await accepted(scripted, "half")
    for _ in range(2):
        cancelled = await scripted.cancel(order.id, by=ANN)
        assert (cancelled.state, cancelled.filled) == (OrderState.FILLED, order.filled)
    assert await reserved(scripted) == 0
    [executed] = await scripted.show(by=ANN, state=RecommendationState.EXECUTED)
    assert order_id_for(executed.id) == order.id
    async with scripted.store.snapshot() as uow:
        assert book(await uow.ledger.entries(ANN.user)).held(ACME) == order.filled


async def test_until_the_broker_has_ended_it_an_order_is_cancelling_and_its_cash_stays_reserved(
    scripted: Floor,
) -> None:
    order = await accepted(scripted)
    before = await reserved(scripted)
    broker_of(scripted).cancel_behaviour = "slow"
    assert (await scripted.cancel(order.id, by=ANN)).state is OrderState.CANCELLING
    assert await reserved(scripted) == before
    assert [each.state for each in await scripted.show(by=ANN)] == [RecommendationState.EXECUTING]
    await scripted.reconcile()
    assert ((await stored(scripted, order.id)).state, await reserved(scripted)) == (OrderState.CANCELLED, 0)


@pytest.mark.parametrize("behaviour", ["lost", "unheard"])
async def test_a_broker_that_does_not_answer_is_asked_again_by_the_scheduled_task(
    behaviour: str, scripted: Floor
) -> None:
    order = await accepted(scripted)
    broker_of(scripted).cancel_behaviour = behaviour
    assert (await scripted.cancel(order.id, by=ANN)).state is OrderState.CANCELLING
    await scripted.reconcile()
    assert (await stored(scripted, order.id)).state is OrderState.CANCELLED


async def test_a_fill_that_comes_first_is_booked_and_said(scripted: Floor) -> None:
    order = await accepted(scripted)
    broker_of(scripted).cancel_behaviour = "late"
    for message in ("filled before it could be cancelled", "was filled, so there is nothing"):
        with pytest.raises(IllegalMove, match=message):
            await scripted.cancel(order.id, by=ANN)
    assert (await stored(scripted, order.id)).filled == order.quantity
    [executed] = await scripted.show(by=ANN, state=RecommendationState.EXECUTED)
    assert order_id_for(executed.id) == order.id


async def test_only_an_accepted_order_can_be_cancelled(scripted: Floor) -> None:
    filled = await accepted(scripted, "fill")
    with pytest.raises(IllegalMove, match="was filled"):
        await scripted.cancel(filled.id, by=ANN)
    lost = await scripted.recommend()
    broker_of(scripted).behaviour = "lost"
    with pytest.raises(Unavailable):
        await scripted.execute(lost.id, by=ANN)
    with pytest.raises(StillRunning, match="being submitted"):
        await scripted.cancel(order_id_for(lost.id), by=ANN)
    scripted.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
    await scripted.reconcile()
    with pytest.raises(IllegalMove, match="does not know"):
        await scripted.cancel(order_id_for(lost.id), by=ANN)


async def test_an_order_of_somebody_else_is_not_found(scripted: Floor) -> None:
    order = await accepted(scripted)
    for id, caller in ((order.id, BEN), (OrderId("tradecore-nothing"), ANN)):
        with pytest.raises(NotFound):
            await scripted.cancel(id, by=caller)
    assert (await stored(scripted, order.id)).state is OrderState.ACCEPTED


async def test_many_requests_and_a_fill_at_once_book_each_unit_once(scripted: Floor) -> None:
    for behaviour in ("done", "late", "slow"):
        order = await accepted(scripted, "half")
        broker_of(scripted).cancel_behaviour = behaviour
        outcomes = await asyncio.gather(
            *(scripted.cancel(order.id, by=ANN) for _ in range(8)),
            *(scripted.reconcile() for _ in range(4)),
            return_exceptions=True,
        )
        assert not [each for each in outcomes if isinstance(each, BaseException) and not isinstance(each, Refusal)]
        await scripted.reconcile()
        ended = await stored(scripted, order.id)
        assert (ended.state, ended.filled) == (OrderState.FILLED, broker_of(scripted).filled[order.id])
    assert await reserved(scripted) == 0
    async with scripted.store.snapshot() as uow:
        held = book(await uow.ledger.entries(ANN.user)).held(ACME)
    assert held == sum(broker_of(scripted).filled.values())


@pytest.mark.parametrize("behaviour", ["accept", "half"])
async def test_a_crash_at_each_call_gives_the_cash_back_exactly_once(behaviour: str, scripted: Floor) -> None:
    crashes = 0
    for at in range(1, 100):
        order = await accepted(scripted, behaviour)
        try:
            await crashing(scripted, at).cancel(order.id, by=ANN)
        except Crash:
            crashes += 1
        # The next process carries the wish through, or the owner repeats it.
        await scripted.reconcile()
        ended = await scripted.cancel(order.id, by=ANN)
        assert ended.ended
        assert (ended.filled, await reserved(scripted)) == (order.filled, 0)
        if crashes < at:
            break
    assert crashes > 8
    async with scripted.store.snapshot() as uow:
        held = book(await uow.ledger.entries(ANN.user))
    spent = sum(units * broker_of(scripted).prices[id] for id, units in broker_of(scripted).filled.items())
    assert held.cash == scripted.rules.opening_cash - spent


async def test_orders_are_listed_newest_first_in_pages_to_their_owner_alone(scripted: Floor) -> None:
    orders = []
    for _ in range(5):
        orders.append(await accepted(scripted, "fill", size="1"))
        scripted.pass_time(hours=0.01)
    list_orders = ListOrders(scripted.store)
    ids = [order.id for order in reversed(orders)]
    assert [order.id for order in (await list_orders(by=ANN)).orders] == ids
    second = await list_orders(by=ANN, page=2, page_size=2)
    assert ([order.id for order in second.orders], second.total) == (ids[2:4], 5)
    assert await list_orders(by=ANN, page=4, page_size=2) == type(second)((), 5)
    assert (await list_orders(by=BEN)).total == 0
