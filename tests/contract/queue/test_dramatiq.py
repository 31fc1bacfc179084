"""Wake-ups as Dramatiq messages: as Dramatiq writes them, offered without it, beside whatever else its queue holds."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from itertools import count

from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from redis.asyncio import Redis

from servers import SettingOf
from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind
from tradecore_adapters.queue.dramatiq import ACTOR, NAMESPACE, QUEUE, DramatiqQueue

AT = datetime(2026, 1, 1, tzinfo=UTC)
OFFER = """
import asyncio, sys
from datetime import UTC, datetime
from tradecore_adapters.queue.dramatiq import DramatiqQueue

async def main():
    async with DramatiqQueue(sys.argv[1], new_id=lambda: "m", now=lambda: datetime(2026, 1, 1, tzinfo=UTC)) as queue:
        await queue.offer("j", "analysis")

asyncio.run(main())
print("dramatiq" in sys.modules)
"""


def queue_at(address: str) -> DramatiqQueue:
    ids = count(1)
    return DramatiqQueue(address, new_id=lambda: f"m{next(ids)}", now=lambda: AT)


async def test_a_message_is_one_of_dramatiq_and_holds_nothing_but_the_id(setting_of: SettingOf) -> None:
    async with setting_of("redis") as address:
        async with queue_at(address) as queue:
            await queue.offer(JobId("j"), Kind.ANALYSIS)

        def consume() -> Message:  # type: ignore[type-arg]  # of no result
            broker = RedisBroker(url=address, namespace=NAMESPACE)
            broker.declare_queue(QUEUE)
            try:
                found = next(broker.consume(QUEUE, timeout=5000))
                assert found
                return found._message
            finally:
                broker.close()

        message = await asyncio.to_thread(consume)
        assert (message.actor_name, message.queue_name, message.args, message.kwargs) == (ACTOR, QUEUE, ("j",), {})
        assert message.message_timestamp == AT.timestamp() * 1000


async def test_who_only_offers_does_not_load_dramatiq(setting_of: SettingOf) -> None:
    async with setting_of("redis") as address:
        ran = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", OFFER, address], capture_output=True, text=True, check=False
        )
        assert (ran.stdout, ran.stderr) == ("False\n", "")


async def test_F09_F10_what_cannot_be_read_and_what_comes_twice_stops_nobody(setting_of: SettingOf) -> None:
    async with setting_of("redis") as address, queue_at(address) as queue, Redis.from_url(address) as client:
        key = f"{NAMESPACE}:{QUEUE}"
        await client.hset(f"{key}.msgs", "x", b"{")
        await client.rpush(key, "x")
        await queue.wait(0.2)
        for _ in range(10):
            await queue.offer(JobId("nobody-knows-it"), Kind.ANALYSIS)
        # Dramatiq's consumer starts again three seconds after a message that it cannot read.
        await asyncio.wait_for(queue.wait(30), 15)
        deadline = asyncio.get_running_loop().time() + 10
        while await client.llen(key) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.05)
        assert await client.llen(key) == 0
