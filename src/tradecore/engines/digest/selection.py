"""Selection: what a report shows of a window, each event once, and the reason for every item it leaves out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import evolve, field, frozen

from tradecore.engines.digest.consequence import is_column
from tradecore.engines.digest.interests import Wanted
from tradecore.engines.digest.ranking import Weights, score
from tradecore.engines.digest.told import Told
from tradecore.model.news import (
    ConsideredItem,
    Delivery,
    DigestBrief,
    DigestCounts,
    Interests,
    ItemId,
    NewsItem,
    Reason,
    StoryId,
)

FURTHER_LINKS = 5
"""The most links to items of one story that add no phase of it and come from outlets that are linked already."""


@frozen(kw_only=True)
class Rules:
    """The rules of a digest, with the documented defaults."""

    grace: timedelta = timedelta(hours=24)
    """How long before the start of the window a late arrival may have been published."""
    catch_up: timedelta = timedelta(hours=1)
    """The longest gap between the last report of the recipient and the window that the window still covers."""
    threshold: int = 0
    """The least score, 0 to 100; stories below it wait for a later report."""
    max_stories: int = 200
    weights: Weights = field(factory=Weights)

    def within(self, interests: Interests) -> "Rules":
        """These rules with the limits of a reader, where those are closer, and their weights of sources."""
        most = self.max_stories if interests.max_stories is None else min(self.max_stories, interests.max_stories)
        sources = {**self.weights.sources, **(interests.source_weights or {})}
        return evolve(
            self,
            threshold=max(self.threshold, interests.min_score or 0),
            max_stories=most,
            weights=evolve(self.weights, sources=sources),
        )


@frozen(kw_only=True)
class Window:
    """Which items a report considers. Times are aware UTC, bounds inclusive.

    The window holds items published since `start`, and late arrivals: items first seen since `seen_from` and published
    since `oldest`, unless they came with the first reading of their source. `seen_from` is `start`, or the end of the
    recipient's last report when that is shortly before `start`, so that hourly reports miss nothing when they are a few
    minutes more than an hour apart.
    """

    start: datetime
    end: datetime
    seen_from: datetime
    oldest: datetime

    @classmethod
    def of(cls, brief: DigestBrief, now: datetime, rules: Rules, previous_end: datetime | None = None) -> "Window":
        """The window of a brief at `now`; `previous_end` is the end of the window of the recipient's last report."""
        start = now - timedelta(hours=brief.hours)
        gap = previous_end is not None and start - rules.catch_up <= previous_end < start
        seen_from = previous_end if gap and previous_end is not None else start
        return cls(start=start, end=now, seen_from=seen_from, oldest=start - rules.grace)

    def holds(self, item: NewsItem) -> bool:
        """Whether the report considers the item."""
        if item.first_seen_at > self.end:
            return False
        late = item.first_seen_at >= self.seen_from and item.happened_at >= self.oldest and not item.backlog
        return item.happened_at >= self.start or late

    def missed(self, item: NewsItem) -> bool:
        """Whether the item arrived in the window, but was published too early for this and any later report."""
        return self._arrived(item) and item.happened_at < self.oldest and not item.backlog

    def knew(self, item: NewsItem) -> bool:
        """Whether the item is from before the window, and arrived in it with the first reading of its source."""
        return self._arrived(item) and item.happened_at < self.start and item.backlog

    def _arrived(self, item: NewsItem) -> bool:
        return self.seen_from <= item.first_seen_at <= self.end


@frozen(kw_only=True)
class Story:
    """A story of a report."""

    id: StoryId
    score: int
    lead: NewsItem
    beside: tuple[NewsItem, ...] = ()
    """Items of other outlets, one each, and developments; in the order of time."""
    developments: tuple[NewsItem, ...] = ()
    """Those of `beside` that add facts or a later phase to the items before them."""
    unlinked: int = 0
    """How many more items say the same and are only counted."""
    earlier: Delivery | None = None
    """The last delivery of this story to the recipient; set when the story is an update."""

    @property
    def items(self) -> tuple[NewsItem, ...]:
        """Every item that the report links for it."""
        return (self.lead, *self.beside)

    @property
    def ageless(self) -> bool:
        """Whether nothing says that it is new: no item has a date, and all came with the first reading of a source."""
        return all(item.backlog and not item.dated for item in self.items)


@frozen(kw_only=True)
class Coverage:
    """Items that add nothing but their links to a story that the recipient knows."""

    earlier: Delivery
    items: tuple[NewsItem, ...]
    unlinked: int = 0
    """How many more items say the same and are only counted."""


@frozen(kw_only=True)
class Selection:
    """The contents of a report, and the reason for every item that was considered."""

    window: Window
    stories: tuple[Story, ...]
    updates: tuple[Story, ...]
    coverage: tuple[Coverage, ...]
    considered: tuple[ConsideredItem, ...]
    too_old: tuple[NewsItem, ...]
    backlog: tuple[NewsItem, ...]
    counts: DigestCounts


def select(
    items: Iterable[NewsItem], ledger: Iterable[Delivery], window: Window, rules: Rules, wanted: Wanted | None = None
) -> Selection:
    """Decide about every item of the window.

    Each of `items` has a story; `ledger` holds deliveries to the recipient only. The result does not depend on their
    order. Raises ValueError for an item of the window without a story.
    """
    all_items = {item.id: item for item in items}
    in_window = sorted((item for item in all_items.values() if window.holds(item)), key=_by_time)
    too_old = tuple(sorted((item for item in all_items.values() if window.missed(item)), key=_by_time))
    backlog = tuple(sorted((item for item in all_items.values() if window.knew(item)), key=_by_time))
    delivered = _DeliveryIndex.of(ledger)
    reasons: dict[ItemId, Reason] = {}
    fresh: dict[StoryId, list[NewsItem]] = {}
    for item in in_window:
        if delivered.has_document(item):
            reasons[item.id] = Reason.ALREADY_DELIVERED
        else:
            fresh.setdefault(_story_id(item), []).append(item)
    length = window.end - window.start
    stories: list[Story] = []
    updates: list[Story] = []
    coverage: list[Coverage] = []
    known_stories: set[StoryId] = set()
    unwanted = {story_id for story_id, members in fresh.items() if wanted is not None and not wanted(members)}
    for story_id, members in fresh.items():
        if story_id in unwanted:
            reasons |= {item.id: Reason.OUTSIDE_INTERESTS for item in members}
            continue
        points = score(members, window.end, length, rules.weights)
        known = delivered.stories.get(story_id)
        if known is None:
            stories.append(_story(story_id, points, members, rules.weights))
            continue
        told = Told(known)
        news = [item for item in members if told.lacks(item)]
        if news:
            updates.append(_story(story_id, points, news, rules.weights, known))
        adding = {item.id for item in news}
        shown = {delivery.source for delivery in known} | {item.source for item in news}
        others, unlinked = _linked([item for item in members if item.id not in adding], shown, told)
        if others:
            coverage.append(Coverage(earlier=_latest(known), items=tuple(others), unlinked=unlinked))
        reasons |= {item.id: Reason.MORE_COVERAGE for item in others}
        known_stories |= {story_id}
    stories.sort(key=_by_weight)
    updates.sort(key=_by_weight)
    kept = [story for story in stories[: rules.max_stories] if story.score >= rules.threshold]
    for story in (*kept, *updates):
        reasons[story.lead.id] = Reason.REPORTED if story.earlier is None else Reason.UPDATE
        reasons |= {item.id: Reason.GROUPED for item in story.beside}
    printed_stories = {story.id for story in kept} | known_stories
    for story_id, members in fresh.items():
        rest = Reason.REPEATED if story_id in printed_stories else Reason.BELOW_THRESHOLD
        for item in members:
            reasons.setdefault(item.id, rest)
    considered = tuple(ConsideredItem(item, _story_id(item), reasons[item.id]) for item in in_window)
    return Selection(
        window=window,
        stories=tuple(kept),
        updates=tuple(updates),
        coverage=tuple(sorted(coverage, key=lambda more: (more.items[0].happened_at, more.items[0].id))),
        considered=considered,
        too_old=too_old,
        backlog=backlog,
        counts=_counts(considered, kept, updates, too_old, backlog),
    )


@frozen
class _DeliveryIndex:
    """The deliveries of a recipient, indexed for lookups."""

    ids: frozenset[ItemId]
    keys: frozenset[str]
    texts: frozenset[str]
    stories: Mapping[StoryId, Sequence[Delivery]]

    @classmethod
    def of(cls, ledger: Iterable[Delivery]) -> "_DeliveryIndex":
        deliveries = sorted(ledger, key=lambda delivery: (delivery.delivered_at, delivery.item_id))
        stories: dict[StoryId, list[Delivery]] = {}
        for delivery in deliveries:
            stories.setdefault(delivery.story_id, []).append(delivery)
        return cls(
            frozenset(delivery.item_id for delivery in deliveries),
            frozenset(delivery.url_key for delivery in deliveries if delivery.url_key),
            frozenset(f"{delivery.story_id} {delivery.doc_hash}" for delivery in deliveries),
            stories,
        )

    def has_document(self, item: NewsItem) -> bool:
        """Whether this document was delivered before, under this or another address."""
        return (
            item.id in self.ids
            or (item.url_key is not None and item.url_key in self.keys)
            # Equal texts count within one story only: a ticker repeats the same words every week.
            or f"{_story_id(item)} {item.doc_hash}" in self.texts
        )


def _story(
    story_id: StoryId,
    points: int,
    members: Sequence[NewsItem],
    weights: Weights,
    known: Sequence[Delivery] = (),
) -> Story:
    lead = min(
        members,
        key=lambda item: (
            -weights.sources.get(item.source, 0),
            is_column(item.title),
            not item.summary,
            _by_time(item),
        ),
    )
    told = Told([*known, lead])
    others = [item for item in members if item is not lead]
    developments: list[NewsItem] = []
    for item in others:
        adds = len(developments) < FURTHER_LINKS and not is_column(item.title) and told.lacks(item)
        if adds or told.is_later(item):
            developments.append(item)
            told.add(item)
    adding = {item.id for item in developments}
    shown = {lead.source} | {item.source for item in developments}
    linked, unlinked = _linked([item for item in others if item.id not in adding], shown, told)
    return Story(
        id=story_id,
        score=points,
        lead=lead,
        beside=tuple(sorted((*developments, *linked), key=_by_time)),
        developments=tuple(developments),
        unlinked=unlinked,
        earlier=_latest(known) if known else None,
    )


def _linked(items: Sequence[NewsItem], shown: set[str], told: Told) -> tuple[list[NewsItem], int]:
    """Of items that add nothing, those to link: one of each outlet not in `shown`, and a few others.

    Returns them in their order with the number of the rest. An item that an outlet published before in the same words
    is always of the rest.
    """
    firsts: set[ItemId] = set()
    for item in items:
        if item.source not in shown:
            shown.add(item.source)
            firsts.add(item.id)
    linked: list[NewsItem] = []
    further = 0
    for item in items:
        if item.id not in firsts:
            if further == FURTHER_LINKS or told.has_copy(item):
                continue
            further += 1
        linked.append(item)
        told.add(item)
    return linked, len(items) - len(linked)


def _counts(
    considered: Sequence[ConsideredItem],
    stories: Sequence[Story],
    updates: Sequence[Story],
    too_old: Sequence[NewsItem],
    backlog: Sequence[NewsItem],
) -> DigestCounts:
    def of(*reasons: Reason) -> int:
        return sum(item.reason in reasons for item in considered)

    return DigestCounts(
        considered=len(considered),
        reported=of(Reason.REPORTED, Reason.UPDATE),
        grouped=of(Reason.GROUPED, Reason.MORE_COVERAGE, Reason.REPEATED),
        already_delivered=of(Reason.ALREADY_DELIVERED),
        below_threshold=of(Reason.BELOW_THRESHOLD, Reason.OUTSIDE_INTERESTS),
        stories=len({item.story_id for item in considered}),
        new_stories=len(stories),
        updates=len(updates),
        too_old=len(too_old),
        backlog=len(backlog),
    )


def _story_id(item: NewsItem) -> StoryId:
    if item.story_id is None:
        raise ValueError(f"item {item.id!r} has no story yet: assign one with assign_stories first")
    return item.story_id


def _latest(deliveries: Sequence[Delivery]) -> Delivery:
    return max(deliveries, key=lambda delivery: (delivery.delivered_at, delivery.item_id))


def _by_time(item: NewsItem) -> tuple[datetime, str, str]:
    return item.happened_at, item.url_key or "", item.id


def _by_weight(story: Story) -> tuple[bool, int, float, str, str]:
    return story.ageless, -story.score, -story.lead.happened_at.timestamp(), story.lead.url_key or "", story.lead.id
