"""Digests: requested news reports, from the request to the result."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NewType

from attrs import field, frozen

from tradecore.model.change import Change, Fact
from tradecore.model.ids import Topic, TopicKind, UserId, topic_of
from tradecore.model.news import DigestBrief, DigestCounts, DigestReport, ItemId, NewsItem, Reason, StoryId
from tradecore.model.transitions import move

DigestId = NewType("DigestId", str)


class DigestState(StrEnum):
    """Where a digest is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


# RUNNING may follow RUNNING: another worker takes over the job. The attempt before it delivered nothing.
MOVES: dict[DigestState, frozenset[DigestState]] = {
    DigestState.QUEUED: frozenset({DigestState.RUNNING, DigestState.FAILED}),
    DigestState.RUNNING: frozenset({DigestState.RUNNING, DigestState.COMPLETED, DigestState.FAILED}),
    DigestState.COMPLETED: frozenset(),
    DigestState.FAILED: frozenset(),
}


@frozen
class DigestCompleted(Fact):
    """The report is complete, and its items count as delivered."""

    items_processed: int


@frozen
class DigestFailed(Fact):
    """The digest ended without a report, and nothing counts as delivered."""

    error: str


def recipient_of(owner: UserId, user_id: str) -> UserId:
    """The recipient whose delivery ledger a digest reads and extends: one user of one caller.

    A `user_id` contains no colon, so different pairs give different recipients.
    """
    return UserId(f"{owner}:{user_id}")


@frozen(kw_only=True)
class Digest:
    """A news report that the caller `owner` requested for one of its users. Times are aware UTC.

    `started_at` is the end of the window, and `snapshot` the sequence number of the newest item that the running
    attempt may consider.
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
        """A queued digest, created at `at` (aware UTC)."""
        return Change(cls(id=id, owner=owner, brief=brief, state=DigestState.QUEUED, created_at=at))

    @property
    def topic(self) -> Topic:
        """The topic under which its facts are stored."""
        return topic_of(TopicKind.DIGEST, self.id)

    @property
    def recipient(self) -> UserId:
        """Whose delivery ledger it reads and extends."""
        return recipient_of(self.owner, self.brief.user_id)

    @property
    def ended(self) -> bool:
        """Whether its state is final."""
        return not MOVES[self.state]

    def start(self, *, at: datetime, snapshot: int) -> Change["Digest"]:
        """Begin an attempt: the window ends at `at`, and `snapshot` is the last item stored by then.

        Raises IllegalMove when the digest has ended.
        """
        return Change(move(self, MOVES, DigestState.RUNNING, started_at=at, snapshot=snapshot))

    def complete(self, items_processed: int, *, at: datetime) -> Change["Digest"]:
        """Record that the report of `items_processed` items is complete. Raises IllegalMove unless running."""
        done = move(self, MOVES, DigestState.COMPLETED, completed_at=at, items_processed=items_processed)
        return Change(done, (DigestCompleted(self.topic, at, items_processed),))

    def fail(self, error: str, *, at: datetime) -> Change["Digest"]:
        """Record why there is no report. Raises IllegalMove when the digest has ended."""
        failed = move(self, MOVES, DigestState.FAILED, completed_at=at, error=error)
        return Change(failed, (DigestFailed(self.topic, at, error),))


@frozen(kw_only=True)
class DigestItem:
    """An item that arrived in the window of a report, as it is stored now, with why it is in the report or not."""

    item_id: ItemId
    story_id: StoryId
    reason: Reason
    source: str
    title: str
    url: str | None
    published_at: datetime


@frozen(kw_only=True)
class DigestResult:
    """A finished report in Markdown, with its totals and the sequence numbers of all considered items by reason.

    `set_aside` are those of the items that it counts without considering them.
    """

    id: DigestId
    markdown: str
    counts: DigestCounts
    considered: Mapping[Reason, tuple[int, ...]]
    set_aside: Mapping[Reason, tuple[int, ...]] = field(factory=dict)

    @classmethod
    def of(cls, id: DigestId, report: DigestReport) -> "DigestResult":
        """The part of `report` that is stored; its items are stored already."""
        considered: dict[Reason, list[NewsItem]] = {}
        for placed in report.considered:
            considered.setdefault(placed.reason, []).append(placed.item)
        aside = {Reason.TOO_OLD: report.too_old, Reason.FIRST_READING: report.backlog}
        return cls(
            id=id,
            markdown=report.markdown,
            counts=report.counts,
            considered=_sequences(considered),
            set_aside=_sequences(aside),
        )


def _sequences(items: Mapping[Reason, Sequence[NewsItem]]) -> Mapping[Reason, tuple[int, ...]]:
    """The sequence numbers of stored items by reason, without reasons that have none."""
    numbers: dict[Reason, tuple[int, ...]] = {}
    for reason, some in items.items():
        stored = tuple(item.sequence for item in some if item.sequence is not None)
        assert len(stored) == len(some), "a report is of stored items"
        if stored:
            numbers[reason] = stored
    return numbers
