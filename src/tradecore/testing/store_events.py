"""The contract of the event log of a store and of its listeners: subclass `EventLogSuite` and give a store."""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest

from tradecore.model.analyses import AgentBegan, Analysis, AnalysisFailed
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.change import Change, Event
from tradecore.model.errors import NotFound
from tradecore.model.ids import AnalysisId, JobId, Topic, TopicKind, UserId, topic_of
from tradecore.model.jobs import Job, JobQueued, Kind
from tradecore.model.listeners import Cursor, DeadLetter
from tradecore.model.market import AssetType, Symbol
from tradecore.model.plan import Plan
from tradecore.model.steps import Agent, Analyst
from tradecore.ports.store import Store

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
_BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), tuple(Analyst), 1, "rules")


class ProcessDied(Exception):
    """The process of a test ends here, in the middle of a transaction."""


def topic(id: str) -> Topic:
    """The topic of an analysis."""
    return topic_of(TopicKind.ANALYSIS, id)


async def queue(store: Store, id: str, user: UserId = ANN, at: datetime = AT) -> None:
    """Write one event: a job was queued."""
    async with store.unit_of_work() as uow:
        await uow.jobs.put(Job.queue(JobId(id), user, Kind.ANALYSIS, at=at))


async def start(store: Store, id: str = "a") -> Analysis:
    """Start an analysis, which writes no event."""
    begun = Analysis.begin(AnalysisId(id), ANN, _BRIEF, engine="rules", plan=Plan(), at=AT).entity
    async with store.unit_of_work() as uow:
        return await uow.analyses.put(Change(begun.start(at=AT).entity))


def progress(analysis: Analysis, count: int, at: datetime = AT) -> Change[Analysis]:
    """A change with `count` events of the topic of an analysis."""
    fact = AgentBegan(topic(analysis.id), at, Agent.TECHNICAL, 1, "Technical analysis started")
    return Change(analysis, (fact,) * count)


async def write(store: Store, analysis: Analysis, count: int, at: datetime = AT) -> Analysis:
    """Write `count` events of one topic in one transaction."""
    async with store.unit_of_work() as uow:
        return await uow.analyses.put(progress(analysis, count, at))


async def sequence(store: Store, limit: int = 100) -> tuple[Event, ...]:
    """Give positions to the oldest events without one."""
    async with store.unit_of_work() as uow:
        return await uow.events.sequence(limit)


async def sequence_all(store: Store) -> list[Event]:
    """Give positions to all events."""
    events: list[Event] = []
    while batch := await sequence(store):
        events += batch
    return events


async def whole_log(store: Store) -> list[Event]:
    """All events with a position."""
    async with store.snapshot() as uow:
        return list(await uow.events.read(0, 10_000))


class EventLogSuite:
    """What every store promises about events: positions without gaps in the order of commits, and cursors.

    Give `store`. Events are written together with entities, so that it needs a whole store.
    """

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        raise NotImplementedError("Override the fixture store; it returns a store without content.")

    async def test_events_count_from_1_within_their_topic(self, store: Store) -> None:
        for id in ("a", "b"):
            analysis = await start(store, id)
            analysis = await write(store, analysis, 1)
            await write(store, analysis, 1)
        async with store.snapshot() as uow:
            events = await uow.events.after(topic("a"), 0)
            assert [(event.fact.topic, event.seq) for event in events] == [(topic("a"), 1), (topic("a"), 2)]
            assert await uow.events.after(topic("a"), 1) == events[1:]
            assert await uow.events.after(topic("a"), 0, limit=1) == events[:1]
            assert [await uow.events.last(topic(id)) for id in "abc"] == [2, 2, 0]
            assert [await uow.events.first(topic(id)) for id in "abc"] == [1, 1, 0]

    async def test_events_get_positions_in_the_order_of_commits_and_belong_to_their_users(self, store: Store) -> None:
        for id, user in (("a", ANN), ("b", BEN), ("c", ANN)):
            await queue(store, id, user)
        async with store.read() as uow:
            assert await uow.events.waiting()
            assert (await uow.events.start(), await uow.events.head()) == (1, 0)
        first, rest = await sequence(store, 2), await sequence(store, 2)
        assert [(event.position, event.user, event.fact.topic) for event in (*first, *rest)] == [
            (1, ANN, "job:a"), (2, BEN, "job:b"), (3, ANN, "job:c"),
        ]  # fmt: skip
        assert await sequence(store) == ()
        async with store.read() as uow:
            assert not await uow.events.waiting()
            assert (await uow.events.start(), await uow.events.head()) == (1, 3)

    async def test_the_log_is_read_from_a_position_on_by_kind_and_by_user(self, store: Store) -> None:
        analysis = await start(store)
        await queue(store, "a", BEN)
        await write(store, analysis, 2)
        await queue(store, "b", ANN)
        await sequence_all(store)
        async with store.snapshot() as uow:
            read = uow.events.read
            assert [event.position for event in await read(0, 10)] == [1, 2, 3, 4]
            assert [event.position for event in await read(1, 2)] == [2, 3]
            assert [event.position for event in await read(0, 10, kinds=(JobQueued,))] == [1, 4]
            assert [event.position for event in await read(0, 10, kinds=(AgentBegan, AnalysisFailed))] == [2, 3]
            assert [event.position for event in await read(0, 10, user=ANN)] == [2, 3, 4]
            assert [event.position for event in await read(2, 10, user=ANN, kinds=(JobQueued,))] == [4]
            assert await read(4, 10) == ()
            assert [(event.seq, event.user) for event in await read(1, 1)] == [(1, ANN)]

    async def test_a_transaction_that_fails_leaves_no_event_and_takes_no_position(self, store: Store) -> None:
        await queue(store, "a")
        with pytest.raises(ProcessDied):
            async with store.unit_of_work() as uow:
                await uow.jobs.put(Job.queue(JobId("b"), ANN, Kind.ANALYSIS, at=AT))
                raise ProcessDied
        await queue(store, "c")
        events = await sequence_all(store)
        assert [(event.position, event.fact.topic) for event in events] == [(1, "job:a"), (2, "job:c")]

    async def test_a_sequencer_that_dies_before_its_commit_has_given_no_position(self, store: Store) -> None:
        for id in ("a", "b"):
            await queue(store, id)
        with pytest.raises(ProcessDied):
            async with store.unit_of_work() as uow:
                assert len(await uow.events.sequence(10)) == 2
                raise ProcessDied
        assert await whole_log(store) == []
        await queue(store, "c")
        assert [event.position for event in await sequence_all(store)] == [1, 2, 3]
        assert [event.fact.topic for event in await whole_log(store)] == ["job:a", "job:b", "job:c"]

    async def test_many_writers_and_sequencers_that_die_at_any_point_leave_one_log_without_gaps(
        self, store: Store
    ) -> None:
        analyses = [await start(store, f"a{number}") for number in range(6)]
        written = asyncio.Event()

        async def write_many(index: int, analysis: Analysis) -> None:
            for turn, count in enumerate((1, 3, 2, 1, 2)):
                current, dies = analysis, (index + turn) % 3 == 0
                with suppress(ProcessDied):
                    async with store.unit_of_work() as uow:
                        analysis = await uow.analyses.put(progress(current, count))
                        if dies:
                            raise ProcessDied
                if dies:
                    analysis = current
                await asyncio.sleep(0)

        async def sequence_many(index: int) -> None:
            turn = index
            while not written.is_set() or await events_wait():
                turn += 1
                with suppress(ProcessDied):
                    async with store.unit_of_work() as uow:
                        await uow.events.sequence(turn % 4 + 1)
                        if turn % 3 == 0:
                            raise ProcessDied
                await asyncio.sleep(0.001)

        async def events_wait() -> bool:
            async with store.read() as uow:
                return await uow.events.waiting()

        sequencers = [asyncio.create_task(sequence_many(index)) for index in range(3)]
        await asyncio.gather(*(write_many(index, analysis) for index, analysis in enumerate(analyses)))
        written.set()
        await asyncio.wait_for(asyncio.gather(*sequencers), 30)
        log = await whole_log(store)
        assert [event.position for event in log] == list(range(1, len(log) + 1))
        for analysis in analyses:
            async with store.snapshot() as uow:
                stored = await uow.events.after(topic(analysis.id), 0)
            assert [event for event in log if event.fact.topic == topic(analysis.id)] == list(stored)
            assert [event.seq for event in stored] == list(range(1, len(stored) + 1))

    async def test_old_events_are_forgotten_in_order_but_for_the_last_of_a_topic_whose_number_counts_on(
        self, store: Store
    ) -> None:
        analysis = await start(store)
        await queue(store, "j")
        analysis = await write(store, analysis, 2)
        tomorrow = AT + timedelta(days=1)
        analysis = await write(store, analysis, 1, at=tomorrow)
        await sequence_all(store)

        async def forget(until: int, before: datetime, limit: int = 10) -> int:
            async with store.unit_of_work() as uow:
                return await uow.events.forget(until=until, before=before, limit=limit)

        async def kept() -> tuple[list[int | None], list[int], int]:
            async with store.snapshot() as uow:
                return (
                    [event.position for event in await uow.events.read(0, 10)],
                    [event.seq for event in await uow.events.after(topic("a"), 0)],
                    await uow.events.last(topic_of(TopicKind.JOB, "j")),
                )

        assert await forget(4, AT) == await forget(0, tomorrow) == 0
        assert await forget(4, tomorrow, limit=1) == 1
        assert await kept() == ([2, 3, 4], [1, 2, 3], 0)
        assert await forget(2, tomorrow) == 1
        assert await kept() == ([3, 4], [2, 3], 0)
        assert await forget(4, tomorrow + timedelta(days=1)) == 2
        assert await kept() == ([], [3], 0)
        async with store.snapshot() as uow:
            assert (await uow.events.start(), await uow.events.head()) == (5, 4)
        await write(store, analysis, 1)
        assert [(event.position, event.seq) for event in await sequence_all(store)] == [(5, 4)]

    @pytest.mark.parametrize("kind", sorted(set(TopicKind) - {TopicKind.USER}))
    async def test_events_of_every_kind_of_topic_are_forgotten_under_one_rule(
        self, store: Store, kind: TopicKind
    ) -> None:
        topic = topic_of(kind, "x")
        facts = (AgentBegan(topic, AT, Agent.TECHNICAL, 1, "Technical analysis started"),) * 3
        analysis = await start(store)
        async with store.unit_of_work() as uow:
            await uow.analyses.put(Change(analysis, facts))
        await sequence_all(store)
        async with store.unit_of_work() as uow:
            assert await uow.events.forget(until=3, before=AT + timedelta(seconds=1), limit=10) == 3
        async with store.snapshot() as uow:
            kept = [event.seq for event in await uow.events.after(topic, 0)]
        # Numbers of an entity that may still change count on from the last one.
        assert kept == ([] if kind in (TopicKind.JOB, TopicKind.DIGEST, TopicKind.ALERT) else [3])

    async def test_a_cursor_begins_at_0_and_is_stored_whole(self, store: Store) -> None:
        cursor = Cursor(
            name="alerts", position=7, failures=2, failing_since=AT, next_try=AT + timedelta(seconds=4), dead=1
        )
        async with store.unit_of_work() as uow:
            assert await uow.listeners.get("alerts") == Cursor(name="alerts")
            await uow.listeners.put(Cursor(name="alerts", position=3))
            await uow.listeners.put(cursor)
        async with store.snapshot() as uow:
            assert await uow.listeners.get("alerts") == cursor
            assert await uow.listeners.get("webhooks") == Cursor(name="webhooks")

    async def test_two_writers_of_one_cursor_come_one_after_the_other(self, store: Store) -> None:
        async def advance() -> None:
            async with store.unit_of_work() as uow:
                cursor = await uow.listeners.get("alerts")
                await asyncio.sleep(0.01)
                await uow.listeners.put(cursor.advance(cursor.position + 1))

        await asyncio.gather(*(advance() for _ in range(5)))
        async with store.snapshot() as uow:
            assert (await uow.listeners.get("alerts")).position == 5

    async def test_dead_letters_keep_their_event_until_they_are_deleted(self, store: Store) -> None:
        for id in ("a", "b"):
            await queue(store, id)
        letters = [
            DeadLetter.of("alerts", event, "ValueError: no", at=AT - timedelta(minutes=event.position or 0))
            for event in await sequence_all(store)
        ]
        async with store.unit_of_work() as uow:
            await uow.listeners.put(Cursor(name="alerts", dead=2))
            for letter in (*letters, letters[0]):
                await uow.listeners.add_dead(letter)
            await uow.events.forget(until=2, before=AT + timedelta(days=1), limit=10)
        async with store.snapshot() as uow:
            assert await uow.listeners.dead(10) == (letters[1], letters[0])
            assert await uow.listeners.dead(1) == (letters[1],)
            stored = await uow.listeners.find_dead(letters[0].id)
            assert (stored, stored.event.position, stored.event.user) == (letters[0], 1, ANN)
        async with store.unit_of_work() as uow:
            await uow.listeners.delete_dead(letters[0].id)
            await uow.listeners.delete_dead(letters[0].id)
            assert (await uow.listeners.get("alerts")).dead == 1
        async with store.snapshot() as uow:
            with pytest.raises(NotFound):
                await uow.listeners.find_dead(letters[0].id)
