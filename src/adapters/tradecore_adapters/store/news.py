"""The SQL repositories of news: the delivery ledger, subscriptions, digests, their results and interests."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import field, frozen

from tradecore.model.change import Change
from tradecore.model.digests import Digest, DigestId, DigestItem, DigestResult
from tradecore.model.errors import IllegalMove, NotFound, Stale
from tradecore.model.ids import UserId
from tradecore.model.news import AccountInterests, Delivery, DigestCounts, ItemId, Reason, StoryId
from tradecore.model.subscriptions import FeedSubscription, SourceName
from tradecore_adapters.store.connection import Connection, Row, first_row, from_micros, micros
from tradecore_adapters.store.documents import decode, encode
from tradecore_adapters.store.entities import find, find_all, get, put
from tradecore_adapters.store.news_items import MAX_ARGUMENTS, batched, places


@frozen
class SqlDeliveryLedger:
    """Deliveries in a table keyed by recipient and item."""

    connection: Connection

    async def add(self, entries: Sequence[Delivery]) -> None:
        for entry in entries:
            added = await self.connection.execute(
                "INSERT INTO deliveries (recipient, item_id, story_id, delivered_at, doc) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (recipient, item_id) DO NOTHING",
                entry.recipient, entry.item_id, entry.story_id, micros(entry.delivered_at), encode(entry),
            )  # fmt: skip
            if not added:
                raise Stale(f"The item {entry.item_id} was delivered to {entry.recipient} before.")

    async def related(self, recipient: UserId, since: datetime, *, until: int) -> tuple[Delivery, ...]:
        found = await self.connection.many_rows(
            "SELECT doc FROM deliveries WHERE recipient = ? AND story_id IN "
            "(SELECT story_id FROM items WHERE first_seen_at >= ? AND sequence <= ?)",
            recipient, micros(since), until,
        )  # fmt: skip
        return tuple(decode(Delivery, doc) for (doc,) in found)

    async def delete_before(self, before: datetime, limit: int) -> int:
        return await self.connection.execute(
            "DELETE FROM deliveries WHERE (recipient, item_id) IN "
            "(SELECT recipient, item_id FROM deliveries WHERE delivered_at < ? ORDER BY delivered_at LIMIT ?)",
            micros(before), limit,
        )  # fmt: skip


@frozen
class SqlSubscriptions:
    """Sources in a table."""

    connection: Connection

    async def get(self, name: SourceName) -> FeedSubscription:
        return await get(self.connection, FeedSubscription, "subscriptions", name)

    async def all(self) -> tuple[FeedSubscription, ...]:
        found = await self.connection.rows("SELECT doc FROM subscriptions ORDER BY id")
        return tuple(decode(FeedSubscription, doc) for (doc,) in found)

    async def put(self, change: Change[FeedSubscription]) -> FeedSubscription:
        new = change.entity
        taken = await first_row(
            self.connection, "SELECT id FROM subscriptions WHERE url = ? AND id <> ?", new.url, new.id
        )
        if taken:
            raise IllegalMove(f"The address {new.url} is read already, as {taken[0]!r}.")
        return await put(self.connection, "subscriptions", change, {"url": new.url})

    async def remove(self, name: SourceName) -> None:
        if not await self.connection.execute("DELETE FROM subscriptions WHERE id = ?", name):
            raise NotFound("source", name)


def digest_columns(digest: Digest) -> dict[str, object]:
    """The columns beside its document."""
    return {
        "owner": digest.owner,
        "recipient": digest.recipient,
        "state": digest.state,
        "created_at": micros(digest.created_at),
        "window_end": micros(digest.started_at) if digest.started_at else None,
    }


@frozen(kw_only=True)
class _Heading:
    """What lists of the items of a digest show of the document of an item."""

    id: ItemId
    story_id: StoryId
    source: str
    title: str
    url: str | None
    published_at: datetime


@frozen(kw_only=True)
class _StoredResult:
    """The document of a result, which the version before migration 31 reads and writes as well during an upgrade.

    That version keeps copies of the considered items, and reads no document without such a list.
    """

    id: DigestId
    markdown: str
    counts: DigestCounts
    considered: Mapping[Reason, tuple[int, ...]] = field(factory=dict)
    set_aside: Mapping[Reason, tuple[int, ...]] = field(factory=dict)
    items: tuple[DigestItem, ...] = ()

    @property
    def result(self) -> DigestResult:
        return DigestResult(
            id=self.id,
            markdown=self.markdown,
            counts=self.counts,
            considered=self.considered,
            set_aside=self.set_aside,
        )


@frozen
class SqlDigests:
    """Digests and their results in two tables."""

    connection: Connection

    async def get(self, id: DigestId, *, owner: UserId | None = None) -> Digest:
        digest = await get(self.connection, Digest, "digests", id)
        if owner is not None and digest.owner != owner:
            raise NotFound("digest", id)
        return digest

    async def put(self, change: Change[Digest]) -> Digest:
        return await put(self.connection, "digests", change, digest_columns(change.entity), owner=change.entity.owner)

    async def result(self, id: DigestId) -> DigestResult:
        return (await self._stored(id)).result

    async def items(self, id: DigestId) -> tuple[DigestItem, ...]:
        stored = await self._stored(id)
        if stored.items:
            return stored.items
        by_reason = (*stored.considered.items(), *stored.set_aside.items())
        reasons = {sequence: reason for reason, sequences in by_reason for sequence in sequences}
        rows: list[Row] = []
        for some in batched(sorted(reasons), MAX_ARGUMENTS):
            rows += await self.connection.many_rows(
                "SELECT happened_at, COALESCE(url_key, ''), id, sequence, doc FROM items "  # noqa: S608
                f"WHERE sequence IN ({places(some)})",
                *some,
            )
        items = []
        for _, _, _, sequence, doc in sorted(rows, key=lambda row: row[:3]):
            heading = decode(_Heading, doc)
            items.append(
                DigestItem(
                    item_id=heading.id,
                    story_id=heading.story_id,
                    reason=reasons[sequence],
                    source=heading.source,
                    title=heading.title,
                    url=heading.url,
                    published_at=heading.published_at,
                )
            )
        return tuple(items)

    async def _stored(self, id: DigestId) -> _StoredResult:
        found = await first_row(self.connection, "SELECT doc FROM digest_results WHERE digest_id = ?", id)
        if found is None:
            raise NotFound("result of digest", id)
        return decode(_StoredResult, found[0])

    async def add_result(self, result: DigestResult) -> None:
        stored = _StoredResult(
            id=result.id,
            markdown=result.markdown,
            counts=result.counts,
            considered=result.considered,
            set_aside=result.set_aside,
        )
        added = await self.connection.execute(
            "INSERT INTO digest_results (digest_id, doc) VALUES (?, ?) ON CONFLICT (digest_id) DO NOTHING",
            result.id, encode(stored),
        )  # fmt: skip
        if not added:
            raise Stale(f"Digest {result.id} has a result already.")

    async def delete(self, id: DigestId) -> None:
        await self.connection.execute("DELETE FROM digest_results WHERE digest_id = ?", id)
        await self.connection.execute("DELETE FROM digests WHERE id = ?", id)

    async def of(self, owner: UserId, *, limit: int, offset: int = 0) -> tuple[Digest, ...]:
        return await find_all(
            self.connection,
            Digest,
            "SELECT doc FROM digests WHERE owner = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
            owner, limit, offset,
        )  # fmt: skip

    async def count(self, owner: UserId) -> int:
        found = await first_row(self.connection, "SELECT COUNT(*) FROM digests WHERE owner = ?", owner)
        return int(found[0]) if found else 0

    async def results(self, owner: UserId, *, limit: int) -> tuple[tuple[Digest, DigestResult], ...]:
        found = await self.connection.many_rows(
            "SELECT digests.doc, digest_results.doc FROM digests JOIN digest_results ON digest_id = digests.id "
            "WHERE owner = ? ORDER BY created_at DESC, digests.id DESC LIMIT ?",
            owner, limit,
        )  # fmt: skip
        return tuple((decode(Digest, digest), decode(_StoredResult, result).result) for digest, result in found)

    async def last_end(self, recipient: UserId) -> datetime | None:
        found = await first_row(
            self.connection,
            "SELECT MAX(window_end) FROM digests WHERE recipient = ? AND state = 'completed'",
            recipient,
        )
        return from_micros(found[0]) if found and found[0] is not None else None


@frozen
class SqlReaderInterests:
    """The table `reader_interests`."""

    connection: Connection

    async def get(self, user: UserId) -> AccountInterests:
        query = "SELECT doc FROM reader_interests WHERE id = ?"
        return await find(self.connection, AccountInterests, query, user) or AccountInterests(id=user)

    async def put(self, change: Change[AccountInterests]) -> AccountInterests:
        return await put(self.connection, "reader_interests", change, {})
