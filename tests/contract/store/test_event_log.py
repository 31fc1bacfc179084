"""The event log of every store: positions without gaps in the order of commits, whoever writes, relays or crashes."""

import asyncio
import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradecore.engines.desk.plan import plan_desk
from tradecore.model.analyses import AgentBegan, Analysis, AnalysisBrief, AnalysisFailed
from tradecore.model.change import Change, Event
from tradecore.model.errors import NotFound
from tradecore.model.ids import AnalysisId, JobId, Topic, TopicKind, UserId, topic_of
from tradecore.model.jobs import Job, JobQueued, Kind
from tradecore.model.listeners import Cursor, DeadLetter
from tradecore.model.market import AssetType, Symbol
from tradecore.model.steps import Agent, Analyst
from tradecore.ports.store import Store
from tradecore_adapters.store.sqlite import SqliteStore

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN, BEN = UserId("ann"), UserId("ben")
BRIEF = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, date(2024, 10, 10), tuple(Analyst), 1, "rules")


class Killed(Exception):
    """The process dies here."""


async def queue(store: Store, id: str, user: UserId = ANN, at: datetime = AT) -> None:
    """One event: a job was queued."""
    async with store.unit_of_work() as uow:
        await uow.jobs.put(Job.queue(JobId(id), user, Kind.ANALYSIS, at=at))


async def an_analysis(store: Store, id: str = "a") -> Analysis:
    async with store.unit_of_work() as uow:
        begun = Analysis.begin(AnalysisId(id), ANN, BRIEF, engine="rules", plan=plan_desk(BRIEF, by_model=False), at=AT)
        return await uow.analyses.put(Change(begun.entity.start(at=AT).entity))


async def write(store: Store, analysis: Analysis, count: int, at: datetime = AT) -> Analysis:
    """`count` events of one topic in one transaction."""
    fact = AgentBegan(topic_of(TopicKind.ANALYSIS, analysis.id), at, Agent.TECHNICAL, 1, "technical analysis started")
    async with store.unit_of_work() as uow:
        return await uow.analyses.put(Change(analysis, (fact,) * count))


async def sequence(store: Store, limit: int = 100) -> tuple[Event, ...]:
    async with store.unit_of_work() as uow:
        return await uow.events.sequence(limit)


async def sequence_all(store: Store) -> list[Event]:
    events: list[Event] = []
    while batch := await sequence(store):
        events += batch
    return events


async def whole_log(store: Store) -> list[Event]:
    async with store.snapshot() as uow:
        return list(await uow.events.read(0, 10_000))


async def test_events_get_positions_in_the_order_of_commits_and_belong_to_their_users(store: Store) -> None:
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


async def test_the_log_is_read_from_a_position_on_by_kind_and_by_user(store: Store) -> None:
    analysis = await an_analysis(store)
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


async def test_a_transaction_that_fails_leaves_no_event_and_takes_no_position(store: Store) -> None:
    await queue(store, "a")
    with pytest.raises(Killed):
        async with store.unit_of_work() as uow:
            await uow.jobs.put(Job.queue(JobId("b"), ANN, Kind.ANALYSIS, at=AT))
            raise Killed
    await queue(store, "c")
    assert [(event.position, event.fact.topic) for event in await sequence_all(store)] == [(1, "job:a"), (2, "job:c")]


async def test_a_sequencer_that_dies_before_its_commit_has_given_no_position(store: Store) -> None:
    for id in ("a", "b"):
        await queue(store, id)
    with pytest.raises(Killed):
        async with store.unit_of_work() as uow:
            assert len(await uow.events.sequence(10)) == 2
            raise Killed
    assert await whole_log(store) == []
    await queue(store, "c")
    assert [event.position for event in await sequence_all(store)] == [1, 2, 3]
    assert [event.fact.topic for event in await whole_log(store)] == ["job:a", "job:b", "job:c"]


async def test_one_sequencer_at_a_time_gives_positions_while_others_return_at_once(store: Store) -> None:
    if isinstance(store, SqliteStore):
        pytest.skip("SQLite has one writer at a time")
    await queue(store, "a")
    async with store.unit_of_work() as uow:
        assert len(await uow.events.sequence(10)) == 1
        await queue(store, "b")
        assert await asyncio.wait_for(sequence(store), 5) == ()
    assert [event.position for event in await sequence(store)] == [2]


async def test_many_writers_and_sequencers_that_die_at_any_point_leave_one_log_without_gaps(store: Store) -> None:
    dice = random.Random(1)
    analyses = [await an_analysis(store, f"a{n}") for n in range(6)]
    done = asyncio.Event()

    async def write_many(analysis: Analysis) -> None:
        for count in (1, 3, 2, 1, 2):
            current, fails = analysis, dice.random() < 0.3
            with suppress(Killed):
                async with store.unit_of_work() as uow:
                    fact = AgentBegan(topic_of(TopicKind.ANALYSIS, analysis.id), AT, Agent.NEWS, 1, "news")
                    analysis = await uow.analyses.put(Change(current, (fact,) * count))
                    if fails:
                        raise Killed
            if fails:
                analysis = current
            await asyncio.sleep(0)

    async def sequence_many() -> None:
        while not done.is_set() or await still_waiting():
            with suppress(Killed):
                async with store.unit_of_work() as uow:
                    await uow.events.sequence(dice.randint(1, 4))
                    if dice.random() < 0.3:
                        raise Killed
            await asyncio.sleep(0.001)

    async def still_waiting() -> bool:
        async with store.read() as uow:
            return await uow.events.waiting()

    sequencers = [asyncio.create_task(sequence_many()) for _ in range(3)]
    await asyncio.gather(*(write_many(analysis) for analysis in analyses))
    done.set()
    await asyncio.wait_for(asyncio.gather(*sequencers), 30)
    log = await whole_log(store)
    assert [event.position for event in log] == list(range(1, len(log) + 1))
    for analysis in analyses:
        topic = topic_of(TopicKind.ANALYSIS, analysis.id)
        async with store.snapshot() as uow:
            stored = await uow.events.after(topic, 0)
        assert [event for event in log if event.fact.topic == topic] == list(stored)
        assert [event.seq for event in stored] == list(range(1, len(stored) + 1))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 3), st.sampled_from("ab")),
        st.tuples(st.just("abort"), st.integers(1, 3), st.sampled_from("ab")),
        st.tuples(st.just("sequence"), st.integers(1, 4), st.just("")),
        st.tuples(st.just("crash"), st.integers(1, 4), st.just("")),
    ),
    max_size=20,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
async def test_whatever_is_committed_is_in_the_log_in_the_order_of_commits(steps: list[tuple[str, int, str]]) -> None:
    async with SqliteStore(None) as store:
        analyses = {id: await an_analysis(store, id) for id in "ab"}
        written: list[Topic] = []
        for step, number, id in steps:
            with suppress(Killed):
                if step == "write":
                    analyses[id] = await write(store, analyses[id], number)
                    written += [topic_of(TopicKind.ANALYSIS, id)] * number
                elif step == "abort":
                    async with store.unit_of_work() as uow:
                        fact = AgentBegan(topic_of(TopicKind.ANALYSIS, id), AT, Agent.NEWS, 1, "news")
                        await uow.analyses.put(Change(analyses[id], (fact,) * number))
                        raise Killed
                else:
                    async with store.unit_of_work() as uow:
                        await uow.events.sequence(number)
                        if step == "crash":
                            raise Killed
            log = await whole_log(store)
            assert [event.fact.topic for event in log] == written[: len(log)]
            assert [event.position for event in log] == list(range(1, len(log) + 1))
        await sequence_all(store)
        assert [event.fact.topic for event in await whole_log(store)] == written


async def test_old_events_are_forgotten_in_order_but_for_the_last_of_a_topic_whose_number_counts_on(
    store: Store,
) -> None:
    analysis, topic = await an_analysis(store), topic_of(TopicKind.ANALYSIS, "a")
    await queue(store, "j")
    analysis = await write(store, analysis, 2)
    analysis = await write(store, analysis, 1, at=AT + timedelta(days=1))
    await sequence_all(store)
    tomorrow = AT + timedelta(days=1)

    async def forget(until: int, before: datetime, limit: int = 10) -> int:
        async with store.unit_of_work() as uow:
            return await uow.events.forget(until=until, before=before, limit=limit)

    async def kept() -> tuple[list[int | None], list[int], int]:
        async with store.snapshot() as uow:
            events = await uow.events.after(topic, 0)
            return (
                [event.position for event in await uow.events.read(0, 10)],
                [event.seq for event in events],
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
async def test_facts_of_every_kind_of_topic_are_forgotten_under_one_rule(store: Store, kind: TopicKind) -> None:
    topic = topic_of(kind, "x")
    facts = (AgentBegan(topic, AT, Agent.TECHNICAL, 1, "technical analysis started"),) * 3
    analysis = await an_analysis(store)
    async with store.unit_of_work() as uow:
        await uow.analyses.put(Change(analysis, facts))
    await sequence_all(store)
    async with store.unit_of_work() as uow:
        assert await uow.events.forget(until=3, before=AT + timedelta(seconds=1), limit=10) == 3
    async with store.snapshot() as uow:
        kept = [event.seq for event in await uow.events.after(topic, 0)]
    # Numbers of an entity that may still change count on from the last one.
    assert kept == ([] if kind in (TopicKind.JOB, TopicKind.DIGEST, TopicKind.ALERT) else [3])


async def test_a_cursor_begins_at_0_and_is_stored_whole(store: Store) -> None:
    cursor = Cursor(name="alerts", position=7, failures=2, failing_since=AT, next_try=AT + timedelta(seconds=4), dead=1)
    async with store.unit_of_work() as uow:
        assert await uow.listeners.get("alerts") == Cursor(name="alerts")
        await uow.listeners.put(Cursor(name="alerts", position=3))
        await uow.listeners.put(cursor)
    async with store.snapshot() as uow:
        assert await uow.listeners.get("alerts") == cursor
        assert await uow.listeners.get("webhooks") == Cursor(name="webhooks")


async def test_two_writers_of_one_cursor_come_one_after_the_other(store: Store) -> None:
    async def advance() -> None:
        async with store.unit_of_work() as uow:
            cursor = await uow.listeners.get("alerts")
            await asyncio.sleep(0.01)
            await uow.listeners.put(cursor.advance(cursor.position + 1))

    await asyncio.gather(*(advance() for _ in range(5)))
    async with store.snapshot() as uow:
        assert (await uow.listeners.get("alerts")).position == 5


async def test_dead_letters_keep_their_event_until_they_are_deleted(store: Store) -> None:
    for id in ("a", "b"):
        await queue(store, id)
    events = await sequence_all(store)
    letters = [
        DeadLetter.of("alerts", event, "ValueError: no", at=AT - timedelta(minutes=event.position or 0))
        for event in events
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
