"""From what a source gave to an item with an identity, and from a later version of it to a revision."""

import hashlib
from datetime import datetime

from attrs import evolve

from tradecore.engines.digest.facts import facts_of
from tradecore.engines.digest.text import doc_hash, plain
from tradecore.engines.digest.urls import is_home_page, shown_url, url_key
from tradecore.model.news import ItemId, NewsItem, RawItem

TITLE_LIMIT = 300


def identify(raw: RawItem, first_seen_at: datetime) -> NewsItem:
    """The item that `raw` is, first seen at `first_seen_at` (aware).

    Its id follows from its canonical address, else from source and GUID, else from title and text: the same
    entry always gets the same id. An address that is a site's home page, or shared by several entries of its
    source, identifies nothing. Without a time of its own the item is dated by its first sight.
    """
    title, summary = _titled(plain(raw.title), plain(raw.summary))
    key = url_key(raw.url) if raw.url and not raw.shared_url else None
    if key is not None and is_home_page(key):
        key = None
    guid = raw.guid.strip() if raw.guid and raw.guid.strip() else None
    fingerprint = doc_hash(title, summary, source=raw.source, url=raw.url)
    if key is not None:
        identity = f"url\n{key}"
    elif guid is not None:
        identity = f"guid\n{raw.source}\n{guid}"
    else:
        identity = f"text\n{raw.source}\n{fingerprint}"
    return NewsItem(
        id=ItemId("item_" + hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32]),
        source=raw.source,
        url=shown_url(raw.url),
        url_key=key,
        guid=guid,
        title=title,
        summary=summary,
        published_at=raw.published_at or first_seen_at,
        first_seen_at=first_seen_at,
        doc_hash=fingerprint,
        facts=facts_of(title, summary, source=raw.source, url=raw.url),
    )


def revised(known: NewsItem, seen_again: NewsItem) -> NewsItem:
    """A stored item with the title and text it has now; who it is and when it came stay as they were.

    `seen_again` has the same `url_key`, or the same source and GUID. When it comes from another source, or
    says the same, the stored item is returned as it is.
    """
    if seen_again.source != known.source or seen_again.doc_hash == known.doc_hash:
        return known
    return evolve(
        known,
        title=seen_again.title,
        summary=seen_again.summary,
        doc_hash=seen_again.doc_hash,
        facts=seen_again.facts,
    )


def _titled(title: str, summary: str) -> tuple[str, str]:
    """Posts have no title: their text begins with it."""
    if title:
        return title[:TITLE_LIMIT], summary
    return summary[:TITLE_LIMIT].rsplit(" ", 1)[0] if len(summary) > TITLE_LIMIT else summary, summary
