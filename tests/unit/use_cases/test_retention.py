"""Forgetting: what is old goes, what was promised to stay stays, and nobody is shown a gap as if it were none."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any

import pytest
from attrs import define, field

from tradecore.model.analyses import AnalysisCompleted
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Event, Fact
from tradecore.model.errors import IllegalMove, Invalid, KeyReused, NotFound, Unavailable
from tradecore.model.ids import TopicKind, UserId, topic_of
from tradecore.model.jobs import Kind
from tradecore.model.news import DigestBrief, RawItem
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.subscriptions import FeedSubscription
from tradecore.model.users import Caller
from tradecore.use_cases.analyses import GetAnalysisResult, GetAnalysisStatus
from tradecore.use_cases.cancel import CancelAnalysis
from tradecore.use_cases.digest import DigestLimits, DigestTask, GetDigestResult, LaunchDigest
from tradecore.use_cases.gather import StoreNews
from tradecore.use_cases.listeners import Listener, RunListener
from tradecore.use_cases.relay import RelayEvents
from tradecore.use_cases.retention import (
    DeleteExpired,
    delete_deliveries,
    delete_ended_jobs,
    delete_events,
    delete_receipts,
)
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore.use_cases.watch import WatchAnalysis
from tradecore_adapters.stream.memory import MemoryStream

Brief = Callable[..., AnalysisBrief]
ASKED = DigestBrief(user_id=UserId("me"), hours=1)
DAY = timedelta(days=1)


async def run_all(world: Any) -> None:
    tasks = {**world.tasks, Kind.DIGEST: DigestTask(world.store, world.now)}
    while claim := await ClaimJob(world.store, world.now, tasks)("w"):
        await RunJob(world.store, world.now, tasks)(claim)
    await RelayEvents(world.store, ())()


def forget_all_events(world: Any, *listeners: Listener) -> DeleteExpired:
    return DeleteExpired(world.store, world.now, delete_events(listeners), DAY)


def launch_digest(world: Any) -> LaunchDigest:
    return LaunchDigest(world.store, world.now, world.new_id, DigestLimits())


async def test_an_idempotency_key_counts_for_its_time_and_is_new_after_it(
    world: Any, brief: Brief, ann: Caller
) -> None:
    forget, launch = DeleteExpired(world.store, world.now, delete_receipts, DAY), world.launch()
    first = await launch(brief(), by=ann, idempotency=IdempotencyKey("key", "a" * 64))
    world.pass_time(days=1)
    assert await forget() == 0
    assert await launch(brief(), by=ann, idempotency=IdempotencyKey("key", "a" * 64)) == first
    with pytest.raises(KeyReused):
        await launch(brief(depth=2), by=ann, idempotency=IdempotencyKey("key", "b" * 64))
    world.pass_time(seconds=1)
    assert await forget() == 1
    assert (
        await launch(brief(depth=2), by=ann, idempotency=IdempotencyKey("key", "b" * 64))
    ).analysis != first.analysis


async def test_more_than_one_unit_of_work_holds_is_forgotten_too(world: Any, brief: Brief, ann: Caller) -> None:
    launch = world.launch(waiting=1000)
    for n in range(120):
        await launch(brief(), by=ann, idempotency=IdempotencyKey(f"key{n}", "a" * 64))
    world.pass_time(days=2)
    assert await DeleteExpired(world.store, world.now, delete_receipts, DAY)() == 120


async def test_a_run_ends_after_some_seconds_and_the_next_one_goes_on(world: Any) -> None:
    deleted: list[int] = []

    async def delete(uow: Any, before: Any, limit: int) -> int:
        world.pass_time(seconds=2)
        deleted.append(limit)
        return limit if len(deleted) < 5 else 0

    forget = DeleteExpired(world.store, world.now, delete, DAY)
    assert [await forget(), await forget()] == [150, 50]
    assert len(deleted) == 5


async def test_what_was_told_is_forgotten_after_its_time(world: Any, ann: Caller) -> None:
    keep = StoreNews(world.store, world.now)
    new = FeedSubscription.begin("Wire", None, at=world.time)
    await keep([RawItem(source="Wire", title="Event in bitcoin", guid="1")], new.fetched(new.state))
    await launch_digest(world)(ASKED, by=ann)
    await run_all(world)
    forget = DeleteExpired(world.store, world.now, delete_deliveries, 3 * DAY)
    world.pass_time(days=3)
    assert await forget() == 0
    world.pass_time(seconds=1)
    assert await forget() == 1


async def test_of_an_old_analysis_everything_stays_but_how_it_was_made(world: Any, brief: Brief, ann: Caller) -> None:
    ticket = await world.launch()(brief(), by=ann)
    await run_all(world)
    id, topic = ticket.analysis, topic_of(TopicKind.ANALYSIS, ticket.analysis)
    status, result = GetAnalysisStatus(world.store, world.now), GetAnalysisResult(world.store)
    before = (await status(id, by=ann), await result(id, by=ann))
    async with world.store.snapshot() as uow:
        last = await uow.events.last(topic)
    world.pass_time(days=1)
    forget, forget_events = DeleteExpired(world.store, world.now, delete_ended_jobs, DAY), forget_all_events(world)
    assert [await forget(), await forget_events()] == [0, 0]
    world.pass_time(seconds=1)
    assert [await forget(), await forget()] == [1, 0]
    assert await forget_events() > 1
    assert await forget_events() == 0
    assert (await status(id, by=ann), await result(id, by=ann)) == before
    async with world.store.snapshot() as uow:
        assert [await uow.events.first(topic), await uow.events.last(topic)] == [last, last]
        assert await uow.events.last(topic_of(TopicKind.JOB, id)) == 0
        assert await uow.events.start() == await uow.events.head() + 1
    with pytest.raises(IllegalMove):
        await CancelAnalysis(world.store, world.now, world.tasks)(id, by=ann)


async def test_whoever_resumes_within_what_was_forgotten_is_told_and_anybody_else_gets_the_end(
    world: Any, brief: Brief, ann: Caller
) -> None:
    id = (await world.launch()(brief(), by=ann)).analysis
    await run_all(world)
    world.pass_time(days=2)
    await forget_all_events(world)()
    watch = WatchAnalysis(world.store, MemoryStream())
    for since in (None, 0):
        async with watch(id, by=ann, since=since) as watching:
            events = [event async for event in watching.events()]
        assert [type(event.fact) for event in events] == [AnalysisCompleted]
    last = events[0].seq
    for since in (last, last + 1):
        async with watch(id, by=ann, since=since) as watching:
            assert [event async for event in watching.events()] == []
    for since in (1, 5, last - 1):
        with pytest.raises(Invalid, match="no longer kept") as refused:
            async with watch(id, by=ann, since=since):
                pass
        assert [problem.field for problem in refused.value.problems] == ["since"]


async def test_an_old_digest_goes_whole_and_its_reader_is_told_nothing_again(world: Any, ann: Caller) -> None:
    launch, outcome = launch_digest(world), GetDigestResult(world.store)
    keep = StoreNews(world.store, world.now)
    new = FeedSubscription.begin("Wire", None, at=world.time)
    await keep([RawItem(source="Wire", title="Event in bitcoin", guid="1")], new.fetched(new.state))
    old = await launch(ASKED, by=ann)
    await run_all(world)
    forget = DeleteExpired(world.store, world.now, delete_ended_jobs, timedelta(minutes=10))
    world.pass_time(minutes=11)
    assert await forget() == 1
    with pytest.raises(NotFound):
        await outcome(old.digest, by=ann)
    young = await launch(ASKED, by=ann)
    await run_all(world)
    assert await forget() == 0
    _, result = await outcome(young.digest, by=ann)
    assert result
    assert (result.counts.reported, result.counts.already_delivered) == (0, 1)


async def test_what_has_not_ended_is_never_forgotten(world: Any, brief: Brief, ann: Caller) -> None:
    id = (await world.launch()(brief(), by=ann)).analysis
    world.pass_time(days=400)
    assert await DeleteExpired(world.store, world.now, delete_ended_jobs, DAY)() == 0
    await ClaimJob(world.store, world.now, world.tasks)("w")
    assert await DeleteExpired(world.store, world.now, delete_ended_jobs, DAY)() == 0
    assert (await GetAnalysisStatus(world.store, world.now)(id, by=ann)).analysis.state == "running"


@define
class Reader:
    """A durable listener of one kind of fact."""

    kinds: Collection[type[Fact]] = (AnalysisCompleted,)
    name: str = "reader"
    broken: bool = False
    handled: list[Event] = field(factory=list)

    async def handle(self, events: Sequence[Event]) -> None:
        if self.broken:
            raise Unavailable("The reader is away.")
        self.handled += events


async def test_an_old_event_stays_until_every_durable_listener_has_handled_it(
    world: Any, brief: Brief, ann: Caller
) -> None:
    await world.launch()(brief(), by=ann)
    await run_all(world)
    reader = Reader(broken=True)
    run = RunListener(world.store, world.now, reader)
    world.pass_time(days=2)
    with pytest.raises(Unavailable):
        await run()
    await forget_all_events(world, reader)()
    async with world.store.snapshot() as uow:
        # Everything before the event that it still has to handle is gone.
        [wanted] = await uow.events.read(0, 10, kinds=reader.kinds)
        assert await uow.events.start() == wanted.position
    reader.broken = False
    world.pass_time(minutes=1)
    assert await run() == 1
    await forget_all_events(world, reader)()
    async with world.store.snapshot() as uow:
        assert await uow.events.start() == await uow.events.head() + 1
    assert reader.handled == [wanted]
