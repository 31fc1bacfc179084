"""AnalysisWatch: every event in order, each once, whatever the stream loses or repeats."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecore.model.agent_steps import AgentStep
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Event
from tradecore.model.errors import Invalid, NotFound
from tradecore.model.users import Caller
from tradecore.use_cases.relay import PublishEvents, RelayEvents
from tradecore.use_cases.run import ClaimJob, RunJob
from tradecore.use_cases.watch import WatchAnalysis, WatchUser
from tradecore_adapters.stream.memory import MemoryStream

Brief = Callable[..., AnalysisBrief]


@define
class LossyStream:
    """A stream that delivers each event as often as it is told to: never, once or twice."""

    times: list[int]
    _events: "asyncio.Queue[Event]" = field(factory=asyncio.Queue)

    async def publish(self, *events: Event) -> None:
        for event in events:
            for _ in range(self.times.pop() if self.times else 1):
                self._events.put_nowait(event)

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator["LossyStream"]:
        yield self

    async def next(self, seconds: float) -> Event | None:
        """Silence is told at once: the clock of this world stands still."""
        await asyncio.sleep(0)
        return self._events.get_nowait() if not self._events.empty() else None


async def run_and_relay(world: Any, stream: Any) -> None:
    claim = await ClaimJob(world.store, world.now, world.tasks)("worker")
    assert claim
    await RunJob(world.store, world.now, world.tasks)(claim)
    relay = RelayEvents(world.store, [PublishEvents(stream)])
    while await relay():
        pass


async def collect(watching: Any) -> list[int]:
    return [event.seq async for event in watching.events()]


async def collect_all(watching: Any) -> list[Any]:
    return [output async for output in watching.events()]


async def test_a_watcher_from_the_start_sees_everything_and_is_told_the_end(
    world: Any, brief: Brief, ann: Caller
) -> None:
    ticket, stream = await world.launch()(brief(), by=ann), MemoryStream()
    async with WatchAnalysis(world.store, stream)(ticket.analysis, by=ann) as watching:
        seen, _ = await asyncio.gather(collect(watching), run_and_relay(world, stream))
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > 10


async def test_a_watcher_who_comes_after_the_end_gets_everything(world: Any, brief: Brief, ann: Caller) -> None:
    ticket, stream = await world.launch()(brief(), by=ann), MemoryStream()
    await run_and_relay(world, stream)
    for since, first in ((None, 1), (0, 1), (5, 6)):
        async with WatchAnalysis(world.store, stream)(ticket.analysis, by=ann, since=since) as watching:
            seen = await collect(watching)
            assert seen == list(range(first, watching.seq + 1))
    async with WatchAnalysis(world.store, stream)(ticket.analysis, by=ann, since=10**6) as watching:
        assert await collect(watching) == []


async def test_S45_an_unknown_analysis_and_another_users_are_refused_alike(
    world: Any, brief: Brief, ann: Caller, ben: Caller
) -> None:
    ticket = await world.launch()(brief(), by=ann)
    watch = WatchAnalysis(world.store, MemoryStream())
    for id in (ticket.analysis, "unknown"):
        with pytest.raises(NotFound):
            async with watch(id, by=ben):
                pass


@settings(max_examples=15)
@given(times=st.lists(st.integers(0, 2), max_size=40))
def test_what_the_stream_loses_or_repeats_no_watcher_notices(
    times: list[int], open_world: Any, brief: Brief, ann: Caller
) -> None:
    async def watch() -> list[int]:
        async with open_world() as world:
            ticket, stream = await world.launch()(brief(), by=ann), LossyStream(list(times))
            async with WatchAnalysis(world.store, stream)(ticket.analysis, by=ann) as watching:
                seen, _ = await asyncio.gather(collect(watching), run_and_relay(world, stream))
            return seen

    seen = asyncio.run(watch())
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > 10


@settings(max_examples=10)
@given(times=st.lists(st.integers(0, 2), max_size=40), since=st.integers(0, 25))
def test_steps_come_among_the_events_whatever_the_stream_loses(
    times: list[int], since: int, open_world: Any, brief: Brief, ann: Caller
) -> None:
    """Live from the start, and replayed from any number on, events and steps are the same ones in the same order."""

    async def watch() -> tuple[list[Any], list[Any], list[Any]]:
        async with open_world() as world:
            ticket, stream = await world.launch()(brief(), by=ann), LossyStream(list(times))
            watch = WatchAnalysis(world.store, stream)
            async with watch.with_steps(ticket.analysis, by=ann) as watching:
                live, _ = await asyncio.gather(collect_all(watching), run_and_relay(world, stream))
            async with watch.with_steps(ticket.analysis, by=ann, since=since) as watching:
                replayed = await collect_all(watching)
            async with watch(ticket.analysis, by=ann) as plain:
                return live, replayed, await collect_all(plain)

    live, replayed, plain = asyncio.run(watch())
    assert [output.seq for output in live] == list(range(1, len(live) + 1))
    assert replayed == live[since:]
    events = [output for output in live if isinstance(output, Event)]
    assert [event.fact for event in events] == [event.fact for event in plain]
    assert [step.kind for step in live if isinstance(step, AgentStep)] == [
        "report", "bull", "bear", "judge", "plan", "risk",
    ]  # fmt: skip


async def test_a_steps_watch_begins_at_the_state_it_reports(world: Any, brief: Brief, ann: Caller) -> None:
    ticket, stream = await world.launch()(brief(), by=ann), MemoryStream()
    watch = WatchAnalysis(world.store, stream)
    async with watch.with_steps(ticket.analysis, by=ann) as watching:
        assert (watching.seq, watching.since) == (0, 0)
    await run_and_relay(world, stream)
    async with watch.with_steps(ticket.analysis, by=ann) as watching:
        outputs = await collect_all(watching)
        assert (watching.seq, watching.since) == (outputs[-1].seq, 0)
    async with watch.with_steps(ticket.analysis, by=ann, since=10**6) as watching:
        assert await collect_all(watching) == []


async def test_a_user_watch_brings_what_concerns_the_user_from_any_position_on(
    world: Any, brief: Any, ann: Caller, ben: Caller
) -> None:
    stream = MemoryStream()
    relay = RelayEvents(world.store, [PublishEvents(stream)])
    watch = WatchUser(world.store, stream)
    for by in (ann, ben, ann):
        await world.launch()(brief(), by=by)
    await relay()
    async with watch(by=ann, since=0) as watching, aclosing(watching.events()) as events:
        assert [(await anext(events)).position for _ in range(2)] == [1, 3]
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        await world.launch()(brief(), by=ben)
        await world.launch()(brief(), by=ann)
        await relay()
        event = await asyncio.wait_for(waiting, 20)
        assert (event.position, event.user) == (5, ann.user)
    for since, start in ((None, 5), (3, 3), (99, 5)):
        async with watch(by=ann, since=since) as watching:
            assert watching.since == start


async def test_a_user_watch_reads_what_the_stream_has_lost(world: Any, brief: Any, ann: Caller) -> None:
    stream = MemoryStream()
    async with WatchUser(world.store, stream)(by=ann) as watching, aclosing(watching.events()) as events:
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        await world.launch()(brief(), by=ann)
        await RelayEvents(world.store, ())()
        assert (await asyncio.wait_for(waiting, 20)).position == 1


async def test_a_user_who_resumes_within_what_was_forgotten_is_told(world: Any, brief: Any, ann: Caller) -> None:
    watch = WatchUser(world.store, MemoryStream())
    for _ in range(3):
        await world.launch()(brief(), by=ann)
    await RelayEvents(world.store, ())()
    async with world.store.unit_of_work() as uow:
        await uow.events.forget(until=2, before=world.time + timedelta(seconds=1), limit=10)
    with pytest.raises(Invalid, match="no longer kept"):
        async with watch(by=ann, since=1):
            pass
    for since in (0, 2, 3):
        async with watch(by=ann, since=since) as watching:
            assert watching.since == since
