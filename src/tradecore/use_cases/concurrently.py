"""Awaiting several calls of a port at once."""

import asyncio
from collections.abc import Awaitable, Coroutine, Iterable
from typing import Any, TypeVar

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


async def all_of(calls: Iterable[Awaitable[None]]) -> None:
    """Await all calls, each to its end. The first exception is raised after that."""
    for failure in filter(None, await asyncio.gather(*calls, return_exceptions=True)):
        raise failure
