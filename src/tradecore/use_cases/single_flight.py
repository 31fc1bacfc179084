"""One call for all who ask the same question at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from attrs import define, field

T = TypeVar("T")


@define(eq=False)
class SingleFlight(Generic[T]):
    """Calls with the same key share one task. A caller that is cancelled does not end it for the others."""

    _tasks: dict[Hashable, asyncio.Task[T]] = field(factory=dict, init=False)

    async def __call__(self, key: Hashable, call: Callable[[], Awaitable[T]]) -> T:
        """The result of `call()`, or of the call with this key that is under way; its exception is raised as well."""
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.ensure_future(_awaited(call))
            task.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Cancel the calls under way, and wait for their end."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, key: Hashable, task: asyncio.Task[T]) -> None:
        del self._tasks[key]
        if not task.cancelled():
            # Retrieved here, since every caller may have been cancelled.
            task.exception()


async def _awaited(call: Callable[[], Awaitable[T]]) -> T:
    return await call()
