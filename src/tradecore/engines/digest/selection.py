"""Selection: what a report shows of a window, each event once, and the reason for every item it leaves out."""

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from tradecore.engines.digest.consequence import is_column
from tradecore.engines.digest.interests import Wanted
from tradecore.engines.digest.ranking import score
from tradecore.engines.digest.report_story import Story, latest, linked, story_of
from tradecore.engines.digest.stories import order
from tradecore.engines.digest.told import Told
from tradecore.engines.digest.window import Rules, Window
from tradecore.model.news import ConsideredItem, Delivery, DigestCounts, ItemId, NewsItem, Reason, StoryId


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
    ordered = sorted({item.id: item for item in items}.values(), key=order)
    in_window = [item for item in ordered if window.holds(item)]
    too_old = tuple(item for item in ordered if window.missed(item))
    backlog = tuple(item for item in ordered if window.knew(item))
    delivered = _DeliveryIndex.of(ledger)
    reasons = {item.id: Reason.ALREADY_DELIVERED for item in in_window if delivered.has_document(item)}
    fresh = _by_story(item for item in in_window if item.id not in reasons)
    length = window.end - window.start
    stories: list[Story] = []
    updates: list[Story] = []
    coverage: list[Coverage] = []
    known_stories: set[StoryId] = set()
    for story_id, members in fresh.items():
        if wanted is not None and not wanted(members):
            reasons |= {item.id: Reason.OUTSIDE_INTERESTS for item in members}
            continue
        points = score(members, window.end, length, rules.weights)
        known = delivered.stories.get(story_id)
        if known is None:
            stories.append(story_of(story_id, points, members, rules.weights))
            continue
        known_stories.add(story_id)
        told = Told(known)
        # A column on a known story tells it once more, unless it brings the next phase.
        news = [item for item in members if told.lacks(item) and (told.is_later(item) or not is_column(item.title))]
        if news:
            updates.append(story_of(story_id, points, news, rules.weights, known))
        if (more := _more_coverage(members, news, known, told)) is not None:
            coverage.append(more)
            reasons |= {item.id: Reason.MORE_COVERAGE for item in more.items}
    stories.sort(key=_by_weight)
    updates.sort(key=_by_weight)
    kept = [story for story in stories[: rules.max_stories] if story.score >= rules.threshold]
    for story in (*kept, *updates):
        reasons |= _reasons_of_printed(story)
    printed_stories = {story.id for story in kept} | known_stories
    for story_id, members in fresh.items():
        rest = Reason.REPEATED if story_id in printed_stories else Reason.BELOW_THRESHOLD
        reasons |= {item.id: rest for item in members if item.id not in reasons}
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


def _by_story(items: Iterable[NewsItem]) -> dict[StoryId, list[NewsItem]]:
    """The items of each story, in their order."""
    stories: dict[StoryId, list[NewsItem]] = {}
    for item in items:
        stories.setdefault(_story_id(item), []).append(item)
    return stories


def _more_coverage(
    members: Sequence[NewsItem], news: Sequence[NewsItem], known: Sequence[Delivery], told: Told
) -> Coverage | None:
    """The members of a known story that are not `news`, as links; None where none adds a source."""
    adding = {item.id for item in news}
    shown = {delivery.source for delivery in known} | {item.source for item in news}
    others, unlinked = linked([item for item in members if item.id not in adding], shown, told)
    return Coverage(earlier=latest(known), items=tuple(others), unlinked=unlinked) if others else None


def _reasons_of_printed(story: Story) -> dict[ItemId, Reason]:
    lead = Reason.REPORTED if story.earlier is None else Reason.UPDATE
    return {story.lead.id: lead} | {item.id: Reason.GROUPED for item in story.beside}


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


def _by_weight(story: Story) -> tuple[bool, int, float, str, str]:
    return story.ageless, -story.score, -story.lead.happened_at.timestamp(), story.lead.url_key or "", story.lead.id
