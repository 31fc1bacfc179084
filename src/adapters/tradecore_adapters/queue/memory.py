"""A queue within one process: a bell."""

import asyncio
import contextlib

from tradecore.model.ids import JobId
from tradecore.model.jobs import Kind


class MemoryQueue:
    """Wakes the workers of this process."""

    def __init__(self) -> None:
        """A queue nobody has offered anything to."""
        self._bell = asyncio.Event()

    async def offer(self, job: JobId, kind: Kind) -> None:
        """Ring."""
        self.ring()

    def ring(self) -> None:
        """Wake who waits."""
        self._bell.set()

    async def wait(self, seconds: float) -> None:
        """Return at the ring, or after `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        self._bell.clear()
