"""Batches: what arrives during a call is called together, and each caller gets its own result."""

import asyncio
from collections.abc import Sequence

import pytest
from attrs import define, field

from tradecore.use_cases.batches import Batches


@define
class Doubling:
    """Doubles numbers; a call lasts until it is let go on, and fails for 13."""

    calls: list[list[int]] = field(factory=list)
    open: asyncio.Event = field(factory=asyncio.Event)

    async def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        self.calls.append([*numbers])
        await self.open.wait()
        if 13 in numbers:
            raise ValueError("13")
        return [2 * number for number in numbers]


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_calls_of_one_moment_are_made_together_and_later_ones_when_these_are_done() -> None:
    call = Doubling()
    batches = Batches(call, limit=3)
    first = [batches.submit(number) for number in (1, 2)]
    await turns()
    second = [batches.submit(number) for number in (3, 4, 5, 6)]
    await turns()
    assert call.calls == [[1, 2]]
    call.open.set()
    assert await asyncio.gather(*first, *second) == [2, 4, 6, 8, 10, 12]
    assert call.calls == [[1, 2], [3, 4, 5], [6]]
    assert await batches.submit(7) == 14


async def test_a_batch_that_fails_is_told_to_its_callers_and_to_no_others() -> None:
    call = Doubling()
    batches = Batches(call)
    failing = [batches.submit(number) for number in (13, 1)]
    await turns()
    later = batches.submit(2)
    call.open.set()
    for future in failing:
        with pytest.raises(ValueError, match="13"):
            await future
    assert await later == 4


async def test_a_caller_that_is_cancelled_is_left_out_or_its_result_dropped() -> None:
    call = Doubling()
    batches = Batches(call)
    under_way, other = batches.submit(1), batches.submit(2)
    await turns()
    waiting = batches.submit(3)
    under_way.cancel()
    waiting.cancel()
    call.open.set()
    assert await other == 4
    await turns()
    assert call.calls == [[1, 2]]
    assert await batches.submit(5) == 10


async def test_no_caller_waits_for_ever_when_the_event_loop_cancels_its_tasks() -> None:
    call = Doubling()
    batches = Batches(call)
    under_way = batches.submit(1)
    await turns()
    waiting = batches.submit(2)
    [task] = [task for task in asyncio.all_tasks() if task.get_name() == "batches"]
    task.cancel()
    await asyncio.wait({under_way, waiting}, timeout=10)
    assert under_way.cancelled()
    assert waiting.cancelled()
