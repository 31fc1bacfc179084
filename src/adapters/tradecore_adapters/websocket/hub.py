"""The hub: one replay buffer per followed analysis, filled by one watcher and read by any number of clients."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from attrs import frozen

from tradecore.model.agent_steps import AgentStep
from tradecore.model.analyses import Analysis
from tradecore.model.errors import NotFound, Refusal
from tradecore.model.ids import AnalysisId
from tradecore.model.users import Caller
from tradecore.use_cases.listeners import position_of
from tradecore.use_cases.watch import UserStep, WatchAnalysis, WatchUser
from tradecore_adapters.websocket.messages import STEP, Frame, json_text, step_payload
from tradecore_adapters.websocket.outgoing import ReplayBuffer, UserBuffer
from tradecore_adapters.websocket.user_events import user_event

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

    def __init__(self, watch: WatchAnalysis, watch_user: WatchUser) -> None:
        """The use cases read the stored events of an analysis or of a user, and wait for new ones."""
        self._watch = watch
        self._watch_user = watch_user
        self._user_fillers: dict[ReplayBuffer, asyncio.Task[None]] = {}
        # By analysis, and whether the steps of agents are among the events.
        self._buffers: dict[tuple[AnalysisId, bool], ReplayBuffer] = {}
        self._fillers: dict[ReplayBuffer, asyncio.Task[None]] = {}

    async def open(self, id: AnalysisId, since: int | None, *, by: Caller, steps: bool = False) -> Snapshot:
        """A snapshot of an analysis and its replay buffer; subscribe to the buffer before anything else is awaited.

        With `steps`, the steps of agents are among the events, and all numbers count both.
        Raises NotFound for unknown analyses and those of other users, Invalid for a `since` whose successors are no
        longer stored, and Unavailable.
        """
        if steps:
            async with self._watch.with_steps(id, by=by, since=since) as watching_steps:
                analysis, seq, start = watching_steps.watch.snapshot, watching_steps.seq, watching_steps.since
        else:
            async with self._watch(id, by=by, since=since) as watching:
                analysis, seq, start = watching.snapshot, watching.seq, watching.since
        buffer = self._buffers.get((id, steps))
        if buffer is None:
            buffer = self._buffers[id, steps] = ReplayBuffer(id, self._drop, steps=steps)
            self._fillers[buffer] = asyncio.create_task(self._fill(buffer, id, by), name=f"replay buffer of {id}")
        return Snapshot(analysis, seq, start, buffer)

    async def user_start(self, since: int | None, *, by: Caller) -> int:
        """The position after which the events of a user follow: `since`, or the newest without it.

        Raises Invalid for a `since` whose successors are no longer stored, and Unavailable.
        """
        async with self._watch_user(by=by, since=since) as watching:
            return watching.since

    def open_user(self, since: int, *, by: Caller, steps: bool) -> UserBuffer:
        """A buffer for one client, which is filled with the events of the user after `since` as the client reads.

        With `steps`, the steps of agents are among the events.
        """
        buffer = UserBuffer(since, self._drop_user)
        filling = self._fill_user(buffer, since, by, steps)
        self._user_fillers[buffer] = asyncio.create_task(filling, name="events of a user")
        return buffer

    async def close(self) -> None:
        """Stop all watchers and drop all buffers."""
        fillers = (*self._fillers.values(), *self._user_fillers.values())
        for filler in fillers:
            filler.cancel()
        await asyncio.gather(*fillers, return_exceptions=True)
        self._fillers.clear()
        self._user_fillers.clear()
        self._buffers.clear()

    def _drop(self, buffer: ReplayBuffer) -> None:
        id = buffer.analysis
        if id is not None and self._buffers.get((id, buffer.steps)) is buffer:
            del self._buffers[id, buffer.steps]
            self._fillers.pop(buffer).cancel()

    def _drop_user(self, buffer: ReplayBuffer) -> None:
        if filler := self._user_fillers.pop(buffer, None):
            filler.cancel()

    async def _fill_user(self, buffer: UserBuffer, since: int, caller: Caller, steps: bool) -> None:
        while True:
            try:
                async with (
                    self._watch_user(by=caller, since=since, steps=steps) as watching,
                    aclosing(watching.events()) as events,
                ):
                    async for output in events:
                        if isinstance(output, UserStep):
                            body = {**step_payload(output.analysis, output.step), "position": output.position}
                            await buffer.add_when_read(Frame(output.position, STEP, json_text(body)))
                            continue
                        if named := user_event(output):
                            name, body = named
                            await buffer.add_when_read(Frame(position_of(output), name, json_text(body)))
                        since = position_of(output)
            except Refusal as error:
                log.warning("a user cannot be followed for now", user=caller.user, error=str(error))
            except Exception:
                log.exception("a user cannot be followed for now", user=caller.user)
            await asyncio.sleep(_RETRY_DELAY)

    async def _fill(self, buffer: ReplayBuffer, analysis: AnalysisId, caller: Caller) -> None:
        while True:
            try:
                async with aclosing(self._events(buffer, analysis, caller)) as frames:
                    async for frame in frames:
                        buffer.add(frame)
            except NotFound:
                # The analysis was deleted; the next subscription is refused.
                return
            except Refusal as error:
                log.warning("an analysis cannot be followed for now", analysis=analysis, error=str(error))
            except Exception:
                log.exception("an analysis cannot be followed for now", analysis=analysis)
            else:
                return
            await asyncio.sleep(_RETRY_DELAY)

    async def _events(self, buffer: ReplayBuffer, analysis: AnalysisId, caller: Caller) -> AsyncGenerator[Frame, None]:
        since = len(buffer.frames)
        if not buffer.steps:
            async with (
                self._watch(analysis, by=caller, since=since) as watching,
                aclosing(watching.events()) as events,
            ):
                async for event in events:
                    yield Frame.of_analysis(analysis, event)
            return
        async with (
            self._watch.with_steps(analysis, by=caller, since=since) as watching_steps,
            aclosing(watching_steps.events()) as events_and_steps,
        ):
            async for output in events_and_steps:
                if isinstance(output, AgentStep):
                    yield Frame.of_step(analysis, output)
                else:
                    yield Frame.of_analysis(analysis, output)
