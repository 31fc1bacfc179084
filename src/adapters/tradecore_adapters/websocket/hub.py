"""The hub: one record per followed analysis, filled by one watcher, read by however many clients."""

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
from tradecore_adapters.websocket.outgoing import Record

# How long a store that is out of reach is left alone, in seconds.
_PAUSE = 1.0

log = structlog.get_logger("tradecore.live")


@frozen
class Seen:
    """How an analysis stood after its event `seq`, and after which event its watcher is told what happens."""

    analysis: Analysis
    seq: int
    start: int
    record: Record


class Hub:
    """Lets clients of this process read along."""

    def __init__(self, watch: WatchAnalysis) -> None:
        """Nobody reads yet."""
        self._watch = watch
        self._records: dict[AnalysisId, Record] = {}
        self._fillers: dict[AnalysisId, asyncio.Task[None]] = {}

    async def look(self, id: AnalysisId, since: int | None, *, by: Caller) -> Seen:
        """How it stands, and the record to read on in; take a place there before anything else is awaited.

        Raises NotFound for unknown ids and other people's, Unavailable.
        """
        async with self._watch(id, by=by, since=since) as watching:
            pass
        record = self._records.get(id)
        if record is None:
            record = self._records[id] = Record(id, self._drop)
            self._fillers[id] = asyncio.create_task(self._fill(record, by), name=f"record of {id}")
        return Seen(watching.snapshot, watching.seq, watching.since, record)

    async def close(self) -> None:
        """Stop filling records."""
        for filler in self._fillers.values():
            filler.cancel()
        await asyncio.gather(*self._fillers.values(), return_exceptions=True)
        self._fillers.clear()
        self._records.clear()

    def _drop(self, record: Record) -> None:
        if self._records.get(record.analysis) is record:
            del self._records[record.analysis]
            self._fillers.pop(record.analysis).cancel()

    async def _fill(self, record: Record, caller: Caller) -> None:
        while True:
            try:
                async with aclosing(self._events(record, caller)) as frames:
                    async for frame in frames:
                        record.add(frame)
            except NotFound:
                # It was removed from the store; whoever asks again is told.
                return
            except Refusal as error:
                log.warning("an analysis cannot be followed for now", analysis=record.analysis, error=str(error))
            except Exception:
                log.exception("an analysis cannot be followed for now", analysis=record.analysis)
            else:
                return
            await asyncio.sleep(_PAUSE)

    async def _events(self, record: Record, caller: Caller) -> AsyncGenerator[Frame, None]:
        async with (
            self._watch(record.analysis, by=caller, since=len(record.frames)) as watching,
            aclosing(watching.events()) as events,
        ):
            async for event in events:
                yield Frame(record.analysis, event)
