"""The stored news as analyses read it: as of a date, about a company or an asset."""

import asyncio
from collections.abc import Collection
from datetime import datetime

from attrs import frozen

from tradecore.engines.digest.about import items_about
from tradecore.model.news import NewsItem
from tradecore.ports.store import Store


@frozen
class StoredNews:
    """The archive over a store."""

    store: Store

    async def between(
        self, terms: Collection[str], start: datetime, as_of: datetime, *, limit: int = 200
    ) -> tuple[NewsItem, ...]:
        """Items about `terms` published in `[start, as_of]`: see NewsArchive."""
        if start > as_of:
            return ()
        async with self.store.snapshot() as uow:
            items = await uow.items.published(start, as_of)
        # Looking for names in thousands of texts takes a while; others are served meanwhile.
        return await asyncio.to_thread(items_about, items, terms, start, as_of, limit)
