"""Callers with the same question share one call."""

import asyncio

import pytest

from tradecore.use_cases.single_flight import SingleFlight


async def test_the_same_question_is_asked_once_and_a_new_one_later_again() -> None:
    flight, calls, gate = SingleFlight[int](), [], asyncio.Event()

    async def call() -> int:
        calls.append(1)
        await gate.wait()
        return len(calls)

    waiting = [asyncio.ensure_future(flight("NVDA", call)) for _ in range(20)]
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(*waiting) == [1] * 20
    assert await flight("NVDA", call) == 2


async def test_a_caller_that_gives_up_does_not_end_the_call_for_others() -> None:
    flight, gate = SingleFlight[str](), asyncio.Event()

    async def call() -> str:
        await gate.wait()
        return "bars"

    patient = asyncio.ensure_future(flight("NVDA", call))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(flight("NVDA", call), 0.01)
    gate.set()
    assert await patient == "bars"


async def test_every_caller_gets_the_error_and_the_next_call_is_new() -> None:
    flight = SingleFlight[int]()

    async def fail() -> int:
        raise ValueError("no")

    async def succeed() -> int:
        return 1

    results = await asyncio.gather(flight("A", fail), flight("A", fail), return_exceptions=True)
    assert [str(result) for result in results] == ["no", "no"]
    assert await flight("A", succeed) == 1


async def test_closing_ends_what_is_under_way() -> None:
    flight = SingleFlight[None]()
    waiting = asyncio.ensure_future(flight("A", asyncio.Event().wait))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    await flight.aclose()
    with pytest.raises(asyncio.CancelledError):
        await waiting
