"""The document type of a feed: taken off before anything parses it, with the characters that it names."""

import re
from collections.abc import Mapping

from attrs import frozen

from tradecore_adapters.news.feed_limits import FeedRefused

SUBSET_LIMIT = 64 * 1024
"""The most bytes of a document type; one with all 253 named characters of HTML has a quarter of it."""
VALUE_LIMIT = 200
"""The most bytes of the text that a name stands for."""
_COUNT_LIMIT = 1000

_NAME = rb"[A-Za-z_:][A-Za-z0-9_:.\-]{0,60}"
_QUOTED = rb"(?:\"[^\"]*\"|'[^']*')"
# What may stand before the document type.
_PROLOG = re.compile(rb"\s*(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_BEGIN = re.compile(rb"<!DOCTYPE\s+" + _NAME + rb"(?:\s+|" + _QUOTED + rb"|PUBLIC|SYSTEM)*", re.IGNORECASE)
_END = re.compile(rb"\s*\]?\s*>")
_SKIPPED = re.compile(
    rb"\s+|<!--.*?-->|<\?.*?\?>|%" + _NAME + rb";|<!(?:ELEMENT|ATTLIST|NOTATION)\s(?:[^<>\"']|" + _QUOTED + rb")*>",
    re.DOTALL,
)
_ENTITY = re.compile(rb"<!ENTITY\s+(?P<name>" + _NAME + rb")\s+(?P<value>" + _QUOTED + rb")\s*>")
# Sets of named characters, such as those of XHTML 1.0, which are published once and known here.
_NAMED_SET = re.compile(rb"<!ENTITY\s+%\s+" + _NAME + rb"\s+PUBLIC\s+" + _QUOTED + rb"\s+" + _QUOTED + rb"\s*>")
_REFERENCE = re.compile(rb"[&%]" + _NAME + rb";")
_XML = frozenset({b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&apos;"})


@frozen
class Untyped:
    """A document without its document type, and the texts that this gave names to, by name.

    `texts` is None where no document type was taken off.
    """

    content: bytes
    texts: Mapping[bytes, bytes] | None


def without_document_type(content: bytes) -> Untyped:
    """The document without its document type, of which only names of short texts count.

    Nothing that it points to is read. Raises FeedRefused where a name stands for another document or for other names,
    as in attacks. A document type that is very long or not well-formed is left in place.
    """
    prolog = _PROLOG.match(content)
    start = prolog.end() if prolog else 0
    begin = _BEGIN.match(content, start)
    if begin is None:
        return Untyped(content, None)
    at, texts = begin.end(), dict[bytes, bytes]()
    if content.startswith(b"[", at):
        at = _read_subset(content, at + 1, texts)
    end = _END.match(content, at)
    if end is None or end.end() - start > SUBSET_LIMIT:
        # Whoever parses the document refuses what is declared in there.
        return Untyped(content, None)
    return Untyped(content[:start] + content[end.end() :], texts)


def _read_subset(content: bytes, at: int, texts: dict[bytes, bytes]) -> int:
    """Where the declarations inside a document type end; their names go into `texts`."""
    end = at + SUBSET_LIMIT
    while at < end:
        if entity := _ENTITY.match(content, at, end):
            # The first declaration of a name counts.
            texts.setdefault(entity["name"], _text(entity["value"][1:-1]))
        skipped = entity or _NAMED_SET.match(content, at, end) or _SKIPPED.match(content, at, end)
        if skipped is None:
            if content[at : at + 8].upper() == b"<!ENTITY":
                raise FeedRefused(
                    "the document declares entities that point to other documents or are made of others; leave them out"
                )
            return at
        if len(texts) > _COUNT_LIMIT:
            raise FeedRefused(f"the document declares more than {_COUNT_LIMIT} entities; leave them out")
        at = skipped.end()
    return at


def _text(value: bytes) -> bytes:
    """The value of an entity. Raises FeedRefused for a long one, and one that is made of others."""
    if len(value) > VALUE_LIMIT or any(match[0] not in _XML for match in _REFERENCE.finditer(value)):
        raise FeedRefused("the document declares entities that are long or made of others; leave them out")
    return value.replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b'"', b"&quot;").replace(b"'", b"&apos;")
