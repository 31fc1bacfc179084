"""News: entries of sources, the facts they state, the stories they belong to, and what was delivered to whom."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NewType

from attrs import evolve, fields, frozen

from tradecore.model.ids import JobId, UserId

ItemId = NewType("ItemId", str)
StoryId = NewType("StoryId", str)


LANGUAGES: Mapping[str, str] = {
    "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "tr": "Turkish", "zh": "Chinese",
}  # fmt: skip
"""The languages that a digest can be edited in, by their code."""


class Phase(StrEnum):
    """How far an event has come by a document about it."""

    RUMOUR = "rumour"
    THREAT = "threat"
    PLAN = "plan"
    DEED = "deed"
    DENIAL = "denial"
    CORRECTION = "correction"


@frozen
class NewsFacts:
    """The facts that a headline states, in a normal form.

    Numbers are written `<value> <unit>` (`230000000 usd`, `25 bp`), markers `<slot>:<value>` (`flow:in`).
    `detail` holds the numbers, markers and names (`@name`) of the text below the headline. A reprint must agree with
    them, but only the facts of the headline distinguish one event from another. `phase` distinguishes the documents of
    one event: its plan from its deed.
    """

    numbers: frozenset[str] = frozenset()
    assets: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    markers: frozenset[str] = frozenset()
    detail: frozenset[str] = frozenset()
    phase: Phase = Phase.DEED


class ItemKind(StrEnum):
    """Who wrote an item."""

    NEWS = "news"
    """A publisher, a company or an authority."""
    SOCIAL = "social"
    """Anybody: a post. Posts are read for their tone, and are not in digests."""


@frozen(kw_only=True)
class RawItem:
    """An entry as its source published it, in plain text, before it is identified."""

    source: str
    title: str
    summary: str = ""
    url: str | None = None
    guid: str | None = None
    published_at: datetime | None = None
    """Aware UTC; None when the source gives no readable time. The time of first sight then counts."""
    shared_url: bool = False
    """True when several different entries of the source share this address, so that it identifies none of them."""
    symbols: frozenset[str] = frozenset()
    """The symbols that the source says the entry is about; empty where it names none, and the text has to tell."""
    kind: ItemKind = ItemKind.NEWS


@frozen(kw_only=True)
class NewsItem:
    """A document, independent of who linked to it and of tracking parameters in its address. Times are aware UTC."""

    id: ItemId
    source: str
    url: str | None
    """The address that reports link to."""
    url_key: str | None
    """The canonical address, the same for all variants of one document."""
    guid: str | None
    title: str
    summary: str
    published_at: datetime
    first_seen_at: datetime
    doc_hash: str
    facts: NewsFacts
    sequence: int | None = None
    """Position in the order of storage, from 1; None before the item is stored."""
    story_id: StoryId | None = None
    """Assigned when the item is stored, and never changed."""
    symbols: frozenset[str] = frozenset()
    kind: ItemKind = ItemKind.NEWS
    dated: bool = True
    """False when the source gives no readable time, and `published_at` is the time of first sight."""
    backlog: bool = False
    """True for what was there when its source was read for the first time: it may be old, however new it is here."""

    @property
    def happened_at(self) -> datetime:
        """When it was published; a date in the future counts as the time of first sight."""
        return min(self.published_at, self.first_seen_at)


@frozen(kw_only=True)
class Delivery:
    """An entry of the delivery ledger: an item that a completed job reported to a recipient."""

    recipient: UserId
    item_id: ItemId
    story_id: StoryId
    job_id: JobId
    source: str
    title: str
    url: str | None
    url_key: str | None
    doc_hash: str
    facts: NewsFacts
    delivered_at: datetime


@frozen(kw_only=True)
class SourceHealth:
    """The health of a source after its latest fetch. Times are aware UTC, None where there was none."""

    name: str
    url: str | None = None
    reachable: bool = True
    last_success: datetime | None = None
    last_error: str | None = None
    newest_item_at: datetime | None = None
    next_check: datetime | None = None
    failures: int = 0
    """Failed fetches in a row."""
    warning: str | None = None
    """What its publisher should mend, although the source is read."""


@frozen(kw_only=True)
class FetchState:
    """What is remembered about a source between two fetches. Times are aware UTC."""

    entity_tag: str | None = None
    last_modified: str | None = None
    next_check: datetime | None = None
    failures: int = 0
    """Failed fetches in a row."""
    refusals: int = 0
    """How many of them, up to the latest, were refused for good: the source is gone, or lets this reader in no more."""
    last_success: datetime | None = None
    last_error: str | None = None
    newest_item_at: datetime | None = None
    warning: str | None = None
    """What the publisher should mend in the version that was read last."""
    entries_tag: str | None = None
    """Tells the entries that were read last from others; None before, and for sources that are fetched at intervals."""
    published: tuple[datetime, ...] = ()
    """The latest times at which the source published something, newest first."""

    def health(self, name: str, url: str | None) -> SourceHealth:
        """The part of this state that reports and lists of sources show."""
        return SourceHealth(
            name=name,
            url=url,
            reachable=self.failures == 0,
            last_success=self.last_success,
            last_error=self.last_error,
            newest_item_at=self.newest_item_at,
            next_check=self.next_check,
            failures=self.failures,
            warning=self.warning,
        )


@frozen(kw_only=True)
class Interests:
    """What a reader wants of the news; None where they have not chosen.

    A story is wanted if it is about one of `assets` or belongs in one of `categories`, which are names of sections;
    where neither holds anything, every story is. None whose headline has one of `excluded_words` is.
    """

    assets: tuple[str, ...] | None = None
    """Names and tickers, as terms of `NewsArchive`."""
    categories: tuple[str, ...] | None = None
    excluded_words: tuple[str, ...] | None = None
    min_score: int | None = None
    """The least score of a new story, 0 to 100."""
    max_stories: int | None = None
    """The most new stories of a report."""
    source_weights: Mapping[str, int] | None = None
    """Points that a story gets for the best of its sources, from -20 to 20, by the name of the source."""
    language: str | None = None
    """The language of digests that a model edits, a code of LANGUAGES."""

    def over(self, defaults: "Interests") -> "Interests":
        """These choices, with those of `defaults` where nothing is chosen here."""
        missing = [field.name for field in fields(Interests) if getattr(self, field.name) is None]
        return evolve(self, **{name: getattr(defaults, name) for name in missing})


EVERYTHING = Interests()


@frozen(kw_only=True)
class AccountInterests:
    """The interests of an account, which hold for all its readers where a request chooses nothing else."""

    id: UserId
    interests: Interests = EVERYTHING
    version: int = 0


@frozen(kw_only=True)
class DigestBrief:
    """A request for the news of the last `hours` that are new to a user, within their interests."""

    user_id: UserId
    hours: int
    interests: Interests = EVERYTHING


class Reason(StrEnum):
    """Why a considered item is in a report, or is not."""

    REPORTED = "reported"
    """It leads a story that is new to the recipient."""
    UPDATE = "update"
    """It leads the new part of a story that the recipient knows."""
    GROUPED = "grouped"
    """It is linked beside the leading item of its story."""
    MORE_COVERAGE = "more_coverage"
    """It adds no facts to a story that the recipient knows, and is linked because it was not linked yet."""
    REPEATED = "repeated"
    """It says the same as other items of this report or earlier deliveries; it is counted and not shown."""
    ALREADY_DELIVERED = "already_delivered"
    """An earlier report delivered this item to the recipient."""
    BELOW_THRESHOLD = "below_threshold"
    """Its score is too low for this report; the next report considers it again."""
    OUTSIDE_INTERESTS = "outside_interests"
    """Its story is not what the reader has chosen; counted as below the threshold, and considered again."""

    TOO_OLD = "too_old"
    """It arrived in the window, and was published too long before it; it is not considered."""
    FIRST_READING = "first_reading"
    """It is from before the window, and came with the first reading of its source; it is not considered."""

    @property
    def printed(self) -> bool:
        """Whether the item is in the report, and so enters the delivery ledger."""
        return self in _PRINTED


_PRINTED = frozenset({Reason.REPORTED, Reason.UPDATE, Reason.GROUPED, Reason.MORE_COVERAGE})


@frozen
class ConsideredItem:
    """An item of the window, with the reason why it is in the report or not."""

    item: NewsItem
    story_id: StoryId
    reason: Reason


@frozen(kw_only=True)
class DigestCounts:
    """The totals of a report.

    `considered` equals `reported + grouped + already_delivered + below_threshold`.
    """

    considered: int
    reported: int
    """Items that lead a new story or an update."""
    grouped: int
    """Other items of those stories, more coverage of known stories, and repeated documents."""
    already_delivered: int
    below_threshold: int
    stories: int
    """Distinct stories among the considered items."""
    new_stories: int
    updates: int
    too_old: int
    """Items that arrived in the window but were published too long before it; they are not considered."""
    backlog: int = 0
    """Items from before the window that came with the first reading of their source; they are not considered."""


@frozen(kw_only=True)
class DigestReport:
    """A finished report, and the reason for every item that it considered. Times are aware UTC."""

    markdown: str
    counts: DigestCounts
    considered: tuple[ConsideredItem, ...]
    window_start: datetime
    window_end: datetime
    too_old: tuple[NewsItem, ...] = ()
    backlog: tuple[NewsItem, ...] = ()

    @property
    def items_processed(self) -> int:
        """The number of considered items, including those delivered before."""
        return self.counts.considered

    def deliveries(self, recipient: UserId, job_id: JobId, at: datetime) -> tuple[Delivery, ...]:
        """The entries for the delivery ledger once the job `job_id` completes at `at` (aware UTC)."""
        return tuple(
            Delivery(
                recipient=recipient,
                item_id=considered.item.id,
                story_id=considered.story_id,
                job_id=job_id,
                source=considered.item.source,
                title=considered.item.title,
                url=considered.item.url,
                url_key=considered.item.url_key,
                doc_hash=considered.item.doc_hash,
                facts=considered.item.facts,
                delivered_at=at,
            )
            for considered in self.considered
            if considered.reason.printed
        )
