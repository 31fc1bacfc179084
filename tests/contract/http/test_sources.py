"""News sources over HTTP: read once when they are added, shown with their health, removed."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from attrs import evolve
from structlog.testing import capture_logs

from tradecore.model.news import FetchState
from tradecore.model.subscriptions import FeedSubscription
from tradecore.model.users import Scope, User
from tradecore.use_cases.subscribe import DiscoverSource
from tradecore_adapters.guard import GuardedTransport
from tradecore_adapters.news.discovery import FeedDiscovery
from tradecore_adapters.news.web import FeedFetcher

SPRING = datetime(2019, 4, 1, tzinfo=UTC)
PAGE = b"<html><link rel=alternate type=application/rss+xml href=/feed?key=secret></html>"
FEED = (
    b"<rss version='2.0'><channel><title>The Wire</title>"
    b"<item><title>Kraken lists token</title><link>https://a.example/1</link>"
    b"<pubDate>Thu, 10 Oct 2024 14:00:00 GMT</pubDate></item>"
    b"<item><title>Undated</title><pubDate>gestern</pubDate></item>"
    b"<item><description>A post &lt;b&gt;without&lt;/b&gt; a title</description></item></channel></rss>"
)


@pytest.fixture
async def publisher() -> AsyncIterator[str]:
    """A publisher on the loopback interface, with a page, a feed and a document that is none; gives its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        body = {"/": PAGE, "/feed?key=secret": FEED, "/feed": FEED}.get(path, b"nothing")
        status, kind = (b"404", b"text/plain") if body == b"nothing" else (b"200", b"text/html")
        writer.write(b"HTTP/1.1 %b x\r\nContent-Type: %b\r\nConnection: close\r\n\r\n%b" % (status, kind, body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


@pytest.fixture
async def admin(house: Any) -> AsyncIterator[httpx.AsyncClient]:
    fetcher = FeedFetcher(
        GuardedTransport([ipaddress.ip_network("127.0.0.1/32")]), user_agent="tradecore-test", chance=lambda: 0.0
    )
    house.core = evolve(house.core, discover_source=DiscoverSource(FeedDiscovery(fetcher, agent="tradecore")))
    user = await house.user("admin@example.com", scopes=tuple(Scope))
    async with house.client(token=house.token(user)) as made:
        yield made
    await fetcher.aclose()


async def test_a_source_is_read_once_and_the_answer_says_what_was_found(
    admin: httpx.AsyncClient, publisher: str
) -> None:
    with capture_logs() as logs:
        answer = await admin.post("/api/sources", json={"url": publisher, "name": "Wire"})
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    assert data["source"]["url"] == f"{publisher}/feed?key=secret"
    assert (data["source"]["name"], data["source"]["health"]) == ("Wire", "unread")
    assert data["found"] == {
        "format": "RSS",
        "title": "The Wire",
        "entries": 3,
        "dated": 1,
        "samples": [
            {"title": "Kraken lists token", "url": "https://a.example/1", "publishedAt": "2024-10-10T14:00:00Z"},
            {"title": "Undated"},
            {"title": "A post without a title"},
        ],
        "newestItemAt": "2024-10-10T14:00:00Z",
        "warning": "2 of 3 entries have no readable date, for example 'gestern'; they count from when they are seen",
    }
    assert [record["source"] for record in logs if record["event"] == "source_added"] == ["Wire"]
    again = await admin.post("/api/sources", json={"url": f"{publisher}/feed?key=secret"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "illegal_move")


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ({}, "url", "required"),
        ({"url": "ftp://wire.example/feed"}, "url", "write it as https://"),
        ({"url": "file:///etc/passwd"}, "url", "write it as https://"),
        ({"url": "http://10.0.0.1/feed"}, "url", "private address 10.0.0.1"),
        ({"url": "http://[::ffff:169.254.169.254]/latest"}, "url", "private address"),
        ({"url": "{publisher}/gone"}, "url", "status 404"),
        ({"url": "{publisher}", "mapping": {"title": "x"}}, "url", "not valid JSON"),
        ({"url": "{publisher}", "mapping": {"titel": "x"}}, "mapping.titel", "title"),
        ({"url": "{publisher}", "name": ""}, "name", "at least 1"),
    ],
)
async def test_what_cannot_be_added_is_400_with_the_reason(
    admin: httpx.AsyncClient, publisher: str, body: dict[str, Any], field: str, reason: str
) -> None:
    given = {**body, "url": body["url"].replace("{publisher}", publisher)} if "url" in body else body
    answer = await admin.post("/api/sources", json=given)
    assert answer.status_code == 400, answer.text
    [detail] = answer.json()["error"]["details"]
    assert (detail["field"], reason in detail["message"]) == (field, True), detail
    assert (await admin.get("/api/sources")).json()["data"]["sources"] == []


async def test_sources_are_listed_with_what_is_wrong_and_keys_are_for_administrators(
    house: Any, admin: httpx.AsyncClient, client: httpx.AsyncClient, ann: User
) -> None:
    kept = [
        ("Failing", "https://a.example/feed?key=1", FetchState(failures=2, last_error="it answered with status 500")),
        ("Odd", "https://b.example/feed", FetchState(last_success=house.time, warning="it has no entries")),
        ("Silent", "https://c.example/feed", FetchState(last_success=house.time, newest_item_at=SPRING)),
        ("sample", None, FetchState(last_success=house.time)),
    ]
    async with house.store.unit_of_work() as uow:
        for name, url, state in kept:
            await uow.subscriptions.put(FeedSubscription.begin(name, url, at=house.time).fetched(state))
    sources = (await admin.get("/api/sources")).json()["data"]["sources"]
    assert [(source["name"], source["health"], source.get("problem")) for source in sources] == [
        ("Failing", "failing", "it answered with status 500"),
        ("Odd", "well", "it has no entries"),
        ("Silent", "well", "nothing new since 2019-04-01"),
        ("sample", "well", None),
    ]
    assert [source.get("url") for source in sources] == [
        "https://a.example/feed?key=1",
        "https://b.example/feed",
        "https://c.example/feed",
        None,
    ]
    page = (await client.get("/api/sources?limit=1")).json()["data"]
    assert page["sources"][0]["url"] == "https://a.example/feed"
    assert page["pagination"] == {"total": 4, "page": 1, "pageSize": 1, "hasNext": True}


async def test_a_source_is_removed_by_its_id_unless_the_installation_defines_it(
    house: Any, admin: httpx.AsyncClient
) -> None:
    async with house.store.unit_of_work() as uow:
        for name, url in [("News / Wire", "https://a.example/feed"), ("sample", None)]:
            await uow.subscriptions.put(FeedSubscription.begin(name, url, at=house.time).fetched(FetchState()))
    sources = (await admin.get("/api/sources")).json()["data"]["sources"]
    assert [(await admin.delete(f"/api/sources/{source['id']}")).status_code for source in sources] == [204, 409]
    assert (await admin.delete(f"/api/sources/{sources[0]['id']}")).status_code == 404
