"""Known stories, kept from one visit to the next, so that a visit costs what it brings and not what is there."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import define, field, frozen

from tradecore.engines.digest.matching import HASH_SPAN, features
from tradecore.engines.digest.stories import StoryBoard
from tradecore.model.news import NewsItem
from tradecore.ports.store import UnitOfWork

# Items up to this much older than now are placed by memory; for older ones the store is read far enough back.
_FRESH = timedelta(days=3)
# After this long everything is read again, which forgets what is too old to matter and learns of revised texts.
_KEPT = timedelta(days=1)


@frozen
class Lesson:
    """A board, and stored items in the order of storage that it does not know yet."""

    board: StoryBoard = field(factory=StoryBoard)
    items: Sequence[NewsItem] = ()


@define
class KnownStories:
    """What has to be known to give new items their stories: as `assign_stories` would with all items of their time.

    Whoever places items holds `turn`, and says afterwards with `stored` that they were stored, or else `forget`s.
    Items that were placed by another board than the one in memory are learnt from the store, like anybody else's.
    """

    turn: asyncio.Lock = field(factory=asyncio.Lock)
    _board: StoryBoard | None = None
    _since: datetime | None = None
    _last: int = 0

    async def learn(self, uow: UnitOfWork, fresh: Sequence[NewsItem], now: datetime) -> Lesson:
        """Read what has to be known about to place these items."""
        if not fresh:
            return Lesson()
        earliest = min(item.happened_at for item in fresh)
        if earliest < now - _FRESH:
            latest = max(item.happened_at for item in fresh)
            return Lesson(StoryBoard(), await uow.items.around(earliest - HASH_SPAN, latest + HASH_SPAN))
        if self._board is None or self._since is None or self._since + _KEPT < now:
            self._board, self._since = StoryBoard(), now
            learnt = await uow.items.around(now - HASH_SPAN - _FRESH, now + _KEPT)
        else:
            learnt = await uow.items.after(self._last)
        self._last = await uow.items.last()
        return Lesson(self._board, learnt)

    async def place(self, lesson: Lesson, fresh: Sequence[NewsItem]) -> tuple[NewsItem, ...]:
        """The items, which are in the order of their time, with their stories. Takes a while, and needs no store."""
        return await asyncio.to_thread(_placed, lesson, fresh)

    def stored(self, lesson: Lesson, items: Sequence[NewsItem]) -> None:
        """The items placed by this lesson are stored, under these numbers."""
        if lesson.board is self._board:
            self._last = max([self._last, *(item.sequence or 0 for item in items)])

    def forget(self) -> None:
        """The placed items are not stored, or not as they were placed."""
        self._board = None


def _placed(lesson: Lesson, fresh: Sequence[NewsItem]) -> tuple[NewsItem, ...]:
    board = lesson.board
    known, arrivals = [features(item) for item in lesson.items], [features(item) for item in fresh]
    board.expect(known)
    for each in known:
        board.place(each)
    board.expect(arrivals)
    return tuple(board.place(each) for each in arrivals)
