"""Removing accounts: nothing of theirs is left at the broker."""

from collections.abc import AsyncIterator

import pytest

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, NotFound, Unavailable
from tradecore.model.exits import ExitPolicy
from tradecore.model.ids import UserId
from tradecore.model.ledger import book
from tradecore.model.orders import Order, OrderState, exit_id_for
from tradecore.model.recommendations import RecommendationState
from tradecore.model.users import Caller, User
from tradecore.use_cases.remove_user import RemoveUser
from tradecore.use_cases.settle import SUBMIT_DEADLINE
from trading_floor import ACME, ANN, Floor, ScriptedBroker, open_paper_floor, open_scripted_floor

ADDRESS = "ann@example.com"


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with open_scripted_floor() as made:
        await add_user(made)
        yield made


async def add_user(floor: Floor) -> None:
    async with floor.store.unit_of_work() as uow:
        await uow.users.put(Change(User(ANN.user, ADDRESS, "Ann", "hash", floor.time)))


def broker_of(floor: Floor) -> ScriptedBroker:
    assert isinstance(floor.broker, ScriptedBroker)
    return floor.broker


def remove(floor: Floor) -> RemoveUser:
    return RemoveUser(floor.store, floor.now, floor.settle)


async def exists(floor: Floor) -> bool:
    async with floor.store.snapshot() as uow:
        return await uow.users.by_email(ADDRESS) is not None


async def order_of(floor: Floor, order: Order) -> Order:
    async with floor.store.snapshot() as uow:
        found = await uow.orders.find(order.id)
    assert found is not None
    return found


async def bracket(floor: Floor) -> Order:
    return await floor.execute((await floor.recommend()).id, by=ANN, exits=ExitPolicy.BRACKET)


async def test_an_account_without_orders_is_removed_by_address_or_id_and_not_by_itself(floor: Floor) -> None:
    with pytest.raises(IllegalMove, match="your own account"):
        await remove(floor)("ann", by=ANN)
    assert (await remove(floor)("ann", by=Caller(UserId("admin")))).email == ADDRESS
    for account in ("ann", ADDRESS):
        with pytest.raises(NotFound):
            await remove(floor)(account)


async def test_exits_and_orders_are_cancelled_at_the_broker_first_and_never_placed_anew(floor: Floor) -> None:
    purchase = await bracket(floor)
    broker_of(floor).behaviour = "accept"
    resting = await floor.execute((await floor.recommend()).id, by=ANN)
    await remove(floor)(ADDRESS)
    assert broker_of(floor).open() == []
    assert (await order_of(floor, resting)).state is OrderState.CANCELLED
    assert not (await order_of(floor, purchase)).guarded
    floor.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
    assert await floor.reconcile_exits() == 0
    async with floor.store.snapshot() as uow:
        assert book(await uow.ledger.entries(ANN.user)).held(ACME) == 50


async def test_exits_on_paper_end_too() -> None:
    async with open_paper_floor() as floor:
        await add_user(floor)
        purchase = await bracket(floor)
        await remove(floor)(ADDRESS)
        async with floor.store.snapshot() as uow:
            exit_order = await uow.orders.find(exit_id_for(purchase.id, 1))
        assert exit_order is not None
        assert exit_order.state is OrderState.CANCELLED


async def test_the_exits_of_a_purchase_that_was_filled_in_part_end_as_well(floor: Floor) -> None:
    broker_of(floor).behaviour = "half"
    await bracket(floor)
    await remove(floor)(ADDRESS)
    assert (broker_of(floor).open(), len(broker_of(floor).placed)) == ([], 2)


async def test_an_account_stays_while_the_broker_has_not_ended_its_orders(floor: Floor) -> None:
    broker_of(floor).behaviour = "accept"
    order = await floor.execute((await floor.recommend()).id, by=ANN)
    broker_of(floor).away = True
    with pytest.raises(Unavailable):
        await remove(floor)(ADDRESS)
    broker_of(floor).away = False

    class Slow(ScriptedBroker):
        async def cancel(self, id: str) -> None:  # type: ignore[override]
            return None

    floor.broker = Slow(broker_of(floor).market, placed=broker_of(floor).placed)
    with pytest.raises(IllegalMove, match=f"has not ended {order.id}"):
        await remove(floor)(ADDRESS)
    assert await exists(floor)
    assert (await order_of(floor, order)).state is OrderState.CANCELLING


async def test_orders_that_are_left_at_the_broker_end_here_with_a_sentence(floor: Floor) -> None:
    exits = await bracket(floor)
    broker_of(floor).behaviour = "accept"
    wanted = await floor.recommend()
    order = await floor.execute(wanted.id, by=ANN)
    broker_of(floor).away = True
    await remove(floor)(ADDRESS, leave_orders=True)
    assert not await exists(floor)
    left = await order_of(floor, order)
    assert (left.state, left.reason) == (
        OrderState.REFUSED,
        "The account was removed; the order was left at the broker.",
    )
    async with floor.store.snapshot() as uow:
        assert (await uow.recommendations.get(wanted.id)).state is RecommendationState.REJECTED
        assert await uow.orders.unsettled(unknown_since=floor.time, user=ANN.user) == ()
    assert exit_id_for(exits.id, 1) in broker_of(floor).open()
    assert broker_of(floor).cancels == []
