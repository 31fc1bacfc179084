"""Where news come from in this installation: what ships with it, files, and feeds on the network."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from tradecore import __version__
from tradecore.engines.digest.digest import make_digest
from tradecore.model.errors import Invalid
from tradecore.model.ids import UserId
from tradecore.model.news import DigestBrief
from tradecore.ports.news import NewsSource
from tradecore.use_cases.gather import OpenFeed
from tradecore_adapters import ambient
from tradecore_adapters.news.files import NewsFile
from tradecore_adapters.news.guard import GuardedTransport
from tradecore_adapters.news.sample import SampleNews, sample_items
from tradecore_adapters.news.schedule import Manners
from tradecore_adapters.news.web import FeedFetcher, WebFeed
from tradecore_app.settings import Settings

USER_AGENT = f"tradecore/{__version__} (+https://github.com/tradecore/tradecore)"

_EXAMPLE_HOURS = 24 * 120

# Besides the feeds of `tradecore sources`, which are always read.
NEWS: Mapping[str, Callable[[Settings, str], tuple[NewsSource, ...]]] = {
    "sample": lambda settings, rest: (SampleNews(manners=_manners(settings)),),
    "file": lambda settings, rest: (NewsFile(Path(rest).stem, Path(rest), manners=_manners(settings)),),
    "none": lambda settings, rest: (),
}


@asynccontextmanager
async def open_feeds(settings: Settings) -> AsyncIterator[OpenFeed]:
    """How feeds are read; what they share is set up with the first of them, and closed on the way out."""
    try:
        allowed = [ip_network(each) for each in settings.news_private]
    except ValueError as error:
        raise Invalid(f"TRADECORE_NEWS_PRIVATE lists networks such as 10.1.0.0/16: {error}.") from error
    shared: list[FeedFetcher] = []

    def open_feed(name: str, url: str) -> NewsSource:
        if not shared:
            transport = GuardedTransport(allowed)
            shared.append(
                FeedFetcher(transport, user_agent=USER_AGENT, chance=ambient.chance, manners=_manners(settings))
            )
        return WebFeed(name, url, shared[0])

    try:
        yield open_feed
    finally:
        for each in shared:
            await each.aclose()


def example_report() -> str:
    """What a digest looks like: of the sample's last months, made at the time of its newest item and told to nobody."""
    items = sample_items()
    end = max(item.published_at for item in items)
    brief = DigestBrief(user_id=UserId("example"), hours=_EXAMPLE_HOURS)
    return make_digest(brief, items, (), (), end).markdown


def _manners(settings: Settings) -> Manners:
    return Manners(interval=timedelta(seconds=settings.news_interval_seconds))
