"""One task computes at a time, and between two of them the event loop serves all others."""

import asyncio
import itertools

import pytest

from tradecore.engines.desk.compute_lock import ComputeLock


async def test_one_task_computes_at_a_time_and_others_run_in_between() -> None:
    compute_lock, log = ComputeLock(), list[str]()

    async def compute(name: str) -> None:
        async with compute_lock:
            log.append(name)

    async def serve() -> None:
        for _ in range(8):
            log.append("served")
            await asyncio.sleep(0)

    await asyncio.gather(*(compute(name) for name in "abc"), serve())
    computed = [at for at, word in enumerate(log) if word != "served"]
    assert [log[at] for at in computed] == ["a", "b", "c"]
    assert all("served" in log[a:b] for a, b in itertools.pairwise(computed))


async def test_the_lock_is_released_after_an_error_and_after_cancelling() -> None:
    compute_lock = ComputeLock()
    with pytest.raises(ValueError, match="wrong"):
        async with compute_lock:
            raise ValueError("wrong")

    async def compute() -> None:
        async with compute_lock:
            await asyncio.Event().wait()

    task = asyncio.ensure_future(compute())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5), compute_lock:
        pass
