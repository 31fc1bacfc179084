"""Retries after a conflict with another writer, and while the store cannot be reached."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from tradecore.model.errors import Stale, Unavailable

P = ParamSpec("P")
T = TypeVar("T")

MAX_ATTEMPTS = 3
# The waits between attempts to reach a store, in seconds: a minute in all.
_WAITS = (0.25, 0.5, 1.0, 2.0, *(4.0,) * 14)


def retry_on_conflict(call: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Repeat a call that raised Stale because another writer was first. Its effects must be in one unit of work.

    SQLite runs writers one after the other, so conflicts occur on Postgres only. Raises Stale after MAX_ATTEMPTS.
    """

    @wraps(call)
    async def retrying(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(MAX_ATTEMPTS - 1):
            try:
                return await call(*args, **kwargs)
            except Stale:
                continue
        return await call(*args, **kwargs)

    return retrying


def retry_while_unavailable(call: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Repeat a call that raised Unavailable, for about a minute. Its effects must be in one unit of work.

    Raises Unavailable then, and Stale where an attempt had succeeded although its answer was lost.
    """

    @wraps(call)
    async def retrying(*args: P.args, **kwargs: P.kwargs) -> T:
        for seconds in _WAITS:
            try:
                return await call(*args, **kwargs)
            except Unavailable:
                await asyncio.sleep(seconds)
        return await call(*args, **kwargs)

    return retrying
