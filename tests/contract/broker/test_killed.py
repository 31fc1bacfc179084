"""kill -9 in the middle of an execution: the next process finds out what happened, and never sends an order blindly."""

import asyncio
import signal
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from tradecore.model.change import Change
from tradecore.model.errors import StillRunning
from tradecore.model.ids import RecommendationId
from tradecore.model.ledger import book
from tradecore.model.orders import OrderState, exit_id_for, order_id_for
from tradecore.model.recommendations import RecommendationState
from tradecore.use_cases.settle import SUBMIT_DEADLINE, ReconcileOrders
from tradecore_app.assembly import Assembled, assemble
from tradecore_app.settings import read_settings
from trading_floor import ACME, ANN, COIN, FakeAlpaca, FakeMarket, open_scripted_floor

# A process that executes a recommendation and is killed at a point of its choosing.
VICTIM = """
import asyncio, os, signal, sys
from attrs import evolve, frozen
from tradecore.model.exits import ExitPolicy
from tradecore.model.ids import RecommendationId, UserId
from tradecore.model.users import Caller
from tradecore.use_cases.settle import SettleOrder
from tradecore_app.assembly import assemble
from tradecore_app.settings import read_settings

point, id = sys.argv[1:]

def die_at(here):
    if here == point:
        os.kill(os.getpid(), signal.SIGKILL)

@frozen
class Dying:
    inner: object
    name = "dying"

    async def exits_objection(self, order):
        return await self.inner.exits_objection(order)

    async def submit(self, order):
        die_at("before the exits" if order.purchase else "after the intent")
        report = await self.inner.submit(order)
        die_at("after the exits" if order.purchase else "after the submit")
        return report

    async def find(self, id):
        return await self.inner.find(id)

    async def cancel(self, id):
        return await self.inner.cancel(id)

class DyingSettle(SettleOrder):
    async def _close_levels(self, uow, order):
        die_at("before the booking is committed")

async def main():
    async with assemble(read_settings()) as assembled:
        execute = assembled.core.execute_recommendation
        broker = Dying(execute.broker)
        settle = DyingSettle(execute.store, broker, execute.now)
        dying = evolve(execute, broker=broker, settle=settle)
        exits = ExitPolicy.BRACKET if "exits" in point else None
        await dying(RecommendationId(id), by=Caller(UserId("ann")), confirmed=True, exits=exits)

asyncio.run(main())
"""
POINTS = {"after the intent": 0, "after the submit": 1, "before the booking is committed": 1}


EXIT_POINTS = ("before the exits", "after the exits")


async def kill(point: str, id: RecommendationId, environment: dict[str, str]) -> None:
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-c", VICTIM, point, id, env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, said = await asyncio.wait_for(victim.communicate(), 60)
    assert victim.returncode == -signal.SIGKILL, said.decode()


def reconcile(assembled: Assembled, later: timedelta) -> ReconcileOrders:
    """The scheduled task, some time later."""
    execute = assembled.core.execute_recommendation
    now = execute.now
    settle = evolve(execute.settle, now=lambda: now() + later)
    return ReconcileOrders(execute.store, settle.now, settle)


async def executed(assembled: Assembled, id: RecommendationId) -> int:
    """How often the paper broker or Alpaca really executed it: 0 or 1, since either keeps ids apart."""
    return int(await assembled.core.execute_recommendation.broker.find(order_id_for(id)) is not None)


@pytest.mark.slow
@pytest.mark.parametrize("broker", ["paper", "alpaca"])
async def test_a_killed_execution_is_found_out_and_resolved_as_one_order(broker: str, tmp_path: Path) -> None:
    prices = tmp_path / "prices"
    prices.mkdir()
    async with (
        FakeAlpaca(FakeMarket({ACME: Decimal(100), COIN: Decimal(1)})).serving() as fake,
        open_scripted_floor() as pad,
    ):
        given: dict[str, Any] = {
            "data": tmp_path,
            "market": f"csv:{prices}",
            "broker": "paper:" if broker == "paper" else f"alpaca:{fake.url}",
            "slippage_percent": Decimal(0),
            "broker_user": "*",
            "alpaca_key": "k",
            "alpaca_secret": "s",
        }
        environment = {f"TRADECORE_{name.upper()}": str(value) for name, value in given.items()}
        async with assemble(read_settings(**given)) as first:
            pad.time = first.core.execute_recommendation.now()
            day = pad.time.date() - timedelta(days=1)
            (prices / "ACME.csv").write_text(f"date,open,high,low,close,volume\n{day},100,100,100,100,1000\n")
            wanted = {point: pad.recommendation(size="5") for point in POINTS}
            async with first.store.unit_of_work() as uow:
                for each in wanted.values():
                    await uow.recommendations.put(Change(each))
        await asyncio.gather(*(kill(point, each.id, environment) for point, each in wanted.items()))
        # What the dead left behind is an intent each, and nothing that is booked.
        async with assemble(read_settings(**given)) as second:
            for point, each in wanted.items():
                async with second.store.snapshot() as uow:
                    order = await uow.orders.find(order_id_for(each.id))
                    assert order is not None, point
                    assert order.state is OrderState.PENDING
                    assert [entry for entry in await uow.ledger.entries(ANN.user) if entry.order == order.id] == []
                assert await executed(second, each.id) == POINTS[point]
            never = wanted["after the intent"].id
            with pytest.raises(StillRunning):
                await second.core.execute_recommendation(never, by=ANN)
            await reconcile(second, timedelta(0))()
            await reconcile(second, SUBMIT_DEADLINE)()
            posts = len(fake.posts)
            for point, each in wanted.items():
                async with second.store.snapshot() as uow:
                    state = (await uow.recommendations.get(each.id)).state
                assert state is (RecommendationState.EXECUTED if POINTS[point] else RecommendationState.PENDING)
                if POINTS[point]:
                    assert (await second.core.execute_recommendation(each.id, by=ANN)).state is OrderState.FILLED
            # Asked about, nothing was sent again; the one that never arrived goes out once when it is asked for.
            assert len(fake.posts) == posts
            for _ in range(2):
                again = await second.core.execute_recommendation(never, by=ANN, confirmed=True)
                assert again.state is OrderState.FILLED
            assert len(fake.posts) == (0 if broker == "paper" else len(POINTS))
            async with second.store.snapshot() as uow:
                held = book(await uow.ledger.entries(ANN.user))
            assert (held.held(ACME), held.cash) == (150, 85_000)


@pytest.mark.endurance
@pytest.mark.slow
@pytest.mark.parametrize("broker", ["paper", "alpaca"])
async def test_a_purchase_that_is_killed_before_its_exits_has_them_once(broker: str, tmp_path: Path) -> None:
    prices = tmp_path / "prices"
    prices.mkdir()
    async with (
        FakeAlpaca(FakeMarket({ACME: Decimal(100), COIN: Decimal(1)})).serving() as fake,
        open_scripted_floor() as pad,
    ):
        given: dict[str, Any] = {
            "data": tmp_path,
            "market": f"csv:{prices}",
            "broker": "paper:" if broker == "paper" else f"alpaca:{fake.url}",
            "slippage_percent": Decimal(0),
            "broker_user": "*",
            "alpaca_key": "k",
            "alpaca_secret": "s",
        }
        environment = {f"TRADECORE_{name.upper()}": str(value) for name, value in given.items()}
        async with assemble(read_settings(**given)) as first:
            pad.time = first.core.execute_recommendation.now()
            day = pad.time.date() - timedelta(days=1)
            (prices / "ACME.csv").write_text(f"date,open,high,low,close,volume\n{day},100,100,100,100,1000\n")
            wanted = [pad.recommendation(size="5") for _ in EXIT_POINTS]
            async with first.store.unit_of_work() as uow:
                for each in wanted:
                    await uow.recommendations.put(Change(each))
        for point, each in zip(EXIT_POINTS, wanted, strict=True):
            await kill(point, each.id, environment)
        async with assemble(read_settings(**given)) as second:
            purchases = [order_id_for(each.id) for each in wanted]
            for state in (OrderState.PENDING, OrderState.ACCEPTED, OrderState.ACCEPTED):
                async with second.store.snapshot() as uow:
                    bought = [await uow.orders.find(id) for id in purchases]
                    exits = [await uow.orders.find(exit_id_for(id, 1)) for id in purchases]
                    held = book(await uow.ledger.entries(ANN.user))
                assert [order and order.state for order in bought] == [OrderState.FILLED] * 2
                assert [order and order.state for order in exits] == [state] * 2
                assert held.held(ACME) == 100
                await reconcile(second, timedelta(0))()
            # The legs stand at the venue with their purchases; nothing was sent again.
            assert len(fake.posts) == (0 if broker == "paper" else len(wanted))
