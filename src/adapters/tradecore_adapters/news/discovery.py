"""Finding the feed of an address: it is one, the page there names one, or one is where feeds usually are."""

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from tradecore.engines.digest.urls import shown_url
from tradecore.model.errors import Invalid
from tradecore.model.subscriptions import FieldMapping
from tradecore.ports.news import Discovery
from tradecore_adapters.news.channels import channel_page, is_channel
from tradecore_adapters.news.documents import read_document
from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.feeds import Feed
from tradecore_adapters.news.page_links import PageLinks
from tradecore_adapters.news.web import FeedFetcher, FeedResponse, FetchFailed, status_error

CANDIDATES = 6
"""How many addresses are tried beside the given one."""
_SECONDS = 40.0
_USUAL_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json")
_SUBREDDIT = re.compile(r"/r/[A-Za-z0-9_]+/?")


class FeedDiscovery:
    """See DiscoverFeed. Feeds that the caller did not name are read only where `robots.txt` of their host allows it."""

    def __init__(self, fetcher: FeedFetcher, *, agent: str) -> None:
        """`agent` is the name that `robots.txt` knows this program by."""
        self._fetcher = fetcher
        self._agent = agent

    async def __call__(self, address: str, mapping: FieldMapping | None = None) -> Discovery:
        """The feed at `address`, or the one that the page there names. Raises Invalid, about `url`, without one."""
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._find(_known_site(address), mapping)
        except TimeoutError as error:
            raise _unreadable(address, f"no feed was found within {_SECONDS:g} seconds") from error

    async def _find(self, address: str, mapping: FieldMapping | None) -> Discovery:
        try:
            response = await self._get(address)
        except FetchFailed as error:
            raise _unreadable(address, str(error)) from error
        if is_channel(address) and not is_channel(response.url):
            raise _unreadable(address, "the channel has no public page; it is private, or does not exist")
        try:
            return _discovery(address, await asyncio.to_thread(_read, response, mapping), response)
        except FeedRefused as refused:
            if mapping is not None or not _is_page(response):
                raise _unreadable(address, str(refused)) from refused
        robots: dict[str, RobotFileParser | None] = {}
        kept_out = 0
        empty: Discovery | None = None
        for candidate in _candidates(response):
            if not await self._may_read(candidate, robots):
                kept_out += 1
                continue
            try:
                found = await self._get(candidate)
                feed = await asyncio.to_thread(_read, found, None)
            except (FetchFailed, FeedRefused):
                continue
            if feed.items:
                return _discovery(candidate, feed, found)
            empty = empty or _discovery(candidate, feed, found)
        if empty is not None:
            # A publisher that has not begun, or has cleared its feed.
            return empty
        reason = "it is a page that names no readable feed, and none is where feeds usually are"
        raise _unreadable(address, f"{reason} (robots.txt keeps {kept_out} away)" if kept_out else reason)

    async def _get(self, address: str) -> FeedResponse:
        response = await self._fetcher.get(address, {})
        if response.status != 200:
            raise FetchFailed(status_error(response.status))
        return response

    async def _may_read(self, address: str, robots: dict[str, RobotFileParser | None]) -> bool:
        origin = urljoin(address, "/")
        if origin not in robots:
            robots[origin] = await self._robots(urljoin(origin, "robots.txt"))
        rules = robots[origin]
        return rules is not None and rules.can_fetch(self._agent, address)

    async def _robots(self, address: str) -> RobotFileParser | None:
        """The rules of a host; None when they cannot be read, which forbids everything (RFC 9309, 2.3.1)."""
        rules = RobotFileParser()
        try:
            response = await self._fetcher.get(address, {})
        except FetchFailed:
            return None
        if response.status >= 500:
            return None
        rules.parse(response.body.decode("utf-8", "replace").splitlines() if response.status == 200 else [])
        return rules


def _known_site(address: str) -> str:
    """The address of the feed of a site that does not name it in its pages."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("old.")
    if host == "reddit.com" and _SUBREDDIT.fullmatch(parts.path):
        return f"https://www.reddit.com{parts.path.rstrip('/')}/new/.rss"
    if host == "news.ycombinator.com" and parts.path in ("", "/"):
        return "https://news.ycombinator.com/rss"
    return channel_page(address) or address


def _read(response: FeedResponse, mapping: FieldMapping | None) -> Feed:
    return read_document(
        response.body,
        source="",
        url=response.url,
        content_type=response.headers.get("content-type"),
        mapping=mapping,
    )


def _discovery(address: str, feed: Feed, response: FeedResponse) -> Discovery:
    return Discovery(
        # A redirect for good names the address to subscribe to.
        url=response.moved_to or address,
        format=feed.format,
        title=feed.title,
        items=feed.items,
        mapping=feed.mapping,
        warning=feed.complaint,
    )


def _unreadable(address: str, reason: str) -> Invalid:
    return Invalid.one("url", f"{address} cannot be read as a source: {reason}.")


def _is_page(response: FeedResponse) -> bool:
    return "html" in response.headers.get("content-type", "").lower() or b"<html" in response.body[:2000].lower()


def _candidates(response: FeedResponse) -> list[str]:
    """Addresses of feeds in the order in which to try them: announced, linked, usual; those of comments last."""
    page = PageLinks(response.body)
    found = (*page.announced, *page.linked, *_USUAL_PATHS)
    base = urljoin(response.url, page.base)
    addresses = dict.fromkeys(filter(None, _absolute(base, found)))
    return sorted(addresses, key=lambda address: "comment" in address.lower())[:CANDIDATES]


def _absolute(base: str, links: tuple[str, ...]) -> Iterator[str | None]:
    for link in links:
        try:
            yield shown_url(urljoin(base, link))
        except ValueError:
            continue
