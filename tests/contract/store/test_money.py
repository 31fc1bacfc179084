"""The contract of the money part over every store, and how it meets the other parts."""

from decimal import Decimal

import pytest

from tradecore.model.change import Change
from tradecore.model.ids import TopicKind, topic_of
from tradecore.model.orders import BrokerStatus, ExecutionReport, OverfillRefused
from tradecore.model.receipts import IdempotencyKey, IdempotencyReceipt
from tradecore.model.recommendations import Level
from tradecore.ports.store import Store
from tradecore.testing import MoneyStoreSuite
from tradecore.testing.store_money import ANN, AT, EXACT, ORDER, order, recommendation
from tradecore.use_cases.trade import OrderTicket


class TestMoney(MoneyStoreSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store


async def test_the_ticket_of_an_order_is_kept_with_its_idempotency_key(store: Store) -> None:
    receipt = IdempotencyReceipt(ANN, "execute", IdempotencyKey("key", "f" * 64), OrderTicket(ORDER), AT)
    async with store.unit_of_work() as uow:
        await uow.receipts.add(receipt)
    async with store.snapshot() as uow:
        assert await uow.receipts.find(ANN, "execute", "key") == receipt


async def test_what_happens_to_money_is_told_in_order(store: Store) -> None:
    async with store.unit_of_work() as uow:
        kept = await uow.recommendations.put(Change(recommendation()))
        begun = await uow.recommendations.put(kept.begin(ORDER, at=AT))
        done = await uow.recommendations.put(begun.execute(ORDER, at=AT))
        await uow.recommendations.put(done.cross(Level.TARGET, EXACT, AT.date(), at=AT))
        placed = await uow.orders.put(Change(order()))
        report = ExecutionReport(BrokerStatus.FILLED, Decimal(4), Decimal(1))
        await uow.orders.put(placed.apply_report(report, at=AT)[0])
    async with store.snapshot() as uow:
        facts = [each.fact for each in await uow.events.after(topic_of(TopicKind.RECOMMENDATION, kept.id), 0)]
        assert [type(fact).__name__ for fact in facts] == ["ExecutionBegun", "RecommendationExecuted", "LevelCrossed"]
        alarms = [each.fact for each in await uow.events.after(topic_of(TopicKind.ORDER, ORDER), 0)]
        assert alarms[0] == OverfillRefused(topic_of(TopicKind.ORDER, ORDER), AT, Decimal(1))
        assert await uow.events.waiting()
