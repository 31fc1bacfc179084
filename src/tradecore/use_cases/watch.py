"""Watching: everything that happens to an analysis, in order, without a gap, from wherever the watcher left off."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from attrs import frozen

from tradecore.model.analyses import Analysis, AnalysisCompleted, AnalysisFailed, topic_of
from tradecore.model.change import Event
from tradecore.model.errors import Invalid
from tradecore.model.ids import AnalysisId, Topic
from tradecore.model.users import Caller
from tradecore.ports.store import Store
from tradecore.ports.stream import EventStream, Subscription

# How long a silent stream is believed before the store is asked, in seconds.
DOUBT = 1.0


@frozen
class Watching:
    """One watcher's view: the analysis as it stood at `seq`, and everything that comes after."""

    store: Store
    subscription: Subscription
    topic: Topic
    snapshot: Analysis
    seq: int
    since: int

    async def events(self) -> AsyncGenerator[Event, None]:
        """Every event after `since` in order, each once; ends after the one that ends the analysis."""
        last = self.since
        if last < self.seq or self.snapshot.ended:
            async for event in self._stored_after(last):
                yield event
                last = event.seq
                if isinstance(event.fact, AnalysisCompleted | AnalysisFailed):
                    return
            if self.snapshot.ended:
                return
        while True:
            live = await self.subscription.next(DOUBT)
            if live is not None and live.seq <= last:
                continue
            if live is not None and live.seq == last + 1:
                missed = [live]
            else:
                # Either the stream lost something, or it is silent: what is stored is what counts.
                missed = [event async for event in self._stored_after(last)]
            for event in missed:
                yield event
                last = event.seq
                if isinstance(event.fact, AnalysisCompleted | AnalysisFailed):
                    return

    async def _stored_after(self, seq: int) -> AsyncIterator[Event]:
        while True:
            async with self.store.snapshot() as uow:
                batch = await uow.facts.after(self.topic, seq)
            for event in batch:
                yield event
                seq = event.seq
            if not batch:
                return


@frozen
class WatchAnalysis:
    """Let the owner follow an analysis."""

    store: Store
    stream: EventStream

    @asynccontextmanager
    async def __call__(self, id: AnalysisId, *, by: Caller, since: int | None = None) -> AsyncIterator[Watching]:
        """Subscribe first, then read how it stands: nothing falls between.

        With `since`, what came after that `seq` is replayed; without, what comes after the snapshot follows, and a
        watcher who comes after the end gets everything. Raises NotFound for unknown ids and other people's, Invalid
        when events after `since` are no longer kept; what is kept then is how it ended, for whoever asks for all.
        """
        topic = topic_of(id)
        async with self.stream.subscribe(topic) as subscription:
            async with self.store.snapshot() as uow:
                snapshot = await uow.analyses.get(id, owner=by.user)
                seq = await uow.facts.last(topic)
                if since and since < seq and await uow.facts.first(topic) > 1:
                    raise Invalid.one(
                        "since",
                        f"The events of analysis {id} before {seq} are no longer kept; ask without `since`, or since "
                        "0, for how it ended.",
                    )
            start = since if since is not None else 0 if snapshot.ended else seq
            yield Watching(self.store, subscription, topic, snapshot, seq, min(start, seq))
