"""The contract of `tradecore.ports.queue`: subclass `JobQueueSuite` and give a queue."""

import asyncio

import pytest

from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind
from tradecore.ports.queue import JobQueue


class JobQueueSuite:
    """What every job queue promises. Give `queue`."""

    @pytest.fixture
    def queue(self) -> JobQueue:
        """A queue in which nothing was offered."""
        raise NotImplementedError("Override the fixture queue; it returns a JobQueue.")

    async def test_an_offer_wakes_a_waiting_worker(self, queue: JobQueue) -> None:
        waiting = asyncio.create_task(queue.wait(30))
        await asyncio.sleep(0)
        await queue.offer(JobId("j"), Kind.ANALYSIS)
        await asyncio.wait_for(waiting, 20)

    async def test_an_offer_from_before_is_not_missed(self, queue: JobQueue) -> None:
        await queue.offer(JobId("j"), Kind.ANALYSIS)
        await asyncio.wait_for(queue.wait(30), 20)

    async def test_an_offer_wakes_once(self, queue: JobQueue) -> None:
        await queue.offer(JobId("j"), Kind.ANALYSIS)
        await queue.wait(30)
        second = asyncio.create_task(queue.wait(30))
        done, _ = await asyncio.wait({second}, timeout=0.05)
        second.cancel()
        assert not done

    async def test_waiting_ends_after_its_time(self, queue: JobQueue) -> None:
        await asyncio.wait_for(queue.wait(0.01), 20)
