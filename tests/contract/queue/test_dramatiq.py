"""Jobs as Dramatiq messages: what is sent, what Dramatiq's workers do with it, and what happens to lost messages."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from dramatiq import Message, MessageProxy
from dramatiq.brokers.redis import RedisBroker
from dramatiq.common import dq_name
from redis.asyncio import Redis

from servers import SettingOf, own_redis
from servers import address as address_of
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.ids import JobId
from tradecore.model.jobs import Job, JobState, Kind
from tradecore_adapters.queue.dramatiq import ACTOR, NAMESPACE, QUEUE, DramatiqQueue, open_broker
from tradecore_app.dramatiq_worker import build_broker, dramatiq_worker
from tradecore_app.embed import Embedded, open_tradecore
from tradecore_app.settings import Settings, read_settings

AT = datetime(2026, 1, 1, tzinfo=UTC)
LATER = AT + timedelta(seconds=40)
DAY = date(2024, 10, 10)


@pytest.fixture
async def redis(setting_of: SettingOf) -> AsyncIterator[str]:
    async with setting_of("redis") as address:
        yield address


@asynccontextmanager
async def launching(folder: Path, redis: str) -> AsyncIterator[Embedded]:
    """Tradecore whose jobs are run by a Dramatiq worker in threads of this process."""
    async with open_tradecore(data=folder, queue=f"dramatiq+{redis}", news="none:", lease_seconds=2) as opened:
        yield opened


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    deadline = monotonic() + seconds
    while not await holds():
        assert monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)


async def job_of(opened: Embedded, id: str) -> Job:
    async with opened.core.claim_job.store.snapshot() as uow:
        return await uow.jobs.get(JobId(id))


def consume(address: str, queue: str) -> Message[None]:
    broker = RedisBroker(url=address, namespace=NAMESPACE)  # type: ignore[no-untyped-call]
    broker.declare_queue(QUEUE)
    try:
        proxy = next(broker.consume(queue, timeout=5000))
        assert proxy
        return proxy._message
    finally:
        broker.close()


async def test_a_message_holds_nothing_but_the_id(redis: str) -> None:
    async with DramatiqQueue(redis, now=lambda: AT) as queue:
        await queue.offer(JobId("j"), Kind.ANALYSIS)
        assert await queue.depth() == 1
        message = await asyncio.to_thread(consume, redis, QUEUE)
        assert await queue.depth() == 0
    assert (message.actor_name, message.queue_name, message.args, message.kwargs) == (ACTOR, QUEUE, ("j",), {})


async def test_a_retry_is_delayed_by_dramatiq_until_it_is_due(redis: str) -> None:
    async with DramatiqQueue(redis, now=lambda: AT) as queue:
        await queue.offer(JobId("j"), Kind.ANALYSIS, not_before=LATER)
        message = await asyncio.to_thread(consume, redis, dq_name(QUEUE))
        assert await queue.depth() == 0
    assert 39_000 <= message.options["eta"] - message.message_timestamp <= 41_000


async def test_an_idle_consumer_is_woken_by_a_message_and_a_busy_one_by_an_acknowledgement(
    redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without wake-ups, nothing would arrive within the time of this test.
    monkeypatch.setattr("tradecore_adapters.queue.dramatiq._IDLE_POLL", 40)
    broker = open_broker(redis, timeout=60)
    broker.declare_queue(QUEUE)
    consumer = broker.consume(QUEUE, prefetch=1)

    def next_message() -> MessageProxy:
        while (message := next(consumer)) is None:
            pass
        return message

    try:
        async with Redis.from_url(redis) as client, DramatiqQueue(redis, now=lambda: AT) as queue:

            async def waits() -> bool:
                return any(row["cmd"] == "blpop" for row in await client.client_list())

            idle = asyncio.create_task(asyncio.to_thread(next_message))
            await until(waits)
            await queue.offer(JobId("first"), Kind.ANALYSIS)
            first = await asyncio.wait_for(idle, 30)
            busy = asyncio.create_task(asyncio.to_thread(next_message))
            await queue.offer(JobId("second"), Kind.ANALYSIS)
            await asyncio.to_thread(consumer.ack, first)
            second = await asyncio.wait_for(busy, 30)
            assert (first.args, second.args) == (("first",), ("second",))
            for _ in range(80):
                await queue.offer(JobId("of many"), Kind.ANALYSIS)
            assert await client.llen(f"{NAMESPACE}:{QUEUE}.wake-ups") == 64
    finally:
        broker.close()


async def test_a_redis_that_is_away_is_said_to_be_within_a_second() -> None:
    server = own_redis()
    server.start()
    server.close()
    async with DramatiqQueue(address_of(server), now=lambda: AT) as queue:
        for call in (queue.offer(JobId("j"), Kind.ANALYSIS), queue.depth()):
            begun = monotonic()
            with pytest.raises(Unavailable):
                await call
            assert monotonic() - begun < 5


async def test_F15_a_redis_that_takes_no_more_is_said_to_be_unavailable() -> None:
    server = own_redis()
    await asyncio.to_thread(server.start)
    try:
        async with (
            Redis.from_url(address_of(server)) as client,
            DramatiqQueue(address_of(server), now=lambda: AT) as queue,
        ):
            await client.config_set("maxmemory-policy", "noeviction")
            await client.config_set("maxmemory", "1")
            with pytest.raises(Unavailable):
                await queue.offer(JobId("j"), Kind.ANALYSIS)
            await client.config_set("maxmemory", "0")
            await queue.offer(JobId("j"), Kind.ANALYSIS)
            assert await queue.depth() == 1
    finally:
        await asyncio.to_thread(server.close)


def test_an_address_of_something_else_is_refused() -> None:
    with pytest.raises(Unavailable, match="TRADECORE_QUEUE"):
        open_broker("amqp://localhost")


def test_workers_need_the_queue_of_dramatiq_and_a_store_that_is_shared() -> None:
    with pytest.raises(Invalid, match="TRADECORE_QUEUE"):
        build_broker(read_settings())
    with pytest.raises(Invalid, match="TRADECORE_STORE"):
        build_broker(read_settings(queue="dramatiq+redis://localhost", store="memory:"))


async def test_a_worker_that_cannot_open_its_store_does_not_start_and_says_why(tmp_path: Path, redis: str) -> None:
    (tmp_path / "file").touch()
    settings = read_settings(queue=f"dramatiq+{redis}", data=tmp_path / "file")
    with pytest.raises(Unavailable):
        async with dramatiq_worker(settings):
            pytest.fail("it started")


async def test_dramatiq_carries_an_analysis_to_its_result(tmp_path: Path, redis: str) -> None:
    async with launching(tmp_path, redis) as opened:
        ticket = await opened.launch("NVDA", DAY)
        assert (await asyncio.wait_for(opened.result(ticket.analysis), 30)).decision
        job = await job_of(opened, ticket.analysis)
        assert (job.state, job.attempt) == (JobState.COMPLETED, 1)


async def test_F09_F10_what_cannot_be_read_is_not_known_or_comes_twice_stops_nobody(tmp_path: Path, redis: str) -> None:
    async with launching(tmp_path, redis) as opened, Redis.from_url(redis) as client:
        key = f"{NAMESPACE}:{QUEUE}"
        await client.hset(f"{key}.msgs", "x", b"{")
        await client.rpush(key, "x")
        async with DramatiqQueue(redis, now=lambda: AT) as queue:
            await queue.offer(JobId("nobody-knows-it"), Kind.ANALYSIS)
            ticket = await opened.launch("NVDA", DAY)
            for _ in range(10):
                await queue.offer(JobId(ticket.analysis), Kind.ANALYSIS)
            # Dramatiq's consumer starts again three seconds after a message that it cannot read.
            assert (await asyncio.wait_for(opened.result(ticket.analysis), 30)).decision
            await until(lambda: _empty(queue))
        assert (await job_of(opened, ticket.analysis)).attempt == 1


async def test_a_job_whose_message_was_lost_is_offered_again(tmp_path: Path, redis: str) -> None:
    settings = {"data": tmp_path, "news": "none:"}
    elsewhere = own_redis()
    elsewhere.start()
    try:
        # The message goes to a Redis that forgets it, as one without a disk does when it is started again.
        other = read_settings(queue=f"dramatiq+{address_of(elsewhere)}", **settings)
        id = await _launch_without_worker(other)
    finally:
        elsewhere.close()
    async with launching(tmp_path, redis) as opened:

        async def completed() -> bool:
            return (await job_of(opened, id)).state is JobState.COMPLETED

        await until(completed)


async def test_a_digest_that_waited_for_another_of_its_user_is_offered_when_that_ends(
    tmp_path: Path, redis: str
) -> None:
    async with launching(tmp_path, redis) as opened:
        digests = await asyncio.gather(*(opened.digest(24, "ann") for _ in range(3)))
        assert len(digests) == 3


async def _empty(queue: DramatiqQueue) -> bool:
    return await queue.depth() == 0


async def _launch_without_worker(settings: Settings) -> str:
    from tradecore.model.analysis_briefs import AnalysisBrief
    from tradecore.model.ids import UserId
    from tradecore.model.market import AssetType, Symbol
    from tradecore.model.steps import Analyst
    from tradecore.model.users import Caller
    from tradecore_app.assembly import assemble

    brief = AnalysisBrief(Symbol("NVDA"), AssetType.EQUITY, DAY, (Analyst.TECHNICAL,), 1, "rules", "rules")
    async with assemble(settings) as assembled:
        ticket = await assembled.core.launch_analysis(brief, by=Caller(UserId("ann")))
        while await assembled.core.relay_events():
            pass
    return str(ticket.analysis)
