"""What `make fuzz` feeds with any bytes: functions that fail by an exception."""

from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tradecore.engines.desk.loose_json import NotJson, objects_in, without_reasoning
from tradecore.engines.desk.statements import plain_text as plain_statement
from tradecore.engines.digest.text import headline, plain_text
from tradecore_adapters.http.api.digest_feed import _html
from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.feeds import read_feed

# What CommonMark makes of text; images are among it, and a browser loads them.
_ELEMENTS = frozenset("p h1 h2 h3 h4 h5 h6 em strong a img code pre ul ol li blockquote hr br".split())
_ATTRIBUTES = frozenset({"href", "src", "alt", "title", "class", "start"})
_HARMFUL_SCHEMES = frozenset({"javascript", "vbscript", "file", "data"})


class _Elements(HTMLParser):
    """Raises AssertionError for an element, an attribute or an address that could run a script."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _ELEMENTS, tag
        for name, value in attrs:
            assert name in _ATTRIBUTES, name
            if name in ("href", "src"):
                assert urlsplit(value or "").scheme.lower() not in _HARMFUL_SCHEMES, value


def _feed(content: bytes) -> None:
    """Any bytes are a feed, each item of which has a text, or are refused."""
    try:
        feed = read_feed(content, source="A")
    except FeedRefused:
        return
    assert all(item.title or item.summary for item in feed.items)


def _answer(content: bytes) -> None:
    """Any text of a model has objects in it, or none."""
    text = content.decode("utf-8", "replace")
    try:
        objects = [*objects_in(without_reasoning(text))]
    except NotJson:
        return
    assert all(isinstance(document, dict) for document, _ in objects)


def _markup(content: bytes) -> None:
    """No mixture of signs is markup once it was made plain, and making it plain again changes nothing."""
    text = content.decode("utf-8", "replace")
    plain = plain_text(text)
    assert plain_text(plain) == plain, (text, plain)
    headline(text, "A", "https://a.example/1")
    plain_statement(text)


def _report(content: bytes) -> None:
    """A report in Markdown is shown without scripts, whatever a model wrote into it."""
    parser = _Elements()
    parser.feed(_html(content.decode("utf-8", "replace")))
    parser.close()


TARGETS: dict[str, Callable[[bytes], None]] = {"feed": _feed, "answer": _answer, "markup": _markup, "report": _report}
