"""Turns: many analyses think in one event loop, and none of them keeps the others, or HTTP, waiting for long."""

import asyncio
from types import TracebackType

from attrs import field, frozen


@frozen(eq=False)
class Turns:
    """A place where one thinks at a time. On leaving it, the event loop gets to serve all others first.

    Nothing slow may be awaited inside: it is for a few milliseconds of computing.
    """

    _lock: asyncio.Lock = field(factory=asyncio.Lock, init=False)

    async def __aenter__(self) -> None:
        await self._lock.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        try:
            await asyncio.sleep(0)
        finally:
            self._lock.release()
