"""Reading RSS and Atom documents from bytes, tolerant of errors and safe against hostile ones."""

import calendar
import codecs
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.parsers import expat

import feedparser
from attrs import frozen

from tradecore.engines.digest.identity import plausible_time, separate_shared_ids
from tradecore.engines.digest.text import plain_text
from tradecore.engines.digest.urls import shown_url
from tradecore.model.news import RawItem

MARKUP_LIMIT = 200_000
"""The most `<` of one document; the largest real feeds have a tenth of it."""
DEPTH_LIMIT = 100
ATTRIBUTE_LIMIT = 200
UNCLOSED_LIMIT = 2000
ILL_FORMED_LIMIT = 1024 * 1024
ITEM_LIMIT = 2000
TTL_LIMIT = timedelta(days=1)
_TITLE_LIMIT, _SUMMARY_LIMIT, _GUID_LIMIT = 500, 20_000, 1000

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_TAG_LIMIT = 20_000


class FeedRefused(ValueError):
    """The bytes are no feed, or are built to harm the reader; the message says which."""


@frozen
class Feed:
    """A feed: its title, its entries in its own order, and the least time between fetches that it asks for."""

    title: str
    items: tuple[RawItem, ...]
    ttl: timedelta | None = None


def read_feed(content: bytes, *, source: str, url: str | None = None, content_type: str | None = None) -> Feed:
    """The entries of an RSS or Atom document, with plain text and aware UTC times or None.

    `url` resolves relative links, `content_type` is the header it came with. Tolerates broken markup, wrong encodings
    and odd dates. Reads nothing but the bytes. Raises FeedRefused for a document that is no feed, declares entities,
    or is built to exhaust the reader.
    """
    refuse_hostile(content, content_type)
    headers = {"content-type": content_type} if content_type else {}
    if url:
        headers["content-location"] = url
    try:
        parsed = feedparser.parse(
            # feedparser would open bytes that name a file; a stream it only reads.
            _Stream(content),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
        raise FeedRefused("the document breaks the feed reader; look at it in a browser") from error
    if not dict.get(parsed, "version") and not parsed.entries:
        raise FeedRefused("the document is neither RSS nor Atom; check the address of the feed")
    entries = [_item(entry, source) for entry in parsed.entries[:ITEM_LIMIT]]
    return Feed(
        title=plain_text(_text(parsed.feed, "title"))[:_TITLE_LIMIT],
        items=separate_shared_ids([item for item in entries if item.title or item.summary]),
        ttl=_ttl(_text(parsed.feed, "ttl")),
    )


def refuse_hostile(content: bytes, content_type: str | None = None) -> None:
    """Raises FeedRefused for a document that declares entities, could hide them by its encoding, or is mostly tags."""
    # Without zero bytes, markup in UTF-16 and UTF-32 reads like ASCII.
    bare = content.replace(b"\x00", b"")
    declared = [match[1].decode("ascii") for match in [_DECLARED.search(bare[:1000])] if match]
    declared += [match[1] for match in [_CHARSET.search(content_type or "")] if match]
    for name in declared:
        if not _keeps_ascii(name):
            raise FeedRefused(f"feeds in the encoding {name!r} are not read; publish it as UTF-8")
    if bare.startswith(b"\x4c\x6f\xa7\x94"):
        raise FeedRefused("feeds in EBCDIC are not read; publish it as UTF-8")
    upper = bare[: 1 << 16].upper() if b"<!" in bare else b""
    if b"<!ENTITY" in upper or b"<!ENTITY" in bare or b"<!entity" in bare:
        raise FeedRefused("the document declares entities, which no feed needs and attacks are made of")
    if bare.count(b"<") > MARKUP_LIMIT:
        raise FeedRefused(f"the document has more than {MARKUP_LIMIT} tags; split the feed")
    try:
        _refuse_lavish(content)
    except FeedRefused:
        raise
    except (expat.ExpatError, ValueError, LookupError):
        # Documents that are not well-formed, or in an encoding that expat does not know, go to a tolerant parser whose
        # time can grow with the square of the size.
        if len(content) > ILL_FORMED_LIMIT:
            raise FeedRefused(
                f"the document is not well-formed XML and larger than {ILL_FORMED_LIMIT} bytes; mend it or split it"
            ) from None
        _refuse_unclosed(bare)


def _refuse_lavish(content: bytes) -> None:
    depth = 0

    def opened(_: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_LIMIT or len(attributes) > 2 * ATTRIBUTE_LIMIT:
            raise FeedRefused("the document is nested too deeply, or an element has too many attributes; it is no feed")

    def closed(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.Parse(content, True)


def _refuse_unclosed(bare: bytes) -> None:
    """Raises FeedRefused for more unclosed markup than a mistake would explain."""
    depth = at = 0
    while (at := bare.find(b"<", at)) >= 0:
        if bare.startswith((b"<![CDATA[", b"<!--"), at):
            end = bare.find(b"]]>" if bare.startswith(b"<![", at) else b"-->", at)
            if end < 0:
                raise FeedRefused("the document ends inside a comment or a CDATA section; it is cut off")
            at = end
            continue
        end = bare.find(b">", at, at + _TAG_LIMIT)
        if bare[at + 1 : at + 2] == b"/":
            depth = max(0, depth - 1)
        elif bare[at + 1 : at + 2].isalpha():
            if end < 0 and len(bare) - at > _TAG_LIMIT:
                raise FeedRefused(f"the document has a tag of more than {_TAG_LIMIT} bytes; it is no feed")
            depth += bare[end - 1 : end] != b"/"
        if depth > UNCLOSED_LIMIT:
            raise FeedRefused("the document opens far more elements than it closes; it is no feed")
        at += 1


class _Stream:
    """Bytes with the `read` method that feedparser expects."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self) -> bytes:
        return self._content


def _item(entry: Any, source: str) -> RawItem:
    contents = [_text(part, "value") for part in dict.get(entry, "content") or () if isinstance(part, dict)]
    bodies = [plain_text(text) for text in (*contents, _text(entry, "summary"))]
    guid = _text(entry, "id").strip()[:_GUID_LIMIT]
    return RawItem(
        source=source,
        title=plain_text(_text(entry, "title"))[:_TITLE_LIMIT],
        summary=max(bodies, key=len)[:_SUMMARY_LIMIT],
        url=_address(entry),
        guid=guid or None,
        published_at=_time(entry),
    )


def _address(entry: Any) -> str | None:
    """The address of the entry, unchanged; None when it cannot be linked to."""
    link = _text(entry, "link").strip()
    return link if shown_url(link) else None


def _text(part: Any, key: str) -> str:
    # `dict.get`, because the `get` of feedparser makes up values for some keys, with a warning.
    value = dict.get(part, key)
    return value if isinstance(value, str) else ""


def _time(entry: Any) -> datetime | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        parsed = dict.get(entry, key)
        if parsed is None:
            continue
        try:
            moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        except (ValueError, OverflowError, OSError, TypeError):
            continue
        if plausible_time(moment):
            return moment
    return None


def _ttl(minutes: str) -> timedelta | None:
    text = minutes.strip()
    return min(timedelta(minutes=int(text[:6])), TTL_LIMIT) if text.isascii() and text.isdigit() else None


def _keeps_ascii(name: str) -> bool:
    """Whether an encoding writes markup as ASCII does, apart from zero bytes, so that the bytes can be searched."""
    try:
        codec = codecs.lookup(name).name
        return codec != "utf-7" and "<!ENTITY".encode(codec).replace(b"\x00", b"").lstrip(b"\xff\xfe") == b"<!ENTITY"
    except (LookupError, UnicodeError, ValueError):
        # feedparser ignores unknown names as well, and detects the encoding.
        return not name.lower().startswith(("utf-7", "ebcdic"))
