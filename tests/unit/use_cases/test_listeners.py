"""Durable listeners: in order, at least once, one process at a time; failures cost time, and no event."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext, suppress
from typing import Any

import pytest
from attrs import define, field

from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Event, Fact
from tradecore.model.errors import NotFound, Unavailable
from tradecore.model.jobs import JobEnded, JobQueued
from tradecore.model.listeners import GIVE_UP_AFTER, LEASE, MAX_BACKOFF
from tradecore.model.users import Caller
from tradecore.use_cases.listeners import ListDeadLetters, RetryDeadLetter, RunListener
from tradecore.use_cases.relay import RelayEvents

Brief = Callable[..., AnalysisBrief]


@define
class Reader:
    """A listener that fails on all events, or on some positions."""

    name: str = "reader"
    kinds: Collection[type[Fact]] = (JobQueued,)
    error: Exception | None = None
    poison: set[int] = field(factory=set)
    handled: list[int] = field(factory=list)
    calls: int = 0

    async def handle(self, events: Sequence[Event]) -> None:
        self.calls += 1
        positions = [event.position or 0 for event in events]
        if self.error and (not self.poison or self.poison & set(positions)):
            raise self.error
        self.handled += positions


async def launch(world: Any, brief: Brief, by: Caller, count: int = 1) -> None:
    for _ in range(count):
        await world.launch(waiting=1000)(brief(), by=by)
    await RelayEvents(world.store, ())()


async def run(world: Any, run_listener: RunListener) -> int:
    """Call until there is nothing left or a call fails; the number of events handled."""
    handled = 0
    while count := await run_listener():
        handled += count
    return handled


async def test_a_listener_gets_what_it_wants_once_and_in_order(world: Any, brief: Brief, ann: Caller) -> None:
    reader, other = Reader(), Reader(name="other", kinds=(JobEnded,))
    run_reader, run_other = (RunListener(world.store, world.now, listener) for listener in (reader, other))
    assert await run_reader() == 0
    await launch(world, brief, ann, 3)
    assert [await run_reader(), await run_reader(), await run_other()] == [3, 0, 0]
    await launch(world, brief, ann)
    assert await run_reader() == 1
    assert reader.handled == [1, 2, 3, 4]
    assert (reader.calls, other.calls) == (2, 0)


async def test_another_process_goes_on_where_one_has_stopped(world: Any, brief: Brief, ann: Caller) -> None:
    await launch(world, brief, ann, 2)
    reader = Reader()
    await RunListener(world.store, world.now, reader)()
    await launch(world, brief, ann, 2)
    await RunListener(world.store, world.now, reader)()
    assert reader.handled == [1, 2, 3, 4]


async def test_a_listener_that_fails_for_an_hour_catches_up_in_order_and_loses_nothing(
    world: Any, brief: Brief, ann: Caller
) -> None:
    reader = Reader(error=Unavailable("The server is away."))
    run_reader = RunListener(world.store, world.now, reader)
    for _ in range(60):
        await launch(world, brief, ann)
        for _ in range(6):
            with pytest.raises(Unavailable) if await is_due(world) else nullcontext():
                assert await run_reader() == 0
            world.pass_time(seconds=10)
    assert reader.handled == []
    # Not once a second, but once in five minutes in the end.
    assert 12 < reader.calls < 30
    reader.error = None
    world.time += MAX_BACKOFF
    assert await run(world, run_reader) == 60
    assert reader.handled == list(range(1, 61))
    assert await ListDeadLetters(world.store)() == ()


async def test_an_event_that_fails_for_two_hours_becomes_a_dead_letter_and_the_next_ones_are_handled(
    world: Any, brief: Brief, ann: Caller
) -> None:
    await launch(world, brief, ann, 5)
    reader = Reader(error=ValueError("no such thing"), poison={3})
    run_reader, began = RunListener(world.store, world.now, reader), world.time
    while not (letters := await ListDeadLetters(world.store)()):
        with suppress(ValueError):
            await run(world, run_reader)
        world.pass_time(seconds=20)
    assert GIVE_UP_AFTER <= world.time - began <= GIVE_UP_AFTER + 2 * MAX_BACKOFF
    assert await run(world, run_reader) == 2
    assert reader.handled == [1, 2, 4, 5]
    [letter] = letters
    assert (letter.id, letter.listener, letter.event.position) == ("reader-3", "reader", 3)
    assert letter.error == "ValueError: no such thing"
    async with world.store.snapshot() as uow:
        assert (await uow.listeners.get("reader")).dead == 1

    retry = RetryDeadLetter(world.store, (reader,))
    with pytest.raises(ValueError, match="no such thing"):
        await retry(letter.id)
    assert await ListDeadLetters(world.store)() == letters
    reader.error = None
    assert await retry(letter.id) == letter
    assert reader.handled == [1, 2, 4, 5, 3]
    assert await ListDeadLetters(world.store)() == ()
    with pytest.raises(NotFound):
        await retry(letter.id)


async def test_a_dead_letter_of_a_listener_that_is_gone_stays(world: Any, brief: Brief, ann: Caller) -> None:
    await launch(world, brief, ann)
    reader = Reader(error=ValueError("no"))
    run_reader = RunListener(world.store, world.now, reader)
    while not (letters := await ListDeadLetters(world.store)()):
        with pytest.raises(ValueError, match="no"):
            await run_reader()
        world.time += MAX_BACKOFF
    with pytest.raises(NotFound, match="listener"):
        await RetryDeadLetter(world.store, ())(letters[0].id)
    assert await ListDeadLetters(world.store)() == letters


@define
class Slow(Reader):
    """A listener that is held up until it is let go."""

    began: asyncio.Event = field(factory=asyncio.Event)
    goes_on: asyncio.Event = field(factory=asyncio.Event)

    async def handle(self, events: Sequence[Event]) -> None:
        self.began.set()
        await self.goes_on.wait()
        await Reader.handle(self, events)


async def test_two_processes_never_call_one_listener_at_once(world: Any, brief: Brief, ann: Caller) -> None:
    await launch(world, brief, ann, 2)
    slow, quick = Slow(), Reader()
    running = asyncio.create_task(RunListener(world.store, world.now, slow)())
    await slow.began.wait()
    assert await RunListener(world.store, world.now, quick)() == 0
    slow.goes_on.set()
    assert await running == 2
    assert await RunListener(world.store, world.now, quick)() == 0
    assert (slow.handled, quick.handled) == ([1, 2], [])


async def test_a_process_that_comes_back_late_moves_no_cursor(world: Any, brief: Brief, ann: Caller) -> None:
    await launch(world, brief, ann, 2)
    slow, quick = Slow(), Reader()
    running = asyncio.create_task(RunListener(world.store, world.now, slow)())
    await slow.began.wait()
    world.time += LEASE
    assert await RunListener(world.store, world.now, quick)() == 2
    await launch(world, brief, ann)
    slow.goes_on.set()
    await running
    async with world.store.snapshot() as uow:
        assert (await uow.listeners.get("reader")).position == 2
    assert await RunListener(world.store, world.now, quick)() == 1
    assert quick.handled == [1, 2, 3]


async def test_a_listener_that_is_interrupted_is_called_again_at_once(world: Any, brief: Brief, ann: Caller) -> None:
    await launch(world, brief, ann)
    slow = Slow()
    running = asyncio.create_task(RunListener(world.store, world.now, slow)())
    await slow.began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    slow.goes_on.set()
    assert await RunListener(world.store, world.now, slow)() == 1
    assert slow.handled == [1]


async def is_due(world: Any) -> bool:
    async with world.store.snapshot() as uow:
        return (await uow.listeners.get("reader")).take(at=world.now()) is not None
