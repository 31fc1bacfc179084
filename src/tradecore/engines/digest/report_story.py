"""A story of a report: its lead, the developments that follow it, and the links beside it."""

from collections.abc import Sequence

from attrs import frozen

from tradecore.engines.digest.consequence import is_column
from tradecore.engines.digest.ranking import Weights
from tradecore.engines.digest.stories import order
from tradecore.engines.digest.text import without_byline
from tradecore.engines.digest.told import Told
from tradecore.model.news import Delivery, ItemId, NewsItem, StoryId

FURTHER_LINKS = 5
"""The most links to items of one story that add no phase of it and come from outlets that are linked already."""


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


def story_of(
    story_id: StoryId, points: int, members: Sequence[NewsItem], weights: Weights, known: Sequence[Delivery] = ()
) -> Story:
    """The story that a report makes of `members`, which are at least one and in the order of time.

    `known` are the deliveries of the story to the recipient.
    """
    lead = min(
        members,
        key=lambda item: (
            -weights.sources.get(item.source, 0),
            is_column(item.title),
            not item.summary,
            order(item),
        ),
    )
    earlier = latest(known) if known else None
    others = [item for item in members if item is not lead]
    if not others:
        return Story(id=story_id, score=points, lead=lead, earlier=earlier)
    told = Told([*known, lead])
    developments: list[NewsItem] = []
    for item in others:
        adds = len(developments) < FURTHER_LINKS and not is_column(item.title) and told.lacks(item)
        if adds or told.is_later(item):
            developments.append(item)
            told.add(item)
    adding = {item.id for item in developments}
    shown = {lead.source} | {item.source for item in developments}
    links, unlinked = linked([item for item in others if item.id not in adding], shown, told)
    return Story(
        id=story_id,
        score=points,
        lead=lead,
        beside=tuple(sorted((*developments, *links), key=order)),
        developments=tuple(developments),
        unlinked=unlinked,
        earlier=earlier,
    )


def linked(items: Sequence[NewsItem], shown: set[str], told: Told) -> tuple[list[NewsItem], int]:
    """Of items that add nothing, those to link: one of each outlet not in `shown`, and a few others.

    Returns them in their order with the number of the rest. A reprint of what an outlet that is linked said is
    always of the rest. `shown` and `told` gain what is linked.
    """
    firsts: set[ItemId] = set()
    for item in items:
        if item.source not in shown:
            shown.add(item.source)
            firsts.add(item.id)
    links: list[NewsItem] = []
    further = 0
    for item in items:
        if item.id not in firsts:
            if further == FURTHER_LINKS or told.has_reprint(item):
                continue
            further += 1
        links.append(item)
        told.add(item)
    return links, len(items) - len(links)


def printed_title(item: NewsItem | Delivery) -> str:
    """The headline as it stands, without the name of its outlet, which is printed beside it."""
    return without_byline(item.title, item.source, item.url)


def latest(deliveries: Sequence[Delivery]) -> Delivery:
    """The last of at least one delivery."""
    return max(deliveries, key=lambda delivery: (delivery.delivered_at, delivery.item_id))
