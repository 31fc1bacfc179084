"""JSON documents as feeds: JSON Feed 1.1, and JSON with fields of its own under a mapping, given or guessed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from attrs import evolve

from tradecore.engines.digest.text import plain_text
from tradecore.engines.digest.urls import shown_url
from tradecore.model.news import RawItem
from tradecore.model.subscriptions import FieldMapping
from tradecore_adapters.news.dates import read_dates
from tradecore_adapters.news.feeds import GUID_LIMIT, SUMMARY_LIMIT, TITLE_LIMIT, Feed, feed_of
from tradecore_adapters.news.hostile import FeedRefused

# The entries of a JSON Feed; its text may be in either of the first two fields.
_JSON_FEED = FieldMapping(
    entries="items", title="title", summary="content_text", url="url", guid="id", published_at="date_published"
)
_SEARCH_DEPTH = 4
_SAMPLE = 20
# Fields by their common names, the most telling first.
_COMMON_NAMES: Mapping[str, str] = {
    "title": "title headline title.rendered name subject",
    "url": "url link news_url article_url permalink web_url href",
    "guid": "id guid uuid _id article_id",
    "published_at": "published_at publishedAt published pubDate date_published published_on date_gmt datePublished "
    "pub_date datetime date created_at createdAt timestamp time",
    "summary": "summary description excerpt excerpt.rendered abstract snippet body text content content.rendered",
}


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
    entries = _at(document, chosen.entries)
    if not isinstance(entries, list):
        raise FeedRefused(f"the JSON document has no list at {chosen.entries or 'its top'!r}")
    feed = _mapped(entries, chosen, source=source, url=url)
    if entries and not feed.items:
        raise FeedRefused(f"no entry of the JSON document has a title at {chosen.title!r}")
    return evolve(feed, format="JSON", mapping=chosen)


def guess_mapping(document: Any) -> FieldMapping | None:
    """Where a document holds entries, by the common names of their fields; None when nothing looks like a title."""
    candidates = []
    for path, entries in _lists(document, ""):
        sample = [entry for entry in entries[:_SAMPLE] if isinstance(entry, dict)]
        fields = {field: _usual_name(sample, names) for field, names in _COMMON_NAMES.items()}
        if fields["title"] is not None and (fields["url"] or fields["published_at"]):
            candidates.append((sum(field is not None for field in fields.values()), len(entries), path, fields))
    if not candidates:
        return None
    _, _, path, fields = max(candidates, key=lambda candidate: candidate[:2])
    return FieldMapping(
        entries=path,
        title=fields["title"] or "title",
        summary=fields["summary"],
        url=fields["url"],
        guid=fields["guid"],
        published_at=fields["published_at"],
    )


def _read_json_feed(document: Mapping[str, Any], source: str, url: str | None) -> Feed:
    entries = document.get("items")
    if not isinstance(entries, list):
        raise FeedRefused("the JSON Feed has no list of items")
    written = []
    for entry in entries:
        if isinstance(entry, dict):
            texts = [_text(entry, name) for name in ("content_html", "content_text", "summary")]
            date = _text(entry, "date_published") or _text(entry, "date_modified")
            link = _text(entry, "url") or _text(entry, "external_url")
            written.append({**entry, "content_text": max(texts, key=len), "date_published": date, "url": link})
    feed = _mapped(written, _JSON_FEED, source=source, url=url, language=_text(document, "language"))
    return evolve(feed, format="JSON Feed", title=plain_text(_text(document, "title"))[:TITLE_LIMIT])


def _mapped(entries: Sequence[Any], mapping: FieldMapping, *, source: str, url: str | None, language: str = "") -> Feed:
    entries = [entry for entry in entries if isinstance(entry, dict)]
    dates = [_text(entry, mapping.published_at) for entry in entries]
    items = []
    for entry, published_at in zip(entries, read_dates(dates, language), strict=True):
        link = _text(entry, mapping.url).strip()
        link = urljoin(url, link) if url and link else link
        items.append(
            RawItem(
                source=source,
                title=plain_text(_text(entry, mapping.title))[:TITLE_LIMIT],
                summary=plain_text(_text(entry, mapping.summary))[:SUMMARY_LIMIT],
                url=link if shown_url(link) else None,
                guid=_text(entry, mapping.guid).strip()[:GUID_LIMIT] or None,
                published_at=published_at,
            )
        )
    return feed_of(items, dates)


def _lists(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(value, list) and value:
        yield path, value
    elif isinstance(value, dict) and depth < _SEARCH_DEPTH:
        for key, inner in value.items():
            if "." not in key:
                yield from _lists(inner, f"{path}.{key}" if path else key, depth + 1)


def _usual_name(entries: Sequence[Mapping[str, Any]], names: str) -> str | None:
    """The first of `names` that holds a text or a number in most of the entries."""
    for name in names.split():
        if 2 * sum(bool(_text(entry, name).strip()) for entry in entries) > len(entries):
            return name
    return None


def _at(value: Any, path: str) -> Any:
    for key in path.split(".") if path else ():
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value


def _text(entry: Mapping[str, Any], path: str | None) -> str:
    value = None if path is None else _at(entry, path)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
