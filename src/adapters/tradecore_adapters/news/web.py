"""A feed on the network, visited politely and with limits on everything it could do to us."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

import httpx2
from attrs import evolve, frozen

from tradecore.model.news import FetchState
from tradecore.ports.news import Fetched, Outcome
from tradecore_adapters.news.feeds import Feed, FeedRefused, read_feed
from tradecore_adapters.news.schedule import Manners, after_failure, after_success

_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"


@frozen(kw_only=True)
class FetchLimits:
    """Beyond these a visit is broken off."""

    body_bytes: int = 5 * 1024 * 1024
    """Of the body after decompression, and of what comes over the wire."""
    seconds: float = 10.0
    """For the whole visit, redirects included."""
    redirects: int = 3


class FeedFetcher:
    """What all feeds share: the connection, the limits, and one visit at a time per host."""

    def __init__(
        self,
        transport: httpx2.AsyncBaseTransport,
        *,
        user_agent: str,
        chance: Callable[[], float],
        limits: FetchLimits | None = None,
        manners: Manners | None = None,
    ) -> None:
        """`transport` is a GuardedTransport outside of tests; `chance` gives numbers from 0 to 1 for the jitter."""
        self.limits = limits or FetchLimits()
        self.manners = manners or Manners()
        self.chance = chance
        self._client = httpx2.AsyncClient(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            timeout=self.limits.seconds,
            headers={"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
        )
        self._hosts: dict[str, asyncio.Lock] = {}

    async def get(self, url: str, conditions: Mapping[str, str]) -> "Answer":
        """The last answer at the end of the redirects, body included. Raises FetchFailed."""
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

    async def _follow(self, url: str, conditions: Mapping[str, str]) -> "Answer":
        where = httpx2.URL(url)
        for _ in range(self.limits.redirects + 1):
            async with self._client.stream("GET", where, headers=dict(conditions)) as response:
                if response.status_code not in (301, 302, 303, 307, 308):
                    body = await self._body(response) if response.status_code == 200 else b""
                    return Answer(response.status_code, dict(response.headers), body, str(where))
                onward = where.join(response.headers.get("location", "")).copy_with(username=None, password=None)
            if onward.scheme not in ("http", "https"):
                raise FetchFailed(f"it redirects to a {onward.scheme}: address, which is not followed")
            if where.scheme == "https" and onward.scheme == "http":
                raise FetchFailed("it redirects from https to http, which is not followed")
            where = onward
        raise FetchFailed(f"it redirects more than {self.limits.redirects} times")

    async def _body(self, response: httpx2.Response) -> bytes:
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared[:18]) > self.limits.body_bytes:
            raise FetchFailed(self._too_large())
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        raw = self._counted(response)
        if encoding in ("", "identity"):
            return b"".join([chunk async for chunk in raw])
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise FetchFailed(f"its body is encoded as {encoding!r}; gzip, deflate or none are read")
        return await self._inflated(raw)

    async def _counted(self, response: httpx2.Response) -> AsyncIterator[bytes]:
        seen = 0
        async for chunk in response.aiter_raw():
            seen += len(chunk)
            if seen > self.limits.body_bytes:
                raise FetchFailed(self._too_large())
            yield chunk

    async def _inflated(self, raw: AsyncIterator[bytes]) -> bytes:
        # 32 added to the window size: gzip and zlib headers are both recognised.
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        out = bytearray()
        try:
            async for chunk in raw:
                while chunk and not inflate.eof:
                    out += inflate.decompress(chunk, self.limits.body_bytes + 1 - len(out))
                    if len(out) > self.limits.body_bytes:
                        raise FetchFailed(self._too_large())
                    chunk = inflate.unconsumed_tail
        except zlib.error as error:
            raise FetchFailed("its body cannot be decompressed") from error
        return bytes(out)

    def _too_large(self) -> str:
        return f"its body is larger than {self.limits.body_bytes} bytes"


class FetchFailed(Exception):
    """The visit brought nothing; the text says why."""


@frozen
class Answer:
    """A whole answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class WebFeed:
    """An RSS or Atom feed at an http(s) address."""

    def __init__(self, name: str, url: str, fetcher: FeedFetcher) -> None:
        self._name = name
        self._url = url
        self._fetcher = fetcher

    @property
    def name(self) -> str:
        """The name a report shows for it."""
        return self._name

    @property
    def url(self) -> str:
        """The address it is read from."""
        return self._url

    async def fetch(self, state: FetchState, now: datetime, *, force: bool = False) -> Fetched:
        """Visit the feed, unless it is too early: see NewsSource."""
        if not force and state.next_check is not None and now < state.next_check:
            return Fetched(Outcome.NOT_DUE, (), state)
        manners, chance = self._fetcher.manners, self._fetcher.chance()
        conditions = {}
        if state.entity_tag is not None:
            conditions["If-None-Match"] = state.entity_tag
        if state.last_modified is not None:
            conditions["If-Modified-Since"] = state.last_modified
        try:
            answer = await self._fetcher.get(self._url, conditions)
        except FetchFailed as error:
            return Fetched(Outcome.FAILED, (), after_failure(state, now, manners, str(error), chance))
        validated = _validated(state, answer.headers)
        if answer.status == 304 and conditions:
            done = after_success(validated, now, manners, answer.headers, None, chance)
            return Fetched(Outcome.UNCHANGED, (), done)
        if answer.status != 200:
            reason = f"it answered with status {answer.status}"
            failed = after_failure(state, now, manners, reason, chance, answer.headers)
            return Fetched(Outcome.FAILED, (), failed)
        try:
            feed = await asyncio.to_thread(self._read, answer)
        except FeedRefused as error:
            return Fetched(Outcome.FAILED, (), after_failure(state, now, manners, str(error), chance))
        known = [] if state.newest_item_at is None else [state.newest_item_at]
        newest = max((*known, *(item.published_at for item in feed.items if item.published_at)), default=None)
        fresh = evolve(validated, newest_item_at=newest)
        return Fetched(Outcome.FRESH, feed.items, after_success(fresh, now, manners, answer.headers, feed.ttl, chance))

    def _read(self, answer: Answer) -> Feed:
        return read_feed(
            answer.body, source=self._name, url=answer.url, content_type=answer.headers.get("content-type")
        )


def _validated(state: FetchState, headers: Mapping[str, str]) -> FetchState:
    """The validators of the latest answer, verbatim; an answer of 200 without them forgets the old ones."""
    return evolve(state, entity_tag=headers.get("etag"), last_modified=headers.get("last-modified"))
