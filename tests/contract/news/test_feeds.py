"""Feeds as they are in the wild, and as nobody should send them."""

import time
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecore.engines.digest.text import plain_text
from tradecore.model.news import RawItem
from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.feeds import read_feed
from tradecore_adapters.news.opml import read_opml

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def rss(*items: str, head: str = "") -> bytes:
    body = f'<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'
    return f'<?xml version="1.0" encoding="utf-8"?>{body}'.encode()


def only(content: bytes, **options: str) -> RawItem:
    (item,) = read_feed(content, source="A", **options).items
    return item


def test_rss_with_markup_in_cdata_and_a_guid_that_is_no_address() -> None:
    item = only(
        rss(
            "<item><title><![CDATA[Fed <b>cuts</b> &amp; waits]]></title><link>https://a.example/1?utm_source=rss</link>"
            '<guid isPermaLink="false">tag-7</guid><description><![CDATA[<p>One.</p><p>Two &euro;5</p>]]></description>'
            "<pubDate>Sat, 28 Mar 2026 13:00:00 +0100</pubDate></item>"
        )
    )
    assert item == RawItem(
        source="A",
        title="Fed cuts & waits",
        summary="One. Two €5",
        url="https://a.example/1?utm_source=rss",
        guid="tag-7",
        published_at=NOON,
    )


def test_cdata_that_was_escaped_once_more_is_no_part_of_an_address_or_a_text() -> None:
    item = only(
        rss(
            "<item><title>&lt;![CDATA[Fed cuts &amp;amp; waits]]&gt;</title>"
            "<link>\n  &lt;![CDATA[https://a.example/1?a=1&amp;b=2]]&gt;\n</link>"
            '<guid isPermaLink="false">&lt;![CDATA[tag-7]]&gt;</guid>'
            "<description>&lt;![cdata[&lt;p&gt;One.&lt;/p&gt;]]&gt;</description>"
            "<pubDate>&lt;![CDATA[Sat, 28 Mar 2026 13:00:00 +0100]]&gt;</pubDate></item>"
        ),
        url="https://a.example/feed",
    )
    assert (item.title, item.summary, item.guid, item.published_at) == ("Fed cuts & waits", "One.", "tag-7", NOON)
    assert item.url == "https://a.example/1?a=1&b=2"


def test_atom_with_a_relative_address_and_full_content() -> None:
    item = only(
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>urn:1</id>'
        b'<title type="html">A &amp;lt; B</title>'
        b'<link href="/posts/1"/><updated>2026-03-28T12:00:00Z</updated><summary>short</summary>'
        b'<content type="html">&lt;p&gt;the longer text&lt;/p&gt;</content></entry></feed>',
        url="https://a.example/feed",
    )
    assert (item.title, item.summary, item.url, item.published_at) == (
        "A < B",
        "the longer text",
        "https://a.example/posts/1",
        NOON,
    )


def test_a_guid_that_is_an_address_stands_in_for_the_link() -> None:
    item = only(rss("<item><title>t</title><guid>https://a.example/9</guid></item>"))
    assert (item.url, item.guid) == ("https://a.example/9", "https://a.example/9")


@pytest.mark.parametrize("written", ["", "yesterday", "Sat, 31 Feb 2026 99:00:00 GMT", "0000-00-00", "9999-12-31"])
def test_dates_that_cannot_be_read_are_none(written: str) -> None:
    assert only(rss(f"<item><title>t</title><pubDate>{written}</pubDate></item>")).published_at is None


def test_dates_without_an_offset_are_utc_and_future_dates_stay() -> None:
    item = only(rss("<item><title>t</title><pubDate>2027-01-01T00:00:00</pubDate></item>"))
    assert item.published_at == datetime(2027, 1, 1, tzinfo=UTC)


ACCENTS = '<rss version="2.0"><channel><item><title>é ü</title></item></channel></rss>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings_that_are_declared(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{ACCENTS}'
    assert only(text.encode(encoding)).title == "é ü"


def test_encodings_that_are_declared_wrongly() -> None:
    text = f'<?xml version="1.0" encoding="us-ascii"?>{ACCENTS}'
    assert only(text.encode()).title == "é ü"
    assert only(rss("<item><title>é ü</title></item>"), content_type="text/xml; charset=iso-8859-1").title


def test_broken_markup_is_read_as_far_as_it_goes() -> None:
    feed = read_feed(
        b"<rss version='2.0'><channel><title>T & Co</title><item><title>one & two</title><link>https://a.example/1?a=1&b=2</link>"
        b"<description>5 < 6 <br> text</description></item><item><title>three</title>",
        source="A",
    )
    assert [item.title for item in feed.items] == ["one & two", "three"]
    assert feed.items[0].url == "https://a.example/1?a=1&b=2"


@pytest.mark.parametrize("cut", ["</link>", "</ti", "<pubDate>Sat, 28 Mar"])
def test_of_a_document_that_is_cut_off_whole_entries_are_read(cut: str) -> None:
    date = "<pubDate>Sat, 28 Mar 2026 12:00:00 GMT</pubDate>"
    entry = f"<item><title>{{}}</title><link>https://a.example/{{}}</link>{date}</item>"
    whole = rss(*(entry.format(number, number) for number in range(3)))
    feed = read_feed(whole[: whole.rindex(cut.encode()) + len(cut)], source="A")
    assert ([item.title for item in feed.items], feed.cut) == (["0", "1"], True)
    assert feed.complaint == "the document is cut off, and what is left of it is read"


def test_ampersands_and_named_characters_of_html_are_what_they_show() -> None:
    item = only(
        rss(
            "<item><title>AT&T &amp; S&P; &nbsp;5 &euro; &#38; &bogus; \x08</title><link>https://a.example/?a=1&b=2</link></item>"
        )
    )
    assert (item.title, item.url) == ("AT&T & S&P; 5 € & &bogus;", "https://a.example/?a=1&b=2")


def test_words_of_attacks_inside_texts_are_only_words() -> None:
    text = "<description><![CDATA[How <!ENTITY a 'b'> works]]></description><!-- <!ENTITY c 'd'> -->"
    assert only(rss(f"<item><title>XML</title>{text}</item>")).title == "XML"
    assert only(rss(f"<item><title>R&D</title>{text}</item>")).title == "R&D"


def test_of_a_long_feed_the_newest_entries_are_read() -> None:
    days = [NOON - timedelta(hours=hour) for hour in range(2100)]
    items = [
        f"<item><title>n{n}</title><guid>{n}</guid><pubDate>{at.isoformat()}</pubDate></item>"
        for n, at in enumerate(days)
    ]
    feed = read_feed(rss(*reversed(items), head="<title>T</title>"), source="A")
    assert (len(feed.items), feed.items[-1].title, feed.items[0].title, feed.title) == (2000, "n0", "n1999", "T")
    assert feed.complaint == "the newest 2000 of 2100 entries are read"
    broken = read_feed(rss(*reversed(items), head="<title>A & B</title>"), source="A")
    assert broken.items == feed.items


def test_entries_that_say_nothing_are_left_out_and_counted() -> None:
    feed = read_feed(rss("<item><guid>1</guid></item><item><title>t</title></item>"), source="A")
    assert [item.title for item in feed.items] == ["t"]
    assert (feed.complaint or "").startswith("1 of 2 entries has neither a title nor a text, and cannot be read; ")


def test_the_publisher_is_told_which_dates_cannot_be_read() -> None:
    feed = read_feed(rss("<item><title>t</title><pubDate>gestern</pubDate></item>"), source="A")
    assert feed.complaint == (
        "1 of 1 entries has no readable date, for example 'gestern'; it counts from when it is seen"
    )


def test_the_language_of_a_feed_says_which_figure_is_the_month() -> None:
    item = "<item><title>t</title><pubDate>05/11/2025 09:01</pubDate></item>"
    read = [only(rss(item, head=f"<language>{language}</language>")).published_at for language in ("pt-br", "en-us")]
    assert read == [datetime(2025, 11, 5, 9, 1, tzinfo=UTC), datetime(2025, 5, 11, 9, 1, tzinfo=UTC)]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "mailto:a@b.example"]
)
def test_addresses_that_are_not_of_the_web_are_dropped(link: str) -> None:
    assert only(rss(f"<item><title>t</title><link>{link}</link></item>")).url is None


def test_colliding_guids_and_shared_addresses_are_told_apart() -> None:
    feed = read_feed(
        rss(
            "<item><title>a</title><guid isPermaLink='false'>1</guid><link>https://a.example/1</link></item>",
            "<item><title>b</title><guid isPermaLink='false'>1</guid><link>https://a.example/2</link></item>",
            "<item><title>c</title><guid isPermaLink='false'>2</guid><link>https://a.example/live</link></item>",
            "<item><title>d</title><guid isPermaLink='false'>3</guid><link>https://a.example/live?utm_source=x</link></item>",
        ),
        source="A",
    )
    assert len({item.guid for item in feed.items}) == 4
    assert [item.shared_url for item in feed.items] == [False, False, True, True]


def test_the_wait_a_feed_asks_for_is_read() -> None:
    assert read_feed(rss(head="<title>T</title><ttl> 90 </ttl>"), source="A").ttl == timedelta(minutes=90)
    assert read_feed(rss(head="<title>T</title><ttl>soon</ttl>"), source="A").ttl is None
    assert read_feed(rss(head="<title>T</title><ttl>999999</ttl>"), source="A").ttl == timedelta(days=1)


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE r [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x.dtd">%a;]>'
PART = "<!DOCTYPE r [<!ENTITY % a \"<!ENTITY b SYSTEM 'file:///etc/passwd'>\">%a;]>"
LONG = f'<!DOCTYPE r [<!ENTITY a "{"a" * 300}">]>'
HIDDEN = '<!DOCTYPE r [<!ENTITY % x PUBLIC "" ""><!ENTITY a "%x;">]>'
LATER = '<!DOCTYPE r [<!ENTITY nbsp "&#160;">]><!DOCTYPE r [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
BODY = '<rss version="2.0"><channel><item><title>&b;&a;</title></item></channel></rss>'

HEADS = (BOMB, EXTERNAL, PARAMETER, PART, LONG, HIDDEN, LATER)


@pytest.mark.parametrize(
    "content",
    [
        *[f'<?xml version="1.0"?>{head}{BODY}'.encode() for head in HEADS],
        f'<?xml version="1.0" encoding="utf-16"?>{BOMB}{BODY}'.encode("utf-16"),
        f'<?xml version="1.0" encoding="utf-7"?>{BOMB}{BODY}'.encode("utf-7"),
        f'<?xml version="1.0" encoding="cp037"?>{BOMB}{BODY}'.encode("cp037"),
        b'<rss version="2.0"><channel>' + b"<a/>" * 1_000_000 + b"</channel></rss>",
        b'<rss version="2.0"><channel>' + b"<a>" * 100_000,
        b'<rss version="2.0"><channel><item><title>' + b"<![CDATA[" * 100_000,
        b'<rss version="2.0"><channel><item '
        + b" ".join(b'a%d="x"' % at for at in range(80_000))
        + b"/></channel></rss>",
        b'<rss version="2.0"><channel><item><title>' + b"x" * 2_000_000,
        b"<html><body>no feed</body></html>",
        b"{}",
        b"",
        b"\x00\xff\xfe",
    ],
)
def test_hostile_documents_and_those_that_are_no_feed_are_refused(content: bytes) -> None:
    with pytest.raises(FeedRefused):
        read_feed(content, source="A")


def test_very_many_categories_take_no_time() -> None:
    many = "".join(f"<category>c{number}</category>" for number in range(30_000))
    keywords = ",".join(str(number) for number in range(30_000))
    head = f"<itunes:keywords xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>{keywords}</itunes:keywords>"
    start = time.process_time()
    assert [
        item.title for item in read_feed(rss(f"<item><title>a</title>{many}</item>", head=head), source="A").items
    ] == ["a"]
    # Compared with each other they take a minute.
    assert time.process_time() - start < 15


def test_a_document_type_without_entities_is_no_attack() -> None:
    head = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss.dtd">'
    content = f'<?xml version="1.0"?>{head}<rss version="0.91"><channel><item><title>t</title></item></channel></rss>'
    assert only(content.encode()).title == "t"


XHTML = (
    '<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" '
    '"http://127.0.0.1:1/xhtml-lat1.ent">\n  %HTMLlat1;'
)
SPACE = (
    '<!-- names -->\n<!ENTITY nbsp "&#160;"><!ENTITY firm \'Smith &amp; "Sons" <b>Ltd</b>\'><!ELEMENT item (#PCDATA)>'
)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
@pytest.mark.parametrize(
    "head",
    [
        f"<!DOCTYPE rss [{SPACE}]>",
        f"<!DOCTYPE rss [{XHTML}{SPACE}] >",
        f"<!-- made by hand -->\n<!DOCTYPE rss SYSTEM 'http://127.0.0.1:1/rss.dtd' [\n{SPACE}\n]>",
        f"<!doctype rss [{SPACE}<!ATTLIST item a CDATA '<>'><!ENTITY nbsp 'the first one counts'>]>",
    ],
)
def test_characters_and_texts_that_a_document_type_names_are_read(head: str, encoding: str) -> None:
    body = (
        "<item><title>Рост&nbsp;&euro;5&mdash;&firm; &unknown; AT&T</title><link>https://a.example/?a=1&amp;b=2</link>"
        "<description><![CDATA[&firm;]]></description></item>"
    )
    content = f'<?xml version="1.0" encoding="{encoding}"?>\n{head}{rss(body).decode().partition("?>")[2]}'
    item = only(content.encode(encoding))
    assert item.title == 'Рост €5—Smith & "Sons" Ltd &unknown; AT&T'
    assert (item.url, item.summary) == ("https://a.example/?a=1&b=2", "&firm;")


def test_names_of_a_document_type_do_not_make_a_document_much_longer() -> None:
    head = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 200}">]>'
    content = f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><item><title>{"&a;" * 100_000}'
    with pytest.raises(FeedRefused, match="mostly made of entities"):
        read_feed(f"{content}</title></item></channel></rss>".encode(), source="A")


PIECES = st.lists(
    st.sampled_from(
        [
            "<item>",
            "</item>",
            "<title>",
            "</title>",
            "<![CDATA[",
            "]]>",
            "&amp;",
            "&",
            "<",
            "a",
            "<link>https://a.example/</link>",
        ]
    )
    | st.text(max_size=4),
    max_size=20,
).map("".join)


@settings(max_examples=100)
@given(PIECES, st.sampled_from(["utf-8", "utf-16", "latin-1"]))
def test_any_bytes_give_items_or_a_refusal(pieces: str, encoding: str) -> None:
    content = f"<rss version='2.0'><channel>{pieces}</channel></rss>".encode(encoding, "replace")
    try:
        feed = read_feed(content, source="A")
    except FeedRefused:
        return
    assert all(item.title or item.summary for item in feed.items)
    assert read_feed(content, source="A") == feed


# Latin-1 is left out: the reader mends what looks like UTF-8 that was decoded as Latin-1 (`Â¡`).
LETTERS = st.characters(max_codepoint=126, exclude_categories=["Cc"]) | st.characters(
    min_codepoint=0x400, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cf", "Cc"]
)


@given(st.text(LETTERS, max_size=30))
def test_a_title_arrives_as_it_was_written(title: str) -> None:
    content = rss(f"<item><title>{escape(escape(title))}</title><guid>1</guid><description>d</description></item>")
    assert only(content).title == plain_text(title)


def test_opml_lists_are_flattened() -> None:
    content = b"""<?xml version="1.0"?><opml version="2.0"><body><outline text="Crypto">
      <outline text="Coin &amp; Wire" type="rss" xmlUrl="https://a.example/feed"/>
      <outline title="B" text="x" xmlURL="https://b.example/rss"/></outline>
      <outline text="again" xmlUrl="https://a.example/feed"/><outline xmlUrl="https://c.example/atom"/>
      <outline text="bad" xmlUrl="file:///etc/passwd"/></body></opml>"""
    assert [(each.name, each.url) for each in read_opml(content)] == [
        ("Coin & Wire", "https://a.example/feed"),
        ("B", "https://b.example/rss"),
        ("c.example", "https://c.example/atom"),
    ]


def test_lists_of_feeds_may_have_ampersands_and_named_characters() -> None:
    outline = '<outline text="R&D&nbsp;News" xmlUrl="https://a.example/feed?a=1&b=2"/>'
    feeds = read_opml(f"<opml version='1.0'><body>{outline}</body></opml>".encode())
    assert [(feed.name, feed.url) for feed in feeds] == [("R&D News", "https://a.example/feed?a=1&b=2")]


@pytest.mark.parametrize(
    "content", [b"<rss/>", b"<opml><body>", b"<!DOCTYPE opml><opml/>", BOMB.encode() + b"<opml/>", b""]
)
def test_what_is_no_list_of_feeds_is_refused(content: bytes) -> None:
    with pytest.raises(FeedRefused):
        read_opml(content)
