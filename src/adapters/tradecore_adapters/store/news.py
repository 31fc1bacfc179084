"""The repositories of news: items, what readers were told, sources, digests and their results."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.digests import Digest, DigestId, DigestResult
from tradecore.model.errors import IllegalMove, NotFound, Stale
from tradecore.model.ids import UserId
from tradecore.model.news import NewsItem, ReportedEntry
from tradecore.model.subscriptions import SourceName, Subscription
from tradecore_adapters.store.connection import Connection, Row, from_micros, micros, row
from tradecore_adapters.store.documents import decode, encode
from tradecore_adapters.store.entities import get, put


@frozen
class SqlItems:
    """Items in a table; their sequence number is its row's own.

    Who adds items and who asks for the last one take turns, so that no number comes to light after a higher one.
    """

    connection: Connection

    async def last(self) -> int:
        await self.connection.alone("items")
        found = await row(self.connection, "SELECT COALESCE(MAX(sequence), 0) FROM items")
        return int(found[0]) if found else 0

    async def find(self, item: NewsItem) -> NewsItem | None:
        found = await row(self.connection, "SELECT sequence, doc FROM items WHERE id = ?", item.id)
        if found is None and item.guid is not None:
            found = await row(
                self.connection,
                "SELECT sequence, doc FROM items WHERE source = ? AND guid = ?",
                item.source, item.guid,
            )  # fmt: skip
        return _item(found) if found else None

    async def add(self, item: NewsItem) -> NewsItem:
        assert item.story_id, "an item gets its story before it is stored"
        await self.connection.alone("items")
        added = await self.connection.rows(
            "INSERT INTO items (id, url_key, source, guid, story_id, published_at, first_seen_at, happened_at, doc) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING sequence",
            item.id, item.url_key, item.source, item.guid, item.story_id, micros(item.published_at),
            micros(item.first_seen_at), micros(item.happened_at), encode(evolve(item, sequence=None)),
        )  # fmt: skip
        if not added:
            raise Stale(f"The item {item.id} is stored already.")
        return evolve(item, sequence=added[0][0])

    async def revise(self, item: NewsItem) -> None:
        known = await self.find(item)
        if known is None:
            raise NotFound("item", item.id)
        now = evolve(known, title=item.title, summary=item.summary, doc_hash=item.doc_hash, facts=item.facts)
        await self.connection.change(
            "UPDATE items SET doc = ? WHERE id = ?", encode(evolve(now, sequence=None)), known.id
        )

    async def around(self, start: datetime, end: datetime) -> tuple[NewsItem, ...]:
        return await self._items("happened_at BETWEEN ? AND ? ORDER BY sequence", micros(start), micros(end))

    async def after(self, sequence: int) -> tuple[NewsItem, ...]:
        return await self._items("sequence > ? ORDER BY sequence", sequence)

    async def arrived(self, since: datetime, *, until: int) -> tuple[NewsItem, ...]:
        return await self._items("first_seen_at >= ? AND sequence <= ? ORDER BY sequence", micros(since), until)

    async def published(self, start: datetime, end: datetime) -> tuple[NewsItem, ...]:
        return await self._items("published_at BETWEEN ? AND ? ORDER BY published_at, id", micros(start), micros(end))

    async def _items(self, where: str, *args: object) -> tuple[NewsItem, ...]:
        found = await self.connection.many_rows(
            f"SELECT sequence, doc FROM items WHERE {where}",  # noqa: S608  # the conditions are ours
            *args,
        )
        return tuple(_item(each) for each in found)


@frozen
class SqlReported:
    """What readers were told, in a table keyed by reader and item."""

    connection: Connection

    async def add(self, entries: Sequence[ReportedEntry]) -> None:
        for entry in entries:
            added = await self.connection.change(
                "INSERT INTO reported (user_id, item_id, story_id, reported_at, doc) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (user_id, item_id) DO NOTHING",
                entry.user_id, entry.item_id, entry.story_id, micros(entry.reported_at), encode(entry),
            )  # fmt: skip
            if not added:
                raise Stale(f"The reader {entry.user_id} was told the item {entry.item_id} already.")

    async def related(self, reader: UserId, since: datetime, *, until: int) -> tuple[ReportedEntry, ...]:
        found = await self.connection.many_rows(
            "SELECT doc FROM reported WHERE user_id = ? AND story_id IN "
            "(SELECT story_id FROM items WHERE first_seen_at >= ? AND sequence <= ?)",
            reader, micros(since), until,
        )  # fmt: skip
        return tuple(decode(ReportedEntry, doc) for (doc,) in found)

    async def forget(self, before: datetime, limit: int) -> int:
        return await self.connection.change(
            "DELETE FROM reported WHERE (user_id, item_id) IN "
            "(SELECT user_id, item_id FROM reported WHERE reported_at < ? ORDER BY reported_at LIMIT ?)",
            micros(before), limit,
        )  # fmt: skip


@frozen
class SqlSubscriptions:
    """Sources in a table."""

    connection: Connection

    async def get(self, name: SourceName) -> Subscription:
        return await get(self.connection, Subscription, "subscriptions", name)

    async def all(self) -> tuple[Subscription, ...]:
        found = await self.connection.rows("SELECT doc FROM subscriptions ORDER BY id")
        return tuple(decode(Subscription, doc) for (doc,) in found)

    async def put(self, change: Change[Subscription]) -> Subscription:
        new = change.entity
        taken = await row(self.connection, "SELECT id FROM subscriptions WHERE url = ? AND id <> ?", new.url, new.id)
        if taken:
            raise IllegalMove(f"The address {new.url} is read already, as {taken[0]!r}.")
        return await put(self.connection, "subscriptions", change, {"url": new.url})

    async def remove(self, name: SourceName) -> None:
        if not await self.connection.change("DELETE FROM subscriptions WHERE id = ?", name):
            raise NotFound("source", name)


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
        digest = change.entity
        columns: dict[str, object] = {
            "reader": digest.reader,
            "state": digest.state,
            "window_end": micros(digest.started_at) if digest.started_at else None,
        }
        return await put(self.connection, "digests", change, columns)

    async def result(self, id: DigestId) -> DigestResult:
        found = await row(self.connection, "SELECT doc FROM digest_results WHERE digest_id = ?", id)
        if found is None:
            raise NotFound("result of digest", id)
        return decode(DigestResult, found[0])

    async def add_result(self, result: DigestResult) -> None:
        added = await self.connection.change(
            "INSERT INTO digest_results (digest_id, doc) VALUES (?, ?) ON CONFLICT (digest_id) DO NOTHING",
            result.id, encode(result),
        )  # fmt: skip
        if not added:
            raise Stale(f"Digest {result.id} has a result already.")

    async def forget(self, id: DigestId) -> None:
        await self.connection.change("DELETE FROM digest_results WHERE digest_id = ?", id)
        await self.connection.change("DELETE FROM digests WHERE id = ?", id)

    async def last_end(self, reader: UserId) -> datetime | None:
        found = await row(
            self.connection, "SELECT MAX(window_end) FROM digests WHERE reader = ? AND state = 'completed'", reader
        )
        return from_micros(found[0]) if found and found[0] is not None else None


def _item(found: Row) -> NewsItem:
    return evolve(decode(NewsItem, found[1]), sequence=found[0])
