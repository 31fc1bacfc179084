"""Retries after a conflict with another writer."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from tradecore.model.errors import Stale

P = ParamSpec("P")
T = TypeVar("T")

MAX_ATTEMPTS = 3


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
