"""Limits of feeds: documents that are no feed, or are built to exhaust their reader, are refused."""

import codecs
import re
from collections.abc import Callable
from functools import cache
from typing import Any
from xml.parsers import expat

MARKUP_LIMIT = 200_000
"""The most `<` of one document; the largest real feeds have a tenth of it."""
DEPTH_LIMIT = 100
ATTRIBUTE_LIMIT = 200
UNCLOSED_LIMIT = 2000
ILL_FORMED_LIMIT = 1024 * 1024
_TAG_LIMIT = 20_000
_CATEGORIES = 50

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_ENTITY = re.compile(rb"<!entity|<!\[CDATA\[|<!--", re.IGNORECASE)
_DECLARES_ENTITIES = "the document declares entities, which no feed needs and attacks are made of"


class FeedRefused(ValueError):
    """The bytes are no feed, or are built to harm the reader; the message says which."""


def refuse_encoding(content: bytes, content_type: str | None = None) -> None:
    """Raises FeedRefused for an encoding in which markup could hide from a search of the bytes."""
    bare = _bare(content[:2000])
    declared = [match[1].decode("ascii") for match in [_DECLARED.search(bare[:1000])] if match]
    declared += [match[1] for match in [_CHARSET.search(content_type or "")] if match]
    for name in declared:
        if not _keeps_ascii(name):
            raise FeedRefused(f"feeds in the encoding {name!r} are not read; publish it as UTF-8")
    if bare.startswith(b"\x4c\x6f\xa7\x94"):
        raise FeedRefused("feeds in EBCDIC are not read; publish it as UTF-8")


def refuse_markup(content: bytes) -> None:
    """Raises FeedRefused for a document that is mostly tags."""
    if content.count(b"<") > MARKUP_LIMIT:
        raise FeedRefused(f"the document has more than {MARKUP_LIMIT} tags; split the feed")


@cache
def bound_categories() -> None:
    """Have feedparser keep few categories and keywords of an entry, none of which is used here.

    It compares each with all before it, so that a feed of some megabytes would take it hours.
    """
    from feedparser.mixin import _FeedParserMixin

    add = _FeedParserMixin._add_tag

    def add_tag(parser: Any, term: Any, scheme: Any, label: Any) -> None:
        if len(parser._get_context().setdefault("tags", [])) < _CATEGORIES:
            add(parser, term, scheme, label)

    _FeedParserMixin._add_tag = add_tag


def bounded_parser(opened: Callable[[str, list[str]], None], closed: Callable[[str], None]) -> expat.XMLParserType:
    """A parser that calls `opened` with the name and the attributes of each element, and `closed` at its end.

    The attributes are names and values in turn. Parsing raises FeedRefused for declared entities, deep nesting and
    elements with very many attributes.
    """
    depth = 0

    def open_element(name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_LIMIT or len(attributes) > 2 * ATTRIBUTE_LIMIT:
            raise FeedRefused("the document is nested too deeply, or an element has too many attributes; it is no feed")
        opened(name, attributes)

    def close_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        closed(name)

    def declare_entity(*_: object) -> None:
        raise FeedRefused(_DECLARES_ENTITIES)

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.EntityDeclHandler = declare_entity
    return parser


def refuse_broken(content: bytes) -> None:
    """Raises FeedRefused for a document that is not well-formed, and declares entities or does not look like a mistake.

    Such documents go to a tolerant parser, whose time can grow with the square of their size.
    """
    if len(content) > ILL_FORMED_LIMIT:
        raise FeedRefused(
            f"the document is not well-formed XML and larger than {ILL_FORMED_LIMIT} bytes; mend it or split it"
        )
    bare = _bare(content)
    at = 0
    while match := _ENTITY.search(bare, at):
        if match[0][2:3] in b"eE":
            raise FeedRefused(_DECLARES_ENTITIES)
        end = bare.find(b"]]>" if match[0].startswith(b"<![") else b"-->", match.end())
        if end < 0:
            raise FeedRefused("the document ends inside a comment or a CDATA section; it is cut off")
        at = end
    _refuse_unclosed(bare)


def _refuse_unclosed(bare: bytes) -> None:
    """Raises FeedRefused for more unclosed markup than a mistake would explain."""
    depth = at = 0
    while (at := bare.find(b"<", at)) >= 0:
        if bare.startswith((b"<![CDATA[", b"<!--"), at):
            at = max(at, bare.find(b"]]>" if bare.startswith(b"<![", at) else b"-->", at)) + 1
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


def _bare(content: bytes) -> bytes:
    """The bytes without zeros, so that markup in UTF-16 and UTF-32 reads like ASCII."""
    return content.replace(b"\x00", b"")


def _keeps_ascii(name: str) -> bool:
    """Whether an encoding writes markup as ASCII does, apart from zero bytes, so that the bytes can be searched."""
    try:
        codec = codecs.lookup(name).name
        return codec != "utf-7" and "<!ENTITY".encode(codec).replace(b"\x00", b"").lstrip(b"\xff\xfe") == b"<!ENTITY"
    except (LookupError, UnicodeError, ValueError):
        # feedparser ignores unknown names as well, and detects the encoding.
        return not name.lower().startswith(("utf-7", "ebcdic"))
