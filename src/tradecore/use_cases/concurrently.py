"""Awaiting several calls of a port at once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar

from tradecore.model.errors import Unavailable

S = TypeVar("S")
T = TypeVar("T")


async def concurrently(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of all calls, in their order. The first exception is raised, and cancels the other calls."""
    coroutines = list(calls)
    if len(coroutines) == 1:
        # A task would start only at the next turn of the event loop.
        return [await coroutines[0]]
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def attempt_each(
    call: Callable[[S], Awaitable[T]], arguments: Iterable[S], *, limit: int
) -> list[T | BaseException]:
    """What the call returns or raises for each argument, in their order; at most `limit` calls run at a time.

    A cancellation cancels the calls, and waits until they have ended.
    """
    slots = asyncio.Semaphore(limit)

    async def attempt(argument: S) -> T:
        async with slots:
            return await call(argument)

    tasks = [asyncio.create_task(attempt(argument)) for argument in arguments]
    try:
        return await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def successes(outcomes: Iterable[T | BaseException]) -> list[T]:
    """What the calls of `attempt_each` returned.

    Raises their first exception, if there is one; any other comes before Unavailable, which may pass by itself.
    """
    results, failures = list[T](), list[BaseException]()
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            failures.append(outcome)
        else:
            results.append(outcome)
    if failures:
        raise next((failure for failure in failures if not isinstance(failure, Unavailable)), failures[0])
    return results


async def all_of(calls: Iterable[Awaitable[None]]) -> None:
    """Await all calls, each to its end. The first exception is raised after that."""
    for failure in filter(None, await asyncio.gather(*calls, return_exceptions=True)):
        raise failure
