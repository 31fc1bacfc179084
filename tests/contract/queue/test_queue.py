"""What every job queue promises: a wake-up call, soon, and none that is not one."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from opening import open_adapter
from servers import SettingOf
from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind
from tradecore.ports.queue import JobQueue
from tradecore_app.registry import rows


@pytest.fixture(params=sorted(rows("queue")))
async def queue(request: pytest.FixtureRequest, setting_of: SettingOf) -> AsyncIterator[JobQueue]:
    async with setting_of(request.param) as setting, open_adapter("queue", setting) as opened:
        yield opened


async def test_an_offer_wakes_who_waits(queue: JobQueue) -> None:
    waiting = asyncio.create_task(queue.wait(30))
    await asyncio.sleep(0)
    await queue.offer(JobId("j"), Kind.ANALYSIS)
    await asyncio.wait_for(waiting, 5)


async def test_an_offer_from_before_is_not_missed(queue: JobQueue) -> None:
    await queue.offer(JobId("j"), Kind.ANALYSIS)
    await asyncio.wait_for(queue.wait(30), 5)


async def test_an_offer_wakes_once(queue: JobQueue) -> None:
    await queue.offer(JobId("j"), Kind.ANALYSIS)
    await queue.wait(30)
    again = asyncio.create_task(queue.wait(30))
    done, _ = await asyncio.wait({again}, timeout=0.05)
    again.cancel()
    assert not done


async def test_silence_ends_after_the_time_given(queue: JobQueue) -> None:
    await asyncio.wait_for(queue.wait(0.01), 5)
