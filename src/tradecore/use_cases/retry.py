"""Again: what to do when another writer was first, which is to read what that writer left."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from tradecore.model.errors import Stale

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 3


def retry_on_conflict(verb: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Do a verb again when it lost a race. Only for verbs whose effects are all in one unit of work.

    Where writers take turns, as in SQLite, nobody loses; where they meet, as in Postgres, one of two that insert the
    same thing is Stale. Raises Stale once it has lost TRIES times.
    """

    @wraps(verb)
    async def tried(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(TRIES - 1):
            try:
                return await verb(*args, **kwargs)
            except Stale:
                continue
        return await verb(*args, **kwargs)

    return tried
