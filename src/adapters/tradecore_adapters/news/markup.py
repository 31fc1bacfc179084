"""The markup of feeds: mend what is not well-formed, and keep the newest entries of long documents."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html.entities import html5
from xml.parsers import expat

from attrs import define, frozen

from tradecore_adapters.news.dates import read_dates
from tradecore_adapters.news.document_type import without_document_type
from tradecore_adapters.news.feed_limits import (
    FeedRefused,
    bounded_parser,
    refuse_broken,
    refuse_encoding,
    refuse_markup,
)

ENTRY_LIMIT = 2000
"""The most entries that are read of one document; of more, the newest are."""
_SCAN_LIMIT = 3_000_000
_DATE_LENGTH = 100
_GROWTH_LIMIT = 1024 * 1024
_DATES = ("pubdate", "published", "date", "issued", "updated", "modified", "created")
_XML_ENTITIES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_REFERENCE = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|[\x01-\x08\x0b\x0c\x0e-\x1f]"
    rb"|&(?:#(?P<decimal>[0-9]{1,7});|#[xX](?P<hex>[0-9a-fA-F]{1,6});|(?P<name>[A-Za-z_][A-Za-z0-9_.\-]{0,60});)?",
    re.DOTALL,
)


# Where a feed ends, and where an entry does.
_END = re.compile(rb"</(?:\w{1,20}:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_ENTRY_END = re.compile(rb"</(?:item|entry)\s*>", re.IGNORECASE)
_DATED = re.compile(rb"<(?:\w{1,20}:)?(?:" + "|".join(_DATES).encode() + rb")[\s>]", re.IGNORECASE)
_END_LIMIT = 1000
# A CDATA section that was escaped once more around the text of a whole element.
_ESCAPED_CDATA = re.compile(rb"(?<=>)\s{0,20}&lt;!\[CDATA\[|\]\]&gt;\s{0,20}(?=</)", re.IGNORECASE)


@frozen
class Prepared:
    """A document for the parser, with how many entries it had, or None where nobody counted.

    `cut` says that its end is missing.
    """

    content: bytes
    entries: int | None
    cut: bool = False


def prepare(content: bytes, content_type: str | None = None) -> Prepared:
    """A document whose markup is mended, with the newest `ENTRY_LIMIT` entries at most.

    Of one that ends in the middle of an entry those before it are left. Raises FeedRefused for a document that is built
    to exhaust its reader.
    """
    refuse_encoding(content, content_type)
    untyped = without_document_type(content)
    content = untyped.content if untyped.texts is None else mended(untyped.content, untyped.texts)
    content = _ESCAPED_CDATA.sub(b"", content)
    cut = False
    try:
        spans = _entries(content)
    except (expat.ExpatError, ValueError, LookupError) as error:
        # Also encodings that expat does not know.
        if isinstance(error, FeedRefused):
            raise
        cut = b"\x00" not in content and not _END.search(content[-_END_LIMIT:])
        if cut:
            content = _whole_entries(content)
        refuse_broken(content)
        content = mended(content)
        spans = []
    if len(spans) > ENTRY_LIMIT and b"\x00" not in content[:1000]:
        kept = newest([span.at for span in spans], ENTRY_LIMIT)
        pieces = [content[: spans[0].start], *(content[spans[at].start : spans[at].end] for at in kept)]
        content = b"".join([*pieces, content[spans[-1].end :]])
    refuse_markup(content)
    return Prepared(content, len(spans) or None, cut)


def newest(dates: Sequence[datetime | None], limit: int) -> list[int]:
    """The positions of the newest `limit` entries, in their order; among equals and without dates the first ones."""
    ranked = sorted(range(len(dates)), key=lambda at: (-(moment.timestamp() if (moment := dates[at]) else 0.0), at))
    return sorted(ranked[:limit])


def _whole_entries(content: bytes) -> bytes:
    """The document up to the end of its last whole entry.

    An entry without an end is kept where it ends with a tag, unless it has no date and others have.
    """
    end = 0
    for match in _ENTRY_END.finditer(content):
        end = match.end()
    lacks_date = _DATED.search(content, 0, end) is not None and _DATED.search(content, end) is None
    return content[:end] if end and (lacks_date or not content.rstrip().endswith(b">")) else content


def mended(content: bytes, texts: Mapping[bytes, bytes] | None = None) -> bytes:
    """The document with ampersands escaped that begin nothing, named characters as numbers, no control characters.

    `texts` are what other names stand for, as XML. Leaves comments and CDATA sections as they are. Raises FeedRefused
    where `texts` make the document much longer.
    """
    if b"\x00" in content:
        return content
    named, grown = texts or {}, 0

    def mend(match: re.Match[bytes]) -> bytes:
        nonlocal grown
        name = match["name"]
        if name is None or name in _XML_ENTITIES or name not in named:
            return _mend(match)
        grown += len(named[name])
        if grown > _GROWTH_LIMIT:
            raise FeedRefused("the document is mostly made of entities that it declares; leave them out")
        return _REFERENCE.sub(_mend, named[name])

    return _REFERENCE.sub(mend, content)


def _mend(match: re.Match[bytes]) -> bytes:
    written = match[0]
    if written.startswith(b"<!"):
        return written
    if not written.startswith(b"&"):
        return b""
    if (name := match["name"]) is not None:
        if name in _XML_ENTITIES:
            return written
        signs = html5.get(name.decode("ascii") + ";")
        return b"&amp;" + written[1:] if signs is None else b"".join(b"&#%d;" % ord(sign) for sign in signs)
    number = int(match["decimal"]) if match["decimal"] else int(match["hex"], 16) if match["hex"] else None
    if number is None:
        return b"&amp;" + written[1:]
    return written if number in (9, 10, 13) or 32 <= number < 0xD800 or 0xDFFF < number < 0x110000 else b""


@define
class _Span:
    """Where an entry stands in the bytes, and when it was published."""

    start: int
    end: int = 0
    written: str = ""
    rank: int = len(_DATES)
    at: datetime | None = None


def _entries(content: bytes) -> list[_Span]:
    """The entries of a well-formed document. Raises FeedRefused, and as expat does for one that is not well-formed."""
    spans: list[_Span] = []
    inside: list[str] = []
    entry: _Span | None = None
    text: list[str] | None = None
    seen = 0

    def opened(name: str, _: list[str]) -> None:
        nonlocal entry, text, seen
        seen += 1
        if seen > _SCAN_LIMIT:
            raise FeedRefused(f"the document has more than {_SCAN_LIMIT} elements; split the feed")
        local = name.rpartition(":")[2].lower()
        if entry is None and local in ("item", "entry"):
            entry = _Span(parser.CurrentByteIndex)
            inside.clear()
        elif entry is not None:
            inside.append(local)
            text = [] if len(inside) == 1 and local in _DATES else None

    def said(data: str) -> None:
        if text is not None and len(text) < _DATE_LENGTH:
            text.append(data)

    def closed(name: str) -> None:
        nonlocal entry, text
        if entry is None:
            return
        if not inside:
            entry.end = content.find(b">", parser.CurrentByteIndex) + 1
            spans.append(entry)
            entry = None
            return
        local = inside.pop()
        if text is not None and _DATES.index(local) < entry.rank:
            entry.written, entry.rank = "".join(text).strip()[:_DATE_LENGTH], _DATES.index(local)
        text = None

    parser = bounded_parser(opened, closed)
    parser.CharacterDataHandler = said
    parser.Parse(content, True)
    if len(spans) > ENTRY_LIMIT:
        for span, at in zip(spans, read_dates([span.written for span in spans]), strict=True):
            span.at = at
    return spans
