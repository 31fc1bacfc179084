"""Reading RSS and Atom documents from bytes, tolerant of errors and safe against hostile ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve, frozen

from tradecore.engines.digest.identity import separate_shared_ids
from tradecore.engines.digest.text import plain_text
from tradecore.engines.digest.urls import shown_url
from tradecore.model.news import RawItem
from tradecore.model.subscriptions import FieldMapping
from tradecore_adapters.news.dates import read_dates, undated
from tradecore_adapters.news.feed_limits import FeedRefused, bound_categories
from tradecore_adapters.news.markup import ENTRY_LIMIT, newest, prepare

TTL_LIMIT = timedelta(days=1)
TITLE_LIMIT, SUMMARY_LIMIT, GUID_LIMIT = 500, 20_000, 1000
_DATES = ("published", "updated", "created")
_CUT = "the document is cut off, and what is left of it is read"


@frozen(kw_only=True)
class Feed:
    """The entries of a document in its own order, and what its publisher should mend.

    `ttl` is the least time between fetches that it asks for, `mapping` what JSON of its own kind was read by.
    """

    title: str = ""
    items: tuple[RawItem, ...]
    ttl: timedelta | None = None
    complaint: str | None = None
    format: str = ""
    mapping: FieldMapping | None = None
    cut: bool = False
    """Whether the end of the document is missing, so that it has to be read again even if it has not changed."""


def read_feed(content: bytes, *, source: str, url: str | None = None, content_type: str | None = None) -> Feed:
    """The entries of an RSS or Atom document, with plain text and aware UTC times or None.

    `url` resolves relative links, `content_type` is the header it came with. Tolerates broken markup, wrong encodings
    and odd dates; of a long document the newest entries are read. Reads nothing but the bytes. Raises FeedRefused for a
    document that is no feed, declares entities, or is built to exhaust the reader.
    """
    prepared = prepare(content, content_type)
    headers = {"content-type": content_type} if content_type else {}
    if url:
        headers["content-location"] = url
    # Loaded with the first feed; a web process without a worker reads none.
    import feedparser

    bound_categories()
    try:
        parsed = feedparser.parse(
            # feedparser would open bytes that name a file; a stream it only reads.
            _Stream(prepared.content),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
        raise FeedRefused("the document breaks the feed reader; look at it in a browser") from error
    if not dict.get(parsed, "version") and not parsed.entries:
        raise FeedRefused(_what_it_is(content))
    dates = _read_dates(parsed.entries, _text(parsed.feed, "language"))
    feed = feed_of(
        [_item(entry, source, at) for entry, (_, at) in zip(parsed.entries, dates, strict=True)],
        [written for written, _ in dates],
        title=_text(parsed.feed, "title"),
        ttl=_ttl(_text(parsed.feed, "ttl")),
        total=prepared.entries,
    )
    return evolve(
        feed,
        format="Atom" if str(dict.get(parsed, "version")).startswith("atom") else "RSS",
        complaint="; ".join(filter(None, [_CUT if prepared.cut else None, feed.complaint])) or None,
        cut=prepared.cut,
    )


def _what_it_is(content: bytes) -> str:
    """Why a document cannot be read, as far as it can be told."""
    if not content.strip():
        return "the document is empty"
    if b"<html" in content[:2000].lower():
        return "the document is a web page, not a feed; open it in a browser to see what it says"
    return "the document is neither RSS nor Atom; check the address of the feed"


def feed_of(
    entries: Sequence[RawItem],
    dates: Sequence[str],
    *,
    title: str = "",
    ttl: timedelta | None = None,
    total: int | None = None,
) -> Feed:
    """The feed of `entries`, whose dates were written as in `dates`: the newest, with GUIDs that identify one each.

    `total` is how many entries the document had, if `entries` are not all of them.
    """
    total = max(total or 0, len(entries))
    newest_entries = newest([entry.published_at for entry in entries], ENTRY_LIMIT)
    kept = [at for at in newest_entries if entries[at].title or entries[at].summary]
    complaints = ["it has no entries"] if not entries else []
    if total > len(newest_entries):
        complaints.append(f"the newest {len(newest_entries)} of {total} entries are read")
    if (empty := len(newest_entries) - len(kept)) > 0:
        verb = "has" if empty == 1 else "have"
        complaints.append(f"{empty} of {total} entries {verb} neither a title nor a text, and cannot be read")
    if unread := undated([entries[at].published_at for at in kept], [dates[at] for at in kept]):
        complaints.append(unread)
    return Feed(
        title=plain_text(title)[:TITLE_LIMIT],
        items=separate_shared_ids([entries[at] for at in kept]),
        ttl=ttl,
        complaint="; ".join(complaints) or None,
    )


class _Stream:
    """Bytes with the `read` method that feedparser expects."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self) -> bytes:
        return self._content


def _item(entry: Any, source: str, published_at: datetime | None) -> RawItem:
    contents = [_text(part, "value") for part in dict.get(entry, "content") or () if isinstance(part, dict)]
    bodies = [plain_text(text) for text in (*contents, _text(entry, "summary"))]
    guid = _text(entry, "id").strip()[:GUID_LIMIT]
    return RawItem(
        source=source,
        title=plain_text(_text(entry, "title"))[:TITLE_LIMIT],
        summary=max(bodies, key=len)[:SUMMARY_LIMIT],
        url=_address(entry),
        guid=guid or None,
        published_at=published_at,
    )


def _address(entry: Any) -> str | None:
    """The address of the entry, unchanged; None when it cannot be linked to."""
    link = _text(entry, "link").strip()
    return link if shown_url(link) else None


def _text(part: Any, key: str) -> str:
    # `dict.get`, because the `get` of feedparser makes up values for some keys, with a warning.
    value = dict.get(part, key)
    return value if isinstance(value, str) else ""


def _read_dates(entries: Sequence[Any], language: str) -> list[tuple[str, datetime | None]]:
    """The date of each entry as it is written and as it is read: that of publication, else the next readable one."""
    written = [[_text(entry, key) for key in _DATES] for entry in entries]
    read = read_dates([text for texts in written for text in texts], language)
    dates = []
    for number, texts in enumerate(written):
        moments = read[number * len(_DATES) : (number + 1) * len(_DATES)]
        moment = next((moment for moment in moments if moment is not None), None)
        dates.append((next(filter(None, texts), ""), moment))
    return dates


def _ttl(minutes: str) -> timedelta | None:
    text = minutes.strip()
    return min(timedelta(minutes=int(text[:6])), TTL_LIMIT) if text.isascii() and text.isdigit() else None
