"""A lock around computation, which keeps many analyses in one event loop from blocking each other and HTTP."""

import asyncio
from types import TracebackType

from attrs import field, frozen


@frozen(eq=False)
class ComputeLock:
    """An async context manager that one task holds at a time. On exit, the event loop serves all other tasks first.

    It is meant for a few milliseconds of computing: await nothing slow while holding it.
    """

    _lock: asyncio.Lock = field(factory=asyncio.Lock, init=False)

    async def __aenter__(self) -> None:
        await self._lock.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            await asyncio.sleep(0)
        finally:
            self._lock.release()
