"""What every event stream promises: all that is published while somebody listens, in order, to everybody who does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from opening import open_adapter
from servers import SettingOf
from tradecore.model.analyses import AnalysisFailed
from tradecore.model.change import Event
from tradecore.model.ids import Topic
from tradecore.ports.stream import EventStream
from tradecore_app.registry import rows

A, B = Topic("analysis:a"), Topic("analysis:b")


def event(topic: Topic, seq: int) -> Event:
    return Event(seq, AnalysisFailed(topic, datetime(2026, 1, 1, tzinfo=UTC), "no", None))


@pytest.fixture(params=sorted(rows("stream")))
async def stream(request: pytest.FixtureRequest, setting_of: SettingOf) -> AsyncIterator[EventStream]:
    async with (
        setting_of(request.param) as setting,
        open_adapter("stream", setting, secret=SecretStr("s" * 32)) as opened,
    ):
        yield opened


async def test_every_listener_gets_everything_of_its_topic_in_order(stream: EventStream) -> None:
    async with stream.subscribe(A) as first, stream.subscribe(A) as second, stream.subscribe(B) as other:
        for seq in (1, 2, 3):
            await stream.publish(event(A, seq))
        for listener in (first, second):
            assert [await listener.next(5) for _ in range(3)] == [event(A, seq) for seq in (1, 2, 3)]
        assert await other.next(0.01) is None


async def test_who_waits_is_woken(stream: EventStream) -> None:
    async with stream.subscribe(A) as listener:
        waiting = asyncio.create_task(listener.next(30))
        await asyncio.sleep(0)
        await stream.publish(event(A, 1))
        assert await asyncio.wait_for(waiting, 5) == event(A, 1)


async def test_what_was_published_before_or_after_listening_is_not_heard(stream: EventStream) -> None:
    async with stream.subscribe(A) as earlier:
        await stream.publish(event(A, 1))
        assert await earlier.next(5) == event(A, 1)
    async with stream.subscribe(A) as listener:
        assert await listener.next(0.01) is None
    async with stream.subscribe(B) as elsewhere:
        await stream.publish(event(A, 2))
        await stream.publish(event(B, 1))
        assert await elsewhere.next(5) == event(B, 1)
    async with stream.subscribe(A) as listener:
        assert await listener.next(0.01) is None


async def test_a_listener_that_does_not_listen_holds_nobody_up_and_keeps_the_newest(stream: EventStream) -> None:
    async with stream.subscribe(A) as deaf, stream.subscribe(A) as keen:
        for seq in range(1, 2001):
            await stream.publish(event(A, seq))
            assert await keen.next(5) == event(A, seq)
        kept = [each.seq async for each in _rest(deaf)]
        assert kept == list(range(2001 - len(kept), 2001))
        assert 0 < len(kept) < 2000


async def _rest(listener):  # type: ignore[no-untyped-def]  # a generator for one test
    while (each := await listener.next(0.01)) is not None:
        yield each
