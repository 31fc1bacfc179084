"""The part of the store's promise that is about news: items, what readers were told, sources, digests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tradecore.model.change import Change
from tradecore.model.digests import Digest, DigestId, DigestResult
from tradecore.model.ids import UserId
from tradecore.model.news import NewsItem, ReportedEntry
from tradecore.model.subscriptions import SourceName, Subscription


class Items(Protocol):
    """Everything that sources have said. Items stay: they are the archive that analyses read."""

    async def last(self) -> int:
        """The sequence number of the item stored last; 0 if there is none.

        Whoever has asked this in a unit of work knows that nobody else stores an item, or asks it, before that ends.
        """
        ...

    async def find(self, item: NewsItem) -> NewsItem | None:
        """The stored item that is the same document: with its id, or else with its source and GUID."""
        ...

    async def add(self, item: NewsItem) -> NewsItem:
        """Store an item that has its story, under the next sequence number; raises Stale if it is there already."""
        ...

    async def revise(self, item: NewsItem) -> None:
        """Replace title, text and facts of a stored item; its story, sequence and times stay. Raises NotFound."""
        ...

    async def around(self, start: datetime, end: datetime) -> tuple[NewsItem, ...]:
        """Items that happened in `[start, end]`, in the order of storage."""
        ...

    async def after(self, sequence: int) -> tuple[NewsItem, ...]:
        """Items stored after the one with this number, in the order of storage."""
        ...

    async def arrived(self, since: datetime, *, until: int) -> tuple[NewsItem, ...]:
        """Items first seen at or after `since`, up to sequence number `until`, in the order of storage."""
        ...

    async def published(self, start: datetime, end: datetime) -> tuple[NewsItem, ...]:
        """Items published in `[start, end]`, in the order of publication, then by id."""
        ...


class Reported(Protocol):
    """What each reader was told, item by item. A reader is told an item once."""

    async def add(self, entries: Sequence[ReportedEntry]) -> None:
        """Remember what a report printed; raises Stale if its reader was told one of the items already."""
        ...

    async def related(self, reader: UserId, since: datetime, *, until: int) -> tuple[ReportedEntry, ...]:
        """What the reader was told of the stories of `Items.arrived(since, until=until)`."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove the oldest of what was told before a time; the number of entries."""
        ...


class Subscriptions(Protocol):
    """The sources that are read."""

    async def get(self, name: SourceName) -> Subscription:
        """Raises NotFound."""
        ...

    async def all(self) -> tuple[Subscription, ...]:
        """In the order of their names."""
        ...

    async def put(self, change: Change[Subscription]) -> Subscription:
        """Keep it; raises IllegalMove if another one has its address, Stale if it was written since it was read."""
        ...

    async def remove(self, name: SourceName) -> None:
        """Read it no more; its items stay. Raises NotFound."""
        ...


class Digests(Protocol):
    """Digests and their results."""

    async def get(self, id: DigestId, *, owner: UserId | None = None) -> Digest:
        """Raises NotFound; with `owner`, also for somebody else's."""
        ...

    async def put(self, change: Change[Digest]) -> Digest:
        """Keep the new state; raises Stale if it was written since it was read."""
        ...

    async def result(self, id: DigestId) -> DigestResult:
        """Raises NotFound until it is completed."""
        ...

    async def add_result(self, result: DigestResult) -> None:
        """Keep the result of a digest, once; raises Stale if there is one."""
        ...

    async def forget(self, id: DigestId) -> None:
        """Remove a digest and its result."""
        ...

    async def last_end(self, reader: UserId) -> datetime | None:
        """When the window of the reader's last completed digest ended; None if there is none."""
        ...
