"""An archive of news in memory: for analyses without a store, and as the measure for those with one."""

from collections.abc import Collection, Iterable
from datetime import datetime

from tradecore.engines.digest.about import items_about
from tradecore.model.news import NewsItem


class MemoryNewsArchive:
    """Items that were handed in, read as of a date."""

    def __init__(self, items: Iterable[NewsItem]) -> None:
        self._items = tuple(items)

    async def between(
        self, terms: Collection[str], start: datetime, as_of: datetime, *, limit: int = 200
    ) -> tuple[NewsItem, ...]:
        """Items about `terms` published in `[start, as_of]`: see NewsArchive."""
        return items_about(self._items, terms, start, as_of, limit)
