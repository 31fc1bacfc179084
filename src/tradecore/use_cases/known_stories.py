"""Known stories: what new items share with stored ones, read from the store, and the stories that follow from it."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import nlargest

from attrs import define, evolve, field, frozen

from tradecore.engines.digest.features import Features, features
from tradecore.engines.digest.match_index import document_key, story_keys, title_key
from tradecore.engines.digest.matching import HASH_SPAN, STORY_SPAN
from tradecore.engines.digest.semantic import FOUNDERS, Embedded, SemanticIndex, founds_its_story
from tradecore.engines.digest.stories import StoryIndex
from tradecore.model.news import ItemId, NewsItem
from tradecore.ports.store import UnitOfWork

COMMON_KEY = 300
"""A key that more items of the time have says nothing: a word of the days, or the text of a template."""
CANDIDATES, CANDIDATES_OF_ALL = 30, 3000
"""The most stored items that a new one is compared with, and that a batch is: those that share most with it."""
KEPT_FEATURES = 10_000
"""The items whose features are kept during a visit: some more than the candidates of a batch and their stories."""


@define
class RecentFeatures:
    """The features of items, computed once for each item of a visit as long as they are among the last that were used.

    New items of one batch are stored items of the next, and many batches have the same candidates.
    """

    kept: int = KEPT_FEATURES
    _features: "OrderedDict[ItemId, Features]" = field(factory=OrderedDict, init=False)

    def of(self, items: Iterable[NewsItem]) -> list[Features]:
        """The features of each item as it is now."""
        found = [self._of(item) for item in items]
        while len(self._features) > self.kept:
            self._features.popitem(last=False)
        return found

    def _of(self, item: NewsItem) -> Features:
        known = self._features.pop(item.id, None)
        if known is None or (known.item.title, known.item.summary) != (item.title, item.summary):
            known = features(item)
        elif known.item != item:
            known = evolve(known, item=item, happened_at=item.happened_at)
        self._features[item.id] = known
        return known


@frozen
class StoryAssigner:
    """Assigns stories to new items as `assign_stories` would, given all stored items.

    It reads the stored items that share most with the new ones, so that its cost does not depend on how many are
    stored. Of more than CANDIDATES that share something, the others are not compared.
    """

    arrivals: Sequence[Features]
    known: Sequence[Features]
    titles: Mapping[int, int]

    @classmethod
    async def read(
        cls,
        uow: UnitOfWork,
        fresh: Sequence[NewsItem],
        recent: RecentFeatures | None = None,
        *,
        with_founders: bool = False,
    ) -> "StoryAssigner":
        """Read what assigning stories to the items of `fresh`, which are in the order of their time, needs.

        `recent` holds the features of the batches before. `with_founders` reads the first items of all stories of their
        time as well, to find stories by meaning.
        """
        if not fresh:
            return cls((), (), {})
        recent = RecentFeatures() if recent is None else recent
        arrivals = await asyncio.to_thread(recent.of, fresh)
        start, end = (pick(item.happened_at for item in fresh) for pick in (min, max))
        documents = {document_key(arrival) for arrival in arrivals}
        copies = await uow.items.sharing(documents, start - HASH_SPAN, end + HASH_SPAN, limit=COMMON_KEY)
        candidates = await _read_candidates(uow, arrivals, start - STORY_SPAN, end + STORY_SPAN)
        related = await uow.items.of_stories({*candidates, *(sequence for _, sequence in copies)})
        founders: Sequence[NewsItem] = ()
        if with_founders:
            around = await uow.items.published(start - STORY_SPAN, end + STORY_SPAN)
            founders = [item for item in around if founds_its_story(item)][-FOUNDERS:]
        distinct = {item.id: item for item in (*related, *founders)}
        known = await asyncio.to_thread(recent.of, distinct.values())
        titles = {title_key(item) for item in (*known, *arrivals)}
        times = await uow.items.count(titles, start - HASH_SPAN, end + HASH_SPAN)
        return cls(arrivals, known, times)

    @property
    def to_embed(self) -> tuple[NewsItem, ...]:
        """The new items, and the first items of stories, whose vectors `assign` uses."""
        founders = (member.item for member in self.known if founds_its_story(member.item))
        return (*founders, *(arrival.item for arrival in self.arrivals))

    async def assign(self, embedded: Embedded | None = None) -> tuple[NewsItem, ...]:
        """The new items with their stories. Runs in a thread, because it can take seconds.

        `embedded` has the vectors of `to_embed`, where an embedding model is used.
        """
        return await asyncio.to_thread(self._assign, embedded or Embedded())

    def _assign(self, embedded: Embedded) -> tuple[NewsItem, ...]:
        index = StoryIndex(semantic=SemanticIndex(embedded))
        index.count_stored_titles(self.titles)
        index.count_titles(self.arrivals)
        index.add_stored(self.known)
        index.look_for_copies(self.arrivals)
        return tuple(index.assign(arrival) for arrival in self.arrivals)


async def _read_candidates(
    uow: UnitOfWork, arrivals: Sequence[Features], start: datetime, end: datetime
) -> frozenset[int]:
    # What is shared takes the most memory of a visit, and is gone when this returns.
    keys = {key for arrival in arrivals for key in story_keys(arrival)}
    shared = await uow.items.sharing(keys, start, end, limit=COMMON_KEY)
    return await asyncio.to_thread(_candidates, arrivals, shared)


def _candidates(arrivals: Sequence[Features], shared: Sequence[tuple[int, int]]) -> frozenset[int]:
    """The sequence numbers of the stored items that share most with each of the arrivals."""
    holders: dict[int, list[int]] = {}
    for key, sequence in shared:
        holders.setdefault(key, []).append(sequence)
    most: dict[int, float] = {}
    for arrival in arrivals:
        weights: dict[int, float] = {}
        for key, value in story_keys(arrival).items():
            for sequence in holders.get(key, ()):
                weights[sequence] = weights.get(sequence, 0.0) + value
        for shares, sequence in nlargest(CANDIDATES, _by_weight(weights)):
            most[sequence] = max(most.get(sequence, 0.0), shares)
    return frozenset(sequence for _, sequence in nlargest(CANDIDATES_OF_ALL, _by_weight(most)))


def _by_weight(weights: Mapping[int, float]) -> Iterator[tuple[float, int]]:
    return zip(weights.values(), weights, strict=True)
