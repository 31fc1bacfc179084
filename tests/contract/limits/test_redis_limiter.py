"""Limits over Redis: exact over several processes, and a window of one's own while the server is away."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from time import monotonic, sleep

import pytest
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError

from servers import SettingOf, address, own_redis
from tradecore.ports.limits import Rate
from tradecore_adapters.limits.memory import MemoryLimiter
from tradecore_adapters.limits.redis import RedisLimiter

RATE = Rate(100, timedelta(minutes=1))


async def test_S87_of_200_at_once_over_two_processes_exactly_100_are_admitted(setting_of: SettingOf) -> None:
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(setting_of("redis"))
        two = [await stack.enter_async_context(RedisLimiter(at, MemoryLimiter(monotonic))) for _ in range(2)]
        quotas = await asyncio.gather(*(two[n % 2].hit("ann", RATE) for n in range(200)))
        assert sorted(quota.remaining for quota in quotas if not quota.wait) == list(range(100))
        assert all(59 < quota.wait <= 60 for quota in quotas if quota.wait)
        assert (await two[0].hit("ben", RATE)).wait == 0


async def test_an_answer_that_came_while_the_process_was_busy_counts(setting_of: SettingOf) -> None:
    one = Rate(1, timedelta(minutes=1))
    async with setting_of("redis") as at, RedisLimiter(at, MemoryLimiter(monotonic)) as limiter:
        assert (await limiter.hit("ann", one)).wait == 0
        async with RedisLimiter(at, MemoryLimiter(monotonic)) as other:
            await other.hit("ben", one)  # connects
            hit = asyncio.ensure_future(other.hit("ann", one))
            for _ in range(3):
                await asyncio.sleep(0)
            sleep(0.4)  # no mistake: nothing else of this process can run meanwhile
            assert (await hit).wait > 0


async def test_S87_without_a_server_each_process_has_its_own_share_and_never_more() -> None:
    server = own_redis()
    server.start()
    try:
        async with RedisLimiter(address(server), MemoryLimiter(monotonic)) as limiter:
            admitted = [(await limiter.hit("ann", RATE)).wait for _ in range(60)].count(0)
            server.stop()
            quotas = await asyncio.gather(*(limiter.hit("ann", RATE) for _ in range(100)))
            assert admitted + [quota.wait for quota in quotas].count(0) == 100
            assert (await limiter.peek("ann", RATE)).wait > 0
            assert (await limiter.peek("ben", RATE)).wait == 0
    finally:
        server.close()


async def test_F15_a_server_that_takes_no_more_is_done_without() -> None:
    server = own_redis()
    server.start()
    try:
        async with (
            Redis.from_url(address(server)) as client,
            RedisLimiter(address(server), MemoryLimiter(monotonic)) as limiter,
        ):
            await client.config_set("maxmemory-policy", "noeviction")
            await client.config_set("maxmemory", "1mb")
            with pytest.raises(OutOfMemoryError):
                await client.set("anything", "more")
            waits = [(await limiter.hit("ann", RATE)).wait for _ in range(101)]
            assert waits.count(0) == 100
    finally:
        server.close()


async def test_nothing_is_kept_for_longer_than_its_window(setting_of: SettingOf) -> None:
    async with setting_of("redis") as at, RedisLimiter(at, MemoryLimiter(monotonic)) as limiter:
        await limiter.hit("ann", Rate(1, timedelta(seconds=30)))
        async with Redis.from_url(at) as client:
            [key] = await client.keys()
            assert 29_000 < await client.pttl(key) <= 30_000


async def test_hits_of_the_same_moment_share_a_round_trip(setting_of: SettingOf) -> None:
    async with setting_of("redis") as at, RedisLimiter(at, MemoryLimiter(monotonic)) as limiter:
        await limiter.hit("ann", RATE)  # so that the script is known
        async with Redis.from_url(at) as client:
            before = await client.info("commandstats")
            quotas = await asyncio.gather(
                *(limiter.hit(f"user {n % 20}", RATE) for n in range(40)), limiter.peek("ann", RATE)
            )
            after = await client.info("commandstats")
        assert after["cmdstat_evalsha"]["calls"] - before["cmdstat_evalsha"]["calls"] == 1
        assert [quota.remaining for quota in quotas] == [*[99] * 20, *[98] * 20, 99]
