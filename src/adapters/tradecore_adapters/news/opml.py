"""OPML: lists of feeds, as feed readers export them."""

from xml.parsers import expat

from attrs import frozen

from tradecore.engines.digest.text import plain_text
from tradecore.engines.digest.urls import shown_url
from tradecore_adapters.news.feed_limits import FeedRefused, bounded_parser, refuse_encoding, refuse_markup
from tradecore_adapters.news.markup import mended

NAME_LIMIT = 100


@frozen
class OpmlFeed:
    """A feed of an OPML list."""

    name: str
    url: str


def read_opml(content: bytes) -> tuple[OpmlFeed, ...]:
    """The feeds of an OPML document in its order, folders flattened, each address once.

    Outlines without an http(s) `xmlUrl` are skipped, and ampersands need not be escaped. Raises FeedRefused for a
    document that is not OPML, not well-formed, or declares a document type.
    """
    refuse_encoding(content)
    refuse_markup(content)
    feeds: dict[str, OpmlFeed] = {}
    roots: list[str] = []

    def opened(element: str, attributes: list[str]) -> None:
        roots.append(element.lower())
        if roots[0] != "opml":
            raise FeedRefused(f"the document is <{element}>, not OPML; export the list of feeds as OPML")
        named = {name.lower(): value for name, value in zip(attributes[::2], attributes[1::2], strict=True)}
        url = shown_url(named.get("xmlurl"))
        if element.lower() == "outline" and url is not None and url not in feeds:
            name = plain_text(named.get("title") or named.get("text") or "")[:NAME_LIMIT]
            feeds[url] = OpmlFeed(name or url.split("/")[2], url)

    def declared(*_: object) -> None:
        raise FeedRefused("the document declares a document type, which no list of feeds needs")

    parser = bounded_parser(opened, lambda _: None)
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(mended(content), True)
    except expat.ExpatError as error:
        raise FeedRefused(f"the list of feeds is not well-formed XML: {error}") from error
    return tuple(feeds.values())
