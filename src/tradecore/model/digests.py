"""Digests: reports of news that were asked for, from the request to what was told and what was not."""

from datetime import datetime
from enum import StrEnum
from typing import NewType

from attrs import evolve, frozen

from tradecore.model.change import Change, Fact
from tradecore.model.errors import IllegalMove
from tradecore.model.ids import Topic, UserId
from tradecore.model.news import DigestBrief, DigestCounts, DigestReport, ItemId, Reason, StoryId

DigestId = NewType("DigestId", str)


class DigestState(StrEnum):
    """Where a digest is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


# The whole life of a digest. Running again is another runner's attempt; nothing was told by the one before.
MOVES: dict[DigestState, frozenset[DigestState]] = {
    DigestState.QUEUED: frozenset({DigestState.RUNNING, DigestState.FAILED}),
    DigestState.RUNNING: frozenset({DigestState.RUNNING, DigestState.COMPLETED, DigestState.FAILED}),
    DigestState.COMPLETED: frozenset(),
    DigestState.FAILED: frozenset(),
}


@frozen
class DigestCompleted(Fact):
    """A report exists, and what it prints counts as told."""

    items_processed: int


@frozen
class DigestFailed(Fact):
    """There will be no report, and nothing counts as told."""

    error: str


def topic_of(id: DigestId) -> Topic:
    """The topic under which a digest's facts are stored."""
    return Topic(f"digest:{id}")


def reader_of(owner: UserId, user_id: str) -> UserId:
    """Whose memory a digest reads and extends: the users of one caller, apart from those of any other.

    What callers name users holds no colon, so two pairs never give one reader.
    """
    return UserId(f"{owner}:{user_id}")


@frozen(kw_only=True)
class Digest:
    """A report of a user's news, owed to the caller `owner` who asked for it.

    `snapshot` is the newest item that the running attempt may look at, and `started_at` the end of its window.
    """

    id: DigestId
    owner: UserId
    brief: DigestBrief
    state: DigestState
    created_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    snapshot: int = 0
    items_processed: int = 0
    error: str | None = None
    version: int = 0

    @classmethod
    def begin(cls, id: DigestId, owner: UserId, brief: DigestBrief, *, at: datetime) -> Change["Digest"]:
        """Owe a caller a report."""
        return Change(cls(id=id, owner=owner, brief=brief, state=DigestState.QUEUED, created_at=at))

    @property
    def reader(self) -> UserId:
        """Whose memory it reads and extends."""
        return reader_of(self.owner, self.brief.user_id)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return not MOVES[self.state]

    def start(self, *, at: datetime, snapshot: int) -> Change["Digest"]:
        """Begin an attempt: the window ends now, and holds what is stored now."""
        return Change(self._move(DigestState.RUNNING, started_at=at, snapshot=snapshot))

    def complete(self, items_processed: int, *, at: datetime) -> Change["Digest"]:
        """The report exists."""
        done = self._move(DigestState.COMPLETED, completed_at=at, items_processed=items_processed)
        return Change(done, (DigestCompleted(topic_of(self.id), at, items_processed),))

    def fail(self, error: str, *, at: datetime) -> Change["Digest"]:
        """There will be no report."""
        failed = self._move(DigestState.FAILED, completed_at=at, error=error)
        return Change(failed, (DigestFailed(topic_of(self.id), at, error),))

    def _move(self, state: DigestState, **fields: object) -> "Digest":
        if state not in MOVES[self.state]:
            raise IllegalMove(f"Digest {self.id} is {self.state} and cannot become {state}.")
        return evolve(self, state=state, **fields)  # type: ignore[arg-type]  # evolve checks the names at run time


@frozen(kw_only=True)
class Line:
    """What became of one item that a report looked at."""

    item_id: ItemId
    story_id: StoryId
    reason: Reason
    source: str
    title: str
    url: str | None
    published_at: datetime


@frozen(kw_only=True)
class DigestResult:
    """A finished report, and the account of every item it looked at."""

    id: DigestId
    markdown: str
    counts: DigestCounts
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, id: DigestId, report: DigestReport) -> "DigestResult":
        """What is kept of a report."""
        lines = tuple(
            Line(
                item_id=one.item.id,
                story_id=one.story_id,
                reason=one.reason,
                source=one.item.source,
                title=one.item.title,
                url=one.item.url,
                published_at=one.item.published_at,
            )
            for one in report.placed
        )
        return cls(id=id, markdown=report.markdown, counts=report.counts, lines=lines)
