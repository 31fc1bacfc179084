"""Watching: the events of an analysis or of a user, in order and without gaps, from any number on."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from attrs import evolve, field, frozen

from tradecore.model.agent_steps import AgentStep, StepKind, StoredStep, agent_steps
from tradecore.model.analyses import Analysis, AnalysisCompleted, AnalysisFailed
from tradecore.model.change import Event
from tradecore.model.errors import Invalid, NotFound
from tradecore.model.ids import AnalysisId, Topic, TopicKind, UserId, topic_of
from tradecore.model.users import Caller
from tradecore.ports.store import Store, UnitOfWork
from tradecore.ports.stream import EventStream, Subscription
from tradecore.use_cases.listeners import position_of

# When the stream is silent for this many seconds, the store is read.
POLL_INTERVAL = 1.0
# Events of a user per read of the log.
_BATCH_SIZE = 200


@frozen
class AnalysisWatch:
    """The analysis as it was at `seq`, and an iterator over the events after `since`."""

    store: Store
    subscription: Subscription
    topic: Topic
    snapshot: Analysis
    seq: int
    since: int

    async def events(self) -> AsyncGenerator[Event, None]:
        """Every event after `since` in order, each once. Ends with the event that ends the analysis."""
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
            live = await self.subscription.next(POLL_INTERVAL)
            if live is not None and live.seq <= last:
                continue
            if live is not None and live.seq == last + 1:
                missed = [live]
            else:
                # The stream has lost an event or is silent, so the store is read.
                missed = [event async for event in self._stored_after(last)]
            for event in missed:
                yield event
                last = event.seq
                if isinstance(event.fact, AnalysisCompleted | AnalysisFailed):
                    return

    async def _stored_after(self, seq: int) -> AsyncIterator[Event]:
        while True:
            async with self.store.read() as uow:
                batch = await uow.events.after(self.topic, seq)
            for event in batch:
                yield event
                seq = event.seq
            if not batch:
                return


@frozen
class StepsWatch:
    """The analysis as it was at `seq`, and an iterator over its events and the steps of its agents after `since`.

    Events and steps are counted together, 1, 2, 3 and so on. The decision is no step here: events tell it.
    """

    watch: AnalysisWatch
    seq: int
    since: int

    async def events(self) -> AsyncGenerator[Event | AgentStep, None]:
        """Every event and every step after `since` in order, each once. Ends with the event that ends the analysis.

        A step comes right before the first event that was stored with it or after it.
        """
        analysis = self.watch.snapshot
        stored: tuple[StoredStep, ...] = ()
        passed = 0
        async for event in self.watch.events():
            if not (analysis.ended and stored):
                async with self.watch.store.read() as uow:
                    stored += await uow.analyses.stored_steps(analysis.id, len(stored))
            for step in _steps(stored, analysis)[passed:]:
                if step.events_before >= event.seq:
                    break
                passed += 1
                if step.seq > self.since:
                    yield step
            numbered = evolve(event, seq=event.seq + passed)
            if numbered.seq > self.since:
                yield numbered


@frozen
class WatchAnalysis:
    """Watch an analysis of the caller."""

    store: Store
    stream: EventStream

    @asynccontextmanager
    async def __call__(self, id: AnalysisId, *, by: Caller, since: int | None = None) -> AsyncIterator[AnalysisWatch]:
        """A context with the snapshot and the events of the analysis.

        With `since`, the events after that number are replayed first; 0 replays all. Without it, events after the
        snapshot follow, or all events of an analysis that has ended. Raises NotFound for unknown ids and those of other
        users, Invalid when the events after `since` are deleted already.
        """
        # The subscription comes before the snapshot, so that no event is missed between the two.
        topic = topic_of(TopicKind.ANALYSIS, id)
        async with self.stream.subscribe(topic) as subscription:
            async with self.store.snapshot() as uow:
                snapshot = await uow.analyses.get(id, owner=by.user)
                seq = await uow.events.last(topic)
                start = await _start(uow, snapshot, seq, since)
            yield AnalysisWatch(self.store, subscription, topic, snapshot, seq, start)

    @asynccontextmanager
    async def with_steps(self, id: AnalysisId, *, by: Caller, since: int | None = None) -> AsyncIterator[StepsWatch]:
        """The same with the steps of agents among the events. `since` counts both. Raises NotFound and Invalid."""
        topic = topic_of(TopicKind.ANALYSIS, id)
        async with self.stream.subscribe(topic) as subscription:
            async with self.store.snapshot() as uow:
                snapshot = await uow.analyses.get(id, owner=by.user)
                last = await uow.events.last(topic)
                steps = _steps(await uow.analyses.stored_steps(id), snapshot)
                seq = last + sum(step.events_before < last for step in steps)
                start = await _start(uow, snapshot, seq, since)
            yield StepsWatch(AnalysisWatch(self.store, subscription, topic, snapshot, last, 0), seq, start)


async def _start(uow: UnitOfWork, snapshot: Analysis, seq: int, since: int | None) -> int:
    """The number after which a watch begins. Raises Invalid when the events after `since` are deleted already."""
    if since is None:
        return 0 if snapshot.ended else seq
    if since and since < seq and await uow.events.first(snapshot.topic) > 1:
        raise Invalid.one(
            "since",
            f"The events of analysis {snapshot.id} before {seq} are no longer kept; ask without `since`, or since 0, "
            "for how it ended.",
        )
    return min(since, seq)


def _steps(stored: tuple[StoredStep, ...], analysis: Analysis) -> tuple[AgentStep, ...]:
    """The steps of agents before the decision."""
    return tuple(step for step in agent_steps(stored, analysis.plan) if step.kind is not StepKind.DECISION)


@frozen
class UserStep:
    """A step of an agent in an analysis of the user, after the event at `position` of the log."""

    analysis: AnalysisId
    step: AgentStep
    position: int


@frozen
class StepReader:
    """Reads the steps of agents among events; those of an analysis once, however many of its events are given."""

    uow: UnitOfWork
    _read: dict[AnalysisId, tuple[AgentStep, ...]] = field(factory=dict, init=False)

    async def before(self, event: Event) -> list[UserStep]:
        """The steps between an event of an analysis and the one before it; none for other events."""
        kind, _, id = event.fact.topic.partition(":")
        if kind != TopicKind.ANALYSIS:
            return []
        analysis = AnalysisId(id)
        if analysis not in self._read:
            self._read[analysis] = await self._steps_of(analysis)
        return [
            UserStep(analysis, step, position_of(event) - 1)
            for step in self._read[analysis]
            if step.events_before == event.seq - 1
        ]

    async def _steps_of(self, id: AnalysisId) -> tuple[AgentStep, ...]:
        try:
            return _steps(await self.uow.analyses.stored_steps(id), await self.uow.analyses.get(id))
        except NotFound:
            # The analysis was deleted; its events are still in the log.
            return ()


@frozen
class UserWatch:
    """An iterator over the events of a user after position `since` of the log; with `steps`, over the steps too."""

    store: Store
    subscription: Subscription
    user: UserId
    since: int
    steps: bool = False

    async def events(self) -> AsyncGenerator[Event | UserStep, None]:
        """Every event after `since` in order, each once, with its position. It never ends by itself.

        A step comes right before the first event of its analysis that was stored with it or after it.
        """
        last = self.since
        while True:
            async with self.store.read() as uow:
                batch = await uow.events.read(last, _BATCH_SIZE, user=self.user)
                steps = StepReader(uow)
                before = [await steps.before(event) if self.steps else [] for event in batch]
            for event, steps_before in zip(batch, before, strict=True):
                for step in steps_before:
                    yield step
                yield event
                last = position_of(event)
            if len(batch) < _BATCH_SIZE:
                await self._wait(last)

    async def _wait(self, last: int) -> None:
        """Return when the stream has an event after `last`, or is silent."""
        while (live := await self.subscription.next(POLL_INTERVAL)) is not None:
            # Positions of a user have gaps, so the stream cannot show whether it lost an event: the log is read.
            if live.position is None or live.position > last:
                return


@frozen
class WatchUser:
    """Watch everything that concerns the caller."""

    store: Store
    stream: EventStream

    @asynccontextmanager
    async def __call__(self, *, by: Caller, since: int | None = None, steps: bool = False) -> AsyncIterator[UserWatch]:
        """A context with the events of the caller; with `steps`, the steps of agents come among them.

        With `since`, a position, the events after it are replayed first; 0 replays all that are stored. Without it,
        only new events follow. Raises Invalid when the events after `since` are deleted already.
        """
        async with self.stream.subscribe(topic_of(TopicKind.USER, by.user)) as subscription:
            async with self.store.snapshot() as uow:
                head, start = await uow.events.head(), await uow.events.start()
            if since and since < start - 1:
                raise Invalid.one(
                    "since",
                    f"The events before position {start} are no longer kept; ask without `since`, or since 0, for "
                    "those that are.",
                )
            start = head if since is None else min(since, head)
            yield UserWatch(self.store, subscription, by.user, start, steps)
