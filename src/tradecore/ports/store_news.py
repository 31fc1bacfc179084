"""The news repositories of the store: items, the delivery ledger, feed subscriptions, digests. Times are aware UTC."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from tradecore.model.change import Change
from tradecore.model.digests import Digest, DigestId, DigestItem, DigestResult
from tradecore.model.ids import UserId
from tradecore.model.news import AccountInterests, Delivery, NewsItem
from tradecore.model.subscriptions import FeedSubscription, SourceName


class Items(Protocol):
    """All items of all sources. They are never removed: they are the archive that analyses read."""

    async def last(self) -> int:
        """The sequence number of the item stored last; 0 if there is none.

        In a unit of work this takes the lock of the items: until the unit of work ends, no other one can add an item
        or call this.
        """
        ...

    async def find(self, items: Sequence[NewsItem]) -> tuple[NewsItem | None, ...]:
        """For each of `items` the stored one that is the same document: by id, else by source and GUID."""
        ...

    async def add(self, items: Sequence[tuple[NewsItem, Collection[int]]]) -> tuple[NewsItem, ...]:
        """Store items that have a story under the next sequence numbers, each under its keys of 64 bits.

        Returns them as they are stored, in their order. Raises Stale if one is stored already or is there twice.
        """
        ...

    async def revise(self, item: NewsItem, keys: Collection[int] = ()) -> None:
        """Replace title, text, facts and keys of a stored item; story, sequence and times stay. Raises NotFound."""
        ...

    async def sharing(
        self, keys: Collection[int], start: datetime, end: datetime, *, limit: int
    ) -> tuple[tuple[int, int], ...]:
        """Pairs of one of `keys` and the sequence number of an item that has it, with `happened_at` in `[start, end]`.

        Keys that more than `limit` of these items have are left out. The order is not specified.
        """
        ...

    async def of_stories(self, sequences: Collection[int]) -> tuple[NewsItem, ...]:
        """The items under these sequence numbers, and the other items of their stories, in the order of storage."""
        ...

    async def count(self, keys: Collection[int], start: datetime, end: datetime) -> Mapping[int, int]:
        """How many items with `happened_at` in `[start, end]` have each of `keys`; those that none has are left out."""
        ...

    async def arrived(self, since: datetime, *, until: int) -> tuple[NewsItem, ...]:
        """Items first seen at or after `since`, up to sequence number `until`, in the order of storage."""
        ...

    async def published(self, start: datetime, end: datetime) -> tuple[NewsItem, ...]:
        """Items published in `[start, end]`, in the order of publication, then by id."""
        ...


class DeliveryLedger(Protocol):
    """What was delivered to each recipient, item by item. An item is delivered to a recipient at most once."""

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        """Record deliveries. Raises Stale if one of the items was delivered to its recipient before."""
        ...

    async def related(self, recipient: UserId, since: datetime, *, until: int) -> tuple[Delivery, ...]:
        """Deliveries to the recipient that belong to the stories of `Items.arrived(since, until=until)`."""
        ...

    async def delete_before(self, before: datetime, limit: int) -> int:
        """Remove the oldest deliveries from before a time, at most `limit`; returns how many."""
        ...


class FeedSubscriptions(Protocol):
    """The subscribed sources."""

    async def get(self, name: SourceName) -> FeedSubscription:
        """Raises NotFound."""
        ...

    async def all(self) -> tuple[FeedSubscription, ...]:
        """All subscriptions, ordered by name."""
        ...

    async def put(self, change: Change[FeedSubscription]) -> FeedSubscription:
        """Store the new state.

        Raises IllegalMove if another subscription has the same address, Stale if it was written since it was read.
        """
        ...

    async def remove(self, name: SourceName) -> None:
        """End a subscription; items of the source stay. Raises NotFound."""
        ...


class Digests(Protocol):
    """Digests and their results."""

    async def get(self, id: DigestId, *, owner: UserId | None = None) -> Digest:
        """Raises NotFound; with `owner`, also for a digest of another owner."""
        ...

    async def put(self, change: Change[Digest]) -> Digest:
        """Store the new state. Raises Stale if the digest was written since it was read."""
        ...

    async def result(self, id: DigestId) -> DigestResult:
        """Raises NotFound until the digest is completed."""
        ...

    async def items(self, id: DigestId) -> tuple[DigestItem, ...]:
        """The items that the digest considered or set aside, by `happened_at`, address and id.

        Raises NotFound as `result` does.
        """
        ...

    async def add_result(self, result: DigestResult) -> None:
        """Store the result of a digest. Raises Stale if it has one already."""
        ...

    async def delete(self, id: DigestId) -> None:
        """Remove a digest and its result; does nothing if there is none."""
        ...

    async def of(self, owner: UserId, *, limit: int, offset: int = 0) -> tuple[Digest, ...]:
        """Digests that an owner requested, in every state, newest first, by id where they are equally old."""
        ...

    async def count(self, owner: UserId) -> int:
        """How many digests `of` has in all."""
        ...

    async def results(self, owner: UserId, *, limit: int) -> tuple[tuple[Digest, DigestResult], ...]:
        """The newest digests of an owner that have a result, with it."""
        ...

    async def last_end(self, recipient: UserId) -> datetime | None:
        """The end of the window of the recipient's last completed digest; None if there is none."""
        ...


class ReaderInterests(Protocol):
    """The interests of accounts."""

    async def get(self, user: UserId) -> AccountInterests:
        """The interests of a user's account; a new entity, which leaves everything open, if none were chosen."""
        ...

    async def put(self, change: Change[AccountInterests]) -> AccountInterests:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...


class NewsRepositories(Protocol):
    """News items, their delivery, feeds, digests and interests."""

    @property
    def items(self) -> Items: ...
    @property
    def deliveries(self) -> DeliveryLedger: ...
    @property
    def subscriptions(self) -> FeedSubscriptions: ...
    @property
    def digests(self) -> Digests: ...
    @property
    def interests(self) -> ReaderInterests: ...
