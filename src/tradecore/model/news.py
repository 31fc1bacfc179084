"""News: what sources say, what it states, which story it belongs to, and what a user has been told."""

from datetime import datetime
from enum import StrEnum
from typing import NewType

from attrs import frozen

from tradecore.model.ids import JobId, UserId

ItemId = NewType("ItemId", str)
StoryId = NewType("StoryId", str)


@frozen
class Facts:
    """What a headline commits itself to, in a notation-free form.

    Numbers are written `<value> <unit>` (`230000000 usd`, `25 bp`), markers `<slot>:<value>` (`flow:in`).
    `detail` holds numbers, markers and names (`@name`) of the text below the headline: a reprint has to agree with
    them, but only the headline's facts tell one event from another.
    """

    numbers: frozenset[str] = frozenset()
    assets: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    markers: frozenset[str] = frozenset()
    detail: frozenset[str] = frozenset()


@frozen(kw_only=True)
class RawItem:
    """One entry as its source gave it, in plain text, before it has an identity."""

    source: str
    title: str
    summary: str = ""
    url: str | None = None
    guid: str | None = None
    published_at: datetime | None = None
    """None when the source names no time that can be read; the time of first sight then counts."""
    shared_url: bool = False
    """True when several different entries of the source carry this address, so that it names none of them."""


@frozen(kw_only=True)
class NewsItem:
    """One document, whoever linked to it and however its address was decorated."""

    id: ItemId
    source: str
    url: str | None
    """The address as shown to a reader."""
    url_key: str | None
    """The canonical address, equal for all variants of one document."""
    guid: str | None
    title: str
    summary: str
    published_at: datetime
    first_seen_at: datetime
    doc_hash: str
    facts: Facts
    sequence: int | None = None
    """The order of storage; None before it is stored."""
    story_id: StoryId | None = None
    """Given once, when the item is stored, and never changed."""

    @property
    def happened_at(self) -> datetime:
        """When it was published; a date in the future counts as the moment it was first seen."""
        return min(self.published_at, self.first_seen_at)


@frozen(kw_only=True)
class ReportedEntry:
    """One line of the ledger: this user was shown this item, in this completed job."""

    user_id: UserId
    item_id: ItemId
    story_id: StoryId
    job_id: JobId
    source: str
    title: str
    url: str | None
    url_key: str | None
    doc_hash: str
    facts: Facts
    reported_at: datetime


@frozen(kw_only=True)
class SourceHealth:
    """How a source is doing, as its last fetches showed."""

    name: str
    url: str | None = None
    reachable: bool = True
    last_success: datetime | None = None
    last_error: str | None = None
    newest_item_at: datetime | None = None
    next_check: datetime | None = None
    failures: int = 0


@frozen(kw_only=True)
class FetchState:
    """What has to be remembered about a source between two fetches; a store keeps it as it is."""

    entity_tag: str | None = None
    last_modified: str | None = None
    next_check: datetime | None = None
    failures: int = 0
    """Failures in a row."""
    last_success: datetime | None = None
    last_error: str | None = None
    newest_item_at: datetime | None = None

    def health(self, name: str, url: str | None) -> SourceHealth:
        """The same knowledge, as a report or a list of sources shows it."""
        return SourceHealth(
            name=name,
            url=url,
            reachable=self.failures == 0,
            last_success=self.last_success,
            last_error=self.last_error,
            newest_item_at=self.newest_item_at,
            next_check=self.next_check,
            failures=self.failures,
        )


@frozen(kw_only=True)
class DigestBrief:
    """What is asked for: a user's news of the last hours."""

    user_id: UserId
    hours: int


class Reason(StrEnum):
    """Why an item is in a report, or is not."""

    REPORTED = "reported"
    """It leads a story that is new to the user."""
    UPDATE = "update"
    """It leads what is new about a story the user knows."""
    GROUPED = "grouped"
    """It stands beside the leading item of its story, with its link."""
    MORE_COVERAGE = "more_coverage"
    """It says nothing new about a story the user knows, but comes from an outlet not shown yet."""
    REPEATED = "repeated"
    """The same document as another item of this report, or as one told before: nothing to show."""
    ALREADY_TOLD = "already_told"
    """This very item was in an earlier report of the user."""
    BELOW_THRESHOLD = "below_threshold"
    """Too little weight for a place in this report; it is considered again next time."""

    @property
    def printed(self) -> bool:
        """Whether the item stands in the report, and so goes into the ledger."""
        return self in _PRINTED


_PRINTED = frozenset({Reason.REPORTED, Reason.UPDATE, Reason.GROUPED, Reason.MORE_COVERAGE})


@frozen
class Placed:
    """One considered item with what became of it."""

    item: NewsItem
    story_id: StoryId
    reason: Reason


@frozen(kw_only=True)
class DigestCounts:
    """The sums of a report: `considered` is the total of the four that follow it."""

    considered: int
    reported: int
    """Items that lead a new story or an update."""
    grouped: int
    """Items that belong to those stories, to more coverage of known ones, or repeat another document."""
    already_told: int
    below_threshold: int
    stories: int
    """Stories that the considered items belong to."""
    new_stories: int
    updates: int
    too_old: int
    """Items that arrived in the window but are older than any window may reach back; not considered."""


@frozen(kw_only=True)
class DigestReport:
    """A finished report and the account of every item that was looked at."""

    markdown: str
    counts: DigestCounts
    placed: tuple[Placed, ...]
    window_start: datetime
    window_end: datetime
    too_old: tuple[NewsItem, ...] = ()

    @property
    def items_processed(self) -> int:
        """Distinct items of the window that were looked at, those already told included."""
        return self.counts.considered

    def entries(self, user_id: UserId, job_id: JobId, at: datetime) -> tuple[ReportedEntry, ...]:
        """What the ledger has to learn when the job `job_id` completes at `at`."""
        return tuple(
            ReportedEntry(
                user_id=user_id,
                item_id=one.item.id,
                story_id=one.story_id,
                job_id=job_id,
                source=one.item.source,
                title=one.item.title,
                url=one.item.url,
                url_key=one.item.url_key,
                doc_hash=one.item.doc_hash,
                facts=one.item.facts,
                reported_at=at,
            )
            for one in self.placed
            if one.reason.printed
        )
