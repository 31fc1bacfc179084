"""What remains to be sent to one client: replies, and for each followed analysis a cursor in a shared replay buffer.

Events are not copied per client, so a slow client costs one number and delays nobody else.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from tradecore.model.ids import AnalysisId
from tradecore_adapters.websocket.conversation import Conversation
from tradecore_adapters.websocket.messages import Frame

# Replies that may wait. A client that causes more without reading any is closed.
MAX_REPLIES = 256
# Events of a user that are read ahead for one client.
MAX_UNREAD = 1000
# The room of a close reason (RFC 6455, 5.5.1); an analysis id and a number need less.
_MAX_REASON_BYTES = 123


class DirectWriter(Protocol):
    """A WebSocket that can send a text at once, without waking its writer task."""

    @property
    def ready(self) -> bool:
        """Whether the peer reads what it is sent and the connection is not closing."""
        ...

    def write(self, text: str) -> None:
        """Send one text frame."""
        ...


class ReplayBuffer:
    """All events of one analysis so far, encoded; events are only appended.

    `analysis` is None for the events of a user, which are in a UserBuffer. With `steps`, the steps of agents are among
    the events.
    """

    def __init__(
        self, analysis: AnalysisId | None, on_idle: Callable[["ReplayBuffer"], None], *, steps: bool = False
    ) -> None:
        """An empty buffer. `on_idle` is called when its last cursor is removed."""
        self.analysis = analysis
        self.steps = steps
        self.frames: list[Frame] = []
        self.cursors: set[Cursor] = set()
        self._on_idle = on_idle

    def add(self, frame: Frame) -> None:
        """Append an event, and schedule it for every client that has caught up."""
        self.frames.append(frame)
        for cursor in tuple(self.cursors):
            cursor.owner.schedule(cursor)

    def remove(self, cursor: "Cursor") -> None:
        """Remove the cursor of a client that follows no longer."""
        self.cursors.discard(cursor)
        if not self.cursors:
            self._on_idle(self)

    def caught_up(self, cursor: "Cursor") -> None:
        """A client has taken everything."""

    def last_sent(self, cursor: "Cursor") -> str:
        """How far a client has come, for the reason of a close frame."""
        return f"the last seq sent of {self.analysis} is {cursor.at}"


class UserBuffer(ReplayBuffer):
    """Events of a user that one client has not taken yet. They have no end, so those that are taken are dropped."""

    def __init__(self, since: int, on_idle: Callable[[ReplayBuffer], None]) -> None:
        """An empty buffer for a client that has everything up to position `since` of the log."""
        super().__init__(None, on_idle)
        self._taken = since
        self._room = asyncio.Event()

    async def add_when_read(self, frame: Frame) -> None:
        """Append an event, after waiting for the client to take what is there when that is much."""
        if len(self.frames) >= MAX_UNREAD:
            self._room.clear()
            await self._room.wait()
        self.add(frame)

    def caught_up(self, cursor: "Cursor") -> None:
        """Drop everything."""
        if self.frames:
            self._taken = self.frames[-1].id
        self.frames.clear()
        cursor.at = 0
        self._room.set()

    def last_sent(self, cursor: "Cursor") -> str:
        """The position of the last event that was sent."""
        return f"the last position sent is {self.frames[cursor.at - 1].id if cursor.at else self._taken}"


class Cursor:
    """The position of one client in one buffer: the first `at` frames need not be sent (any more)."""

    __slots__ = ("at", "buffer", "conversation", "owner", "scheduled")

    def __init__(self, owner: "Outgoing", conversation: Conversation, buffer: ReplayBuffer, at: int) -> None:
        self.owner = owner
        self.conversation = conversation
        self.buffer = buffer
        self.at = at
        self.scheduled = False


class Outgoing:
    """The replies and cursors of one client."""

    def __init__(self, clock: Callable[[], float], on_overflow: Callable[[], None]) -> None:
        """`clock` counts seconds; `on_overflow` is called when more than `MAX_REPLIES` replies wait."""
        self._clock = clock
        self._on_overflow = on_overflow
        self._replies: deque[str] = deque()
        self._scheduled: deque[Cursor] = deque()
        self._cursors: dict[tuple[Conversation, AnalysisId | None], Cursor] = {}
        self._waiter: asyncio.Future[None] | None = None
        self._progressed_at = 0.0
        # Where set, texts skip the writer task, whose wake-up is three quarters of the cost of sending.
        self.direct_writer: DirectWriter | None = None

    def send(self, text: str) -> None:
        """Queue a reply, ahead of all events that are not sent yet."""
        if len(self._replies) >= MAX_REPLIES:
            self._on_overflow()
            return
        if not self.pending:
            self._progressed_at = self._clock()
        self._replies.append(text)
        self._deliver()

    def subscribe(self, conversation: Conversation, buffer: ReplayBuffer, since: int | None, start: int) -> None:
        """Send the events after `start`. Where the buffer is already followed, only an explicit `since` moves it."""
        key = (conversation, buffer.analysis)
        known = self._cursors.get(key)
        if known and since is None and known.buffer is buffer:
            return
        cursor = self._cursors[key] = Cursor(self, conversation, buffer, start)
        buffer.cursors.add(cursor)
        if known:
            known.scheduled = False
            known.buffer.remove(known)
        self.schedule(cursor)

    def unsubscribe(self, conversation: Conversation, analysis: AnalysisId | None) -> None:
        """Send no more events of an analysis, or of the user for None; no effect where they are not followed."""
        if cursor := self._cursors.get((conversation, analysis)):
            self._remove(cursor)

    def unsubscribe_all(self, conversation: Conversation | None = None) -> None:
        """Send no more events, of one conversation or of all."""
        for cursor in list(self._cursors.values()):
            if conversation is None or cursor.conversation is conversation:
                self._remove(cursor)

    def schedule(self, cursor: Cursor) -> None:
        """Queue a cursor that is behind its buffer."""
        if not cursor.scheduled and cursor.at < len(cursor.buffer.frames):
            cursor.scheduled = True
            if not self.pending:
                self._progressed_at = self._clock()
            self._scheduled.append(cursor)
            self._deliver()

    def take(self) -> str | None:
        """The next text to send, which counts as sent from now on; None if there is none."""
        if self._replies:
            self._progressed_at = self._clock()
            return self._replies.popleft()
        while self._scheduled:
            cursor = self._scheduled[0]
            if not cursor.scheduled:
                self._scheduled.popleft()
                continue
            buffer = cursor.buffer
            frame = buffer.frames[cursor.at]
            cursor.at += 1
            self._progressed_at = self._clock()
            if frame.terminal:
                self._remove(cursor)
            if cursor.at == len(buffer.frames) or frame.terminal:
                cursor.scheduled = False
                self._scheduled.popleft()
                buffer.caught_up(cursor)
            return cursor.conversation.encode_event(frame, buffer.analysis)
        return None

    @property
    def pending(self) -> bool:
        """Whether anything is queued."""
        return bool(self._replies or self._scheduled)

    @property
    def following(self) -> bool:
        """Whether further events may come."""
        return bool(self._cursors)

    async def wait(self) -> None:
        """Return when something may be queued, or when `wake` is called."""
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

    def wake(self) -> None:
        """Make `wait` return."""
        if self._waiter:
            waiter, self._waiter = self._waiter, None
            if not waiter.done():
                waiter.set_result(None)

    def stalled_for(self) -> float:
        """For how many seconds something has been queued without anything being taken."""
        return self._clock() - self._progressed_at if self.pending else 0.0

    def resume_point(self) -> str:
        """The close reason for a client that is too slow: the `seq` from which it should resume."""
        behind = sorted(self._cursors.values(), key=lambda cursor: cursor.at - len(cursor.buffer.frames))
        if not behind:
            return "Too slow; read your messages."
        reason = f"Too slow; {behind[0].buffer.last_sent(behind[0])}."
        return reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore")

    def _deliver(self) -> None:
        if self._waiter is None:
            return  # the writer task is running and takes what is queued
        writer = self.direct_writer
        while writer and writer.ready and (text := self.take()) is not None:
            writer.write(text)
        if self.pending:
            self.wake()

    def _remove(self, cursor: Cursor) -> None:
        del self._cursors[cursor.conversation, cursor.buffer.analysis]
        cursor.scheduled = False
        cursor.buffer.remove(cursor)
