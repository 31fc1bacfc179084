"""A queue within one process."""

import asyncio
import contextlib
from datetime import datetime

from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind


class MemoryQueue:
    """Wakes the workers of this process."""

    def __init__(self) -> None:
        """A queue without wake-ups."""
        self._wakeup = asyncio.Event()

    async def offer(self, job: JobId, kind: Kind, *, not_before: datetime | None = None) -> None:
        """Wake a waiting worker of this process."""
        self.wake()

    def wake(self) -> None:
        """Make `wait` return."""
        self._wakeup.set()

    async def wait(self, seconds: float) -> None:
        """Return when `offer` or `wake` was called since the last return, or after `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wakeup.wait()
        self._wakeup.clear()
