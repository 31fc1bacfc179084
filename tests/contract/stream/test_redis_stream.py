"""What a stream over Redis has to bear besides: forgers, other installations, a server that is away."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from servers import address, own_redis
from tradecore.model.analyses import AnalysisFailed
from tradecore.model.change import Event
from tradecore.model.errors import Unavailable
from tradecore.model.ids import Topic
from tradecore_adapters.store.documents import decode_event, encode_event
from tradecore_adapters.stream.redis import RedisStream

A = Topic("analysis:a")
OURS, THEIRS = "o" * 32, "t" * 32


def event(seq: int) -> Event:
    return Event(seq, AnalysisFailed(A, datetime(2026, 1, 1, tzinfo=UTC), "no", None))


@asynccontextmanager
async def opened(at: str, *secrets: str) -> AsyncIterator[RedisStream]:
    async with RedisStream(at, secrets, encode=encode_event, decode=decode_event) as stream:
        yield stream


async def test_what_one_process_publishes_another_hears(redis_address: str) -> None:
    async with (
        opened(redis_address, OURS) as here,
        opened(redis_address, OURS) as there,
        there.subscribe(A) as listener,
    ):
        await here.publish(event(1))
        assert await listener.next(5) == event(1)


async def test_S56_who_does_not_know_the_secret_cannot_invent_an_event(redis_address: str) -> None:
    async with opened(redis_address, OURS) as stream, stream.subscribe(A) as listener:
        async with Redis.from_url(redis_address) as forger:
            said: list[bytes] = []
            async with forger.pubsub() as line:
                await line.subscribe("tradecore:events")
                await stream.publish(event(1))
                while not said:
                    heard = await line.get_message(timeout=5)
                    said += [heard["data"]] if heard and heard["type"] == "message" else []
            assert await listener.next(5) == event(1)
            body = encode_event(event(7))
            for forged in (b"", b"x", body, b"\0" * 32 + body, said[0][:32] + body, said[0][:-1], b"\x80\x04N."):
                await forger.publish("tradecore:events", forged)
        async with opened(redis_address, THEIRS) as other:
            await other.publish(event(8))
        await stream.publish(event(2))
        assert await listener.next(5) == event(2)


async def test_S31_while_secrets_are_exchanged_both_are_believed(redis_address: str) -> None:
    async with (
        opened(redis_address, THEIRS, OURS) as new,
        opened(redis_address, OURS) as old,
        new.subscribe(A) as listener,
    ):
        await old.publish(event(1))
        assert await listener.next(5) == event(1)


async def test_what_a_newer_tradecore_says_is_passed_over(redis_address: str) -> None:
    def newer(event: Event) -> bytes:
        return b"1 SomethingNew {}" if event.seq == 1 else encode_event(event)

    async with (
        opened(redis_address, OURS) as stream,
        RedisStream(redis_address, [OURS], encode=newer, decode=decode_event) as other,
        stream.subscribe(A) as listener,
    ):
        await other.publish(event(1))
        await other.publish(event(2))
        assert await listener.next(5) == event(2)


async def test_F12_without_a_server_publishing_is_refused_soon_and_goes_on_when_it_is_back() -> None:
    server = own_redis()
    server.start()
    try:
        async with opened(address(server), OURS) as stream, stream.subscribe(A) as listener:
            await stream.publish(event(1))
            assert await listener.next(5) == event(1)
            server.stop()
            for _ in range(50):
                with pytest.raises(Unavailable):
                    await stream.publish(event(2))
            assert await listener.next(0.01) is None
            server.start()
            deadline = time.monotonic() + 10
            heard = None
            while heard is None and time.monotonic() < deadline:
                try:
                    await stream.publish(event(3))
                except Unavailable:
                    await asyncio.sleep(0.1)
                    continue
                heard = await listener.next(0.2)
            assert heard == event(3)
    finally:
        server.close()
