"""Several calls at once."""

import asyncio

import pytest

from tradecore.model.errors import Unavailable
from tradecore.use_cases.concurrently import all_of, attempt_each, concurrently, successes


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


async def test_each_argument_is_attempted_with_a_limit_and_keeps_its_place_whatever_fails() -> None:
    running, most = 0, 0

    async def call(number: int) -> int:
        nonlocal running, most
        running, most = running + 1, max(most, running + 1)
        await asyncio.sleep(0)
        running -= 1
        if number == 3:
            raise Unavailable("away")
        return number

    outcomes = await attempt_each(call, range(9), limit=2)
    assert most == 2
    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == [0, 1, 2, 4, 5, 6, 7, 8]
    with pytest.raises(Unavailable, match="away"):
        successes(outcomes)
    with pytest.raises(ZeroDivisionError):
        successes([*outcomes, ZeroDivisionError()])
    assert successes([1, 2]) == [1, 2]


async def test_attempts_that_are_cancelled_have_ended_when_their_caller_has() -> None:
    began, ended = asyncio.Event(), []

    async def hang(number: int) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    attempts = asyncio.create_task(attempt_each(hang, range(3), limit=1))
    await began.wait()
    attempts.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempts
    assert ended == [0]
