"""Public Telegram channels, by the web page that shows their last messages."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from attrs import evolve

from tradecore.engines.digest.text import plain_text
from tradecore.model.news import RawItem
from tradecore_adapters.news.dates import read_dates
from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.feeds import SUMMARY_LIMIT, TITLE_LIMIT, Feed, feed_of

_CHANNEL = re.compile(r"/s/([A-Za-z][A-Za-z0-9_]{3,})/?")
_NAME = re.compile(r"/([A-Za-z][A-Za-z0-9_]{3,})/?")
_HOSTS = ("t.me", "telegram.me")
# Elements without an end tag.
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# Elements that begin and end a line.
_LINES = frozenset({"br", "p", "div", "blockquote", "pre", "li"})
# What a message says: its text, or the question of a poll; the message that it replies to is of the same class.
_TEXTS, _QUOTE = frozenset({"tgme_widget_message_text", "tgme_widget_message_poll_question"}), "js-message_reply_text"


def channel_page(url: str) -> str | None:
    """The page with the last messages of the public channel that an address names, such as `https://t.me/NAME`."""
    parts = urlsplit(url)
    name = _NAME.fullmatch(parts.path) or _CHANNEL.fullmatch(parts.path)
    return f"https://t.me/s/{name[1]}" if parts.hostname in _HOSTS and name else None


def is_channel(url: str | None) -> bool:
    """Whether an address is the page of a channel."""
    parts = urlsplit(url or "")
    return parts.hostname in _HOSTS and _CHANNEL.fullmatch(parts.path) is not None


def read_channel(content: bytes, *, source: str) -> Feed:
    """The messages of the page, oldest first; their first line is the title. Raises FeedRefused for another page."""
    page = _Page()
    page.feed(content.decode("utf-8", "replace"))
    page.close()
    if not page.messages:
        raise FeedRefused("the page shows no messages; the channel is private, empty or does not exist")
    dates = [message.written for message in page.messages]
    items = []
    for message, published_at in zip(page.messages, read_dates(dates), strict=True):
        lines = [line for line in map(plain_text, "".join(message.text).split("\n")) if line]
        items.append(
            RawItem(
                source=source,
                title=(lines[0] if lines else "")[:TITLE_LIMIT],
                summary=" ".join(lines)[:SUMMARY_LIMIT],
                url=f"https://t.me/{message.post}",
                guid=message.post,
                published_at=published_at,
            )
        )
    return evolve(feed_of(items, dates, title=plain_text("".join(page.title))), format="Telegram channel")


class _Message:
    def __init__(self, post: str) -> None:
        self.post = post
        self.text: list[str] = []
        self.written = ""


class _Page(HTMLParser):
    """Collects messages: `data-post` names them, one element has their text, and `time` their date.

    Notices of Telegram about the channel are left out.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.messages: list[_Message] = []
        self.title: list[str] = []
        self._open: list[str] = []
        # How many elements were open when the text of a message, or the title of the page, began.
        self._text_at = self._title_at = -1
        # Within what Telegram itself says of the channel, such as a new photo.
        self._in_notice = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if re.fullmatch(r"[A-Za-z0-9_]{1,64}/[0-9]{1,15}", given.get("data-post", "")):
            self._in_notice = "service_message" in classes
            if not self._in_notice:
                self.messages.append(_Message(given["data-post"]))
        elif self._in_notice:
            pass
        elif tag == "time" and self.messages and "datetime" in given and not self.messages[-1].written:
            self.messages[-1].written = given["datetime"]
        elif self._text_at >= 0 and tag in _LINES:
            self.messages[-1].text.append("\n")
        elif _TEXTS.intersection(classes) and _QUOTE not in classes and self.messages and not self.messages[-1].text:
            self._text_at = len(self._open)
        elif "tgme_channel_info_header_title" in classes and not self.title:
            self._title_at = len(self._open)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open.pop() != tag:
            pass
        if self._text_at >= 0 and tag in _LINES:
            self.messages[-1].text.append("\n")
        if len(self._open) <= self._text_at:
            self._text_at = -1
        if len(self._open) <= self._title_at:
            self._title_at = -1

    def handle_data(self, data: str) -> None:
        if self._text_at >= 0:
            self.messages[-1].text.append(data)
        elif self._title_at >= 0:
            self.title.append(data)
