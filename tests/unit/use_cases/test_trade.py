"""Executing, rejecting and expiring recommendations: gates, answers, and one order each."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tradecore.model.errors import IllegalMove
from tradecore.model.ids import RecommendationId, UserId
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.recommendations import RecommendationState
from tradecore.model.users import Caller
from tradecore.use_cases.trade import MAX_LISTED
from trading_floor import ANN, Floor, ScriptedBroker, open_paper_floor, open_scripted_floor

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


async def state_of(floor: Floor, id: RecommendationId) -> State:
    async with floor.store.snapshot() as uow:
        return (await uow.recommendations.get(id)).state


async def test_a_rejection_is_final_and_asked_again_the_same(scripted: Floor) -> None:
    wanted = await scripted.recommend()
    rejected = await scripted.reject(wanted.id, by=ANN)
    scripted.pass_time(seconds=1)
    assert await scripted.reject(wanted.id, by=ANN) == rejected
    with pytest.raises(IllegalMove, match="rejected"):
        await scripted.execute(wanted.id, by=ANN)
    assert broker_of(scripted).submits == []


async def test_what_was_executed_or_has_expired_cannot_be_rejected(scripted: Floor) -> None:
    done, late = await scripted.recommend(), await scripted.recommend()
    await scripted.execute(done.id, by=ANN)
    scripted.time = late.expires_at
    for id in (done.id, late.id, late.id):
        with pytest.raises(IllegalMove, match="for good"):
            await scripted.reject(id, by=ANN)
    assert await state_of(scripted, late.id) is State.EXPIRED


async def test_chores_write_down_whose_time_is_over(scripted: Floor) -> None:
    for _ in range(MAX_LISTED + 5):
        await scripted.recommend()
    fresh = await scripted.recommend(expires_at=scripted.time + timedelta(hours=7))
    scripted.pass_time(hours=6)
    assert [each.id for each in await scripted.show(by=ANN)] == [fresh.id]
    assert {each.state for each in await scripted.show(by=ANN, state=State.EXPIRED)} == {State.EXPIRED}
    assert await scripted.expire() == MAX_LISTED + 5
    assert await scripted.expire() == 0
    assert [each.id for each in await scripted.show(by=ANN)] == [fresh.id]
    assert len(await scripted.show(by=ANN, state=State.EXPIRED)) == MAX_LISTED


async def test_lists_are_newest_first(scripted: Floor) -> None:
    ids = []
    for _ in range(3):
        ids.append((await scripted.recommend()).id)
        scripted.pass_time(minutes=1)
    assert [each.id for each in await scripted.show(by=ANN)] == ids[::-1]
