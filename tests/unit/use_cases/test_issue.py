"""Issuing: a newer recommendation takes the place of a pending one of the same user, asset and engine."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tradecore.model.change import Change
from tradecore.model.ids import OrderId, RecommendationId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore.use_cases.issue import issue_recommendation

NVDA = Asset(Symbol("NVDA"), AssetType.EQUITY)


def recommendation(world: Any, **fields: Any) -> Recommendation:
    return Recommendation(
        **{
            "id": RecommendationId(world.new_id()),
            "user": UserId("ann"),
            "asset": NVDA,
            "action": Action.BUY,
            "confidence": Decimal(8),
            "position_size": Decimal(5),
            "entry": Decimal(100),
            "stop": Decimal(90),
            "target": Decimal(120),
            "reasoning": "Momentum.",
            "created_at": world.time,
            "expires_at": world.time + timedelta(hours=6),
            "engine": "rules",
            **fields,
        }
    )


async def issue(world: Any, recommended: Recommendation) -> Recommendation:
    async with world.store.unit_of_work() as uow:
        return await issue_recommendation(uow, Change(recommended))


async def stored(world: Any, id: RecommendationId) -> Recommendation:
    async with world.store.snapshot() as uow:
        found: Recommendation = await uow.recommendations.get(id)
        return found


async def test_the_older_one_counts_as_expired_and_names_the_newer_one(world: Any) -> None:
    older = await issue(world, recommendation(world))
    world.pass_time(minutes=1)
    newer = await issue(world, recommendation(world, action=Action.SELL))
    first, second = await stored(world, older.id), await stored(world, newer.id)
    assert (first.state, first.reason, first.superseded_by) == ("expired", "superseded", newer.id)
    assert first.ended_at == newer.created_at
    assert (second.state, second.superseded_by) == ("pending", None)


@pytest.mark.parametrize(
    "fields",
    [
        {"user": UserId("ben")},
        {"engine": "another"},
        {"asset": Asset(Symbol("AAPL"), AssetType.EQUITY)},
        {"asset": Asset(Symbol("NVDA"), AssetType.CRYPTO)},
    ],
)
async def test_another_user_asset_or_engine_keeps_its_own(world: Any, fields: dict[str, Any]) -> None:
    other = await issue(world, recommendation(world, **fields))
    await issue(world, recommendation(world))
    assert (await stored(world, other.id)).state == "pending"


async def test_one_that_is_being_executed_stays(world: Any) -> None:
    executing = await issue(world, recommendation(world))
    async with world.store.unit_of_work() as uow:
        await uow.recommendations.put(executing.begin(OrderId("o"), at=world.now()))
    await issue(world, recommendation(world))
    assert (await stored(world, executing.id)).state == "executing"
