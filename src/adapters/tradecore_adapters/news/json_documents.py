"""JSON documents as feeds: JSON Feed 1.1, and JSON with fields of its own under a mapping, given or guessed."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from attrs import evolve

from tradecore.engines.digest.text import plain_text
from tradecore.engines.digest.urls import shown_url
from tradecore.model.news import RawItem
from tradecore.model.subscriptions import FieldMapping
from tradecore_adapters.news.dates import read_dates
from tradecore_adapters.news.feed_limits import FeedRefused
from tradecore_adapters.news.feeds import GUID_LIMIT, SUMMARY_LIMIT, TITLE_LIMIT, Feed, feed_of
from tradecore_adapters.news.json_fields import address_at, entries_at, guess_mapping, text_at

# The entries of a JSON Feed; its text may be in either of the first two fields.
_JSON_FEED = FieldMapping(
    entries="items", title="title", summary="content_text", url="url", guid="id", published_at="date_published"
)
# Archives of feeds keep the sections in which an address was written.
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>", re.IGNORECASE)
_NO_ADDRESS = (
    "no entry has an address to link to; one can be put together from fields, such as https://example.com/news/{id}"
)


def is_json(content: bytes) -> bool:
    """Whether a document looks like JSON rather than XML or HTML."""
    return content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def read_json(content: bytes, *, source: str, url: str | None = None, mapping: FieldMapping | None = None) -> Feed:
    """The entries of a JSON Feed, or those that `mapping` names, or that a guess at the common names finds.

    `url` resolves relative links. Raises FeedRefused for a document without entries that have a title or a text.
    """
    try:
        document = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise FeedRefused("the document is not valid JSON") from error
    if mapping is None and isinstance(document, dict) and "jsonfeed.org/version" in str(document.get("version", "")):
        return _read_json_feed(document, source, url)
    chosen = mapping or guess_mapping(document)
    if chosen is None:
        raise FeedRefused("the JSON document has no list of entries with titles; say which fields hold them")
    entries = entries_at(document, chosen.entries)
    if entries is None:
        raise FeedRefused(f"the JSON document has no list at {chosen.entries or 'its top'!r}")
    feed = _mapped(entries, chosen, source=source, url=url)
    if entries and not feed.items:
        raise FeedRefused(f"no entry of the JSON document has a title at {chosen.title!r}")
    # Who has named the fields knows that there is no address.
    complaints = [feed.complaint, _NO_ADDRESS if mapping is None and chosen.url is None else None]
    return evolve(feed, format="JSON", mapping=chosen, complaint="; ".join(filter(None, complaints)) or None)


def _read_json_feed(document: Mapping[str, Any], source: str, url: str | None) -> Feed:
    entries = document.get("items")
    if not isinstance(entries, list):
        raise FeedRefused("the JSON Feed has no list of items")
    written = []
    for entry in entries:
        if isinstance(entry, dict):
            texts = [text_at(entry, name) for name in ("content_html", "content_text", "summary")]
            date = text_at(entry, "date_published") or text_at(entry, "date_modified")
            link = text_at(entry, "url") or text_at(entry, "external_url")
            written.append({**entry, "content_text": max(texts, key=len), "date_published": date, "url": link})
    feed = _mapped(written, _JSON_FEED, source=source, url=url, language=text_at(document, "language"))
    return evolve(feed, format="JSON Feed", title=plain_text(text_at(document, "title"))[:TITLE_LIMIT])


def _mapped(entries: Sequence[Any], mapping: FieldMapping, *, source: str, url: str | None, language: str = "") -> Feed:
    entries = [entry for entry in entries if isinstance(entry, dict)]
    dates = [text_at(entry, mapping.published_at) for entry in entries]
    items = []
    for entry, published_at in zip(entries, read_dates(dates, language), strict=True):
        link = _CDATA.sub("", address_at(entry, mapping.url)).strip()
        link = urljoin(url, link) if url and link else link
        items.append(
            RawItem(
                source=source,
                title=plain_text(text_at(entry, mapping.title))[:TITLE_LIMIT],
                summary=plain_text(text_at(entry, mapping.summary))[:SUMMARY_LIMIT],
                url=link if shown_url(link) else None,
                guid=text_at(entry, mapping.guid).strip()[:GUID_LIMIT] or None,
                published_at=published_at,
            )
        )
    return feed_of(items, dates)
