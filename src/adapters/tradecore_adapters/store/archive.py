"""The news archive over the store."""

import asyncio
from collections.abc import Collection
from datetime import datetime

from attrs import frozen

from tradecore.engines.digest.about import filter_items_about
from tradecore.model.news import NewsItem
from tradecore.ports.store import Store


@frozen
class StoredNews:
    """The stored items, as of a date."""

    store: Store

    async def between(
        self, terms: Collection[str], start: datetime, as_of: datetime, *, limit: int = 200
    ) -> tuple[NewsItem, ...]:
        """Items about `terms` published in `[start, as_of]`; see NewsArchive."""
        if start > as_of:
            return ()
        async with self.store.snapshot() as uow:
            items = await uow.items.published(start, as_of)
        # In a thread, because searching thousands of texts takes a while.
        return await asyncio.to_thread(filter_items_about, items, terms, start, as_of, limit)
