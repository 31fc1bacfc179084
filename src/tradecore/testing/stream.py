"""The contract of `tradecore.ports.stream`: subclass `EventStreamSuite` and give a stream."""

import asyncio
from datetime import UTC, datetime

import pytest
from attrs import evolve

from tradecore.model.analyses import AnalysisFailed
from tradecore.model.change import Event
from tradecore.model.ids import Topic, TopicKind, UserId, topic_of
from tradecore.ports.stream import EventStream

A, B = Topic("analysis:a"), Topic("analysis:b")


def failed(topic: Topic, seq: int) -> Event:
    """An event of a topic."""
    return Event(seq, AnalysisFailed(topic, datetime(2026, 1, 1, tzinfo=UTC), "no", None))


class EventStreamSuite:
    """What every event stream promises. Give `stream`."""

    @pytest.fixture
    def stream(self) -> EventStream:
        """A stream."""
        raise NotImplementedError("Override the fixture stream; it returns an EventStream.")

    async def test_every_subscriber_gets_the_events_of_its_topic_in_order(self, stream: EventStream) -> None:
        async with stream.subscribe(A) as first, stream.subscribe(A) as second, stream.subscribe(B) as other:
            await stream.publish(failed(A, 1))
            await stream.publish(failed(A, 2), failed(A, 3))
            for subscription in (first, second):
                assert [await subscription.next(20) for _ in range(3)] == [failed(A, seq) for seq in (1, 2, 3)]
            assert await other.next(0.01) is None

    async def test_an_event_reaches_the_subscribers_of_its_user_with_its_position(self, stream: EventStream) -> None:
        ann, ben = UserId("ann"), UserId("key: ben\n")
        topics = [topic_of(TopicKind.USER, user) for user in (ann, ben)]
        async with stream.subscribe(topics[0]) as first, stream.subscribe(topics[1]) as second:
            await stream.publish(failed(A, 1))
            await stream.publish(evolve(failed(A, 2), position=7, user=ann))
            await stream.publish(evolve(failed(B, 1), position=8, user=ben))
            for subscription, expected in ((first, (failed(A, 2), 7, ann)), (second, (failed(B, 1), 8, ben))):
                event = await subscription.next(20)
                assert event is not None
                assert (event, event.position, event.user) == expected
                assert await subscription.next(0.01) is None

    async def test_a_waiting_subscriber_is_woken(self, stream: EventStream) -> None:
        async with stream.subscribe(A) as subscription:
            waiting = asyncio.create_task(subscription.next(30))
            await asyncio.sleep(0)
            await stream.publish(failed(A, 1))
            assert await asyncio.wait_for(waiting, 20) == failed(A, 1)

    async def test_events_from_before_or_after_a_subscription_are_not_delivered(self, stream: EventStream) -> None:
        async with stream.subscribe(A) as earlier:
            await stream.publish(failed(A, 1))
            assert await earlier.next(20) == failed(A, 1)
        async with stream.subscribe(A) as subscription:
            assert await subscription.next(0.01) is None
        async with stream.subscribe(B) as elsewhere:
            await stream.publish(failed(A, 2))
            await stream.publish(failed(B, 1))
            assert await elsewhere.next(20) == failed(B, 1)
        async with stream.subscribe(A) as subscription:
            assert await subscription.next(0.01) is None

    async def test_a_slow_subscriber_keeps_the_newest_and_delays_nobody(self, stream: EventStream) -> None:
        async with stream.subscribe(A) as slow, stream.subscribe(A) as fast:
            for seq in range(1, 2001):
                await stream.publish(failed(A, seq))
                assert await fast.next(20) == failed(A, seq)
            kept = []
            while (event := await slow.next(0.01)) is not None:
                kept.append(event.seq)
            assert kept == list(range(2001 - len(kept), 2001))
            assert 0 < len(kept) < 2000
