"""Deposits, orders, rejections, expiries and crashes in any order, against an account that is kept apart."""

import asyncio
from contextlib import AsyncExitStack, suppress
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from tradecore.model.errors import Refusal
from tradecore.model.ids import RecommendationId
from tradecore.model.ledger import book
from tradecore.model.money import Asset, Costs, EntryKind
from tradecore.model.orders import Order, OrderState, order_id_for
from tradecore.model.recommendations import RecommendationState
from tradecore.model.steps import Action
from tradecore.model.trading_rules import DEFAULT_OPENING_CASH
from tradecore.use_cases.portfolio import MoveCash
from tradecore.use_cases.settle import SUBMIT_DEADLINE
from trading_floor import ACME, ANN, COIN, Crash, Floor, ScriptedBroker, crashing, open_paper_floor, open_scripted_floor

COSTS = Costs(Decimal("0.1"), Decimal("0.35"), Decimal("0.05"))
State = RecommendationState
# What the documented routes can show, one after the other.
VISIBLE = {(State.PENDING, State.EXECUTED), (State.PENDING, State.REJECTED), (State.PENDING, State.EXPIRED)}


class Trading(RuleBasedStateMachine):
    """One user, two assets, a broker that misbehaves, and processes that die anywhere."""

    recommendations = Bundle("recommendations")

    @initialize(paper=st.booleans())
    def open(self, paper: bool) -> None:
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        opening = open_paper_floor(COSTS) if paper else open_scripted_floor()
        self.floor: Floor = self.runner.run(self.stack.enter_async_context(opening))
        self.costs = COSTS if paper else Costs()
        self.paper = paper
        self.moved = Decimal(0)
        self.moves = 0
        self.shown: dict[RecommendationId, State] = {}

    def run(self, call: Any) -> Any:
        """The answer, or the refusal: neither may break what holds always."""

        async def answer() -> Any:
            with suppress(Refusal, Crash):
                return await call
            return None

        return self.runner.run(answer())

    @rule(amount=st.integers(1, 3_000_000), out=st.booleans())
    def move_cash(self, amount: int, out: bool) -> None:
        self.moves += 1
        change = Decimal(-amount if out else amount).scaleb(-2)
        move = MoveCash(self.floor.store, self.floor.now, lambda: f"m{self.moves}", DEFAULT_OPENING_CASH, self.costs)
        if self.run(move(change, by=ANN)) is not None:
            self.moved += change

    @rule(
        target=recommendations,
        asset=st.sampled_from((ACME, COIN)),
        action=st.sampled_from((Action.BUY, Action.BUY, Action.SELL)),
        size=st.sampled_from(("0.001", "5", "40", "99", "100")),
    )
    def recommend(self, asset: Asset, action: Action, size: str) -> RecommendationId:
        id: RecommendationId = self.runner.run(self.floor.recommend(asset=asset, action=action, size=size)).id
        self.shown[id] = State.PENDING
        return id

    @rule(
        id=recommendations, behaviour=st.sampled_from(("fill", "fill", "accept", "half", "refuse", "lost", "unheard"))
    )
    def execute(self, id: RecommendationId, behaviour: str) -> None:
        if isinstance(self.floor.broker, ScriptedBroker):
            self.floor.broker.behaviour = behaviour
        self.run(self.floor.execute(id, by=ANN))

    @rule(id=recommendations, at=st.integers(1, 40), behaviour=st.sampled_from(("fill", "half", "lost", "unheard")))
    def die_while_executing(self, id: RecommendationId, at: int, behaviour: str) -> None:
        if isinstance(self.floor.broker, ScriptedBroker):
            self.floor.broker.behaviour = behaviour
        self.run(crashing(self.floor, at).execute(id, by=ANN))

    @rule(id=recommendations)
    def reject(self, id: RecommendationId) -> None:
        self.run(self.floor.reject(id, by=ANN))

    @rule(
        id=recommendations,
        at=st.integers(0, 12),
        behaviour=st.sampled_from(("done", "slow", "late", "lost", "unheard")),
    )
    def cancel(self, id: RecommendationId, at: int, behaviour: str) -> None:
        if isinstance(self.floor.broker, ScriptedBroker):
            self.floor.broker.cancel_behaviour = behaviour
        self.run(crashing(self.floor, at).cancel(order_id_for(id), by=ANN))

    @rule(ids=st.lists(recommendations, min_size=2, max_size=4))
    def do_several_at_once(self, ids: list[RecommendationId]) -> None:
        async def all_of_them() -> None:
            calls = [*(self.floor.execute(id, by=ANN) for id in ids), self.floor.reject(ids[0], by=ANN)]
            calls += [self.floor.cancel(order_id_for(id), by=ANN) for id in ids[:2]]
            for done in await asyncio.gather(*calls, self.floor.reconcile(), return_exceptions=True):
                assert not isinstance(done, BaseException) or isinstance(done, Refusal), done

        self.runner.run(all_of_them())

    @rule()
    def expire(self) -> None:
        self.run(self.floor.expire())

    @rule(at=st.integers(0, 15))
    def reconcile(self, at: int) -> None:
        self.run(crashing(self.floor, at).reconcile())

    @rule(hours=st.sampled_from((0.001, 0.006, 1, 6)))
    def pass_time(self, hours: float) -> None:
        self.floor.pass_time(hours=hours)

    @rule(asset=st.sampled_from((ACME, COIN)), percent=st.integers(-4, 4))
    def prices_move(self, asset: Asset, percent: int) -> None:
        moved = self.floor.market.prices[asset] * (100 + percent) / 100
        self.floor.market.prices[asset] = max(Decimal("0.01"), moved.quantize(Decimal("0.0001")))

    @rule(n=st.integers(0, 9), end=st.sampled_from(("fill", "cancel", "part")))
    def the_broker_goes_on(self, n: int, end: str) -> None:
        broker = self.floor.broker
        if isinstance(broker, ScriptedBroker) and (waiting := broker.open()):
            id = waiting[n % len(waiting)]
            whole, done = broker.placed[id].quantity, broker.filled[id]
            if end == "fill":
                broker.fill(id, whole)
            elif end == "cancel":
                broker.end(id)
            else:
                broker.filled[id] = done + ((whole - done) / 2).quantize(Decimal("0.00000001"))

    @rule(away=st.booleans())
    def the_broker_comes_and_goes(self, away: bool) -> None:
        if isinstance(self.floor.broker, ScriptedBroker):
            self.floor.broker.away = away

    @invariant()
    def money_adds_up(self) -> None:
        """Cash and cost are constant but for gains and fees; nothing is spent or sold that is not there."""
        entries, orders, _ = self.kept()
        made = book(entries)
        cost = sum((each.cost for each in made.positions.values()), Decimal(0))
        assert made.cash + cost == made.contributed + made.realised - made.fees
        assert made.cash >= 0
        assert all(each.quantity > 0 for each in made.positions.values())
        assert made.contributed == (DEFAULT_OPENING_CASH + self.moved if entries else 0)
        for order in orders.values():
            own = [each for each in entries if each.order == order.id]
            sign = 1 if order.action is Action.BUY else -1
            assert sum(each.quantity for each in own) == sign * order.filled
            assert -sum(each.cash for each in own) == sign * order.turnover + order.fee
            assert order.filled <= order.quantity

    @invariant()
    def each_recommendation_has_one_order_and_one_end(self) -> None:
        _, orders, states = self.kept()
        broker = self.floor.broker
        if isinstance(broker, ScriptedBroker):
            assert set(broker.placed) <= set(orders)
        assert len({order.recommendation for order in orders.values()}) == len(orders)
        for id, state in states.items():
            seen = State.PENDING if state is State.EXECUTING else state
            assert seen is self.shown[id] or (self.shown[id], seen) in VISIBLE
            self.shown[id] = seen
        for order in orders.values():
            if states[order.recommendation] is State.EXECUTED:
                assert order.state is OrderState.FILLED
            if order.state is OrderState.CANCELLED:
                assert not order.filled
                assert states[order.recommendation] is State.REJECTED
            if order.ended:
                assert order.reserved_cash(self.costs) == order.reserved_units() == 0

    def kept(self) -> tuple[Any, dict[str, Order], dict[RecommendationId, State]]:
        async def read() -> Any:
            async with self.floor.store.snapshot() as uow:
                entries = await uow.ledger.entries(ANN.user)
                found = await uow.recommendations.of(ANN.user, frozenset(State), 1000)
                orders = [await uow.orders.find(f"tradecore-{each.id}") for each in found]  # type: ignore[arg-type]
                return entries, {each.id: each for each in orders if each}, {each.id: each.state for each in found}

        return self.runner.run(read())

    def teardown(self) -> None:
        if not hasattr(self, "runner"):
            return
        self.floor.pass_time(seconds=SUBMIT_DEADLINE.total_seconds())
        broker = self.floor.broker
        if isinstance(broker, ScriptedBroker):
            broker.away = False
            for id in broker.open():
                broker.end(id)
        self.runner.run(self.floor.reconcile())
        self.floor.pass_time(hours=12)
        self.runner.run(self.floor.expire())
        entries, _, states = self.kept()
        assert all(state in (State.EXECUTED, State.REJECTED, State.EXPIRED) for state in states.values())
        if isinstance(broker, ScriptedBroker):
            self.demand_what_the_broker_did(broker, entries, states)
        assert len({each.id for each in entries}) == len(entries)
        assert {each.kind for each in entries} <= set(EntryKind)
        self.runner.run(self.stack.aclose())
        self.runner.close()

    def demand_what_the_broker_did(
        self, broker: ScriptedBroker, entries: Any, states: dict[RecommendationId, State]
    ) -> None:
        """Once all is settled, the ledger is what the broker executed, in money and units."""
        cash, units = DEFAULT_OPENING_CASH + self.moved, {ACME: Decimal(0), COIN: Decimal(0)}
        for id, order in broker.placed.items():
            sign = 1 if order.action is Action.BUY else -1
            cash -= sign * broker.filled[id] * broker.prices[id]
            units[order.asset] += sign * broker.filled[id]
            if broker.filled[id] and states[order.recommendation] is not State.EXECUTED:
                raise AssertionError(f"{id} was filled and is {states[order.recommendation]}")
        made = book(entries)
        assert made.cash == (cash if entries else 0)
        assert {asset: made.held(asset) for asset in units} == units


Trading.TestCase.settings = settings(max_examples=60, stateful_step_count=30, suppress_health_check=list(HealthCheck))
test_money_survives_whatever_happens = Trading.TestCase
