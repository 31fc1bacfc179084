"""The contract of the event log over every store, and its laws under any sequence of writes and crashes."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradecore.model.ids import Topic
from tradecore.ports.store import Store
from tradecore.testing import EventLogSuite
from tradecore.testing.store_events import (
    ProcessDied,
    progress,
    queue,
    sequence,
    sequence_all,
    start,
    topic,
    whole_log,
    write,
)
from tradecore_adapters.store.sqlite import SqliteStore


class TestEventLog(EventLogSuite):
    @pytest.fixture
    def store(self, store: Store) -> Store:
        return store


async def test_one_sequencer_at_a_time_gives_positions_while_others_return_at_once(store: Store) -> None:
    if isinstance(store, SqliteStore):
        pytest.skip("SQLite has one writer at a time")
    await queue(store, "a")
    async with store.unit_of_work() as uow:
        assert len(await uow.events.sequence(10)) == 1
        await queue(store, "b")
        assert await asyncio.wait_for(sequence(store), 5) == ()
    assert [event.position for event in await sequence(store)] == [2]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 3), st.sampled_from("ab")),
        st.tuples(st.just("abort"), st.integers(1, 3), st.sampled_from("ab")),
        st.tuples(st.just("sequence"), st.integers(1, 4), st.just("")),
        st.tuples(st.just("crash"), st.integers(1, 4), st.just("")),
    ),
    max_size=20,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
async def test_whatever_is_committed_is_in_the_log_in_the_order_of_commits(steps: list[tuple[str, int, str]]) -> None:
    async with SqliteStore(None) as store:
        analyses = {id: await start(store, id) for id in "ab"}
        written: list[Topic] = []
        for step, number, id in steps:
            with suppress(ProcessDied):
                if step == "write":
                    analyses[id] = await write(store, analyses[id], number)
                    written += [topic(id)] * number
                elif step == "abort":
                    async with store.unit_of_work() as uow:
                        await uow.analyses.put(progress(analyses[id], number))
                        raise ProcessDied
                else:
                    async with store.unit_of_work() as uow:
                        await uow.events.sequence(number)
                        if step == "crash":
                            raise ProcessDied
            log = await whole_log(store)
            assert [event.fact.topic for event in log] == written[: len(log)]
            assert [event.position for event in log] == list(range(1, len(log) + 1))
        await sequence_all(store)
        assert [event.fact.topic for event in await whole_log(store)] == written
