"""Known stories: what new items share with stored ones, read from the store, and the stories that follow from it."""

import asyncio
from collections.abc import Mapping, Sequence

from attrs import frozen

from tradecore.engines.digest.matching import (
    HASH_SPAN,
    STORY_SPAN,
    Features,
    document_key,
    features,
    story_keys,
    title_key,
)
from tradecore.engines.digest.stories import StoryIndex
from tradecore.model.news import NewsItem
from tradecore.ports.store import UnitOfWork


@frozen
class StoryAssigner:
    """Assigns stories to new items as `assign_stories` would, given all stored items.

    It reads the stored items that share something with the new ones, so that its cost does not depend on how many are
    stored.
    """

    arrivals: Sequence[Features]
    known: Sequence[Features]
    titles: Mapping[int, int]

    @classmethod
    async def read(cls, uow: UnitOfWork, fresh: Sequence[NewsItem]) -> "StoryAssigner":
        """Read what assigning stories to the items of `fresh`, which are in the order of their time, needs."""
        if not fresh:
            return cls((), (), {})
        arrivals = await asyncio.to_thread(lambda: [features(item) for item in fresh])
        start, end = (pick(item.happened_at for item in fresh) for pick in (min, max))
        keys = {key for arrival in arrivals for key in story_keys(arrival)}
        documents = {document_key(arrival) for arrival in arrivals}
        near = await uow.items.matching(keys, start - STORY_SPAN, end + STORY_SPAN)
        copies = await uow.items.matching(documents, start - HASH_SPAN, end + HASH_SPAN)
        distinct = {item.id: item for item in (*near, *copies)}
        known = await asyncio.to_thread(lambda: [features(item) for item in distinct.values()])
        titles = {title_key(item) for item in (*known, *arrivals)}
        times = await uow.items.count(titles, start - HASH_SPAN, end + HASH_SPAN)
        return cls(arrivals, known, times)

    async def assign(self) -> tuple[NewsItem, ...]:
        """The new items with their stories. Runs in a thread, because it can take seconds."""
        return await asyncio.to_thread(self._assign)

    def _assign(self) -> tuple[NewsItem, ...]:
        index = StoryIndex()
        index.count_stored_titles(self.titles)
        index.count_titles(self.arrivals)
        index.add_stored(self.known)
        return tuple(index.assign(arrival) for arrival in self.arrivals)
