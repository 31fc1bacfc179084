"""The SQL repository of news items, and lists of arguments of any length."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from attrs import evolve, frozen

from tradecore.model.errors import NotFound, Stale
from tradecore.model.news import NewsItem
from tradecore_adapters.store.connection import Connection, Row, first_row, micros
from tradecore_adapters.store.documents import decode, encode

T = TypeVar("T")
# Databases bound the arguments of a statement.
MAX_ARGUMENTS = 600
_ITEM_COLUMNS = (
    "id", "url_key", "source", "guid", "story_id", "published_at", "first_seen_at", "happened_at", "doc",
)  # fmt: skip


@frozen
class SqlItems:
    """Items in a table; their sequence number is its first_row's own.

    Who adds items and who asks for the last one take turns, so that no number comes to light after a higher one.
    """

    connection: Connection

    async def last(self) -> int:
        await self.connection.lock("items")
        found = await first_row(self.connection, "SELECT COALESCE(MAX(sequence), 0) FROM items")
        return int(found[0]) if found else 0

    async def find(self, items: Sequence[NewsItem]) -> tuple[NewsItem | None, ...]:
        by_id: dict[str, NewsItem] = {}
        for ids in batched(sorted({item.id for item in items}), MAX_ARGUMENTS):
            by_id |= {found.id: found for found in await self._items(f"id IN ({places(ids)})", *ids)}
        guids: dict[str, set[str]] = {}
        for item in items:
            if item.id not in by_id and item.guid is not None:
                guids.setdefault(item.source, set()).add(item.guid)
        by_guid: dict[tuple[str, str | None], NewsItem] = {}
        for source, wanted in sorted(guids.items()):
            for some in batched(sorted(wanted), MAX_ARGUMENTS):
                found = await self._items(f"source = ? AND guid IN ({places(some)})", source, *some)
                by_guid |= {(source, item.guid): item for item in found}
        return tuple(by_id.get(item.id) or by_guid.get((item.source, item.guid)) for item in items)

    async def add(self, items: Sequence[tuple[NewsItem, Collection[int]]]) -> tuple[NewsItem, ...]:
        await self.connection.lock("items")
        stored: list[NewsItem] = []
        for some in batched(items, MAX_ARGUMENTS // len(_ITEM_COLUMNS)):
            values = ", ".join([f"({places(_ITEM_COLUMNS)})"] * len(some))
            added = await self.connection.rows(
                f"INSERT INTO items ({', '.join(_ITEM_COLUMNS)}) VALUES {values} "  # noqa: S608
                "ON CONFLICT DO NOTHING RETURNING id, sequence",
                *[value for item, _ in some for value in _item_values(item)],
            )
            sequences = {id: int(sequence) for id, sequence in added}
            for item, _ in some:
                if item.id not in sequences:
                    raise Stale(f"The item {item.id} is stored already.")
                stored.append(evolve(item, sequence=sequences.pop(item.id)))
        await self._add_keys([(item, keys) for item, (_, keys) in zip(stored, items, strict=True)])
        return tuple(stored)

    async def revise(self, item: NewsItem, keys: Collection[int] = ()) -> None:
        [known] = await self.find([item])
        if known is None:
            raise NotFound("item", item.id)
        now = evolve(known, title=item.title, summary=item.summary, doc_hash=item.doc_hash, facts=item.facts)
        await self.connection.execute(
            "UPDATE items SET doc = ? WHERE id = ?", encode(evolve(now, sequence=None)), known.id
        )
        await self.connection.execute("DELETE FROM item_keys WHERE sequence = ?", known.sequence)
        await self._add_keys([(now, keys)])

    async def sharing(
        self, keys: Collection[int], start: datetime, end: datetime, *, limit: int
    ) -> tuple[tuple[int, int], ...]:
        counts = await self.count(keys, start, end)
        shared: list[tuple[int, int]] = []
        for some in batched(sorted(key for key, times in counts.items() if times <= limit), MAX_ARGUMENTS):
            shared += [
                (int(key), int(sequence))
                for key, sequence in await self.connection.many_rows(
                    f"SELECT key, sequence FROM item_keys WHERE key IN ({places(some)}) "  # noqa: S608
                    "AND happened_at BETWEEN ? AND ?",
                    *some, micros(start), micros(end),
                )
            ]  # fmt: skip
        return tuple(shared)

    async def of_stories(self, sequences: Collection[int]) -> tuple[NewsItem, ...]:
        stories: set[str] = set()
        for some in batched(sorted(sequences), MAX_ARGUMENTS):
            found = await self.connection.many_rows(
                f"SELECT DISTINCT story_id FROM items WHERE sequence IN ({places(some)})",  # noqa: S608
                *some,
            )
            stories.update(story for (story,) in found)
        items: list[NewsItem] = []
        for named in batched(sorted(stories), MAX_ARGUMENTS):
            items += await self._items(f"story_id IN ({places(named)})", *named)
        return tuple(sorted(items, key=lambda item: item.sequence or 0))

    async def count(self, keys: Collection[int], start: datetime, end: datetime) -> Mapping[int, int]:
        counts: dict[int, int] = {}
        for some in batched(sorted(keys), MAX_ARGUMENTS):
            found = await self.connection.many_rows(
                f"SELECT key, COUNT(*) FROM item_keys WHERE key IN ({places(some)}) "  # noqa: S608
                "AND happened_at BETWEEN ? AND ? GROUP BY key",
                *some, micros(start), micros(end),
            )  # fmt: skip
            counts.update({int(key): int(times) for key, times in found})
        return counts

    async def _add_keys(self, items: Iterable[tuple[NewsItem, Collection[int]]]) -> None:
        rows = [(key, micros(item.happened_at), item.sequence) for item, keys in items for key in keys]
        for some in batched(sorted(rows), MAX_ARGUMENTS // 3):
            await self.connection.execute(
                "INSERT INTO item_keys (key, happened_at, sequence) VALUES "  # noqa: S608
                f"{', '.join(['(?, ?, ?)'] * len(some))}",
                *[value for row in some for value in row],
            )

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


def places(values: Sequence[object]) -> str:
    """Placeholders for some values, for an SQL list."""
    return ", ".join("?" * len(values))


def batched(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values in their order, at most `size` at a time."""
    return (values[at : at + size] for at in range(0, len(values), size))


def _item_values(item: NewsItem) -> tuple[object, ...]:
    assert item.story_id, "an item gets its story before it is stored"
    return (
        item.id, item.url_key, item.source, item.guid, item.story_id, micros(item.published_at),
        micros(item.first_seen_at), micros(item.happened_at), encode(evolve(item, sequence=None)),
    )  # fmt: skip


def _item(found: Row) -> NewsItem:
    return evolve(decode(NewsItem, found[1]), sequence=found[0])
