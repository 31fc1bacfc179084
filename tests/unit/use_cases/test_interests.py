"""The interests of an account hold for its digests where a request leaves them open."""

from typing import Any

import pytest

from tradecore.model.errors import Invalid
from tradecore.model.ids import UserId
from tradecore.model.news import EVERYTHING, DigestBrief, Interests
from tradecore.model.users import Caller
from tradecore.use_cases.digest import DigestLimits, LaunchDigest
from tradecore.use_cases.interests import GetInterests, SetInterests

CHOSEN = Interests(assets=("BTC",), min_score=30, source_weights={"Wire": 10, "Bot": -20}, language="de")


async def brief_of(world: Any, by: Caller, interests: Interests = EVERYTHING) -> DigestBrief:
    launch = LaunchDigest(world.store, world.now, world.new_id, DigestLimits())
    ticket = await launch(DigestBrief(user_id=UserId("me"), hours=1, interests=interests), by=by)
    async with world.store.read() as uow:
        return (await uow.digests.get(ticket.digest)).brief


async def test_interests_are_replaced_as_a_whole_and_are_of_one_account(world: Any, ann: Caller, ben: Caller) -> None:
    get, choose = GetInterests(world.store), SetInterests(world.store)
    assert await get(by=ann) == EVERYTHING
    assert await choose(CHOSEN, by=ann) == await get(by=ann) == CHOSEN
    assert await choose(Interests(max_stories=3), by=ann) == await get(by=ann) == Interests(max_stories=3)
    assert await get(by=ben) == EVERYTHING


async def test_a_request_that_leaves_a_choice_open_has_it_from_the_account(
    world: Any, ann: Caller, ben: Caller
) -> None:
    await SetInterests(world.store)(CHOSEN, by=ann)
    assert (await brief_of(world, ann)).interests == CHOSEN
    narrowed = await brief_of(world, ann, Interests(assets=(), language="en", max_stories=5))
    assert narrowed.interests == Interests(
        assets=(), min_score=30, source_weights=CHOSEN.source_weights, language="en", max_stories=5
    )
    assert (await brief_of(world, ben)).interests == EVERYTHING


@pytest.mark.parametrize(
    ("interests", "field"),
    [
        (Interests(categories=("Sports",)), "categories"),
        (Interests(language="xx"), "language"),
        (Interests(min_score=101), "min_score"),
        (Interests(max_stories=0), "max_stories"),
        (Interests(assets=("$",)), "assets"),
        (Interests(excluded_words=("a",) * 51), "excluded_words"),
        (Interests(source_weights={"Wire": 21}), "source_weights"),
        (Interests(source_weights={"": 1}), "source_weights"),
        (Interests(source_weights={str(at): 1 for at in range(201)}), "source_weights"),
    ],
)
async def test_interests_that_cannot_be_change_nothing(
    world: Any, ann: Caller, interests: Interests, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await SetInterests(world.store)(interests, by=ann)
    assert [problem.field for problem in refused.value.problems] == [field]
    with pytest.raises(Invalid):
        await brief_of(world, ann, interests)
    assert await GetInterests(world.store)(by=ann) == EVERYTHING
