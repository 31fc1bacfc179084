"""Feeds over the network: policy, limits, and no way into private networks; against a real server."""

import asyncio
import gzip
import ipaddress
import re
import zlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tradecore.model.news import FetchState
from tradecore.ports.news import FetchResult, FetchStatus, NewsSource
from tradecore_adapters.addresses import is_public
from tradecore_adapters.guard import EVERYWHERE, GuardedTransport
from tradecore_adapters.news.schedule import FetchPolicy
from tradecore_adapters.news.web import FeedFetcher, FetchLimits, WebFeed

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
LOOPBACK = (ipaddress.ip_network("127.0.0.1/32"),)
RSS = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><ttl>45</ttl>'
    b"<item><title>Kraken lists token</title>"
    b"<link>https://a.example/1</link><pubDate>Sat, 28 Mar 2026 11:00:00 +0000</pubDate></item></channel></rss>"
)
QUARTER = timedelta(minutes=15)


@pytest.fixture
async def fetcher(request: pytest.FixtureRequest) -> AsyncIterator[FeedFetcher]:
    made = FeedFetcher(
        GuardedTransport(LOOPBACK),
        user_agent="tradecore-test",
        chance=lambda: 0.0,
        limits=FetchLimits(body_bytes=100_000, seconds=getattr(request, "param", 20.0)),
    )
    yield made
    await made.aclose()


async def visit(fetcher: FeedFetcher, url: str, state: FetchState | None = None, **options: Any) -> FetchResult:
    source: NewsSource = WebFeed("A", url, fetcher)
    return await source.fetch(state or FetchState(), options.pop("now", NOON), **options)


async def test_a_feed_is_read_and_the_next_visit_asks_whether_it_changed(feeds: Any, fetcher: FeedFetcher) -> None:
    feeds.answer(body=RSS, ETag='W/"odd , tag"', Last_Modified="Sat, 28 Mar 2026 11:00:00 GMT")
    feeds.answer("304 Not Modified", ETag='"newer"')
    first = await visit(fetcher, feeds.url())
    assert first.status is FetchStatus.FRESH
    assert [(i.source, i.title, i.url, i.published_at) for i in first.items] == [
        ("A", "Kraken lists token", "https://a.example/1", NOON - timedelta(hours=1))
    ]
    assert first.state.next_check == NOON + timedelta(minutes=45)
    assert (first.state.last_success, first.state.newest_item_at) == (NOON, NOON - timedelta(hours=1))
    second = await visit(fetcher, feeds.url(), first.state, now=NOON + timedelta(hours=1))
    assert (second.status, second.items) == (FetchStatus.UNCHANGED, ())
    assert 'if-none-match: w/"odd , tag"' in feeds.requests[1].lower()
    assert "if-modified-since: sat, 28 mar 2026 11:00:00 gmt" in feeds.requests[1].lower()
    assert "user-agent: tradecore-test" in feeds.requests[0].lower()
    assert second.state.entity_tag == '"newer"'
    assert second.state.last_success == NOON + timedelta(hours=1)


async def test_nothing_is_asked_before_it_is_time_unless_forced(feeds: Any, fetcher: FeedFetcher) -> None:
    feeds.answer(body=RSS)
    state = FetchState(next_check=NOON + timedelta(seconds=1))
    early = await visit(fetcher, feeds.url(), state)
    assert (early.status, early.state, feeds.requests) == (FetchStatus.NOT_DUE, state, [])
    assert (await visit(fetcher, feeds.url(), state, force=True)).status is FetchStatus.FRESH


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, timedelta(minutes=45)),
        ({"Cache_Control": "public, max-age=7200"}, timedelta(hours=2)),
        ({"Cache_Control": "max-age=10"}, timedelta(minutes=45)),
        ({"Date": "Sat, 28 Mar 2026 02:00:00 GMT", "Expires": "Sat, 28 Mar 2026 05:00:00 GMT"}, timedelta(hours=3)),
        ({"Expires": "0"}, timedelta(minutes=45)),
        ({"Retry_After": "10800"}, timedelta(hours=3)),
        ({"Cache_Control": "max-age=99999999999999999999"}, timedelta(hours=24)),
    ],
)
async def test_the_longest_wait_that_is_asked_for_counts(
    feeds: Any, fetcher: FeedFetcher, headers: dict[str, str], wait: timedelta
) -> None:
    feeds.answer(body=RSS, **headers)
    assert (await visit(fetcher, feeds.url())).state.next_check == NOON + wait


@pytest.mark.parametrize(
    ("asked", "wait"),
    [("3600", timedelta(hours=1)), ("Sat, 28 Mar 2026 14:00:00 GMT", timedelta(hours=2)), ("soon", QUARTER)],
)
async def test_too_many_requests_are_taken_seriously(
    feeds: Any, fetcher: FeedFetcher, asked: str, wait: timedelta
) -> None:
    feeds.answer("429 Too Many Requests", Retry_After=asked)
    told = await visit(fetcher, feeds.url(), FetchState(entity_tag='"a"', last_success=NOON))
    assert (told.status, told.state.next_check) == (FetchStatus.FAILED, NOON + wait)
    assert (told.state.entity_tag, told.state.last_success) == ('"a"', NOON)
    assert told.state.last_error == "it answered with status 429 (Too Many Requests)"


async def test_refusals_for_good_are_counted_until_another_answer(feeds: Any, fetcher: FeedFetcher) -> None:
    answers = ("401 Unauthorized", "410 Gone", "503 Service Unavailable", "404 Not Found", "200 OK")
    for answer in answers:
        feeds.answer(answer, body=RSS)
    state, counted = FetchState(), []
    for _ in answers:
        state = (await visit(fetcher, feeds.url(), state, force=True)).state
        counted.append(state.refusals)
    assert counted == [1, 2, 0, 1, 0]


async def test_failures_double_the_wait_up_to_a_day_and_success_forgets_them(feeds: Any, fetcher: FeedFetcher) -> None:
    feeds.answer("500 Internal Server Error")
    state, waits = FetchState(), []
    for _ in range(10):
        state = (await visit(fetcher, feeds.url(), state, force=True)).state
        assert state.next_check is not None
        waits.append(state.next_check - NOON)
    assert waits[:4] == [QUARTER, 2 * QUARTER, 4 * QUARTER, 8 * QUARTER]
    assert waits[-1] == timedelta(hours=24)
    assert not state.health("A", None).reachable
    feeds.replies.clear()
    feeds.answer(body=RSS)
    assert (await visit(fetcher, feeds.url(), state, force=True)).state.failures == 0


async def test_chance_spreads_the_visits(feeds: Any) -> None:
    feeds.answer("500 Internal Server Error")
    spread = FeedFetcher(GuardedTransport(LOOPBACK), user_agent="t", chance=lambda: 0.5, policy=FetchPolicy(jitter=0.2))
    assert (await visit(spread, feeds.url())).state.next_check == NOON + 1.1 * QUARTER
    await spread.aclose()


async def test_one_host_is_visited_by_one_at_a_time(feeds: Any, fetcher: FeedFetcher) -> None:
    feeds.answer(body=RSS)
    await asyncio.gather(*(visit(fetcher, feeds.url(f"/{at}")) for at in range(6)))
    assert (len(feeds.requests), feeds.most_open) == (6, 1)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        await writer.drain()


async def dripping(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(1)


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-A: " + b"b" * 1000 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (endless, "larger than 100000 bytes"),
        (endless_headers, "too long|too large"),
    ],
)
async def test_bodies_and_headers_without_end_are_broken_off(
    feeds: Any, fetcher: FeedFetcher, reply: Any, reason: str
) -> None:
    feeds.replies.append(reply)
    told = await visit(fetcher, feeds.url())
    assert told.status is FetchStatus.FAILED
    assert re.search(reason, told.state.last_error or ""), told.state.last_error


@pytest.mark.parametrize("fetcher", [0.3], indirect=True)
@pytest.mark.parametrize("reply", [dripping, silent])
async def test_answers_that_take_too_long_are_broken_off(feeds: Any, fetcher: FeedFetcher, reply: Any) -> None:
    feeds.replies.append(reply)
    told = await visit(fetcher, feeds.url())
    assert (told.status, told.state.last_error) == (FetchStatus.FAILED, "no complete answer within 0.3 seconds")


async def test_bombs_are_not_unpacked_and_honest_compression_is(feeds: Any, fetcher: FeedFetcher) -> None:
    feeds.answer(body=gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")
    feeds.answer(body=gzip.compress(RSS), Content_Encoding="gzip")
    feeds.answer(body=zlib.compress(RSS), Content_Encoding="deflate")
    feeds.answer(body=zlib.compress(RSS, wbits=-15), Content_Encoding="deflate")
    feeds.answer(body=gzip.compress(RSS[:80]) + gzip.compress(RSS[80:]), Content_Encoding="identity, gzip")
    feeds.answer(body=gzip.compress(RSS), Content_Type="application/gzip")
    feeds.answer(body=b"no gzip", Content_Encoding="gzip")
    feeds.answer(body=gzip.compress(RSS)[:-20], Content_Encoding="gzip")
    feeds.answer(body=b"?", Content_Encoding="br")
    feeds.answer(body=gzip.compress(b"") * 101, Content_Encoding="gzip")
    feeds.answer(body=RSS, Content_Encoding="gzip, gzip, gzip")
    told = [await visit(fetcher, feeds.url()) for _ in range(11)]
    assert [each.status is FetchStatus.FRESH for each in told] == [False, *[True] * 5, *[False] * 5]
    assert all(each.items == told[1].items for each in told[1:6])
    assert told[7].state.last_error == "its body is cut off"
    assert told[0].state.last_error == "its body is larger than 100000 bytes"


async def test_a_document_without_its_end_is_read_again_though_it_has_not_changed(
    feeds: Any, fetcher: FeedFetcher
) -> None:
    two = RSS.replace(
        b"<item>", b"<item><title>Newer</title><pubDate>Sat, 28 Mar 2026 12:00:00 Z</pubDate></item><item>"
    )
    feeds.answer(body=two[: two.index(b"lists")], ETag='"1"')
    feeds.answer(body=two, ETag='"1"')
    cut = await visit(fetcher, feeds.url())
    assert ("cut off" in (cut.state.warning or ""), cut.state.entity_tag) == (True, None)
    whole = await visit(fetcher, feeds.url(), cut.state, force=True)
    assert [len(each.items) for each in (cut, whole)] == [1, 2]
    assert (whole.state.warning, whole.state.entity_tag) == (None, '"1"')


async def test_a_declared_size_is_believed_when_it_is_too_large(feeds: Any, fetcher: FeedFetcher) -> None:
    feeds.replies.append(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    assert (await visit(fetcher, feeds.url())).state.last_error == "its body is larger than 100000 bytes"


async def test_a_few_redirects_are_followed_and_not_more(feeds: Any, fetcher: FeedFetcher) -> None:
    feeds.answer("301 Moved Permanently", Location="/b")
    feeds.answer("307 Temporary Redirect", Location=f"http://user:secret@127.0.0.1:{feeds.port}/c")
    feeds.answer(body=RSS)
    assert (await visit(fetcher, feeds.url())).status is FetchStatus.FRESH
    assert [line.split(" ")[1] for line in feeds.requests] == ["/feed.xml", "/b", "/c"]
    assert "authorization" not in feeds.requests[-1].lower()
    feeds.replies.clear()
    feeds.answer("302 Found", Location="/again")
    assert (await visit(fetcher, feeds.url())).state.last_error == "it redirects more than 3 times"


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/a"])
async def test_redirects_to_other_schemes_are_refused(feeds: Any, fetcher: FeedFetcher, target: str) -> None:
    feeds.answer("302 Found", Location=target)
    told = await visit(fetcher, feeds.url())
    assert told.status is FetchStatus.FAILED
    assert len(feeds.requests) == 1


async def test_a_redirect_into_a_private_network_is_refused(feeds: Any, fetcher: FeedFetcher) -> None:
    inside = []

    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside.append(1)
        writer.close()

    private = await asyncio.start_server(accept, "127.0.0.2", 0)
    feeds.answer("302 Found", Location=f"http://127.0.0.2:{private.sockets[0].getsockname()[1]}/admin")
    told = await visit(fetcher, feeds.url())
    private.close()
    await private.wait_closed()
    assert "private address 127.0.0.2" in (told.state.last_error or "")
    assert inside == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "[fc00::1]", "[fe80::1]",
        "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "localhost.",
        "100.64.0.1",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    ],
)  # fmt: skip
async def test_private_addresses_are_refused_in_every_notation_unless_allowed(feeds: Any, host: str) -> None:
    feeds.answer(body=RSS)
    strict = FeedFetcher(GuardedTransport(), user_agent="t", chance=lambda: 0.0, limits=FetchLimits(seconds=1.0))
    told = await visit(strict, f"http://{host}:{feeds.port}/feed.xml")
    await strict.aclose()
    assert told.status is FetchStatus.FAILED
    assert feeds.requests == []


async def test_all_addresses_can_be_allowed(feeds: Any) -> None:
    feeds.answer(body=RSS)
    lax = FeedFetcher(GuardedTransport(EVERYWHERE), user_agent="t", chance=lambda: 0.0)
    assert (await visit(lax, f"http://localhost:{feeds.port}/")).status is FetchStatus.FRESH
    await lax.aclose()


async def test_the_address_that_was_checked_is_the_one_that_is_connected(feeds: Any) -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    feeds.answer(body=RSS)
    guarded = FeedFetcher(GuardedTransport(LOOPBACK, rebinding), user_agent="t", chance=lambda: 0.0)
    first = await visit(guarded, f"http://rebinding.example:{feeds.port}/")
    second = await visit(guarded, f"http://rebinding.example:{feeds.port}/")
    await guarded.aclose()
    assert (first.status, second.status) == (FetchStatus.FRESH, FetchStatus.FAILED)
    assert (asked, len(feeds.requests)) == (["rebinding.example"] * 2, 1)
    assert f"host: rebinding.example:{feeds.port}" in feeds.requests[0].lower()


async def test_one_private_address_among_public_ones_is_enough_to_refuse(feeds: Any) -> None:
    async def mixed(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1", "10.0.0.1"]

    feeds.answer(body=RSS)
    guarded = FeedFetcher(GuardedTransport(LOOPBACK, mixed), user_agent="t", chance=lambda: 0.0)
    assert (await visit(guarded, f"http://mixed.example:{feeds.port}/")).status is FetchStatus.FAILED
    await guarded.aclose()
    assert feeds.requests == []


async def test_proxies_of_the_environment_are_ignored(
    feeds: Any, fetcher: FeedFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    feeds.answer(body=RSS)
    assert (await visit(fetcher, feeds.url())).status is FetchStatus.FRESH


async def test_a_page_that_is_no_feed_and_a_server_that_is_away_are_failures(feeds: Any, fetcher: FeedFetcher) -> None:
    feeds.answer(body=b"<!doctype html><html><body>Hello</body></html>", Content_Type="text/html")
    assert "is a web page, not a feed" in ((await visit(fetcher, feeds.url())).state.last_error or "")
    assert (await visit(fetcher, "http://127.0.0.1:1/")).status is FetchStatus.FAILED
    assert (await visit(fetcher, "http://no-such-host.invalid/")).status is FetchStatus.FAILED
    assert (await visit(fetcher, "not an address")).status is FetchStatus.FAILED


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("224.0.0.1", False),
        ("::", False),
        ("64:ff9b::808:808", True),
        # Metadata of Oracle Cloud, the platform of Azure, relays of 6to4, documentation, segment routing.
        ("192.0.0.192", False),
        ("::ffff:192.0.0.192", False),
        ("192.0.0.8", False),
        ("168.63.129.16", False),
        ("192.88.99.1", False),
        ("3fff::1", False),
        ("5f00::1", False),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public
