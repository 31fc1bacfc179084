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
from trading_floor import ANN, Floor, Whim, papery, whimsical

BEN = Caller(UserId("ben"))
State = RecommendationState
ONCE = IdempotencyKey("key", "f" * 64)


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    async with papery() as made:
        yield made


@pytest.fixture
async def whims() -> AsyncIterator[Floor]:
    async with whimsical() as made:
        yield made


def whim(floor: Floor) -> Whim:
    assert isinstance(floor.broker, Whim)
    return floor.broker


async def state_of(floor: Floor, id: RecommendationId) -> State:
    async with floor.store.snapshot() as uow:
        return (await uow.recommendations.get(id)).state


async def test_a_rejection_is_final_and_asked_again_the_same(whims: Floor) -> None:
    wanted = await whims.recommend()
    rejected = await whims.reject(wanted.id, by=ANN)
    whims.pass_time(seconds=1)
    assert await whims.reject(wanted.id, by=ANN) == rejected
    with pytest.raises(IllegalMove, match="rejected"):
        await whims.execute(wanted.id, by=ANN)
    assert whim(whims).submits == []


async def test_what_was_executed_or_has_expired_cannot_be_rejected(whims: Floor) -> None:
    done, late = await whims.recommend(), await whims.recommend()
    await whims.execute(done.id, by=ANN)
    whims.time = late.expires_at
    for id in (done.id, late.id, late.id):
        with pytest.raises(IllegalMove, match="for good"):
            await whims.reject(id, by=ANN)
    assert await state_of(whims, late.id) is State.EXPIRED


async def test_chores_write_down_whose_time_is_over(whims: Floor) -> None:
    for _ in range(MAX_LISTED + 5):
        await whims.recommend()
    fresh = await whims.recommend(expires_at=whims.time + timedelta(hours=7))
    whims.pass_time(hours=6)
    assert [each.id for each in await whims.show(by=ANN)] == [fresh.id]
    assert {each.state for each in await whims.show(by=ANN, state=State.EXPIRED)} == {State.EXPIRED}
    assert await whims.expire() == MAX_LISTED + 5
    assert await whims.expire() == 0
    assert [each.id for each in await whims.show(by=ANN)] == [fresh.id]
    assert len(await whims.show(by=ANN, state=State.EXPIRED)) == MAX_LISTED


async def test_lists_are_newest_first(whims: Floor) -> None:
    ids = []
    for _ in range(3):
        ids.append((await whims.recommend()).id)
        whims.pass_time(minutes=1)
    assert [each.id for each in await whims.show(by=ANN)] == ids[::-1]
