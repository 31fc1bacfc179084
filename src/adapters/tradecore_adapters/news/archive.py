"""A news archive in memory, for analyses without a store."""

from collections.abc import Collection, Iterable
from datetime import datetime

from tradecore.engines.digest.about import filter_items_about
from tradecore.model.news import NewsItem


class MemoryNewsArchive:
    """The given items, as of a date."""

    def __init__(self, items: Iterable[NewsItem]) -> None:
        self._items = tuple(items)

    async def between(
        self, terms: Collection[str], start: datetime, as_of: datetime, *, limit: int = 200
    ) -> tuple[NewsItem, ...]:
        """Items about `terms` published in `[start, as_of]`; see NewsArchive."""
        return filter_items_about(self._items, terms, start, as_of, limit)
