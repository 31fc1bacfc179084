"""What a user is told of a window: each thing once, late arrivals too, and a reason for everything else."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import field, frozen

from tradecore.engines.digest.facts import new_facts
from tradecore.engines.digest.matching import terms_of
from tradecore.engines.digest.ranking import Weights, score
from tradecore.model.news import (
    DigestBrief,
    DigestCounts,
    ItemId,
    NewsItem,
    Placed,
    Reason,
    ReportedEntry,
    StoryId,
)

NOVEL_TERMS = 0.5
"""The share of a headline's terms that has to be new for it to be news without a fact that the tables know."""


@frozen(kw_only=True)
class Rules:
    """What a digest is made by; the defaults are the documented ones."""

    grace: timedelta = timedelta(hours=24)
    """How far before the window's start a late arrival may have been published: the longest window there is."""
    catch_up: timedelta = timedelta(hours=1)
    """How long before the window's start the user's last report may have ended for the gap to be caught up."""
    threshold: int = 0
    """Stories of fewer points are left for later."""
    max_stories: int = 200
    weights: Weights = field(factory=Weights)


@frozen(kw_only=True)
class Window:
    """Which items a report looks at. Bounds are inclusive.

    An item is in when it was published since `start`, or was first seen since `seen_from` though published up
    to `grace` earlier. `seen_from` is `start`, or the end of the user's last report when that lies shortly
    before: whoever asks every hour misses nothing, even if the hours are not quite sixty minutes apart.
    """

    start: datetime
    end: datetime
    seen_from: datetime
    oldest: datetime

    @classmethod
    def of(cls, brief: DigestBrief, now: datetime, rules: Rules, previous_end: datetime | None = None) -> "Window":
        """The window of a brief that is worked on at `now`; `previous_end` is when the last report's window ended."""
        start = now - timedelta(hours=brief.hours)
        gap = previous_end is not None and start - rules.catch_up <= previous_end < start
        seen_from = previous_end if gap and previous_end is not None else start
        return cls(start=start, end=now, seen_from=seen_from, oldest=start - rules.grace)

    def holds(self, item: NewsItem) -> bool:
        """Whether the report looks at the item."""
        if item.first_seen_at > self.end:
            return False
        late = item.first_seen_at >= self.seen_from and item.happened_at >= self.oldest
        return item.happened_at >= self.start or late

    def missed(self, item: NewsItem) -> bool:
        """Whether the item arrived in the window, but is too old for this and any later report."""
        return self.seen_from <= item.first_seen_at <= self.end and item.happened_at < self.oldest


@frozen(kw_only=True)
class Story:
    """A story as it will be printed."""

    id: StoryId
    score: int
    lead: NewsItem
    beside: tuple[NewsItem, ...] = ()
    """Other outlets, one item each, in the order of time."""
    developments: tuple[NewsItem, ...] = ()
    """Those of `beside` whose headlines add facts to what stands before them."""
    earlier: ReportedEntry | None = None
    """What the user was last told of it: this is then an update."""

    @property
    def items(self) -> tuple[NewsItem, ...]:
        """Every item that is printed with it."""
        return (self.lead, *self.beside)


@frozen(kw_only=True)
class Coverage:
    """Outlets that join a story the user knows, without news of their own."""

    earlier: ReportedEntry
    items: tuple[NewsItem, ...]


@frozen(kw_only=True)
class Selection:
    """All that a report prints, and the account of what it does not print."""

    window: Window
    stories: tuple[Story, ...]
    updates: tuple[Story, ...]
    coverage: tuple[Coverage, ...]
    placed: tuple[Placed, ...]
    too_old: tuple[NewsItem, ...]
    counts: DigestCounts


def select(items: Iterable[NewsItem], ledger: Iterable[ReportedEntry], window: Window, rules: Rules) -> Selection:
    """Decide about every item of the window. `items` have their stories; `ledger` is the user's own.

    Neither the order of `items` nor that of `ledger` matters.
    """
    all_items = {item.id: item for item in items}
    considered = sorted((i for i in all_items.values() if window.holds(i)), key=_by_time)
    too_old = tuple(sorted((i for i in all_items.values() if window.missed(i)), key=_by_time))
    told = _Told.of(ledger)
    reasons: dict[ItemId, Reason] = {}
    fresh: dict[StoryId, list[NewsItem]] = {}
    for item in considered:
        if told.document(item):
            reasons[item.id] = Reason.ALREADY_TOLD
        else:
            fresh.setdefault(_story_id(item), []).append(item)
    length = window.end - window.start
    stories: list[Story] = []
    updates: list[Story] = []
    coverage: list[Coverage] = []
    for story_id, members in fresh.items():
        points = score(members, window.end, length, rules.weights)
        known = told.stories.get(story_id)
        if known is None:
            stories.append(_story(story_id, points, members, rules.weights))
            continue
        news = [item for item in members if _adds(item, known)]
        if news:
            updates.append(_story(story_id, points, news, rules.weights, known))
        shown = {entry.source for entry in known} | {item.source for item in news}
        others = _one_per_outlet([item for item in members if item not in news], shown)
        if others:
            coverage.append(Coverage(earlier=_latest(known), items=tuple(others)))
            reasons |= {item.id: Reason.MORE_COVERAGE for item in others}
        reasons |= {item.id: Reason.ALREADY_TOLD for item in members if item not in news and item not in others}
    stories.sort(key=_by_weight)
    updates.sort(key=_by_weight)
    kept = [story for story in stories[: rules.max_stories] if story.score >= rules.threshold]
    for story in (*kept, *updates):
        reasons[story.lead.id] = Reason.REPORTED if story.earlier is None else Reason.UPDATE
        reasons |= {item.id: Reason.GROUPED for item in story.beside}
    printed_stories = {story.id for story in (*kept, *updates)}
    for story_id, members in fresh.items():
        rest = Reason.REPEATED if story_id in printed_stories else Reason.BELOW_THRESHOLD
        for item in members:
            reasons.setdefault(item.id, rest)
    placed = tuple(Placed(item, _story_id(item), reasons[item.id]) for item in considered)
    return Selection(
        window=window,
        stories=tuple(kept),
        updates=tuple(updates),
        coverage=tuple(sorted(coverage, key=lambda each: (each.items[0].happened_at, each.items[0].id))),
        placed=placed,
        too_old=too_old,
        counts=_counts(placed, kept, updates, too_old),
    )


@frozen
class _Told:
    """A user's ledger, as it is asked."""

    ids: frozenset[ItemId]
    keys: frozenset[str]
    told_texts: frozenset[str]
    stories: Mapping[StoryId, Sequence[ReportedEntry]]

    @classmethod
    def of(cls, ledger: Iterable[ReportedEntry]) -> "_Told":
        entries = sorted(ledger, key=lambda entry: (entry.reported_at, entry.item_id))
        stories: dict[StoryId, list[ReportedEntry]] = {}
        for entry in entries:
            stories.setdefault(entry.story_id, []).append(entry)
        return cls(
            frozenset(entry.item_id for entry in entries),
            frozenset(entry.url_key for entry in entries if entry.url_key),
            frozenset(f"{entry.story_id} {entry.doc_hash}" for entry in entries),
            stories,
        )

    def document(self, item: NewsItem) -> bool:
        """Whether this very document was told, at whatever address: then its link would bring nothing."""
        return (
            item.id in self.ids
            or (item.url_key is not None and item.url_key in self.keys)
            # An equal text counts within its story only: a ticker may say the same words every week.
            or f"{_story_id(item)} {item.doc_hash}" in self.told_texts
        )


def _story(
    story_id: StoryId,
    points: int,
    members: Sequence[NewsItem],
    weights: Weights,
    known: Sequence[ReportedEntry] = (),
) -> Story:
    lead = min(members, key=lambda item: (-weights.sources.get(item.source, 0), not item.summary, _by_time(item)))
    beside: list[NewsItem] = []
    developments: list[NewsItem] = []
    shown = {lead.source}
    stated: list[NewsItem | ReportedEntry] = [*known, lead]
    for item in members:
        if item is lead:
            continue
        adds = _adds(item, stated)
        if adds:
            developments.append(item)
            stated.append(item)
        if adds or item.source not in shown:
            beside.append(item)
            shown.add(item.source)
    return Story(
        id=story_id,
        score=points,
        lead=lead,
        beside=tuple(beside),
        developments=tuple(developments),
        earlier=_latest(known) if known else None,
    )


def _adds(item: NewsItem, stated: Sequence[NewsItem | ReportedEntry]) -> bool:
    """Whether a headline says something that those before it do not: a new fact, or mostly new words.

    Another address of a document that is among them never does.
    """
    if any(item.doc_hash == each.doc_hash for each in stated):
        return False
    if new_facts(item.facts, (each.facts for each in stated)):
        return True
    terms = terms_of(item.title, item.source, item.url)
    said = frozenset().union(*(terms_of(each.title, each.source, each.url) for each in stated))
    return len(terms - said) >= NOVEL_TERMS * max(1, len(terms))


def _one_per_outlet(items: Sequence[NewsItem], shown: set[str]) -> list[NewsItem]:
    kept = []
    for item in items:
        if item.source not in shown and item.url is not None:
            shown.add(item.source)
            kept.append(item)
    return kept


def _counts(
    placed: Sequence[Placed], stories: Sequence[Story], updates: Sequence[Story], too_old: Sequence[NewsItem]
) -> DigestCounts:
    def of(*reasons: Reason) -> int:
        return sum(one.reason in reasons for one in placed)

    return DigestCounts(
        considered=len(placed),
        reported=of(Reason.REPORTED, Reason.UPDATE),
        grouped=of(Reason.GROUPED, Reason.MORE_COVERAGE, Reason.REPEATED),
        already_told=of(Reason.ALREADY_TOLD),
        below_threshold=of(Reason.BELOW_THRESHOLD),
        stories=len({one.story_id for one in placed}),
        new_stories=len(stories),
        updates=len(updates),
        too_old=len(too_old),
    )


def _story_id(item: NewsItem) -> StoryId:
    if item.story_id is None:
        raise ValueError(f"item {item.id!r} has no story yet: place it with assign_stories first")
    return item.story_id


def _latest(entries: Sequence[ReportedEntry]) -> ReportedEntry:
    return max(entries, key=lambda entry: (entry.reported_at, entry.item_id))


def _by_time(item: NewsItem) -> tuple[datetime, str, str]:
    return item.happened_at, item.url_key or "", item.id


def _by_weight(story: Story) -> tuple[int, float, str, str]:
    return -story.score, -story.lead.happened_at.timestamp(), story.lead.url_key or "", story.lead.id
