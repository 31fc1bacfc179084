"""The news sources and digest limits of an installation, as its settings define them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING

from tradecore import __version__
from tradecore.engines.digest.digest import make_digest
from tradecore.model.errors import Invalid
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief
from tradecore.ports.news import NewsSource
from tradecore.use_cases.digest import DigestLimits
from tradecore.use_cases.gather import OpenFeed
from tradecore_adapters import ambient
from tradecore_adapters.news.sample import sample_items
from tradecore_adapters.news.schedule import FetchPolicy
from tradecore_app.settings import Settings

if TYPE_CHECKING:
    from tradecore_adapters.news.web import FeedFetcher

USER_AGENT = f"tradecore/{__version__} (+https://github.com/tradecore/tradecore)"

_EXAMPLE_HOURS = 24 * 120


@asynccontextmanager
async def open_feeds(settings: Settings) -> AsyncIterator[OpenFeed]:
    """A function that opens feeds on the network.

    The HTTP client that feeds share is created with the first feed and closed at the end. Raises Invalid when
    TRADECORE_NEWS_PRIVATE is not a list of networks.
    """
    try:
        allowed = [ip_network(network) for network in settings.news.private_networks]
    except ValueError as error:
        raise Invalid(f"TRADECORE_NEWS_PRIVATE lists networks such as 10.1.0.0/16: {error}.") from error
    interval = timedelta(seconds=settings.news.interval_seconds)
    shared: list[FeedFetcher] = []

    def open_feed(name: str, url: str) -> NewsSource:
        # They load an HTTP client, which a web process without a worker does not need.
        from tradecore_adapters.news.guard import GuardedTransport
        from tradecore_adapters.news.web import FeedFetcher, WebFeed

        if not shared:
            transport = GuardedTransport(allowed)
            shared.append(
                FeedFetcher(
                    transport, user_agent=USER_AGENT, chance=ambient.chance, policy=FetchPolicy(interval=interval)
                )
            )
        return WebFeed(name, url, shared[0])

    try:
        yield open_feed
    finally:
        for fetcher in shared:
            await fetcher.aclose()


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
