"""Acme's news: `news.json` has objects of title, url and time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from attrs import frozen

from acme_feed.client import AcmeClient, AcmeOptions
from tradecore.model.errors import Unavailable
from tradecore.model.news import FetchState, RawItem
from tradecore.ports.news import FetchResult, FetchStatus
from tradecore_adapters.news.schedule import FetchPolicy, after_failure, after_success
from tradecore_adapters.rows import Context


@frozen
class AcmeNews:
    """Keeps the contract of `tradecore.ports.news.NewsSource`."""

    client: AcmeClient
    policy: FetchPolicy
    name: str = "Acme"

    @property
    def url(self) -> str | None:
        """The address that reports show."""
        return self.client.url

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
        """Read the news when they are due."""
        if not force and state.next_check is not None and now < state.next_check:
            return FetchResult(FetchStatus.NOT_DUE, (), state)
        try:
            entries = await self.client.read("news")
            items = tuple(
                RawItem(
                    source=self.name,
                    title=entry["title"],
                    url=entry["url"],
                    published_at=datetime.fromisoformat(entry["time"]),
                )
                for entry in entries or ()
            )
        except (Unavailable, LookupError, TypeError, ValueError) as error:
            reason = f"Acme's news cannot be read: {type(error).__name__}"
            return FetchResult(FetchStatus.FAILED, (), after_failure(state, now, self.policy, reason, 0.0))
        return FetchResult(FetchStatus.FRESH, items, after_success(state, now, self.policy, {}, None, 0.0))


@asynccontextmanager
async def open_news(context: Context, options: AcmeOptions, rest: str) -> AsyncIterator[AcmeNews]:
    """The row `acme`: TRADECORE_NEWS=acme:https://prices.acme.example."""
    policy = FetchPolicy(interval=context.news_interval)
    yield AcmeNews(AcmeClient(context.http, rest, options), policy)
