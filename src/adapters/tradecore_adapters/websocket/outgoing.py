"""What one client is still to be sent: a few answers, and for each analysis it follows, its place in the shared record.

No event is copied per client: a slow one costs a number, and paces nobody.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from tradecore.model.ids import AnalysisId
from tradecore_adapters.websocket.conversation import Conversation
from tradecore_adapters.websocket.messages import Frame

# Answers that may wait. A client that asks this much and reads nothing is not slow, it is hostile.
MOST_ANSWERS = 256
# A close reason has room for this many bytes (RFC 6455, 5.5.1); an id and a number need less.
_LONGEST_REASON = 123


class Wire(Protocol):
    """A connection that takes texts at once, as long as its peer reads."""

    @property
    def ready(self) -> bool:
        """Whether there is room."""
        ...

    def write(self, text: str) -> None:
        """Send it."""
        ...


class Record:
    """Everything that has happened to one analysis so far, encoded; grows at its end only."""

    def __init__(self, analysis: AnalysisId, idle: Callable[["Record"], None]) -> None:
        """Nothing has happened. `idle` is called when the last reader has left."""
        self.analysis = analysis
        self.frames: list[Frame] = []
        self.places: set[Place] = set()
        self._idle = idle

    def add(self, frame: Frame) -> None:
        """Something happened; whoever is up to date is told."""
        self.frames.append(frame)
        for place in tuple(self.places):
            place.owner.notice(place)

    def leave(self, place: "Place") -> None:
        """One reader less."""
        self.places.discard(place)
        if not self.places:
            self._idle(self)


class Place:
    """How far one client is in one record: `at` events of it were sent, or were never asked for."""

    __slots__ = ("at", "conversation", "owner", "record", "waiting")

    def __init__(self, owner: "Outgoing", conversation: Conversation, record: Record, at: int) -> None:
        self.owner = owner
        self.conversation = conversation
        self.record = record
        self.at = at
        self.waiting = False


class Outgoing:
    """One client's answers and places."""

    def __init__(self, clock: Callable[[], float], overflow: Callable[[], None]) -> None:
        """`clock` counts seconds; `overflow` is called when too many answers wait."""
        self._clock = clock
        self._overflow = overflow
        self._answers: deque[str] = deque()
        self._ready: deque[Place] = deque()
        self._places: dict[tuple[Conversation, AnalysisId], Place] = {}
        self._bell: asyncio.Future[None] | None = None
        self._moved = 0.0
        # Set where a text can be sent without waking anybody, which is three quarters of what sending costs.
        self.wire: Wire | None = None

    def say(self, text: str) -> None:
        """Send this before any event that has not been sent yet."""
        if len(self._answers) >= MOST_ANSWERS:
            self._overflow()
            return
        if not self.waiting:
            self._moved = self._clock()
        self._answers.append(text)
        self._deliver()

    def follow(self, conversation: Conversation, record: Record, since: int | None, start: int) -> None:
        """Send what comes after event `since`; by default after `start`, or where an earlier request has got to."""
        key = (conversation, record.analysis)
        known = self._places.get(key)
        if known and since is None and known.record is record:
            return
        place = self._places[key] = Place(self, conversation, record, start)
        record.places.add(place)
        if known:
            known.waiting = False
            known.record.leave(known)
        self.notice(place)

    def leave(self, conversation: Conversation, analysis: AnalysisId) -> None:
        """Send no more about this analysis."""
        if place := self._places.get((conversation, analysis)):
            self._forget(place)

    def leave_all(self, conversation: Conversation | None = None) -> None:
        """Send no more events, at all or of one conversation."""
        for place in list(self._places.values()):
            if conversation is None or place.conversation is conversation:
                self._forget(place)

    def notice(self, place: Place) -> None:
        """There may be something for this place."""
        if not place.waiting and place.at < len(place.record.frames):
            place.waiting = True
            if not self.waiting:
                self._moved = self._clock()
            self._ready.append(place)
            self._deliver()

    def take(self) -> str | None:
        """The next text to send, if there is one."""
        if self._answers:
            self._moved = self._clock()
            return self._answers.popleft()
        while self._ready:
            place = self._ready[0]
            if not place.waiting:
                self._ready.popleft()
                continue
            record = place.record
            frame = record.frames[place.at]
            place.at += 1
            self._moved = self._clock()
            if frame.terminal:
                self._forget(place)
            if place.at == len(record.frames) or frame.terminal:
                place.waiting = False
                self._ready.popleft()
            return place.conversation.tell(frame, record.analysis)
        return None

    @property
    def waiting(self) -> bool:
        """Whether something is to be sent."""
        return bool(self._answers or self._ready)

    @property
    def following(self) -> bool:
        """Whether any event may still come."""
        return bool(self._places)

    async def wait(self) -> None:
        """Return when something may be waiting."""
        self._bell = asyncio.get_running_loop().create_future()
        await self._bell

    def wake(self) -> None:
        """Make `wait` return, to look at something other than this."""
        if self._bell:
            bell, self._bell = self._bell, None
            if not bell.done():
                bell.set_result(None)

    def stuck_for(self) -> float:
        """How long something has been waiting without anything being taken, in seconds."""
        return self._clock() - self._moved if self.waiting else 0.0

    def resume_point(self) -> str:
        """From where a client goes on that is sent away for being too slow, as a close reason."""
        behind = sorted(self._places.values(), key=lambda place: place.at - len(place.record.frames))
        if not behind:
            return "Too slow; read your messages."
        reason = f"Too slow; the last seq sent of {behind[0].record.analysis} is {behind[0].at}."
        return reason.encode()[:_LONGEST_REASON].decode(errors="ignore")

    def _deliver(self) -> None:
        if self._bell is None:
            return  # whoever writes is at it, or about to be
        wire = self.wire
        while wire and wire.ready and (text := self.take()) is not None:
            wire.write(text)
        if self.waiting:
            self.wake()

    def _forget(self, place: Place) -> None:
        del self._places[place.conversation, place.record.analysis]
        place.waiting = False
        place.record.leave(place)
