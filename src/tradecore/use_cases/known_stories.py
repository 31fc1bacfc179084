"""Known stories: an index kept between fetches, so that a fetch costs what it brings and not what is stored."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import define, field, frozen

from tradecore.engines.digest.matching import HASH_SPAN, features
from tradecore.engines.digest.stories import StoryIndex
from tradecore.model.news import NewsItem
from tradecore.ports.store import UnitOfWork

# Items up to this much older than now are assigned with the kept index; older ones need an index of their time.
_FRESH = timedelta(days=3)
# After this long the index is built anew, which drops items too old to match and picks up revised texts.
_INDEX_LIFETIME = timedelta(days=1)


@frozen
class StoryDelta:
    """A story index, and the stored items it lacks, in the order of storage."""

    index: StoryIndex = field(factory=StoryIndex)
    items: Sequence[NewsItem] = ()


@define
class KnownStories:
    """Assigns stories to new items as `assign_stories` would, given all stored items of their time.

    Callers hold `lock` from `read_delta` until they report the outcome: `mark_stored` once the items are stored, or
    `discard` when they are not. Items that were assigned with another index are read from the store, like those
    of another process.
    """

    lock: asyncio.Lock = field(factory=asyncio.Lock)
    _index: StoryIndex | None = None
    _built_at: datetime | None = None
    _last: int = 0

    async def read_delta(self, uow: UnitOfWork, fresh: Sequence[NewsItem], now: datetime) -> StoryDelta:
        """Read the stored items that are needed to assign stories to the items of `fresh` at `now` (aware UTC)."""
        if not fresh:
            return StoryDelta()
        earliest = min(item.happened_at for item in fresh)
        if earliest < now - _FRESH:
            latest = max(item.happened_at for item in fresh)
            return StoryDelta(StoryIndex(), await uow.items.around(earliest - HASH_SPAN, latest + HASH_SPAN))
        if self._index is None or self._built_at is None or self._built_at + _INDEX_LIFETIME < now:
            self._index, self._built_at = StoryIndex(), now
            missing = await uow.items.around(now - HASH_SPAN - _FRESH, now + _INDEX_LIFETIME)
        else:
            missing = await uow.items.after(self._last)
        self._last = await uow.items.last()
        return StoryDelta(self._index, missing)

    async def assign(self, delta: StoryDelta, fresh: Sequence[NewsItem]) -> tuple[NewsItem, ...]:
        """The items of `fresh`, which are in the order of their time, with their stories.

        Runs in a thread, because it can take seconds; it does not use the store.
        """
        return await asyncio.to_thread(_assign, delta, fresh)

    def mark_stored(self, delta: StoryDelta, items: Sequence[NewsItem]) -> None:
        """Record that the items assigned with `delta` are stored, under their sequence numbers."""
        if delta.index is self._index:
            self._last = max([self._last, *(item.sequence or 0 for item in items)])

    def discard(self) -> None:
        """Drop the index, because items were assigned with it that are not stored."""
        self._index = None


def _assign(delta: StoryDelta, fresh: Sequence[NewsItem]) -> tuple[NewsItem, ...]:
    index = delta.index
    missing, arrivals = [features(item) for item in delta.items], [features(item) for item in fresh]
    index.count_titles(missing)
    for item in missing:
        index.assign(item)
    index.count_titles(arrivals)
    return tuple(index.assign(arrival) for arrival in arrivals)
