"""Finding the feed of an address: by what the page names, within what robots.txt allows, never in private networks."""

import ipaddress
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tradecore.model.errors import Invalid
from tradecore.model.subscriptions import FieldMapping
from tradecore_adapters.guard import GuardedTransport
from tradecore_adapters.news.channels import channel_page, read_channel
from tradecore_adapters.news.discovery import FeedDiscovery
from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.json_documents import read_json
from tradecore_adapters.news.json_fields import guess_mapping
from tradecore_adapters.news.page_links import PageLinks
from tradecore_adapters.news.web import FeedFetcher, FeedResponse, FetchLimits

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
RSS = (
    b"<rss version='2.0'><channel><title>The Wire</title><item><title>Kraken lists token</title>"
    b"<link>https://a.example/1</link><pubDate>Sat, 28 Mar 2026 12:00:00 GMT</pubDate></item></channel></rss>"
)
HTML = {"Content_Type": "text/html; charset=utf-8"}


@pytest.fixture
async def discover() -> AsyncIterator[FeedDiscovery]:
    fetcher = FeedFetcher(
        GuardedTransport((ipaddress.ip_network("127.0.0.1/32"),)),
        user_agent="tradecore-test",
        chance=lambda: 0.0,
        limits=FetchLimits(body_bytes=200_000, seconds=20.0),
    )
    yield FeedDiscovery(fetcher, agent="tradecore")
    await fetcher.aclose()


def paths(feeds: Any) -> list[str]:
    return [request.split()[1] for request in feeds.requests]


async def test_a_feed_is_found_at_its_own_address(feeds: Any, discover: FeedDiscovery) -> None:
    feeds.answer(body=RSS)
    found = await discover(feeds.url())
    assert (found.url, found.format, found.title, len(found.items)) == (feeds.url(), "RSS", "The Wire", 1)


async def test_a_page_names_its_feed_and_that_of_comments_comes_last(feeds: Any, discover: FeedDiscovery) -> None:
    page = b"""<html><head><base href="/blog/"><link rel="stylesheet alternate" type="text/css" href="x.css">
      <link rel="alternate" type="application/rss+xml" href="comments/feed.xml">
      <LINK REL='alternate' TYPE='application/atom+xml; charset=utf-8' HREF='feed.xml?a=1&amp;b=2'></head></html>"""
    feeds.answer(body=page, **HTML)
    feeds.answer("404 Not Found")
    feeds.answer(body=RSS)
    found = await discover(feeds.url("/home"))
    assert found.url == feeds.url("/blog/feed.xml?a=1&b=2")
    assert paths(feeds) == ["/home", "/robots.txt", "/blog/feed.xml?a=1&b=2"]


@pytest.mark.parametrize(
    "page",
    [
        '<LINK REL="Alternate" TYPE="text/xml" HREF="/export.php?x=1">',
        '<link rel="alternate" type="application/xml; charset=utf-8" href=" export.php?x=1 ">',
        '<link rel="alternate" type="application/x-rss+xml" href="/export.php?x=1">',
        '<link rel="feed" href="/export.php?x=1">',
        '<a type="application/rss+xml" href="/export.php?x=1">News</a>',
        '<a href="/about">About</a><a href="/export.php?x=1">Our <b>RSS</b> feed</a>',
        '<a href="/export.php?x=1"><img src="i.png" alt="RSS"></a>',
        '<a href="/export.php?x=1" title="Atom">News</a>',
        '<a href="/export.php?x=1">RSS',
        '<link rel="alternate" type="application/rss+xml" href="http://[bad"><a href="/export.php?x=1">RSS</a>',
        '<link rel="alternate" type="application/json" href="/wp-json/1"><a href="/export.php?x=1">RSS</a>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
async def test_a_page_may_name_its_feed_by_other_types_and_by_the_text_of_a_link(
    feeds: Any, discover: FeedDiscovery, page: str, encoding: str
) -> None:
    feeds.answer(body=f"<html><body>{page}</body></html>".encode(encoding), Content_Type="text/html")
    feeds.answer("404 Not Found")
    feeds.answer(body=RSS)
    assert (await discover(feeds.url("/"))).url == feeds.url("/export.php?x=1")


async def test_a_feed_without_entries_is_found_where_no_other_has_any(feeds: Any, discover: FeedDiscovery) -> None:
    empty = b"<rss version='2.0'><channel><title>%s</title></channel></rss>"
    page = b"""<html><head><link rel="alternate" type="application/rss+xml" href="/all.xml">
      <link rel="alternate" type="application/rss+xml" href="/comments/feed.xml"></head></html>"""
    feeds.answer(body=page, **HTML)
    feeds.answer("404 Not Found")
    feeds.answer(body=empty % b"The Wire")
    feeds.answer(body=empty % b"Comments")
    for _ in range(6):
        feeds.answer("404 Not Found")
    found = await discover(feeds.url("/home"))
    assert (found.url, found.title, found.items) == (feeds.url("/all.xml"), "The Wire", ())
    assert found.warning == "it has no entries"


def test_links_that_only_mention_feeds_in_long_texts_are_none() -> None:
    page = PageLinks(
        b"<a href='/1'>How the RSS reader of our youth came back, in seven charts and two maps</a><p>RSS</p>"
    )
    assert (page.announced, page.linked) == ([], [])


async def test_feeds_are_looked_for_where_they_usually_are_as_far_as_robots_allow(
    feeds: Any, discover: FeedDiscovery
) -> None:
    feeds.answer(body=b"<html><a href='/about'>x</a><a href='/news/rss'>RSS</a></html>", **HTML)
    feeds.answer(body=b"User-agent: *\nDisallow: /news/\nDisallow: /rss\n")
    feeds.answer("404 Not Found")
    feeds.answer(body=RSS)
    assert (await discover(feeds.url("/"))).url == feeds.url("/feed.xml")
    assert paths(feeds) == ["/", "/robots.txt", "/feed", "/feed.xml"]


@pytest.mark.parametrize("status", ["500 Broken", "503 Later"])
async def test_rules_that_cannot_be_read_forbid_everything(feeds: Any, discover: FeedDiscovery, status: str) -> None:
    feeds.answer(body=b"<html></html>", **HTML)
    feeds.answer(status)
    with pytest.raises(Invalid, match=r"names no readable feed.*robots.txt keeps 6 away"):
        await discover(feeds.url("/"))
    assert paths(feeds) == ["/", "/robots.txt"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"status": "404 Not Found"}, "status 404"),
        ({"body": b"\x89PNG", "Content_Type": "image/png"}, "neither RSS nor Atom"),
        ({"body": b'{"status": "ok"}'}, "no list of entries with titles"),
        ({"status": "302 Found", "Location": "http://10.0.0.1/feed"}, "private address 10.0.0.1"),
        ({"status": "302 Found", "Location": "file:///etc/passwd"}, "file: address"),
        ({"body": b"x" * 300_000}, "larger than 200000 bytes"),
    ],
)
async def test_what_cannot_be_read_is_named(
    feeds: Any, discover: FeedDiscovery, answer: dict[str, Any], reason: str
) -> None:
    feeds.answer(**answer)
    with pytest.raises(Invalid, match=reason) as refused:
        await discover(feeds.url())
    assert [problem.field for problem in refused.value.problems] == ["url"]


async def test_an_address_that_has_moved_for_good_is_replaced(feeds: Any, discover: FeedDiscovery) -> None:
    feeds.answer("301 Moved", Location="/new.xml")
    feeds.answer(body=RSS)
    assert (await discover(feeds.url())).url == feeds.url("/new.xml")


async def test_a_page_cannot_lead_into_private_networks(feeds: Any, discover: FeedDiscovery) -> None:
    page = b"<html><link rel=alternate type=application/rss+xml href='http://169.254.169.254/latest'></html>"
    feeds.answer(body=page, **HTML)
    feeds.answer("404 Not Found")
    with pytest.raises(Invalid, match="names no readable feed"):
        await discover(feeds.url("/"))
    assert "/latest" not in paths(feeds)


async def test_json_with_fields_of_its_own_is_read_by_a_guess_or_a_mapping(feeds: Any, discover: FeedDiscovery) -> None:
    rows = [{"id": n, "headline": f"Fund {n} files", "article_url": f"/{n}", "x": 1774699200} for n in range(3)]
    feeds.answer(body=json.dumps({"status": "ok", "result": {"posts": rows, "tags": [{"name": "x"}]}}).encode())
    found = await discover(feeds.url("/api?key=1"))
    assert found.mapping == FieldMapping(entries="result.posts", title="headline", url="article_url", guid="id")
    assert [item.url for item in found.items] == [feeds.url(f"/{n}") for n in range(3)]
    assert "no readable date" in (found.warning or "")
    mapping = FieldMapping(entries="result.posts", title="headline", published_at="x")
    assert [item.published_at for item in (await discover(feeds.url("/api"), mapping)).items] == [NOON] * 3
    with pytest.raises(Invalid, match="no list at 'rows'"):
        await discover(feeds.url("/api"), FieldMapping(entries="rows"))
    with pytest.raises(Invalid, match="no entry of the JSON document has a title at 'name'"):
        await discover(feeds.url("/api"), FieldMapping(entries="result.posts", title="name"))


def test_a_json_feed_is_read_as_its_specification_says() -> None:
    entry = {"id": 7, "url": "/7", "title": "A &amp; B", "content_html": "<p>Text</p>", "summary": "T"}
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Feed",
        "items": [
            {**entry, "date_published": "2026-03-28T13:00:00+01:00"},
            {"id": "8", "content_text": "Only text", "external_url": "https://b.example/8", "date_modified": "soon"},
            "nonsense",
        ],
    }
    feed = read_json(json.dumps(document).encode(), source="J", url="https://a.example/feed.json")
    assert (feed.title, feed.format, feed.mapping) == ("Feed", "JSON Feed", None)
    assert [(item.title, item.summary, item.url, item.guid, item.published_at) for item in feed.items] == [
        ("A & B", "Text", "https://a.example/7", "7", NOON),
        ("", "Only text", "https://b.example/8", "8", None),
    ]
    assert "1 of 2 entries has no readable date, for example 'soon'" in (feed.complaint or "")


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"[1, 2]", b'{"version": "https://jsonfeed.org/version/1"}', b"[" * 100_000, b'{"a": NaN}']
)
def test_json_that_holds_no_entries_is_refused(content: bytes) -> None:
    with pytest.raises(FeedRefused):
        read_json(content, source="J")


def test_an_address_in_json_is_read_out_of_a_cdata_section() -> None:
    link = "<![CDATA[https://a.example/1]]>"
    entries = [{"title": "Kraken lists token", "link": link, "published": "2026-03-28T12:00:00Z"}]
    mapping = FieldMapping(title="title", url="link")
    assert read_json(json.dumps(entries).encode(), source="A", mapping=mapping).items[0].url == "https://a.example/1"


def test_the_guess_takes_the_list_with_most_of_the_fields() -> None:
    posts = [{"title": {"rendered": "T"}, "link": "https://a.example", "date_gmt": "2026-03-28T12:00:00"}]
    assert guess_mapping(posts) == FieldMapping(title="title.rendered", url="link", published_at="date_gmt")
    assert guess_mapping({"menu": [{"title": "Home", "url": "/"}], "data": {"news": posts}}) == FieldMapping(
        entries="data.news", title="title.rendered", url="link", published_at="date_gmt"
    )
    assert guess_mapping({"a": [{"x": 1}], "b": "c"}) is None


PAGE = """<html><div class="tgme_channel_info_header_title"><span>Exchange <b>News</b></span></div>
<div class="tgme_widget_message js-widget_message" data-post="exchange/41"><div class="tgme_widget_message_text">
Kraken lists <b>token</b> &amp; pairs<br/>Trading opens at noon.<br><a href="x">More</a></div>
<a class="tgme_widget_message_date" href="https://t.me/exchange/41">
<time datetime="2026-03-28T12:00:00+00:00">12:00</time></a></div>
<div class="tgme_widget_message" data-post="exchange/42"><div class="tgme_widget_message_photo"></div>
<time datetime="2026-03-28T13:00:00+00:00"></time></div></html>"""


def test_a_public_channel_is_read_by_its_page() -> None:
    feed = read_channel(PAGE.encode(), source="T")
    assert (feed.title, feed.format) == ("Exchange News", "Telegram channel")
    [item] = feed.items
    assert (item.title, item.url, item.published_at) == ("Kraken lists token & pairs", "https://t.me/exchange/41", NOON)
    assert item.summary == "Kraken lists token & pairs Trading opens at noon. More"
    replies = """<div class="service_message" data-post="exchange/1">
        <div class="tgme_widget_message_text">Photo updated</div><time datetime="2026-03-28"></time></div>
        <div data-post="exchange/2"><a href="https://t.me/exchange/1">
        <div class="tgme_widget_message_text js-message_reply_text">Is quoted</div></a>
        <div class="tgme_widget_message_text js-message_text">Is said<blockquote>by him</blockquote>now</div></div>
        <div data-post="exchange/3"><div class="tgme_widget_message_poll_question">Up or down?</div></div>"""
    said = [item.summary for item in read_channel(replies.encode(), source="T").items]
    assert said == ["Is said by him now", "Up or down?"]
    with pytest.raises(FeedRefused, match="no messages"):
        read_channel(b"<html></html>", source="T")


async def test_a_channel_without_a_public_page_is_named() -> None:
    class Redirected:
        async def get(self, url: str, conditions: object) -> FeedResponse:
            assert url == "https://t.me/s/exchange"
            return FeedResponse(200, {"content-type": "text/html"}, b"<html></html>", "https://t.me/exchange")

    discover = FeedDiscovery(Redirected(), agent="tradecore")  # type: ignore[arg-type]  # the one call that is made
    with pytest.raises(Invalid, match="the channel has no public page; it is private, or does not exist"):
        await discover("https://t.me/exchange")


def test_the_page_of_a_channel_follows_from_its_name() -> None:
    assert (
        channel_page("https://t.me/exchange") == channel_page("https://t.me/s/exchange/") == "https://t.me/s/exchange"
    )
    assert channel_page("https://t.me/exchange/41") is None
    assert channel_page("https://example.com/exchange") is None
