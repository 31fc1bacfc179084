"""The feeds that a page names: announced in its head, or linked in its text."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

_PAGE_LIMIT = 1024 * 1024
_TEXT_LIMIT = 60
_FEED_TYPES = re.compile(r"(?:application|text)/(?:x-)?(?:rss|atom|rdf|feed)(?:\+xml|\+json)?|(?:application|text)/xml")
"""Types of announced feeds; those of other alternates, such as `application/json` of an interface, are none."""
_LOOKS_LIKE_FEED = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?)(?:$|[/._-])|\.(?:rss|atom|rdf)$", re.IGNORECASE)
_CALLED_FEED = re.compile(r"\b(?:rss|atom)\b", re.IGNORECASE)
_DESCRIPTIONS = ("title", "alt", "aria-label")


class PageLinks(HTMLParser):
    """The feeds of a page as it writes them, in its order, and the address that its links start from."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.announced: list[str] = []
        """Those of its head."""
        self.linked: list[str] = []
        """Links whose address, type or text says that they lead to a feed."""
        self.base = ""
        self._link = ""
        self._text: list[str] = []
        # Without zeros the addresses of pages in UTF-16 read like ASCII.
        self.feed(content[:_PAGE_LIMIT].replace(b"\x00", b"").decode("utf-8", "replace"))
        self.close()
        self._end_link()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the links of an element; inside a link what describes its pictures counts as its text."""
        given = {name: value or "" for name, value in attrs}
        link = given.get("href", "").strip()
        self._text += [given[name] for name in _DESCRIPTIONS if name in given]
        if tag == "a":
            self._end_link()
            self._link = link
            self._text = [given.get("type", ""), *(given[name] for name in _DESCRIPTIONS if name in given)]
        elif tag == "base" and link and not self.base:
            self.base = link
        elif tag == "link" and link:
            relations = given.get("rel", "").lower().split()
            kind = given.get("type", "").split(";")[0].strip().lower()
            if "feed" in relations or ("alternate" in relations and _FEED_TYPES.fullmatch(kind)):
                self.announced.append(link)

    def handle_data(self, data: str) -> None:
        """Collect the text of a link."""
        if self._link:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Judge a link by its address and its text."""
        if tag == "a":
            self._end_link()

    def _end_link(self) -> None:
        link, text = self._link, " ".join(" ".join(self._text).split())
        self._link, self._text = "", []
        if link and (_LOOKS_LIKE_FEED.search(_path(link)) or (len(text) <= _TEXT_LIMIT and _CALLED_FEED.search(text))):
            self.linked.append(link)


def _path(link: str) -> str:
    try:
        return urlsplit(link).path
    except ValueError:
        return ""
