"""Alpaca in particular: what goes over the wire, and what is believed of what comes back."""

from collections.abc import AsyncIterator
from decimal import Decimal

import httpx2
import pytest
from pydantic import SecretStr

from tradecore.model.errors import IllegalMove, Refusal, StillRunning, Unavailable
from tradecore.model.execution_reports import BrokerStatus
from tradecore.model.exits import ExitPolicy, Exits
from tradecore.model.ids import TopicKind, topic_of
from tradecore.model.ledger import book
from tradecore.model.orders import Order, OrderState, OverfillRefused, exit_id_for, order_id_for
from tradecore.model.price_rows import Split
from tradecore.model.recommendations import RecommendationState
from tradecore.model.steps import Action
from tradecore.use_cases.settle import SUBMIT_DEADLINE
from tradecore_adapters.broker import alpaca
from tradecore_adapters.broker.alpaca import AlpacaBroker, open_alpaca
from trading_floor import ACME, ANN, COIN, FakeAlpaca, Floor

# What may come instead of an answer to a POST, each with and without the order having been placed.
FAULTS = ("timeout", "reset", "502", "500", "429", "401", "unreadable", "half")


@pytest.fixture
async def venue(request: pytest.FixtureRequest, fake: FakeAlpaca, scripted: Floor) -> AsyncIterator[Floor]:
    """A floor that trades at the fake; its watch_timeout is short where an answer never comes."""
    fault = getattr(request.node, "callspec", None) and request.node.callspec.params.get("fault")
    async with httpx2.AsyncClient(base_url=fake.url, trust_env=False, verify=False) as client:
        fake.market = scripted.market
        scripted.broker = AlpacaBroker(client, call_timeout=2.0 if fault == "timeout" else 8.0, watch_timeout=0.0)
        yield scripted


async def test_an_order_goes_out_as_alpaca_reads_it(fake: FakeAlpaca, floor: Floor) -> None:
    async with open_alpaca(fake.url, SecretStr("key"), SecretStr("secret"), live_allowed=False) as broker:
        await broker.submit(floor.order(quantity=Decimal("7.0"), limit=Decimal("110.50")))
        await broker.submit(floor.order(id="2", asset=COIN, quantity=Decimal("1E+2"), limit=Decimal("0.55")))
    assert fake.posts == [
        {
            "symbol": "ACME",
            "qty": "7",
            "side": "buy",
            "type": "limit",
            "limit_price": "110.5",
            "time_in_force": "day",
            "client_order_id": "tradecore-00000000-0000-4000-8000-000000000001",
        },
        {
            "symbol": "COIN/USD",
            "qty": "100",
            "side": "buy",
            "type": "limit",
            "limit_price": "0.55",
            "time_in_force": "gtc",
            "client_order_id": "tradecore-00000000-0000-4000-8000-000000000002",
        },
    ]
    assert {(each["apca-api-key-id"], each["apca-api-secret-key"]) for each in fake.seen} == {("key", "secret")}
    assert all(len(post["client_order_id"]) <= 48 for post in fake.posts)


async def test_real_money_needs_a_second_word() -> None:
    key = SecretStr("k")
    with pytest.raises(Unavailable, match="TRADECORE_LIVE_TRADING"):
        async with open_alpaca(alpaca.LIVE, key, key, live_allowed=False):
            pass
    async with open_alpaca(alpaca.LIVE, key, key, live_allowed=True) as broker:
        assert broker.client.base_url.host == "api.alpaca.markets"
    async with open_alpaca(alpaca.PAPER, key, key, live_allowed=False) as broker:
        assert broker.client.base_url.host == "paper-api.alpaca.markets"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("placed", [True, False])
async def test_an_order_whose_answer_is_lost_is_looked_up_and_never_sent_blindly(
    fault: str, placed: bool, fake: FakeAlpaca, venue: Floor
) -> None:
    wanted = await venue.recommend()
    fake.faults.append((fault, placed))
    if placed:
        order = await venue.execute(wanted.id, by=ANN)
        assert order.state is OrderState.FILLED
    else:
        with pytest.raises(Unavailable):
            await venue.execute(wanted.id, by=ANN)
        with pytest.raises(StillRunning):
            await venue.execute(wanted.id, by=ANN)
        assert [each.id for each in await venue.show(by=ANN)] == [wanted.id]
        assert len(fake.posts) == 0
        # Once it must have arrived and has not, it is pending again and may be sent, under the same id.
        venue.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
        order = await venue.execute(wanted.id, by=ANN)
    assert len(fake.posts) == 1
    assert order == await venue.execute(wanted.id, by=ANN)
    assert len(fake.posts) == 1


@pytest.mark.parametrize("fault", ["timeout", "reset", "502", "429", "unreadable", "half"])
async def test_while_alpaca_cannot_be_asked_nothing_is_decided(fault: str, fake: FakeAlpaca, venue: Floor) -> None:
    wanted = await venue.recommend()
    fake.faults.append(("502", True))
    fake.find_faults += [fault] * 3
    with pytest.raises(Unavailable):
        await venue.execute(wanted.id, by=ANN)
    venue.pass_time(minutes=5)
    for attempt in (venue.execute(wanted.id, by=ANN), venue.reconcile()):
        with pytest.raises(Unavailable):
            await attempt
    assert await venue.reconcile() == 1
    order = await venue.execute(wanted.id, by=ANN)
    assert (order.state, len(fake.posts)) == (OrderState.FILLED, 1)


async def test_a_server_that_is_gone_leaves_it_open(scripted: Floor) -> None:
    async with httpx2.AsyncClient(base_url="http://127.0.0.1:9", trust_env=False) as client:
        broker = AlpacaBroker(client)
        assert (await broker.submit(scripted.order())).status is BrokerStatus.AMBIGUOUS
        with pytest.raises(Unavailable):
            await broker.find(scripted.order().id)


async def test_a_refusal_ends_the_recommendation_with_words_of_ours(fake: FakeAlpaca, venue: Floor) -> None:
    wanted = await venue.recommend()
    fake.behaviour = "refuse"
    for _ in range(2):
        with pytest.raises(IllegalMove, match="Alpaca does not allow the order"):
            await venue.execute(wanted.id, by=ANN)
    [rejected] = await venue.show(by=ANN, state=RecommendationState.REJECTED)
    assert rejected.reason
    assert "insufficient" not in rejected.reason
    assert len(fake.posts) == 1


async def test_an_order_that_fills_late_and_in_parts_is_booked_as_it_fills(fake: FakeAlpaca, venue: Floor) -> None:
    wanted = await venue.recommend()
    fake.behaviour = "accept"
    order = await venue.execute(wanted.id, by=ANN)
    assert (order.state, order.filled) == (OrderState.ACCEPTED, 0)
    assert [each.id for each in await venue.show(by=ANN)] == [wanted.id]
    fake.fill(order.id, Decimal(20), "partially_filled", "100.10")
    for _ in range(3):
        await venue.reconcile()
    fake.fill(order.id, Decimal(50), "filled", "100.20")
    for _ in range(3):
        await venue.reconcile()
    order = await venue.execute(wanted.id, by=ANN)
    assert (order.state, order.filled, order.turnover) == (OrderState.FILLED, Decimal(50), Decimal(5010))
    async with venue.store.snapshot() as uow:
        entries = await uow.ledger.entries(ANN.user)
    assert [(each.quantity, each.cash) for each in entries[1:]] == [
        (Decimal(20), Decimal(-2002)),
        (Decimal(30), Decimal(-3008)),
    ]


async def test_a_cancelled_order_counts_for_what_it_filled(fake: FakeAlpaca, venue: Floor) -> None:
    wanted = await venue.recommend()
    fake.behaviour = "half"
    order = await venue.execute(wanted.id, by=ANN)
    assert (order.state, order.filled) == (OrderState.ACCEPTED, Decimal(25))
    fake.fill(order.id, Decimal(25), "canceled")
    await venue.reconcile()
    order = await venue.execute(wanted.id, by=ANN)
    assert (order.state, order.filled) == (OrderState.FILLED, Decimal(25))


async def test_an_order_that_expires_unfilled_comes_to_nothing(fake: FakeAlpaca, venue: Floor) -> None:
    wanted = await venue.recommend()
    fake.behaviour = "accept"
    order = await venue.execute(wanted.id, by=ANN)
    fake.orders[order.id]["status"] = "expired"
    await venue.reconcile()
    with pytest.raises(IllegalMove, match="expired"):
        await venue.execute(wanted.id, by=ANN)


async def test_more_than_was_ordered_is_not_booked_and_alarms(fake: FakeAlpaca, venue: Floor) -> None:
    wanted = await venue.recommend()
    fake.behaviour = "accept"
    order = await venue.execute(wanted.id, by=ANN)
    fake.fill(order.id, Decimal(57))
    for _ in range(2):
        await venue.reconcile()
    async with venue.store.snapshot() as uow:
        entries = await uow.ledger.entries(ANN.user)
        alarms = [event.fact for event in await uow.events.after(topic_of(TopicKind.ORDER, order.id), 0)]
    assert sum(each.quantity for each in entries) == Decimal(50)
    assert alarms[0] == OverfillRefused(topic_of(TopicKind.ORDER, order.id), venue.time, Decimal(7))


@pytest.mark.parametrize(
    "nonsense",
    [
        {"status": "levitating"},
        {"client_order_id": "another"},
        {"filled_qty": "-3", "status": "filled"},
        {"filled_qty": "NaN"},
        {"filled_qty": "1e400"},
        {"filled_qty": "3", "filled_avg_price": None, "status": "filled"},
        {"filled_qty": "3", "filled_avg_price": "0", "status": "filled"},
        {"filled_qty": None},
        {"status": None},
    ],
)
async def test_an_answer_that_cannot_be_true_is_not_believed(
    nonsense: dict[str, object], fake: FakeAlpaca, venue: Floor
) -> None:
    wanted = await venue.recommend()
    fake.behaviour = "accept"
    order = await venue.execute(wanted.id, by=ANN)
    honest = dict(fake.orders[order.id])
    fake.orders[order.id].update(nonsense)
    with pytest.raises(Refusal):
        await venue.reconcile()
    fake.orders[order.id] = honest
    fake.fill(order.id, Decimal(50))
    await venue.reconcile()
    assert (await venue.execute(wanted.id, by=ANN)).state is OrderState.FILLED


async def test_the_order_of_another_attempt_under_the_same_id_is_adopted(fake: FakeAlpaca, venue: Floor) -> None:
    order = venue.order()
    first = await venue.broker.submit(order)
    fake.market.prices[order.asset] = Decimal(101)
    assert await venue.broker.submit(order) == first
    assert (len(fake.posts), len(fake.orders)) == (2, 1)
    assert order.id == order_id_for(order.recommendation)


async def test_a_cancelled_order_is_cancelled_at_alpaca_by_its_own_id(fake: FakeAlpaca, venue: Floor) -> None:
    wanted = await venue.recommend()
    fake.behaviour = "accept"
    order = await venue.execute(wanted.id, by=ANN)
    cancelled = await venue.cancel(order.id, by=ANN)
    assert (cancelled.state, cancelled.filled) == (OrderState.CANCELLED, 0)
    assert fake.deletes == [f"/v2/orders/{fake.orders[order.id]['id']}"]
    assert await venue.cancel(order.id, by=ANN) == cancelled
    assert len(fake.deletes) == 1


async def test_what_was_filled_before_the_cancellation_is_booked(fake: FakeAlpaca, venue: Floor) -> None:
    wanted = await venue.recommend()
    fake.behaviour = "half"
    order = await venue.execute(wanted.id, by=ANN)
    cancelled = await venue.cancel(order.id, by=ANN)
    assert (cancelled.state, cancelled.filled, cancelled.reserved_cash(venue.rules.costs)) == (OrderState.FILLED, 25, 0)


async def test_an_order_that_the_exchange_has_not_ended_yet_is_cancelling_and_reserves_its_cash(
    fake: FakeAlpaca, venue: Floor
) -> None:
    wanted = await venue.recommend()
    fake.behaviour, fake.cancelled_as = "accept", "pending_cancel"
    order = await venue.execute(wanted.id, by=ANN)
    reserved = order.reserved_cash(venue.rules.costs)
    cancelling = await venue.cancel(order.id, by=ANN)
    assert (cancelling.state, cancelling.reserved_cash(venue.rules.costs)) == (OrderState.CANCELLING, reserved)
    fake.cancelled_as = "canceled"
    await venue.reconcile()
    assert (await venue.cancel(order.id, by=ANN)).state is OrderState.CANCELLED


async def test_an_order_that_is_filled_meanwhile_is_booked_and_not_cancelled(fake: FakeAlpaca, venue: Floor) -> None:
    wanted = await venue.recommend()
    fake.behaviour = "accept"
    order = await venue.execute(wanted.id, by=ANN)
    # The lookup still shows it open; the request to cancel it comes too late.
    fake.cancel_faults.append(("422", False))
    fake.cancelled_as = "filled"
    assert (await venue.cancel(order.id, by=ANN)).state is OrderState.CANCELLING
    fake.fill(order.id, Decimal(50))
    with pytest.raises(IllegalMove, match="filled before"):
        await venue.cancel(order.id, by=ANN)
    async with venue.store.snapshot() as uow:
        assert sum(entry.quantity for entry in await uow.ledger.entries(ANN.user)) == 50


@pytest.mark.parametrize("fault", ["reset", "502", "429", "404", "422"])
@pytest.mark.parametrize("effect", [True, False])
async def test_a_cancellation_whose_answer_is_lost_is_carried_through(
    fault: str, effect: bool, fake: FakeAlpaca, venue: Floor
) -> None:
    wanted = await venue.recommend()
    fake.behaviour = "accept"
    order = await venue.execute(wanted.id, by=ANN)
    fake.cancel_faults.append((fault, effect))
    first = await venue.cancel(order.id, by=ANN)
    assert first.state in (OrderState.CANCELLING, OrderState.CANCELLED)
    await venue.reconcile()
    [rejected] = await venue.show(by=ANN, state=RecommendationState.REJECTED)
    assert rejected.reason == "cancelled by its owner"
    assert fake.orders[order.id]["status"] == "canceled"


async def test_alpaca_is_not_asked_to_cancel_what_it_does_not_know_or_has_ended(fake: FakeAlpaca, venue: Floor) -> None:
    assert await venue.broker.cancel(venue.order().id) is None
    order = venue.order()
    report = await venue.broker.submit(order)
    assert await venue.broker.cancel(order.id) == report
    assert fake.deletes == []


async def bracket(venue: Floor) -> Order:
    """A purchase of 50 ACME at 100, with a stop of 90 and a target of 120."""
    return await venue.execute((await venue.recommend()).id, by=ANN, exits=ExitPolicy.BRACKET)


async def exit_of(venue: Floor, purchase: Order, number: int = 1) -> Order:
    async with venue.store.snapshot() as uow:
        orders = {order.id: order for order in await uow.orders.of(ANN.user, 9)}
    return orders[exit_id_for(purchase.id, number)]


async def held(venue: Floor) -> tuple[Decimal, Decimal]:
    async with venue.store.snapshot() as uow:
        account = book(await uow.ledger.entries(ANN.user))
    return account.held(ACME), account.cash


async def test_a_bracket_goes_out_as_one_order_with_two_legs(fake: FakeAlpaca, venue: Floor) -> None:
    purchase = await bracket(venue)
    assert fake.posts == [
        {
            "symbol": "ACME",
            "qty": "50",
            "side": "buy",
            "type": "limit",
            "limit_price": "103",
            "time_in_force": "gtc",
            "client_order_id": purchase.id,
            "order_class": "bracket",
            "take_profit": {"limit_price": "120"},
            "stop_loss": {"stop_price": "90"},
        }
    ]
    order = await exit_of(venue, purchase)
    assert (order.state, order.quantity, order.exits) == (OrderState.ACCEPTED, 50, Exits(Decimal(90), Decimal(120)))


@pytest.mark.parametrize(("kind", "price"), [("limit", "120.40"), ("stop", "88.10")])
async def test_the_leg_that_fills_is_booked_and_the_other_one_never_fills(
    kind: str, price: str, fake: FakeAlpaca, venue: Floor
) -> None:
    purchase = await bracket(venue)
    fake.fill_leg(purchase.id, kind, Decimal(50), price)
    for _ in range(2):
        await venue.reconcile_exits()
    order = await exit_of(venue, purchase)
    assert (order.state, order.filled, order.average_price) == (OrderState.FILLED, 50, Decimal(price))
    assert await held(venue) == (0, 95_000 + 50 * Decimal(price))
    assert [leg["status"] for leg in fake.legs(purchase.id).values()].count("filled") == 1
    assert len(fake.posts) == 1


async def test_a_target_that_fills_in_part_before_the_stop_takes_the_rest_is_one_sale(
    fake: FakeAlpaca, venue: Floor
) -> None:
    purchase = await bracket(venue)
    fake.fill_leg(purchase.id, "limit", Decimal(20), "120", "partially_filled")
    await venue.reconcile_exits()
    assert ((await exit_of(venue, purchase)).filled, (await held(venue))[0]) == (20, 30)
    fake.fill_leg(purchase.id, "stop", Decimal(30), "90")
    await venue.reconcile_exits()
    order = await exit_of(venue, purchase)
    assert (order.state, order.filled, order.turnover) == (OrderState.FILLED, 50, 20 * 120 + 30 * 90)
    assert await held(venue) == (0, 95_000 + 20 * 120 + 30 * 90)


async def test_the_legs_of_a_purchase_that_is_filled_late_are_adopted_and_not_sent_again(
    fake: FakeAlpaca, venue: Floor
) -> None:
    fake.behaviour = "accept"
    purchase = await bracket(venue)
    fake.fill(purchase.id, Decimal(20), "partially_filled")
    await venue.reconcile()
    async with venue.store.snapshot() as uow:
        assert await uow.orders.find(exit_id_for(purchase.id, 1)) is None
    fake.fill(purchase.id, Decimal(50))
    await venue.reconcile()
    assert (await exit_of(venue, purchase)).state is OrderState.ACCEPTED
    assert len(fake.posts) == 1


async def test_a_purchase_that_ends_in_part_gets_a_pair_for_that_part_since_its_legs_ended_with_it(
    fake: FakeAlpaca, venue: Floor
) -> None:
    fake.behaviour = "half"
    purchase = await bracket(venue)
    await venue.cancel(purchase.id, by=ANN)
    order = await exit_of(venue, purchase)
    assert (order.state, order.quantity) == (OrderState.ACCEPTED, 25)
    assert fake.posts[1:] == [
        {
            "symbol": "ACME",
            "qty": "25",
            "side": "sell",
            "type": "limit",
            "time_in_force": "gtc",
            "client_order_id": order.id,
            "order_class": "oco",
            "take_profit": {"limit_price": "120"},
            "stop_loss": {"stop_price": "90"},
        }
    ]
    fake.fill_leg(order.id, "stop", Decimal(25), "90")
    await venue.reconcile_exits()
    assert await held(venue) == (0, 100_000 - 25 * 100 + 25 * 90)


@pytest.mark.parametrize("fault", ["reset", "502", "unreadable", "half"])
@pytest.mark.parametrize("placed", [True, False])
async def test_a_pair_whose_answer_is_lost_is_placed_once(
    fault: str, placed: bool, fake: FakeAlpaca, venue: Floor
) -> None:
    fake.behaviour = "half"
    purchase = await bracket(venue)
    fake.faults.append((fault, placed))
    await venue.cancel(purchase.id, by=ANN)
    for _ in range(2):
        await venue.reconcile()
    order = await exit_of(venue, purchase)
    assert (order.state, order.quantity) == (OrderState.ACCEPTED, 25)
    assert [post["client_order_id"] for post in fake.posts] == [purchase.id, order.id]


async def test_while_alpaca_cannot_say_how_the_legs_stand_nothing_is_decided(fake: FakeAlpaca, venue: Floor) -> None:
    purchase = await bracket(venue)
    fake.fill_leg(purchase.id, "stop", Decimal(50), "90")
    # The exit order, its purchase and the legs are looked up one after the other; each may fail.
    for faults in (["reset"], ["502"], ["", "unreadable"], ["", "half"], ["", "", "429"], ["", "", "half"]):
        fake.find_faults += faults
        with pytest.raises(Unavailable):
            await venue.reconcile_exits()
        assert (await exit_of(venue, purchase)).state is OrderState.ACCEPTED
    await venue.reconcile_exits()
    assert await held(venue) == (0, 95_000 + 50 * 90)


async def test_a_leg_that_was_changed_at_alpaca_is_followed(fake: FakeAlpaca, venue: Floor) -> None:
    purchase = await bracket(venue)
    stop = fake.legs(purchase.id)["stop"]
    stop.update(status="replaced", replaced_by="venue-new")
    fake.orders["changed"] = {**stop, "id": "venue-new", "client_order_id": "changed", "status": "new"}
    await venue.reconcile_exits()
    assert (await exit_of(venue, purchase)).state is OrderState.ACCEPTED
    fake.fill("changed", Decimal(50), price="95")
    fake.legs(purchase.id)["limit"]["status"] = "canceled"
    await venue.reconcile_exits()
    assert await held(venue) == (0, 95_000 + 50 * 95)


async def test_the_legs_of_a_purchase_that_was_changed_at_alpaca_are_its_exits(fake: FakeAlpaca, venue: Floor) -> None:
    fake.behaviour = "accept"
    purchase = await bracket(venue)
    order = fake.orders[purchase.id]
    fake.orders["changed"] = {**order, "id": "venue-new", "client_order_id": "changed"}
    order.update(status="replaced", replaced_by="venue-new", legs=[])
    fake.fill("changed", Decimal(50))
    await venue.reconcile()
    assert ((await exit_of(venue, purchase)).state, len(fake.posts)) == (OrderState.ACCEPTED, 1)
    fake.fill_leg("changed", "stop", Decimal(50), "89")
    await venue.reconcile_exits()
    assert await held(venue) == (0, 95_000 + 50 * 89)


async def test_a_target_close_to_the_price_is_taken_by_alpaca(fake: FakeAlpaca, venue: Floor) -> None:
    wanted = await venue.recommend(target=Decimal(102))
    purchase = await venue.execute(wanted.id, by=ANN, exits=ExitPolicy.BRACKET)
    assert (purchase.state, fake.posts[0]["limit_price"]) == (OrderState.FILLED, "101.99")


async def test_a_purchase_that_was_changed_at_alpaca_is_followed(fake: FakeAlpaca, venue: Floor) -> None:
    fake.behaviour = "accept"
    order = await venue.execute((await venue.recommend()).id, by=ANN)
    fake.orders[order.id].update(status="replaced", replaced_by="venue-new")
    fake.orders["changed"] = {
        **fake.orders[order.id], "id": "venue-new", "client_order_id": "changed", "status": "new", "replaced_by": None,
    }  # fmt: skip
    await venue.reconcile()
    assert await held(venue) == (0, 100_000)
    fake.fill("changed", Decimal(50))
    await venue.reconcile()
    assert await held(venue) == (50, 95_000)


async def test_legs_that_are_cancelled_at_alpaca_end_the_exits(fake: FakeAlpaca, venue: Floor) -> None:
    purchase = await bracket(venue)
    for leg in fake.legs(purchase.id).values():
        leg["status"] = "canceled"
    await venue.reconcile_exits()
    order = await exit_of(venue, purchase)
    assert (order.state, order.reason) == (OrderState.REFUSED, "Alpaca ended the order unfilled; it is canceled.")
    await venue.reconcile_exits()
    assert len(fake.posts) == 1


async def test_a_sale_cancels_the_legs_first(fake: FakeAlpaca, venue: Floor) -> None:
    purchase = await bracket(venue)
    sale = await venue.execute((await venue.recommend(action=Action.SELL)).id, by=ANN)
    assert (sale.state, sale.filled) == (OrderState.FILLED, 50)
    assert {leg["status"] for leg in fake.legs(purchase.id).values()} == {"canceled"}
    assert await held(venue) == (0, 100_000)


@pytest.mark.parametrize("fault", ["reset", "502", "404", "422"])
@pytest.mark.parametrize("effect", [True, False])
async def test_legs_whose_cancellation_is_lost_are_cancelled_before_the_sale(
    fault: str, effect: bool, fake: FakeAlpaca, venue: Floor
) -> None:
    purchase = await bracket(venue)
    wanted = await venue.recommend(action=Action.SELL)
    fake.cancel_faults.append((fault, effect))
    for _ in range(3):
        try:
            await venue.execute(wanted.id, by=ANN)
        except (StillRunning, Unavailable):
            await venue.reconcile()
    assert {leg["status"] for leg in fake.legs(purchase.id).values()} == {"canceled"}
    assert await held(venue) == (0, 100_000)


async def test_a_split_replaces_the_legs_by_a_pair_in_the_new_prices(fake: FakeAlpaca, venue: Floor) -> None:
    purchase = await bracket(venue)
    venue.pass_time(days=1)
    fake.market.splits.append(Split(venue.time.date(), Decimal(10)))
    fake.market.prices[ACME] = Decimal(10)
    assert await venue.book_actions() == 1
    await venue.reconcile()
    order = await exit_of(venue, purchase, 2)
    assert (order.state, order.quantity) == (OrderState.ACCEPTED, 500)
    pair = fake.legs(order.id)
    assert (pair["limit"]["qty"], pair["limit"]["limit_price"], pair["stop"]["stop_price"]) == ("500", "12", "9")
    assert {leg["status"] for leg in fake.legs(purchase.id).values()} == {"canceled"}


async def test_a_pair_that_alpaca_refuses_is_said_and_its_levels_are_watched(fake: FakeAlpaca, venue: Floor) -> None:
    fake.behaviour = "half"
    purchase = await bracket(venue)
    fake.market.prices[ACME] = Decimal(89)  # below the stop
    await venue.cancel(purchase.id, by=ANN)
    order = await exit_of(venue, purchase)
    assert (order.state, order.guarded) == (OrderState.REFUSED, False)


async def test_crypto_has_no_bracket_at_alpaca(fake: FakeAlpaca, venue: Floor) -> None:
    wanted = await venue.recommend(asset=COIN)
    with pytest.raises(IllegalMove, match="for shares only"):
        await venue.execute(wanted.id, by=ANN, exits=ExitPolicy.BRACKET)
    assert fake.posts == []


async def test_positions_are_read_with_the_symbols_of_this_side(fake: FakeAlpaca, venue: Floor) -> None:
    assert isinstance(venue.broker, AlpacaBroker)
    assert await venue.broker.positions() == {}
    fake.positions = [
        {"symbol": "ACME", "qty": "12", "asset_class": "us_equity"},
        {"symbol": "BRK.B", "qty": "-3", "asset_class": "us_equity"},
        {"symbol": "COINUSD", "qty": "0.5", "asset_class": "crypto"},
        {"symbol": "ETH/USDT", "qty": "2", "asset_class": "crypto"},
        {"symbol": "ACME241220C00100000", "qty": "1", "asset_class": "us_option"},
    ]
    held = {asset.symbol: units for asset, units in (await venue.broker.positions()).items()}
    assert held == {
        "ACME": 12, "BRK.B": -3, "COIN-USD": Decimal("0.5"), "ETH-USDT": 2,
    }  # fmt: skip


async def test_an_account_is_known_by_its_number(fake: FakeAlpaca, venue: Floor) -> None:
    assert isinstance(venue.broker, AlpacaBroker)
    assert await venue.broker.account_number() == fake.account
    fake.key = "another"
    with pytest.raises(Unavailable, match="does not accept the key"):
        await venue.broker.account_number()


@pytest.mark.parametrize("fault", ["reset", "500", "unreadable", "half"])
async def test_positions_that_cannot_be_read_are_an_error(fault: str, fake: FakeAlpaca, venue: Floor) -> None:
    assert isinstance(venue.broker, AlpacaBroker)
    fake.find_faults.append(fault)
    with pytest.raises(Unavailable):
        await venue.broker.positions()
    fake.key = "another"
    with pytest.raises(Unavailable, match="does not accept the key"):
        await venue.broker.positions()
