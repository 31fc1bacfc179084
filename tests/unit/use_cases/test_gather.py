"""Visiting sources, and storing what they say once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import define, evolve, field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecore.model.errors import Stale
from tradecore.model.news import FetchState, NewsItem, RawItem
from tradecore.model.subscriptions import FeedSubscription, SourceName
from tradecore.ports.news import FetchResult, FetchStatus
from tradecore.ports.store import Store
from tradecore.use_cases.gather import GatherNews, Reading, SeedNews, StoreNews
from tradecore.use_cases.subscribe import AddSource

EVER = datetime(1990, 1, 1, tzinfo=UTC)


@define
class Scripted:
    """A source that says what it is told to."""

    name: str
    url: str | None = None
    says: list[tuple[RawItem, ...]] = field(factory=list)
    visits: int = 0

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
        self.visits += 1
        said = self.says.pop(0) if self.says else ()
        later = evolve(state, next_check=now + timedelta(minutes=15), last_success=now)
        return FetchResult(FetchStatus.FRESH if said else FetchStatus.UNCHANGED, said, later)


def raw(title: str, source: str = "Wire", **more: Any) -> RawItem:
    return RawItem(source=source, title=title, **more)


def no_error(error: Exception) -> None:
    raise AssertionError("an error that no test expects") from error


def gathering(
    world: Any,
    *local: Scripted,
    feeds: dict[str, Scripted] | None = None,
    keep: StoreNews | None = None,
    report: Callable[[Exception], None] = no_error,
) -> GatherNews:
    def open_feed(feed: FeedSubscription) -> Scripted:
        assert feeds
        assert feed.url
        return feeds[feed.url]

    return GatherNews(world.store, world.now, keep or StoreNews(world.store, world.now), local, open_feed, report)


@define
class Broken(Scripted):
    """A source that breaks its promise."""

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
        raise RecursionError("deeper than anybody thought of")


async def test_a_source_that_breaks_its_promise_keeps_no_other_from_being_read(world: Any) -> None:
    sources = [Scripted("A", says=[(raw("One thing", "A"),)]), Broken("B"), Scripted("C", says=[(raw("Other", "C"),)])]
    with pytest.raises(RecursionError):
        await gathering(world, *sources)()
    assert {item.source for item in await stored(world.store)} == {"A", "C"}


async def test_of_several_errors_the_first_is_raised_and_the_others_are_reported(world: Any) -> None:
    @define
    class Closed(Scripted):
        async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
            raise LookupError("not foreseen either")

    reported = list[Exception]()
    with pytest.raises(RecursionError):
        await gathering(world, Broken("A"), Closed("B"), Broken("C"), report=reported.append)()
    assert [type(error) for error in reported] == [LookupError, RecursionError]


async def stored(store: Store) -> tuple[NewsItem, ...]:
    async with store.snapshot() as uow:
        return await uow.items.arrived(EVER, until=10**9)


async def test_a_source_is_visited_when_it_is_due_or_by_force(world: Any) -> None:
    wire = Scripted("Wire")
    gather = gathering(world, wire)
    assert [visit.status for visit in await gather()] == [FetchStatus.UNCHANGED]
    assert await gather() == ()
    assert len(await gather(force=True)) == 1
    world.pass_time(minutes=15)
    assert len(await gather()) == 1
    assert wire.visits == 3


async def test_two_who_gather_at_once_do_not_visit_a_source_twice(world: Any) -> None:
    wire = Scripted("Wire")
    gather = gathering(world, wire)
    assert sorted(map(len, await asyncio.gather(gather(), gather()))) == [0, 1]
    assert wire.visits == 1


async def test_items_are_stored_once_with_a_story_and_the_moment_of_storing(world: Any) -> None:
    said = (
        raw("Bitcoin rises", url="https://wire.example/1?utm_source=a"),
        raw("Bitcoin rises", url="https://www.wire.example/1"),
    )
    wire = Scripted("Wire", says=[said, said])
    gather = gathering(world, wire)
    assert [visit.added for visit in await gather()] == [1]
    first = world.time
    world.pass_time(hours=1)
    assert [visit.added for visit in await gather()] == [0]
    [item] = await stored(world.store)
    assert item.story_id
    assert item.first_seen_at == first


async def test_only_the_first_successful_reading_of_a_source_is_its_backlog(world: Any) -> None:
    failed = FetchState(failures=1, last_error="gone")
    async with world.store.unit_of_work() as uow:
        await uow.subscriptions.put(FeedSubscription.begin("Wire", None, at=world.time).fetched(failed))
    wire = Scripted("Wire", says=[(raw("Old", guid="1"),), (raw("Old", guid="1"), raw("New", guid="2"))])
    gather = gathering(world, wire)
    await gather()
    await gather(force=True)
    assert [(item.title, item.backlog, item.dated) for item in await stored(world.store)] == [
        ("Old", True, False),
        ("New", False, False),
    ]


async def test_one_guid_is_one_document_even_when_its_address_moves(world: Any) -> None:
    wire = Scripted(
        "Wire",
        says=[
            (raw("A", guid="g", url="https://wire.example/1"), raw("B", guid="g", url="https://wire.example/2")),
            (raw("C", guid="g", url="https://wire.example/3"),),
        ],
    )
    gather = gathering(world, wire)
    assert [visit.added for visit in await gather()] == [1]
    assert [visit.added for visit in await gather(force=True)] == [0]
    [item] = await stored(world.store)
    assert (item.title, item.url) == ("C", "https://wire.example/1")


async def test_another_outlet_does_not_rewrite_what_the_first_one_said(world: Any) -> None:
    ours = Scripted("Ours", says=[(raw("Ours", "Ours", url="https://wire.example/1"),)])
    await gathering(world, ours)()
    theirs = Scripted("Theirs", says=[(raw("Theirs", "Theirs", url="https://wire.example/1"),)])
    await gathering(world, theirs)()
    assert [item.title for item in await stored(world.store)] == ["Ours"]


async def test_two_outlets_on_one_event_share_a_story_also_across_visits(world: Any) -> None:
    title = "Regulator clears custody rule for crypto banks"
    await gathering(world, Scripted("A", says=[(raw(title, "A", url="https://a.example/1"),)]))()
    await gathering(world, Scripted("B", says=[(raw(title, "B", url="https://b.example/1"),)]))()
    one, other = await stored(world.store)
    assert one.story_id == other.story_id


async def test_a_visit_and_what_it_brought_are_kept_together(world: Any) -> None:
    """Otherwise a crash in between would lose the items: the source would answer that nothing has changed."""
    keep = StoreNews(world.store, world.now)
    new = FeedSubscription.begin("Wire", None, at=world.time)
    await keep([], new.fetched(new.state))
    with pytest.raises(Stale):
        await keep([raw("Bitcoin rises", guid="1")], new.fetched(new.state))
    assert await stored(world.store) == ()


async def test_what_another_process_stores_meanwhile_is_taken_into_account(world: Any) -> None:
    """Stories are settled on what is there when they are stored."""
    title = "Regulator clears custody rule for crypto banks"
    read: list[int] = []

    class Racing:
        """A store into which somebody else writes after our first look."""

        def snapshot(self) -> Any:
            return world.store.snapshot()

        @asynccontextmanager
        async def unit_of_work(self) -> AsyncIterator[Any]:
            if not read:
                read.append(1)
                other = FeedSubscription.begin("B", None, at=world.time)
                item = raw(title, "B", url="https://b.example/1")
                await StoreNews(world.store, world.now)([item], other.fetched(other.state))
            async with world.store.unit_of_work() as uow:
                yield uow

    new = FeedSubscription.begin("A", None, at=world.time)
    racing: Any = Racing()
    assert await StoreNews(racing, world.now)([raw(title, "A", url="https://a.example/1")], new.fetched(new.state)) == 1
    one, other = await stored(world.store)
    assert one.story_id == other.story_id


async def test_feeds_are_visited_beside_the_sources_of_the_installation(world: Any) -> None:
    await AddSource(world.store, world.now)("https://feed.example/rss", "Feed")
    feed = Scripted("Feed", "https://feed.example/rss", says=[(raw("Bitcoin rises", "Feed", guid="1"),)])
    gather = gathering(world, Scripted("Wire"), feeds={"https://feed.example/rss": feed})
    assert [(visit.subscription.id, visit.added) for visit in await gather()] == [("Feed", 1), ("Wire", 0)]


async def test_a_source_that_the_installation_has_no_more_is_forgotten_and_its_items_stay(world: Any) -> None:
    await gathering(world, Scripted("Wire", says=[(raw("Bitcoin rises", guid="1"),)]))()
    await gathering(world)()
    async with world.store.snapshot() as uow:
        assert await uow.subscriptions.all() == ()
    assert len(await stored(world.store)) == 1


async def test_a_seed_is_sown_once_as_it_was_when_it_was_news(world: Any) -> None:
    await gathering(world, Scripted("Wire", says=[(raw("Bitcoin rises", guid="1"),)]))()
    [item] = await stored(world.store)
    old = evolve(item, id="item_old", guid="old", sequence=None, first_seen_at=EVER)
    seed = SeedNews(world.store, world.now)
    for _ in range(2):
        await seed(Scripted("Sample"), [old])
    assert sorted(each.first_seen_at for each in await stored(world.store)) == [EVER, world.time]
    async with world.store.snapshot() as uow:
        assert (await uow.subscriptions.get(SourceName("Sample"))).state.last_success == world.time


OUTLETS = {
    "A": ("Florida revives push for bitcoin reserve with new bill", "Ripple wins UK approval from the FCA"),
    "B": ("Florida narrows scope of revived bitcoin reserve bill", "Ripple gets green light from FCA in the UK"),
    "C": ("Florida lawmakers renew push to launch state bitcoin reserve", "Ripple scores UK approval via local unit"),
    "D": ("New Florida bill renews bitcoin reserve push", "UK regulator FCA approves Ripple"),
}


@settings(max_examples=5, deadline=None)
@given(st.permutations("ABCD"), st.lists(st.integers(0, 300), min_size=8, max_size=8))
async def test_stories_do_not_depend_on_which_source_of_a_visit_answers_first(
    open_world: Any, answering: list[str], minutes: list[int]
) -> None:
    partitions = []
    for sources in ("ABCD", answering):
        async with open_world() as world:
            ages = iter([timedelta(minutes=age) for age in minutes])
            says = {
                name: tuple(raw(title, name, guid=title, published_at=world.time - next(ages)) for title in titles)
                for name, titles in OUTLETS.items()
            }
            await gathering(world, *(Scripted(name, says=[says[name]]) for name in sources))()
            stories: dict[str, set[str]] = {}
            for item in await stored(world.store):
                stories.setdefault(str(item.story_id), set()).add(item.title)
            partitions.append(stories)
    assert partitions[0] == partitions[1]


async def test_a_source_whose_items_cannot_be_stored_keeps_no_other_from_being_stored(world: Any) -> None:
    async with world.store.unit_of_work() as uow:
        await uow.subscriptions.put(FeedSubscription.begin("B", None, at=world.time).fetched(FetchState()))

    class Meanwhile(Scripted):
        """A source that another process reads and stores while this one reads it."""

        async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
            async with world.store.snapshot() as uow:
                [known] = await uow.subscriptions.all()
            await StoreNews(world.store, world.now)([raw("Theirs", "B", guid="2")], known.fetched(state))
            return await Scripted.fetch(self, state, now, force=force)

    both = Scripted("A", says=[(raw("Ours", "A", guid="1"),)]), Meanwhile("B", says=[(raw("Theirs", "B", guid="2"),)])
    assert [(visit.subscription.id, visit.added) for visit in await gathering(world, *both)()] == [("A", 1)]
    assert sorted(item.title for item in await stored(world.store)) == ["Ours", "Theirs"]


async def test_an_error_of_storing_all_sources_together_is_reported_and_each_is_stored_by_itself(world: Any) -> None:
    @frozen
    class OneAtATime(StoreNews):
        """Fails for several readings, as for a story that only their items together make."""

        async def visit(self, readings: Sequence[Reading]) -> list[int]:
            if len(readings) > 1:
                raise ZeroDivisionError
            return await StoreNews.visit(self, readings)

    both = Scripted("A", says=[(raw("One thing", "A"),)]), Scripted("B", says=[(raw("Other", "B"),)])
    reported = list[Exception]()
    gather = gathering(world, *both, keep=OneAtATime(world.store, world.now), report=reported.append)

    assert [(visit.subscription.id, visit.added) for visit in await gather()] == [("A", 1), ("B", 1)]
    assert [type(error) for error in reported] == [ZeroDivisionError]
    assert {item.source for item in await stored(world.store)} == {"A", "B"}
