"""The contract of the money part over every store, and how it meets the other parts."""

import asyncio
from decimal import Decimal

import pytest
from attrs import evolve

from tradecore.model.change import Change
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import RecommendationId, TopicKind, topic_of
from tradecore.model.orders import OverfillRefused
from tradecore.model.receipts import IdempotencyKey, IdempotencyReceipt
from tradecore.model.recommendations import Level, RecommendationState
from tradecore.ports.store import Store
from tradecore.testing import MoneyStoreSuite
from tradecore.testing.store_money import ANN, AT, EXACT, ORDER, order, recommendation
from tradecore.use_cases.execute import OrderTicket
from tradecore.use_cases.issue import issue_recommendation


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


async def test_of_recommendations_that_are_issued_at_once_one_stays_pending(store: Store) -> None:
    ids = [RecommendationId(f"r{n}") for n in range(8)]

    async def issue(id: RecommendationId) -> None:
        async with store.unit_of_work() as uow:
            await uow.jobs.waiting()
            await issue_recommendation(uow, Change(evolve(recommendation(id), engine="rules")))

    await asyncio.gather(*map(issue, ids))
    async with store.snapshot() as uow:
        kept = [await uow.recommendations.get(id) for id in ids]
    [pending] = [each for each in kept if each.state is RecommendationState.PENDING]
    superseded = [each for each in kept if each is not pending]
    assert {(each.state, each.reason) for each in superseded} == {(RecommendationState.EXPIRED, "superseded")}
    # Each gave way to the next one, and the last of them to the one that stays.
    assert len({each.superseded_by for each in superseded}) == len(superseded)
    assert pending.id in {each.superseded_by for each in superseded}


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
