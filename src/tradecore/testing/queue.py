"""The contract of `tradecore.ports.queue`: subclass `JobQueueSuite` and give a queue."""

import asyncio
from datetime import UTC, datetime

import pytest

from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind
from tradecore.ports.queue import JobQueue, MessageQueue, WakingQueue


class JobQueueSuite:
    """What every job queue promises, and what those do that wake workers. Give `queue`."""

    @pytest.fixture
    def queue(self) -> JobQueue:
        """A queue in which nothing was offered."""
        raise NotImplementedError("Override the fixture queue; it returns a JobQueue.")

    @pytest.fixture
    def waking(self, queue: JobQueue) -> WakingQueue:
        """The queue, where it wakes workers; tests of that are skipped where it hands jobs to workers of its own."""
        if not isinstance(queue, WakingQueue):
            assert isinstance(queue, MessageQueue)
            pytest.skip("It hands jobs to workers of its own.")
        return queue

    async def test_a_job_is_offered_now_or_for_later_once_or_more_often(self, queue: JobQueue) -> None:
        for not_before in (None, None, datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)):
            await queue.offer(JobId("j"), Kind.ANALYSIS, not_before=not_before)

    async def test_an_offer_wakes_a_waiting_worker(self, waking: WakingQueue) -> None:
        waiting = asyncio.create_task(waking.wait(30))
        await asyncio.sleep(0)
        await waking.offer(JobId("j"), Kind.ANALYSIS)
        await asyncio.wait_for(waiting, 20)

    async def test_an_offer_from_before_is_not_missed(self, waking: WakingQueue) -> None:
        await waking.offer(JobId("j"), Kind.ANALYSIS)
        await asyncio.wait_for(waking.wait(30), 20)

    async def test_an_offer_wakes_once(self, waking: WakingQueue) -> None:
        await waking.offer(JobId("j"), Kind.ANALYSIS)
        await waking.wait(30)
        second = asyncio.create_task(waking.wait(30))
        done, _ = await asyncio.wait({second}, timeout=0.05)
        second.cancel()
        assert not done

    async def test_waiting_ends_after_its_time(self, waking: WakingQueue) -> None:
        await asyncio.wait_for(waking.wait(0.01), 20)
