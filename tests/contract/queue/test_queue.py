"""What every job queue promises: an offer is taken, and a queue that wakes workers does so soon and only then."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from opening import open_adapter
from servers import SettingOf
from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind
from tradecore.ports.queue import JobQueue, MessageQueue, WakingQueue
from tradecore_app.registry import rows


@pytest.fixture(params=sorted(rows("queue")))
async def queue(request: pytest.FixtureRequest, setting_of: SettingOf) -> AsyncIterator[JobQueue]:
    async with setting_of(request.param) as setting, open_adapter("queue", setting) as opened:
        yield opened


@pytest.fixture
async def waking(queue: JobQueue) -> WakingQueue:
    if not isinstance(queue, WakingQueue):
        assert isinstance(queue, MessageQueue)
        pytest.skip("It hands jobs to workers of its own.")
    return queue


async def test_a_job_is_offered_now_or_for_later_once_or_more_often(queue: JobQueue) -> None:
    for not_before in (None, None, datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)):
        await queue.offer(JobId("j"), Kind.ANALYSIS, not_before=not_before)


async def test_an_offer_wakes_who_waits(waking: WakingQueue) -> None:
    waiting = asyncio.create_task(waking.wait(30))
    await asyncio.sleep(0)
    await waking.offer(JobId("j"), Kind.ANALYSIS)
    await asyncio.wait_for(waiting, 5)


async def test_an_offer_from_before_is_not_missed(waking: WakingQueue) -> None:
    await waking.offer(JobId("j"), Kind.ANALYSIS)
    await asyncio.wait_for(waking.wait(30), 5)


async def test_an_offer_wakes_once(waking: WakingQueue) -> None:
    await waking.offer(JobId("j"), Kind.ANALYSIS)
    await waking.wait(30)
    again = asyncio.create_task(waking.wait(30))
    done, _ = await asyncio.wait({again}, timeout=0.05)
    again.cancel()
    assert not done


async def test_silence_ends_after_the_time_given(waking: WakingQueue) -> None:
    await asyncio.wait_for(waking.wait(0.01), 5)
