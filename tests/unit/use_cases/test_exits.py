"""Exits of purchases: placed once, executed by the path of the days, and out of the way of sales and splits."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tradecore.model.corporate_actions import Dividend
from tradecore.model.errors import IllegalMove, StillRunning
from tradecore.model.exits import ExitPolicy, Exits
from tradecore.model.ids import OrderId
from tradecore.model.ledger import book
from tradecore.model.money import Costs, EntryKind
from tradecore.model.orders import Order, OrderState, exit_id_for, order_id_for
from tradecore.model.price_rows import Split
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore.model.trading_rules import TradingRules
from tradecore.use_cases.levels import WatchLevels
from tradecore.use_cases.settle import SUBMIT_DEADLINE
from trading_floor import (
    ACME,
    ANN,
    COIN,
    Crash,
    FakeMarket,
    Floor,
    ScriptedBroker,
    crashing,
    open_paper_floor,
    open_scripted_floor,
)

BRACKET, WATCH = ExitPolicy.BRACKET, ExitPolicy.WATCH
# Of a recommendation at 100.
EXITS = Exits(Decimal(90), Decimal(120))


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with open_paper_floor() as made:
        yield made


@pytest.fixture
async def scripted() -> AsyncIterator[Floor]:
    async with open_scripted_floor() as made:
        yield made


def fake_market(floor: Floor) -> FakeMarket:
    assert isinstance(floor.market, FakeMarket)
    return floor.market


def broker_of(floor: Floor) -> ScriptedBroker:
    assert isinstance(floor.broker, ScriptedBroker)
    return floor.broker


async def bracket(floor: Floor, **fields: str) -> Order:
    """A purchase of 50 ACME at 100, with exits."""
    return await floor.execute((await floor.recommend(**fields)).id, by=ANN, exits=BRACKET)


async def find(floor: Floor, id: OrderId) -> Order:
    async with floor.store.snapshot() as uow:
        order = await uow.orders.find(id)
    assert order is not None, id
    return order


async def exit_of(floor: Floor, purchase: Order, number: int = 1) -> Order:
    return await find(floor, exit_id_for(purchase.id, number))


async def held(floor: Floor) -> tuple[Decimal, Decimal]:
    async with floor.store.snapshot() as uow:
        account = book(await uow.ledger.entries(ANN.user))
    return account.held(ACME), account.cash


async def walk(floor: Floor, *path: str) -> None:
    """A day passes on which ACME goes this way, and the scheduled task runs."""
    floor.pass_time(days=1)
    fake_market(floor).walk(ACME, floor.time.date(), *path)
    await floor.reconcile_exits()


async def test_stop_and_target_are_placed_with_the_order_and_reserve_its_units(floor: Floor) -> None:
    purchase = await bracket(floor)
    order = await exit_of(floor, purchase)
    assert (purchase.exits, purchase.guarded) == (EXITS, True)
    assert (order.state, order.action, order.quantity, order.exits) == (
        OrderState.ACCEPTED, Action.SELL, Decimal(50), EXITS
    )  # fmt: skip
    assert (order.purchase, order.reserved_units()) == (purchase.id, Decimal(50))
    assert order.reserved_cash(floor.rules.costs) == 0


async def test_without_a_word_levels_are_watched_unless_the_installation_says_otherwise(floor: Floor) -> None:
    watched = await floor.execute((await floor.recommend()).id, by=ANN)
    assert (watched.exits, watched.guarded) == (None, False)
    floor.rules = TradingRules(exits=BRACKET)
    placed = await floor.execute((await floor.recommend()).id, by=ANN)
    assert placed.exits == EXITS
    again = await floor.execute((await floor.recommend()).id, by=ANN, exits=WATCH)
    assert again.exits is None


async def test_a_day_between_the_levels_sells_nothing(floor: Floor) -> None:
    purchase = await bracket(floor)
    await walk(floor, "100", "119.99", "90.01", "110")
    assert (await exit_of(floor, purchase)).state is OrderState.ACCEPTED
    assert await held(floor) == (50, 95_000)


@pytest.mark.parametrize(
    ("path", "price"),
    [
        (("100", "110", "89", "105"), "90"),
        (("100", "121", "95", "118"), "120"),
        (("100", "125", "85", "100"), "90"),  # both: the stop first
        (("80", "85", "75", "84"), "80"),  # a gap fills at the open
        (("130", "131", "110", "115"), "130"),
    ],
)
async def test_exits_are_executed_by_the_path_of_the_day(floor: Floor, path: tuple[str, ...], price: str) -> None:
    purchase = await bracket(floor)
    await walk(floor, *path)
    order = await exit_of(floor, purchase)
    assert (order.state, order.filled, order.average_price) == (OrderState.FILLED, Decimal(50), Decimal(price))
    assert await held(floor) == (0, 95_000 + 50 * Decimal(price))
    assert not (await find(floor, purchase.id)).guarded
    # The other leg is gone: no later day sells anything.
    await walk(floor, "200", "200", "1", "100")
    assert await held(floor) == (0, 95_000 + 50 * Decimal(price))


async def test_the_day_of_the_purchase_does_not_count(floor: Floor) -> None:
    fake_market(floor).walk(ACME, floor.time.date(), "100", "130", "80", "100")
    purchase = await bracket(floor)
    await floor.reconcile_exits()
    assert (await exit_of(floor, purchase)).state is OrderState.ACCEPTED


async def test_a_stop_slips_and_a_target_does_not_and_both_pay_the_fee() -> None:
    costs = Costs(Decimal("0.1"), Decimal(1), Decimal("0.5"))
    for path, price in ((("100", "100", "80", "85"), "89.55"), (("100", "125", "99", "110"), "120")):
        async with open_paper_floor(costs) as floor:
            purchase = await bracket(floor)
            await walk(floor, *path)
            order = await exit_of(floor, purchase)
            assert order.average_price == Decimal(price)
            assert order.fee == costs.fee(order.turnover)


async def test_an_exit_that_was_reached_while_the_server_was_down_is_executed_by_the_first_such_day(
    floor: Floor,
) -> None:
    purchase = await bracket(floor)
    for path in (("100", "101", "99", "100"), ("95", "95", "88", "92"), ("130", "140", "130", "135")):
        floor.pass_time(days=1)
        fake_market(floor).walk(ACME, floor.time.date(), *path)
    await floor.reconcile_exits()
    assert (await exit_of(floor, purchase)).average_price == 90


async def test_two_processes_execute_an_exit_once(floor: Floor) -> None:
    await bracket(floor)
    floor.pass_time(days=1)
    fake_market(floor).walk(ACME, floor.time.date(), "100", "130", "80", "100")
    await asyncio.gather(*(floor.reconcile_exits() for _ in range(4)), return_exceptions=True)
    await floor.reconcile_exits()
    assert await held(floor) == (0, 95_000 + 50 * 90)


async def test_a_sale_cancels_the_exits_and_sells_everything(floor: Floor) -> None:
    purchase = await bracket(floor)
    sale = await floor.execute((await floor.recommend(action=Action.SELL)).id, by=ANN)
    assert (sale.state, sale.filled) == (OrderState.FILLED, 50)
    order = await exit_of(floor, purchase)
    assert (order.state, order.filled, order.reserved_units()) == (OrderState.CANCELLED, 0, 0)
    floor.pass_time(minutes=1)
    await walk(floor, "100", "130", "80", "100")
    assert await held(floor) == (0, 100_000)
    assert not (await find(floor, purchase.id)).guarded


async def test_a_sale_that_is_refused_cancels_no_exit(scripted: Floor) -> None:
    purchase = await bracket(scripted)
    wanted = await scripted.recommend(action=Action.SELL)
    broker_of(scripted).market.prices[ACME] = Decimal(104)
    with pytest.raises(IllegalMove, match="away from"):
        await scripted.execute(wanted.id, by=ANN)
    assert (await exit_of(scripted, purchase)).state is OrderState.ACCEPTED


async def test_a_sale_waits_until_the_broker_has_ended_the_exits(scripted: Floor) -> None:
    purchase = await bracket(scripted)
    wanted = await scripted.recommend(action=Action.SELL)
    broker_of(scripted).cancel_behaviour = "slow"
    with pytest.raises(StillRunning, match="exit orders of ACME"):
        await scripted.execute(wanted.id, by=ANN)
    assert (await exit_of(scripted, purchase)).state is OrderState.CANCELLING
    assert order_id_for(wanted.id) not in broker_of(scripted).placed
    await scripted.reconcile()
    assert (await scripted.execute(wanted.id, by=ANN)).filled == 50


async def test_an_exit_that_fills_while_the_position_is_being_sold_is_the_sale(scripted: Floor) -> None:
    await bracket(scripted)
    wanted = await scripted.recommend(action=Action.SELL)
    broker_of(scripted).cancel_behaviour = "late"
    with pytest.raises(IllegalMove, match="no ACME to sell"):
        await scripted.execute(wanted.id, by=ANN)
    assert await held(scripted) == (0, 100_000)


async def test_exits_come_back_after_a_sale_that_came_to_nothing(scripted: Floor) -> None:
    purchase = await bracket(scripted)
    wanted = await scripted.recommend(action=Action.SELL)
    broker_of(scripted).behaviour = "refuse"
    with pytest.raises(IllegalMove):
        await scripted.execute(wanted.id, by=ANN)
    await scripted.reconcile_exits()
    async with scripted.store.snapshot() as uow:
        assert await uow.orders.find(exit_id_for(purchase.id, 2)) is None  # not at once: a sale may be under way
    scripted.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
    await scripted.reconcile_exits()
    renewed = await exit_of(scripted, purchase, 2)
    assert (renewed.state, renewed.quantity, renewed.exits) == (OrderState.ACCEPTED, 50, EXITS)


async def test_a_split_adjusts_units_and_levels(floor: Floor) -> None:
    purchase = await bracket(floor)
    # The newest price is that of the day before, in the prices of after the split.
    fake_market(floor).walk(ACME, floor.time.date(), "10", "10", "10", "10")
    floor.pass_time(days=1)
    fake_market(floor).splits.append(Split(floor.time.date(), Decimal(10)))
    assert await floor.book_actions() == 1
    assert await held(floor) == (500, 95_000)
    assert (await exit_of(floor, purchase)).state is OrderState.CANCELLED
    renewed = await exit_of(floor, purchase, 2)
    assert (renewed.quantity, renewed.exits) == (500, Exits(Decimal(9), Decimal(12)))
    await floor.reconcile()
    # The session of the ex-date counts already.
    fake_market(floor).walk(ACME, floor.time.date(), "10", "10.5", "8.8", "9")
    floor.pass_time(days=1)
    fake_market(floor).walk(ACME, floor.time.date(), "10", "10.5", "9.5", "10")
    await floor.reconcile_exits()
    assert await held(floor) == (0, 95_000 + 500 * 9)


async def test_a_split_of_a_share_that_was_sold_at_its_stop_before_changes_no_money(floor: Floor) -> None:
    await bracket(floor)
    floor.pass_time(days=1)
    fake_market(floor).walk(ACME, floor.time.date(), "95", "95", "89", "91")
    floor.pass_time(days=1)
    fake_market(floor).splits.append(Split(floor.time.date(), Decimal(10)))
    # The source shows all days in the prices of the newest.
    fake_market(floor).paths[ACME].clear()
    fake_market(floor).walk(ACME, floor.time.date() - timedelta(days=1), "9.5", "9.5", "8.9", "9.1")
    fake_market(floor).walk(ACME, floor.time.date(), "9.1", "9.2", "9", "9.1")
    await floor.book_actions()
    await floor.reconcile_exits()
    assert await held(floor) == (0, 95_000 + 50 * 90)


async def test_a_split_waits_for_a_broker_that_has_not_ended_the_exits(scripted: Floor) -> None:
    purchase = await bracket(scripted)
    scripted.pass_time(days=1)
    fake_market(scripted).splits.append(Split(scripted.time.date(), Decimal(10)))
    broker_of(scripted).away = True
    assert await scripted.book_actions() == 0
    assert await held(scripted) == (50, 95_000)
    broker_of(scripted).away = False
    await scripted.reconcile()
    assert await scripted.book_actions() == 1
    assert await held(scripted) == (500, 95_000)
    assert (await exit_of(scripted, purchase, 2)).quantity == 500


async def test_nothing_is_bought_at_its_target(floor: Floor) -> None:
    purchase = await bracket(floor, target=Decimal(102))  # type: ignore[arg-type]
    assert (purchase.limit, purchase.average_price) == (Decimal("101.99"), 100)


async def test_exits_are_placed_again_without_a_price(floor: Floor) -> None:
    purchase = await bracket(floor)
    async with floor.store.unit_of_work() as uow:
        order = await uow.orders.find(exit_id_for(purchase.id, 1))
        assert order is not None
        await uow.orders.put(order.request_cancellation(at=floor.time, renewed=True))
    await floor.reconcile()
    price = floor.market.prices.pop(ACME)
    floor.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
    await floor.reconcile_exits()
    assert (await exit_of(floor, purchase, 2)).state is OrderState.ACCEPTED
    floor.market.prices[ACME] = price
    await walk(floor, "100", "100", "80", "85")
    assert await held(floor) == (0, 95_000 + 50 * 90)


async def test_a_day_that_stayed_above_the_stop_does_not_sell_after_a_dividend(floor: Floor) -> None:
    purchase = await bracket(floor)
    await walk(floor, "95", "99", "91", "95")
    floor.pass_time(days=1)
    fake_market(floor).dividends.append(Dividend(floor.time.date(), Decimal(4)))
    # The source shows the day before the ex-date lowered by the dividend.
    fake_market(floor).paths[ACME].clear()
    fake_market(floor).walk(ACME, floor.time.date() - timedelta(days=1), "91", "94.83", "87.17", "91")
    fake_market(floor).walk(ACME, floor.time.date(), "92", "93", "91", "92")
    await floor.reconcile_exits()
    assert (await exit_of(floor, purchase)).state is OrderState.ACCEPTED


async def test_a_dividend_leaves_the_exits_alone(scripted: Floor) -> None:
    purchase = await bracket(scripted)
    scripted.pass_time(days=1)
    fake_market(scripted).dividends.append(Dividend(scripted.time.date(), Decimal(1)))
    assert await scripted.book_actions() == 1
    assert (await exit_of(scripted, purchase)).state is OrderState.ACCEPTED


async def test_exits_that_their_owner_cancels_stay_cancelled_and_the_levels_are_watched(floor: Floor) -> None:
    purchase = await bracket(floor)
    cancelled = await floor.cancel(exit_id_for(purchase.id, 1), by=ANN)
    assert cancelled.state is OrderState.CANCELLED
    floor.pass_time(hours=1)
    await floor.reconcile_exits()
    assert not (await find(floor, purchase.id)).guarded
    await walk(floor, "100", "100", "80", "85")
    assert await held(floor) == (50, 95_000)
    assert await WatchLevels(floor.store, floor.market, floor.now)() == 1


async def test_levels_with_orders_are_not_watched_as_well(floor: Floor) -> None:
    await bracket(floor)
    floor.pass_time(days=1)
    fake_market(floor).walk(ACME, floor.time.date(), "100", "100", "80", "85")
    assert await WatchLevels(floor.store, floor.market, floor.now)() == 0


async def test_exits_that_the_broker_ends_are_watched_again_and_said(scripted: Floor) -> None:
    purchase = await bracket(scripted)
    broker_of(scripted).end(exit_id_for(purchase.id, 1))
    await scripted.reconcile_exits()
    assert (await exit_of(scripted, purchase)).state is OrderState.REFUSED
    assert not (await find(scripted, purchase.id)).guarded
    fake_market(scripted).walk(ACME, scripted.time.date() + timedelta(days=1), "100", "100", "80", "85")
    scripted.pass_time(days=1)
    assert await WatchLevels(scripted.store, scripted.market, scripted.now)() == 1


async def test_a_purchase_that_is_filled_in_part_has_exits_for_that_part_once_it_has_ended(
    scripted: Floor,
) -> None:
    broker_of(scripted).behaviour = "half"
    purchase = await bracket(scripted)
    async with scripted.store.snapshot() as uow:
        assert await uow.orders.find(exit_id_for(purchase.id, 1)) is None
    broker_of(scripted).end(purchase.id)
    await scripted.reconcile()
    order = await exit_of(scripted, purchase)
    assert (order.state, order.quantity) == (OrderState.ACCEPTED, 25)


async def test_a_purchase_that_comes_to_nothing_has_no_exits(scripted: Floor) -> None:
    broker_of(scripted).behaviour = "refuse"
    wanted = await scripted.recommend()
    with pytest.raises(IllegalMove):
        await scripted.execute(wanted.id, by=ANN, exits=BRACKET)
    assert len(broker_of(scripted).submits) == 1


@pytest.mark.parametrize(
    ("fields", "price", "why"),
    [
        ({"action": Action.SELL}, "100", "only a purchase has exits"),
        ({"stop": Decimal(99)}, "98.5", "not between the stop 99.00 and the target"),
        ({"target": Decimal(101)}, "102", "not between the stop"),
    ],
)
async def test_exits_that_cannot_be_placed_are_refused_where_they_are_asked_for(
    scripted: Floor, fields: dict[str, Decimal], price: str, why: str
) -> None:
    await scripted.execute((await scripted.recommend()).id, by=ANN)
    wanted = await scripted.recommend(**fields)
    broker_of(scripted).market.prices[ACME] = Decimal(price)
    with pytest.raises(IllegalMove, match=why):
        await scripted.execute(wanted.id, by=ANN, exits=BRACKET)
    scripted.rules = TradingRules(exits=BRACKET)
    assert (await scripted.execute(wanted.id, by=ANN)).exits is None


async def test_exits_of_crypto_have_its_decimals(floor: Floor) -> None:
    purchase = await bracket(floor, asset=COIN)  # type: ignore[arg-type]
    order = await exit_of(floor, purchase)
    assert (order.quantity, order.exits) == (10_000, Exits(Decimal("0.45"), Decimal("0.6")))


async def test_an_exit_order_that_is_lost_on_its_way_is_sent_again_under_the_same_id(scripted: Floor) -> None:
    broker = broker_of(scripted)

    wanted = await scripted.recommend()
    broker.behaviour = "accept"
    purchase = await scripted.execute(wanted.id, by=ANN, exits=BRACKET)
    broker.fill(purchase.id, purchase.quantity)
    broker.behaviour = "lost"
    await scripted.reconcile()
    assert (await exit_of(scripted, purchase)).state is OrderState.PENDING
    for _ in range(2):
        await scripted.reconcile()
    assert (await exit_of(scripted, purchase)).state is OrderState.ACCEPTED
    assert broker.submits.count(exit_id_for(purchase.id, 1)) == 2
    assert list(broker.placed) == [purchase.id, exit_id_for(purchase.id, 1)]


async def test_a_crash_at_any_point_between_purchase_and_exits_does_nothing_twice() -> None:
    for at in range(1, 80):
        async with open_scripted_floor() as floor:
            wanted = await floor.recommend()
            crashed = False
            try:
                await crashing(floor, at).execute(wanted.id, by=ANN, exits=BRACKET)
            except Crash:
                crashed = True
            await settle(floor, wanted)
            broker = broker_of(floor)
            bought = order_id_for(wanted.id)
            if bought in broker.placed:
                assert list(broker.placed) == [bought, exit_id_for(bought, 1)]
                assert await held(floor) == (50, 95_000)
                assert (await find(floor, exit_id_for(bought, 1))).state is OrderState.ACCEPTED
            else:
                assert not broker.placed
            if not crashed:
                return
    raise AssertionError("The execution never got through.")


async def settle(floor: Floor, wanted: Recommendation) -> None:
    """What the scheduled tasks do, until nothing moves."""
    floor.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
    for _ in range(3):
        await floor.reconcile()
        await floor.reconcile_exits()


async def test_entries_of_an_exit_belong_to_its_order(floor: Floor) -> None:
    purchase = await bracket(floor)
    await walk(floor, "100", "125", "99", "110")
    async with floor.store.snapshot() as uow:
        entries = [entry for entry in await uow.ledger.entries(ANN.user) if entry.kind is EntryKind.FILL]
    assert [entry.order for entry in entries] == [purchase.id, exit_id_for(purchase.id, 1)]
    assert [entry.at.date() for entry in entries] == [date(2024, 10, 10), date(2024, 10, 11)]
