"""Feeds on the network: conditional requests, with limits on time, size and redirects."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx2
from attrs import evolve, frozen

from tradecore.model.news import FetchState
from tradecore.model.subscriptions import FieldMapping
from tradecore.ports.news import FetchResult, FetchStatus
from tradecore_adapters.news.documents import read_document
from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.feeds import Feed
from tradecore_adapters.news.schedule import FetchPolicy, after_failure, after_success, observed

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)
_MOVED = (301, 308)
_COMPRESSED = ("gzip", "x-gzip", "deflate")
_GZIP = b"\x1f\x8b"
# Of more encodings, and members of one, only an attack is made.
_ENCODINGS, _MEMBERS = 2, 100
# Statuses of a source that is gone, or that lets this reader in no more.
_REFUSALS = frozenset({401, 403, 404, 410, 451})


@frozen(kw_only=True)
class FetchLimits:
    """The limits of one fetch; a fetch that exceeds one fails."""

    body_bytes: int = 5 * 1024 * 1024
    """For the body, before and after decompression."""
    seconds: float = 10.0
    """For the whole fetch, redirects included."""
    redirects: int = 3


class FeedFetcher:
    """The HTTP client that all feeds share, with its limits; one fetch at a time per host."""

    def __init__(
        self,
        transport: httpx2.AsyncBaseTransport,
        *,
        user_agent: str,
        chance: Callable[[], float],
        limits: FetchLimits | None = None,
        policy: FetchPolicy | None = None,
    ) -> None:
        """`transport` must be a GuardedTransport in production; `chance` gives numbers from 0 to 1 for the jitter."""
        self.limits = limits or FetchLimits()
        self.policy = policy or FetchPolicy()
        self.chance = chance
        self._client = httpx2.AsyncClient(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            timeout=self.limits.seconds,
            headers={"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
        )
        self._hosts: dict[str, asyncio.Lock] = {}

    async def get(self, url: str, conditions: Mapping[str, str]) -> "FeedResponse":
        """The response after all redirects, body included.

        `conditions` are request headers. Raises FetchFailed for errors of the network and of HTTP, and beyond a limit.
        """
        async with self._hosts.setdefault(urlsplit(url).hostname or "", asyncio.Lock()):
            try:
                async with asyncio.timeout(self.limits.seconds):
                    return await self._follow(url, conditions)
            except TimeoutError as error:
                raise FetchFailed(f"no complete answer within {self.limits.seconds:g} seconds") from error
            except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, UnicodeError) as error:
                raise FetchFailed(str(error) or type(error).__name__) from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _follow(self, url: str, conditions: Mapping[str, str]) -> "FeedResponse":
        where = httpx2.URL(url)
        first = moved_to = str(where)
        for _ in range(self.limits.redirects + 1):
            async with self._client.stream("GET", where, headers=dict(conditions)) as response:
                if response.status_code not in (301, 302, 303, 307, 308):
                    body = await self._body(response) if response.status_code == 200 else b""
                    moved = None if moved_to == first else moved_to
                    return FeedResponse(response.status_code, dict(response.headers), body, str(where), moved)
                onward = where.join(response.headers.get("location", "")).copy_with(username=None, password=None)
            if onward.scheme not in ("http", "https"):
                raise FetchFailed(f"it redirects to a {onward.scheme}: address, which is not followed")
            if where.scheme == "https" and onward.scheme == "http":
                raise FetchFailed("it redirects from https to http, which is not followed")
            moved_to = str(onward) if moved_to == str(where) and response.status_code in _MOVED else moved_to
            where = onward
        raise FetchFailed(f"it redirects more than {self.limits.redirects} times")

    async def _body(self, response: httpx2.Response) -> bytes:
        declared = response.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:18]) > self.limits.body_bytes:
            raise FetchFailed(self._too_large())
        encodings = response.headers.get("content-encoding", "").lower().replace(" ", "").split(",")
        body = b"".join([chunk async for chunk in self._counted(response)])
        if len(encodings) > _ENCODINGS:
            raise FetchFailed(f"its body is encoded {len(encodings)} times")
        for encoding in reversed(encodings):
            if encoding in _COMPRESSED:
                body = self._inflated(body)
            elif encoding not in ("", "identity"):
                raise FetchFailed(f"its body is encoded as {encoding!r}; gzip, deflate or none are read")
        # Saved compressed files are sent without saying so.
        return self._inflated(body) if body.startswith(_GZIP) else body

    async def _counted(self, response: httpx2.Response) -> AsyncIterator[bytes]:
        seen = 0
        async for chunk in response.aiter_raw():
            seen += len(chunk)
            if seen > self.limits.body_bytes:
                raise FetchFailed(self._too_large())
            yield chunk

    def _inflated(self, body: bytes) -> bytes:
        """The bytes of all members of gzip, or of deflate with or without its header."""
        out = bytearray()
        # 32 added to the window size makes zlib detect the headers; some servers leave that of deflate out.
        window = zlib.MAX_WBITS | 32 if body.startswith(_GZIP) or _has_zlib_header(body) else -zlib.MAX_WBITS
        for _ in range(_MEMBERS):
            inflate = zlib.decompressobj(window)
            try:
                out += inflate.decompress(body, self.limits.body_bytes + 1 - len(out))
            except zlib.error as error:
                raise FetchFailed("its body cannot be decompressed") from error
            if len(out) > self.limits.body_bytes:
                raise FetchFailed(self._too_large())
            if not inflate.eof:
                raise FetchFailed("its body is cut off")
            body = inflate.unused_data
            if not body.startswith(_GZIP):
                return bytes(out)
        raise FetchFailed(f"its body has more than {_MEMBERS} compressed parts")

    def _too_large(self) -> str:
        return f"its body is larger than {self.limits.body_bytes} bytes"


def _has_zlib_header(body: bytes) -> bool:
    return len(body) > 1 and body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2]) % 31 == 0


class FetchFailed(Exception):
    """The fetch failed; the message says why."""


@frozen
class FeedResponse:
    """A response with its body; header names are in lower case.

    `url` is where it came from after all redirects, `moved_to` how far the redirects were for good, None without.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    moved_to: str | None = None


class WebFeed:
    """A feed at an http(s) address."""

    def __init__(self, name: str, url: str, fetcher: FeedFetcher, mapping: FieldMapping | None = None) -> None:
        """`mapping` says how to read JSON with fields of its own."""
        self._name = name
        self._url = url
        self._fetcher = fetcher
        self._mapping = mapping

    @property
    def name(self) -> str:
        """The name that reports show for it."""
        return self._name

    @property
    def url(self) -> str:
        """The address it is read from."""
        return self._url

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> FetchResult:
        """Fetch the feed when it is due; see NewsSource."""
        if not force and state.next_check is not None and now < state.next_check:
            return FetchResult(FetchStatus.NOT_DUE, (), state)
        policy, chance = self._fetcher.policy, self._fetcher.chance()
        conditions = {}
        if state.entity_tag is not None:
            conditions["If-None-Match"] = state.entity_tag
        if state.last_modified is not None:
            conditions["If-Modified-Since"] = state.last_modified
        try:
            response = await self._fetcher.get(self._url, conditions)
        except FetchFailed as error:
            return FetchResult(FetchStatus.FAILED, (), after_failure(state, now, policy, str(error), chance))
        if response.status == 304 and conditions:
            done = after_success(_validated(state, response.headers), now, policy, response.headers, None, chance)
            return FetchResult(FetchStatus.UNCHANGED, (), done)
        if response.status != 200:
            reason = status_error(response.status)
            refused = response.status in _REFUSALS
            failed = after_failure(state, now, policy, reason, chance, response.headers, refused=refused)
            return FetchResult(FetchStatus.FAILED, (), failed)
        try:
            feed = await asyncio.to_thread(self._read, response)
        except FeedRefused as error:
            return FetchResult(FetchStatus.FAILED, (), after_failure(state, now, policy, str(error), chance))
        known = [] if state.newest_item_at is None else [state.newest_item_at]
        newest = max((*known, *(item.published_at for item in feed.items if item.published_at)), default=None)
        moved = f"it has moved to {response.moved_to}; subscribe to that address" if response.moved_to else None
        warning = "; ".join(filter(None, (moved, feed.complaint))) or None
        # What is cut off may be whole at the next visit, without having changed.
        validated = _validated(state, {} if feed.cut else response.headers)
        fresh = observed(evolve(validated, newest_item_at=newest, warning=warning), feed.items, now)
        done = after_success(fresh, now, policy, response.headers, feed.ttl, chance)
        return FetchResult(FetchStatus.FRESH, feed.items, done)

    def _read(self, response: FeedResponse) -> Feed:
        return read_document(
            response.body,
            source=self._name,
            url=response.url,
            content_type=response.headers.get("content-type"),
            mapping=self._mapping,
        )


def status_error(status: int) -> str:
    """The sentence about a response that brings no document, such as `it answered with status 410 (Gone)`."""
    try:
        return f"it answered with status {status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return f"it answered with status {status}"


def _validated(state: FetchState, headers: Mapping[str, str]) -> FetchState:
    """The state with the validators of the latest response; a response without them removes the old ones."""
    return evolve(state, entity_tag=headers.get("etag"), last_modified=headers.get("last-modified"))
