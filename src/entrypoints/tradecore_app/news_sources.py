"""The news sources and digest limits of an installation, as its settings define them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from attrs import frozen

from tradecore import __version__
from tradecore.engines.digest.digest import make_digest
from tradecore.model.errors import Invalid
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief
from tradecore.model.subscriptions import FeedSubscription, FieldMapping
from tradecore.ports.news import DiscoverFeed, Discovery, NewsSource
from tradecore.use_cases.digest import DigestLimits
from tradecore.use_cases.gather import OpenFeed
from tradecore_adapters import ambient
from tradecore_adapters.addresses import read_networks
from tradecore_adapters.news.files import NewsFile
from tradecore_adapters.news.sample import sample_items
from tradecore_adapters.news.schedule import FetchPolicy
from tradecore_adapters.telemetry.outside_calls import CountedSource
from tradecore_app.settings import Settings

if TYPE_CHECKING:
    from tradecore_adapters.news.web import FeedFetcher

USER_AGENT = f"tradecore/{__version__} (+https://github.com/tradecore/tradecore)"

_EXAMPLE_HOURS = 24 * 120
_FILE = "file://"


@frozen
class Feeds:
    """What reads subscribed feeds, and what finds them."""

    open: OpenFeed
    discover: DiscoverFeed


@asynccontextmanager
async def open_feeds(settings: Settings) -> AsyncIterator[Feeds]:
    """Feeds on the network and in files.

    The HTTP client that feeds share is created with the first of them and closed at the end. Raises Invalid when
    TRADECORE_NEWS_PRIVATE is not a list of networks.
    """
    allowed = read_networks(settings.news.private_networks, "TRADECORE_NEWS_PRIVATE")
    policy = FetchPolicy(
        interval=timedelta(seconds=settings.news.interval_seconds),
        shortest=timedelta(seconds=settings.news.shortest_interval_seconds),
    )
    shared: list[FeedFetcher] = []

    def fetcher() -> "FeedFetcher":
        # They load an HTTP client, which a web process without a worker does not need.
        from tradecore_adapters.guard import GuardedTransport
        from tradecore_adapters.news.web import FeedFetcher

        if not shared:
            transport = GuardedTransport(allowed)
            shared.append(FeedFetcher(transport, user_agent=USER_AGENT, chance=ambient.chance, policy=policy))
        return shared[0]

    def open_feed(subscription: FeedSubscription) -> NewsSource:
        from tradecore_adapters.news.web import WebFeed

        address = subscription.url or ""
        if address.startswith(_FILE):
            path = Path(unquote(urlsplit(address).path))
            return CountedSource(NewsFile(subscription.id, path, url=address, policy=policy))
        return CountedSource(WebFeed(subscription.id, address, fetcher(), subscription.mapping))

    async def discover(address: str, mapping: FieldMapping | None = None) -> Discovery:
        from tradecore_adapters.news.discovery import FeedDiscovery

        return await FeedDiscovery(fetcher(), agent="tradecore")(address, mapping)

    try:
        yield Feeds(open_feed, discover)
    finally:
        for each in shared:
            await each.aclose()


def read_digest_limits(settings: Settings) -> DigestLimits:
    """The limits of digests. Raises Invalid, naming the settings, when they contradict each other."""
    try:
        return DigestLimits(
            min_hours=settings.news.min_hours,
            max_hours=settings.news.max_hours,
            waiting_jobs=settings.jobs.max_waiting,
            memory=timedelta(days=settings.news.memory_days),
        )
    except Invalid as error:
        names = "TRADECORE_NEWS_MIN_HOURS, TRADECORE_NEWS_MAX_HOURS and TRADECORE_NEWS_MEMORY_DAYS"
        raise Invalid(f"{error} The settings are {names}.", error.problems) from error


def example_report() -> str:
    """An example of a digest in Markdown: the last months of the sample, as of its newest item."""
    items = sample_items()
    end = max(item.published_at for item in items)
    brief = DigestBrief(user_id=UserId("example"), hours=_EXAMPLE_HOURS)
    return make_digest(brief, items, (), (), end).markdown
