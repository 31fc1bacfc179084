"""Opens adapters by their settings, as the application does."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from attrs import evolve

from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store
from tradecore_app.adapters import open_context
from tradecore_app.registry import open_row
from tradecore_app.settings import read_settings


@asynccontextmanager
async def open_adapter(
    port: str,
    setting: str,
    *,
    store: Store | None = None,
    market: QuotingMarket | None = None,
    context: Mapping[str, Any] | None = None,
    **settings: Any,
) -> AsyncIterator[Any]:
    """The adapter of a port that a setting names, with settings and with parts of the context replaced."""
    installation = read_settings(**settings)
    async with open_context(installation) as real:
        replaced = evolve(real, **(context or {}))
        replaced.offer(store=store, market=market)
        try:
            async with open_row(port, setting, replaced, installation) as adapter:
                yield adapter
        finally:
            await replaced.aclose()
