"""Relaying: in order, at least once, and only what was committed."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import define, field

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Event
from tradecore.model.errors import Unavailable
from tradecore.model.ids import TopicKind, topic_of
from tradecore.model.users import Caller
from tradecore.use_cases.dispatch import DispatchJobs
from tradecore.use_cases.relay import BATCH, PublishEvents, RelayEvents
from tradecore.use_cases.run import ClaimJob, RunJob


@define
class Ears:
    """A queue and a stream in one, which may break for a while."""

    broken_after: int = 10**9
    offered: list[str] = field(factory=list)
    heard: list[Event] = field(factory=list)

    async def offer(self, job: str, kind: object, *, not_before: object = None) -> None:
        self.offered.append(job)

    async def publish(self, *events: Event) -> None:
        for event in events:
            if len(self.heard) >= self.broken_after:
                raise Unavailable("The stream is away.")
            self.heard.append(event)


def relay_to(world: Any, ears: Ears) -> RelayEvents:
    return RelayEvents(world.store, (DispatchJobs(world.store, ears), PublishEvents(ears)))  # type: ignore[arg-type]


async def some_facts(world: Any, brief: Callable[..., AnalysisBrief], ann: Caller) -> str:
    ticket = await world.launch()(brief(), by=ann)
    claim = await ClaimJob(world.store, world.now, world.tasks)("worker")
    assert claim
    await RunJob(world.store, world.now, world.tasks)(claim)
    return str(ticket.analysis)


async def test_everything_goes_out_once_in_order_and_jobs_to_the_queue(world: Any, brief: Any, ann: Caller) -> None:
    id = await some_facts(world, brief, ann)
    ears = Ears()
    relay = relay_to(world, ears)
    assert await relay() == len(ears.heard)
    assert await relay() == 0
    assert ears.offered == [id]
    async with world.store.snapshot() as uow:
        stored = await uow.events.after(topic_of(TopicKind.ANALYSIS, id), 0)  # type: ignore[arg-type]
    assert [event for event in ears.heard if event.fact.topic == topic_of(TopicKind.ANALYSIS, id)] == list(stored)  # type: ignore[arg-type]


async def test_what_could_not_be_passed_on_goes_out_later(world: Any, brief: Any, ann: Caller) -> None:
    await some_facts(world, brief, ann)
    ears = Ears(broken_after=3)
    relay = relay_to(world, ears)
    with pytest.raises(Unavailable):
        await relay()
    before = list(ears.heard)
    with pytest.raises(Unavailable):
        await relay()
    await world.launch()(brief(), by=ann)
    ears.broken_after = 10**9
    assert await relay() > 0
    assert ears.heard[:3] == before == ears.heard[3:6]
    assert [event.position for event in ears.heard[3:]] == list(range(1, len(ears.heard) - 2))
    # The queue did not fail, so it was not called with the same jobs again.
    assert len(ears.offered) == len(set(ears.offered)) == 2
    assert await relay() == 0


async def test_a_long_backlog_goes_out_in_batches(world: Any, brief: Any, ann: Caller) -> None:
    launch = world.launch(waiting=10_000)
    for _ in range(BATCH + 5):
        await launch(brief(), by=ann)
    ears = Ears()
    relay = relay_to(world, ears)
    assert [await relay(), await relay(), await relay()] == [BATCH, 5, 0]
    assert len(set(ears.offered)) == BATCH + 5
