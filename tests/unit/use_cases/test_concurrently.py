"""Several calls at once."""

import asyncio

import pytest

from tradecore.model.errors import Unavailable
from tradecore.use_cases.concurrently import all_of, concurrently


async def test_all_calls_are_under_way_before_the_first_has_ended() -> None:
    barrier = asyncio.Barrier(10)

    async def call(number: int) -> int:
        await barrier.wait()
        return number

    async with asyncio.timeout(20):
        assert await concurrently(call(number) for number in range(10)) == list(range(10))


async def test_a_call_that_raises_cancels_the_others() -> None:
    cancelled = asyncio.Event()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def fail() -> None:
        await asyncio.sleep(0)
        raise Unavailable("away")

    with pytest.raises(Unavailable, match="away"):
        await concurrently([hang(), fail()])
    async with asyncio.timeout(20):
        await cancelled.wait()


async def test_of_all_calls_each_comes_to_its_end_before_a_failure_is_raised() -> None:
    ended = []

    async def call(number: int) -> None:
        await asyncio.sleep(0)
        if number == 0:
            raise Unavailable("no answer")
        ended.append(number)

    with pytest.raises(Unavailable):
        await all_of(call(number) for number in range(3))
    assert ended == [1, 2]
