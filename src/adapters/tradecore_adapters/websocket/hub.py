"""The hub: one replay buffer per followed analysis, filled by one watcher and read by any number of clients."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from attrs import frozen

from tradecore.model.analyses import Analysis
from tradecore.model.errors import NotFound, Refusal
from tradecore.model.ids import AnalysisId
from tradecore.model.users import Caller
from tradecore.use_cases.watch import WatchAnalysis
from tradecore_adapters.websocket.messages import Frame
from tradecore_adapters.websocket.outgoing import ReplayBuffer

# How long to wait before an unreachable store is read again, in seconds.
_RETRY_DELAY = 1.0

log = structlog.get_logger("tradecore.live")


@frozen
class Snapshot:
    """The state of an analysis after its event `seq`; events after `start` follow from `buffer`."""

    analysis: Analysis
    seq: int
    start: int
    buffer: ReplayBuffer


class Hub:
    """The replay buffers of this process."""

    def __init__(self, watch: WatchAnalysis) -> None:
        """`watch` reads the stored events of an analysis and waits for new ones."""
        self._watch = watch
        self._buffers: dict[AnalysisId, ReplayBuffer] = {}
        self._fillers: dict[AnalysisId, asyncio.Task[None]] = {}

    async def open(self, id: AnalysisId, since: int | None, *, by: Caller) -> Snapshot:
        """A snapshot of an analysis and its replay buffer; subscribe to the buffer before anything else is awaited.

        Raises NotFound for unknown analyses and those of other users, Invalid for a `since` whose successors are no
        longer stored, and Unavailable.
        """
        async with self._watch(id, by=by, since=since) as watching:
            pass
        buffer = self._buffers.get(id)
        if buffer is None:
            buffer = self._buffers[id] = ReplayBuffer(id, self._drop)
            self._fillers[id] = asyncio.create_task(self._fill(buffer, by), name=f"replay buffer of {id}")
        return Snapshot(watching.snapshot, watching.seq, watching.since, buffer)

    async def close(self) -> None:
        """Stop all watchers and drop all buffers."""
        for filler in self._fillers.values():
            filler.cancel()
        await asyncio.gather(*self._fillers.values(), return_exceptions=True)
        self._fillers.clear()
        self._buffers.clear()

    def _drop(self, buffer: ReplayBuffer) -> None:
        if self._buffers.get(buffer.analysis) is buffer:
            del self._buffers[buffer.analysis]
            self._fillers.pop(buffer.analysis).cancel()

    async def _fill(self, buffer: ReplayBuffer, caller: Caller) -> None:
        while True:
            try:
                async with aclosing(self._events(buffer, caller)) as frames:
                    async for frame in frames:
                        buffer.add(frame)
            except NotFound:
                # The analysis was deleted; the next subscription is refused.
                return
            except Refusal as error:
                log.warning("an analysis cannot be followed for now", analysis=buffer.analysis, error=str(error))
            except Exception:
                log.exception("an analysis cannot be followed for now", analysis=buffer.analysis)
            else:
                return
            await asyncio.sleep(_RETRY_DELAY)

    async def _events(self, buffer: ReplayBuffer, caller: Caller) -> AsyncGenerator[Frame, None]:
        async with (
            self._watch(buffer.analysis, by=caller, since=len(buffer.frames)) as watching,
            aclosing(watching.events()) as events,
        ):
            async for event in events:
                yield Frame(buffer.analysis, event)
