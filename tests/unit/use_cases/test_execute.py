"""Executing, rejecting and expiring recommendations: gates, answers, and one order each."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from tradecore.model.errors import IllegalMove, KeyReused, NeedsConfirmation, NotFound, StillRunning, Unavailable
from tradecore.model.ids import RecommendationId, TopicKind, UserId, topic_of
from tradecore.model.ledger import Book, book
from tradecore.model.money import Costs
from tradecore.model.orders import OrderState
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.recommendations import ExecutionReleased, RecommendationState
from tradecore.model.steps import Action
from tradecore.model.users import Caller
from tradecore.use_cases.execute import REPETITION
from tradecore.use_cases.settle import SUBMIT_DEADLINE
from trading_floor import ACME, ANN, COIN, Crash, Floor, ScriptedBroker, crashing, open_paper_floor, open_scripted_floor

BEN = Caller(UserId("ben"))
State = RecommendationState
ONCE = IdempotencyKey("key", "f" * 64)


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with open_paper_floor() as made:
        yield made


@pytest.fixture
async def scripted() -> AsyncIterator[Floor]:
    async with open_scripted_floor() as made:
        yield made


def broker_of(floor: Floor) -> ScriptedBroker:
    assert isinstance(floor.broker, ScriptedBroker)
    return floor.broker


async def held(floor: Floor, user: Caller = ANN) -> Book:
    async with floor.store.snapshot() as uow:
        return book(await uow.ledger.entries(user.user))


async def state_of(floor: Floor, id: RecommendationId) -> State:
    async with floor.store.snapshot() as uow:
        return (await uow.recommendations.get(id)).state


async def test_a_purchase_takes_its_share_of_the_portfolio_in_whole_units(floor: Floor) -> None:
    floor.market.prices[ACME] = Decimal(99)
    wanted = await floor.recommend(size="5")
    order = await floor.execute(wanted.id, by=ANN)
    assert (order.state, order.filled, order.average_price) == (OrderState.FILLED, 50, 99)
    made = await held(floor)
    assert (made.cash, made.held(ACME)) == (Decimal(100_000) - 50 * 99, 50)
    assert await state_of(floor, wanted.id) is State.EXECUTED


async def test_crypto_is_bought_to_the_eighth_decimal(floor: Floor) -> None:
    floor.market.prices[COIN] = Decimal(30000)
    order = await floor.execute((await floor.recommend(asset=COIN)).id, by=ANN)
    assert order.filled == Decimal("0.16666666")


async def test_a_sale_gives_up_the_whole_position(floor: Floor) -> None:
    await floor.execute((await floor.recommend()).id, by=ANN)
    order = await floor.execute((await floor.recommend(action=Action.SELL)).id, by=ANN)
    assert order.filled == 50
    assert (await held(floor)).positions == {}


async def test_fee_and_slippage_are_paid(floor: Floor) -> None:
    async with open_paper_floor(Costs(Decimal("0.1"), Decimal(1), Decimal("0.5"))) as dear:
        order = await dear.execute((await dear.recommend()).id, by=ANN)
        assert (order.average_price, order.fee) == (Decimal("100.50"), Decimal("6.02"))
        made = await held(dear)
        assert (made.cash, made.fees) == (Decimal(100_000) - 50 * Decimal("100.50") - order.fee, order.fee)


async def test_the_share_is_of_cash_and_positions_together(floor: Floor) -> None:
    await floor.execute((await floor.recommend(size="50")).id, by=ANN)
    floor.market.prices[ACME] = Decimal(200)
    floor.market.prices[COIN] = Decimal(1)
    order = await floor.execute((await floor.recommend(asset=COIN, size="10")).id, by=ANN)
    assert order.filled == 15_000


async def test_asked_again_the_same_answer_and_no_second_order(scripted: Floor) -> None:
    wanted = await scripted.recommend()
    first = await scripted.execute(wanted.id, by=ANN)
    scripted.pass_time(days=30)
    scripted.market.prices.clear()
    assert await scripted.execute(wanted.id, by=ANN) == first
    assert broker_of(scripted).submits == [first.id]


@pytest.mark.parametrize(
    ("fields", "prices", "sentence"),
    [
        ({"entry": Decimal(90)}, {}, "away from"),
        ({"entry": Decimal(111)}, {}, "away from"),
        ({"size": "0.09"}, {}, "do not buy a single share"),
        ({"size": "200"}, {}, "are free"),
        ({"action": Action.SELL}, {}, "no ACME to sell"),
        ({}, {ACME: None}, "no current price"),
    ],
)
async def test_a_closed_gate_is_said_and_nothing_is_sent(
    fields: dict[str, Any], prices: dict[Any, None], sentence: str, scripted: Floor
) -> None:
    wanted = await scripted.recommend(**fields)
    for asset in prices:
        del scripted.market.prices[asset]
    with pytest.raises(IllegalMove, match=sentence):
        await scripted.execute(wanted.id, by=ANN)
    assert broker_of(scripted).submits == []
    assert await state_of(scripted, wanted.id) is State.PENDING


async def test_with_trading_switched_off_nothing_is_sent_and_what_was_sent_is_settled(scripted: Floor) -> None:
    first, second = await scripted.recommend(), await scripted.recommend()
    broker_of(scripted).behaviour = "unheard"
    broker_of(scripted).away = True
    with pytest.raises(Unavailable):
        await scripted.execute(first.id, by=ANN)
    scripted.rules = evolve(scripted.rules, trading=False)
    broker_of(scripted).away = False
    await scripted.reconcile()
    assert (await scripted.execute(first.id, by=ANN)).state is OrderState.FILLED
    with pytest.raises(IllegalMove, match="switched off"):
        await scripted.execute(second.id, by=ANN)


async def test_cash_and_units_of_open_orders_are_not_free(scripted: Floor) -> None:
    buys = [await scripted.recommend(size="60") for _ in range(2)]
    broker_of(scripted).behaviour = "accept"
    first = await scripted.execute(buys[0].id, by=ANN)
    with pytest.raises(IllegalMove, match="are free"):
        await scripted.execute(buys[1].id, by=ANN)
    broker_of(scripted).end(first.id)
    await scripted.reconcile()
    await scripted.execute(buys[1].id, by=ANN)
    sells = [await scripted.recommend(action=Action.SELL) for _ in range(2)]
    broker_of(scripted).behaviour = "accept"
    await scripted.execute(sells[0].id, by=ANN)
    with pytest.raises(IllegalMove, match="no ACME to sell"):
        await scripted.execute(sells[1].id, by=ANN)


async def test_it_is_executed_until_its_time_is_over_and_never_after(scripted: Floor) -> None:
    early, late = await scripted.recommend(), await scripted.recommend()
    scripted.time = early.expires_at - timedelta(microseconds=1)
    await scripted.execute(early.id, by=ANN)
    scripted.time = late.expires_at
    for _ in range(2):
        with pytest.raises(IllegalMove, match="expired"):
            await scripted.execute(late.id, by=ANN)
    assert await state_of(scripted, late.id) is State.EXPIRED
    assert len(broker_of(scripted).submits) == 1


async def test_time_that_runs_out_while_prices_are_fetched_is_noticed_in_the_transaction(scripted: Floor) -> None:
    wanted = await scripted.recommend()
    quote = scripted.market.quote

    class Slow:
        async def quote(self, *args: Any) -> Any:
            scripted.time = wanted.expires_at
            return await quote(*args)

    with pytest.raises(IllegalMove, match="expired"):
        await evolve(scripted.execution, market=Slow())(wanted.id, by=ANN)  # type: ignore[arg-type]
    assert broker_of(scripted).submits == []


async def test_somebody_elses_is_not_found(scripted: Floor) -> None:
    wanted = await scripted.recommend()
    for attempt in (scripted.execute(wanted.id, by=BEN), scripted.reject(wanted.id, by=BEN)):
        with pytest.raises(NotFound):
            await attempt
    assert await scripted.show(by=BEN) == ()


async def test_while_its_order_is_under_way_it_is_pending_and_cannot_be_rejected_nor_expire(
    scripted: Floor,
) -> None:
    wanted = await scripted.recommend()
    broker_of(scripted).behaviour = "accept"
    order = await scripted.execute(wanted.id, by=ANN)
    assert order.state is OrderState.ACCEPTED
    with pytest.raises(IllegalMove, match="being executed"):
        await scripted.reject(wanted.id, by=ANN)
    scripted.pass_time(days=1)
    assert await scripted.expire() == 0
    assert [each.id for each in await scripted.show(by=ANN)] == [wanted.id]
    broker_of(scripted).fill(order.id, order.quantity)
    assert (await scripted.execute(wanted.id, by=ANN)).state is OrderState.FILLED


async def test_what_the_broker_refuses_is_rejected_with_its_reason(scripted: Floor) -> None:
    wanted = await scripted.recommend()
    broker_of(scripted).behaviour = "refuse"
    for _ in range(2):
        with pytest.raises(IllegalMove, match="not liked"):
            await scripted.execute(wanted.id, by=ANN)
    [rejected] = await scripted.show(by=ANN, state=State.REJECTED)
    assert rejected.reason == "It was not liked."
    assert (await held(scripted)).cash == 100_000


async def test_an_order_that_never_arrived_is_given_up_once_it_must_have_and_can_be_sent_again(
    scripted: Floor,
) -> None:
    wanted = await scripted.recommend()
    broker_of(scripted).behaviour = "lost"
    with pytest.raises(Unavailable, match="try again"):
        await scripted.execute(wanted.id, by=ANN)
    with pytest.raises(StillRunning):
        await scripted.execute(wanted.id, by=ANN)
    scripted.pass_time(seconds=SUBMIT_DEADLINE.total_seconds() - 1)
    await scripted.reconcile()
    assert await state_of(scripted, wanted.id) is State.EXECUTING
    scripted.pass_time(seconds=1)
    await scripted.reconcile()
    assert await state_of(scripted, wanted.id) is State.PENDING
    async with scripted.store.snapshot() as uow:
        told = [event.fact for event in await uow.events.after(topic_of(TopicKind.RECOMMENDATION, wanted.id), 0)]
    assert isinstance(told[-1], ExecutionReleased)
    order = await scripted.execute(wanted.id, by=ANN)
    assert broker_of(scripted).submits == [order.id, order.id]
    assert list(broker_of(scripted).placed) == [order.id]


async def test_the_same_key_gets_the_same_answer_and_another_request_with_it_is_refused(scripted: Floor) -> None:
    wanted, other = await scripted.recommend(), await scripted.recommend()
    first = await scripted.execute(wanted.id, by=ANN, idempotency=ONCE)
    assert await scripted.execute(wanted.id, by=ANN, idempotency=ONCE) == first
    with pytest.raises(KeyReused):
        await scripted.execute(other.id, by=ANN, idempotency=IdempotencyKey("key", "e" * 64))
    assert len(broker_of(scripted).submits) == 1


async def test_a_key_survives_an_order_that_never_arrived(scripted: Floor) -> None:
    wanted = await scripted.recommend()
    broker_of(scripted).behaviour = "lost"
    with pytest.raises(Unavailable):
        await scripted.execute(wanted.id, by=ANN, idempotency=ONCE)
    scripted.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
    assert (await scripted.execute(wanted.id, by=ANN, idempotency=ONCE)).state is OrderState.FILLED


async def test_execute_and_reject_at_once_have_one_winner_that_the_ledger_agrees_with(scripted: Floor) -> None:
    winners = set()
    for n in range(100):
        wanted = await scripted.recommend(size="0.5")
        attempts = [scripted.execute(wanted.id, by=ANN), scripted.reject(wanted.id, by=ANN)]
        done = await asyncio.gather(*(attempts if n % 2 else reversed(attempts)), return_exceptions=True)
        assert sum(isinstance(each, IllegalMove) for each in done) == 1
        state = await state_of(scripted, wanted.id)
        assert (state is State.EXECUTED) == (f"tradecore-{wanted.id}" in broker_of(scripted).placed)
        winners.add(state)
    assert winners == {State.EXECUTED, State.REJECTED}
    assert (await held(scripted)).held(ACME) == sum(broker_of(scripted).filled.values())


async def test_a_crash_at_any_point_leaves_one_order_and_a_ledger_that_agrees() -> None:
    at, points = 0, 0
    while True:
        at += 1
        async with open_scripted_floor() as scripted:
            wanted = await scripted.recommend()
            dying = crashing(scripted, at)
            try:
                await dying.execute(wanted.id, by=ANN)
            except Crash:
                points += 1
            else:
                break
            # The next process: looks up what was intended, then is asked again.
            await scripted.reconcile()
            scripted.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
            await scripted.reconcile()
            before = list(broker_of(scripted).placed)
            order = await scripted.execute(wanted.id, by=ANN)
            assert (order.state, order.filled) == (OrderState.FILLED, 50)
            assert list(broker_of(scripted).placed) == [order.id]
            assert before in ([], [order.id])
            made = await held(scripted)
            assert (made.held(ACME), made.cash) == (50, 95_000)
    assert points > 20


async def test_every_intent_writes_the_account_so_that_two_at_once_cannot_both_see_the_same_cash(
    scripted: Floor,
) -> None:
    versions = []
    for _ in range(3):
        await scripted.execute((await scripted.recommend()).id, by=ANN)
        async with scripted.store.snapshot() as uow:
            account = await uow.accounts.find(ANN.user)
        assert account
        versions.append(account.version)
    assert versions == [2, 3, 4]


async def test_a_second_order_of_a_symbol_within_a_minute_needs_a_confirmation_and_a_later_one_none(
    floor: Floor,
) -> None:
    first, second, third = [await floor.recommend(size="1") for _ in range(3)]
    bought = await floor.execute(first.id, by=ANN, confirmed=False)
    with pytest.raises(NeedsConfirmation, match="less than a minute ago") as refused:
        await floor.execute(second.id, by=ANN, confirmed=False)
    assert (refused.value.symbol, refused.value.held) == ("ACME", f"{bought.filled:f}")
    assert await state_of(floor, second.id) is State.PENDING
    await floor.execute(second.id, by=ANN, confirmed=True)
    floor.pass_time(seconds=REPETITION.total_seconds())
    await floor.execute(third.id, by=ANN, confirmed=False)


async def test_a_second_order_from_the_same_evidence_needs_a_confirmation_whenever_it_comes(floor: Floor) -> None:
    first, second = [await floor.recommend(size="1", evidence="a" * 64) for _ in range(2)]
    other = await floor.recommend(size="1", evidence="b" * 64)
    await floor.execute(first.id, by=ANN, confirmed=False)
    floor.pass_time(hours=1)
    with pytest.raises(NeedsConfirmation, match="on the same evidence"):
        await floor.execute(second.id, by=ANN, confirmed=False)
    await floor.execute(other.id, by=ANN, confirmed=False)


async def test_two_recommendations_of_a_symbol_executed_at_once_are_one_order(floor: Floor) -> None:
    ids = [(await floor.recommend(size="1")).id for _ in range(2)]
    outcomes = await asyncio.gather(*(floor.execute(id, by=ANN, confirmed=False) for id in ids), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NeedsConfirmation", "Order"]


async def test_another_symbol_needs_no_confirmation(floor: Floor) -> None:
    for asset in (ACME, COIN):
        await floor.execute((await floor.recommend(asset=asset, size="1")).id, by=ANN, confirmed=False)
