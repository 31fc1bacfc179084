"""Stories by memory are the stories that all items of their time would give."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tradecore.engines.digest.identity import identify
from tradecore.engines.digest.stories import assign_stories, order
from tradecore.model.news import NewsItem, RawItem
from tradecore.use_cases.known_stories import KnownStories

TITLES = [
    "Regulator clears custody rule for crypto banks",
    "Crypto banks: regulator clears custody rule at last",
    "Regulator rejects custody rule for crypto banks",
    "Exchange Aldebit halts withdrawals after theft of $40 million",
    "Exchange Aldebit halts withdrawals after theft of $55 million",
    "Withdrawals halted at exchange Aldebit after $40 million theft",
]

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
# What comes late is assigned with another index than the kept one, which reads it from the store afterwards.
@example(visits=[[(TITLES[0], 0, 0)], [(TITLES[1], 0, 73)], [(TITLES[1], 1, 2)]], pauses=[])
@settings(max_examples=40, deadline=None)
def test_a_story_by_memory_is_the_story_by_looking_at_everything(
    open_world: Callable[[], AbstractAsyncContextManager[Any]],
    visits: list[list[tuple[str, int, int]]],
    pauses: list[float],
) -> None:
    async def check() -> None:
        async with open_world() as world:
            remembered = KnownStories()
            for number, visit in enumerate(visits):
                items = {item.id: item for item in (an_item(world, *each) for each in visit)}
                async with world.store.unit_of_work() as uow:
                    fresh = sorted([each for each in items.values() if not await uow.items.find(each)], key=order)
                    everything = await uow.items.after(0)
                    delta = await remembered.read_delta(uow, fresh, world.time)
                    placed = await remembered.assign(delta, fresh)
                    assert placed == assign_stories(fresh, everything)
                    remembered.mark_stored(delta, [await uow.items.add(each) for each in placed])
                world.pass_time(hours=pauses[number] if number < len(pauses) else 1)

    asyncio.run(check())


async def test_what_another_process_stored_is_learnt_and_what_was_not_stored_is_forgotten(world: Any) -> None:
    remembered = KnownStories()
    first, second, third = (an_item(world, TITLES[0], outlet, 0) for outlet in range(3))
    async with world.store.unit_of_work() as uow:
        delta = await remembered.read_delta(uow, [first], world.time)
        [placed] = await remembered.assign(delta, [first])
        remembered.mark_stored(delta, [await uow.items.add(placed)])
        [other] = assign_stories([second], await uow.items.after(0))
        await uow.items.add(other)
        [placed] = await remembered.assign(await remembered.read_delta(uow, [third], world.time), [third])
        assert placed.story_id == other.story_id == assign_stories([first], ())[0].story_id
        remembered.discard()
        [again] = await remembered.assign(await remembered.read_delta(uow, [third], world.time), [third])
        assert again == placed
