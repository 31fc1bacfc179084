"""Stories by what items share are the stories that all items of their time would give."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tradecore.engines.digest.features import features
from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.match_index import match_keys
from tradecore.engines.digest.stories import assign_stories, order
from tradecore.model.news import NewsItem, RawItem
from tradecore.use_cases.known_stories import RecentFeatures, StoryAssigner

TITLES = [
    "Regulator clears custody rule for crypto banks",
    "Crypto banks: regulator clears custody rule at last",
    "Regulator rejects custody rule for crypto banks",
    "Exchange Aldebit halts withdrawals after theft of $40 million",
    "Exchange Aldebit halts withdrawals after theft of $55 million",
    "Withdrawals halted at exchange Aldebit after $40 million theft",
]

EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))

said = st.tuples(st.sampled_from(TITLES), st.integers(0, 4), st.integers(0, 24 * 9))


def an_item(world: Any, title: str, outlet: int, hours: int) -> NewsItem:
    raw = RawItem(
        source=f"Outlet {outlet}",
        title=title,
        url=f"https://o{outlet}.example/{TITLES.index(title)}-{hours}",
        published_at=world.time - timedelta(hours=hours),
    )
    return identify(raw, world.time)


@given(visits=st.lists(st.lists(said, max_size=4), max_size=5), pauses=st.lists(st.sampled_from([0.2, 9, 30])))
@example(visits=[[(TITLES[0], 0, 0)], [(TITLES[1], 0, 73)], [(TITLES[1], 1, 2)]], pauses=[])
@settings(max_examples=20)
def test_a_story_by_shared_keys_is_the_story_by_looking_at_everything(
    open_world: Callable[[], AbstractAsyncContextManager[Any]],
    visits: list[list[tuple[str, int, int]]],
    pauses: list[float],
) -> None:
    async def check() -> None:
        async with open_world() as world:
            for number, visit in enumerate(visits):
                items = {item.id: item for item in (an_item(world, *each) for each in visit)}
                async with world.store.unit_of_work() as uow:
                    found = await uow.items.find([*items.values()])
                    fresh = sorted((i for i, known in zip(items.values(), found, strict=True) if not known), key=order)
                    placed = await (await StoryAssigner.read(uow, fresh)).assign()
                    assert placed == assign_stories(fresh, await uow.items.published(*EVER))
                    await uow.items.add([(each, match_keys(features(each))) for each in placed])
                world.pass_time(hours=pauses[number] if number < len(pauses) else 1)

    asyncio.run(check())


async def test_only_items_that_share_something_with_new_ones_are_read(world: Any) -> None:
    first, second = an_item(world, TITLES[0], 0, 0), an_item(world, TITLES[3], 0, 0)
    async with world.store.unit_of_work() as uow:
        await uow.items.add([(each, match_keys(features(each))) for each in assign_stories([first, second], ())])
        assigner = await StoryAssigner.read(uow, [an_item(world, TITLES[4], 1, 0)])
        assert [known.item.id for known in assigner.known] == [second.id]
        assert (await StoryAssigner.read(uow, [])).known == ()


def test_features_are_computed_anew_only_for_another_text(world: Any) -> None:
    recent = RecentFeatures()
    item = an_item(world, TITLES[0], 0, 0)
    [first] = recent.of([item])
    stored = evolve(item, sequence=7, first_seen_at=item.published_at - timedelta(hours=1))
    [same_text] = recent.of([stored])
    assert (same_text.item, same_text.happened_at) == (stored, stored.first_seen_at)
    assert same_text.runs is first.runs
    [revised] = recent.of([evolve(item, title=TITLES[3])])
    assert revised.title != first.title


def test_a_visit_keeps_the_features_that_were_used_last(world: Any) -> None:
    recent = RecentFeatures(kept=1)
    first, second = (an_item(world, TITLES[at], 0, 0) for at in (0, 3))
    [early] = recent.of([first])
    assert recent.of([first])[0] is early
    recent.of([second])
    assert recent.of([first])[0] is not early
