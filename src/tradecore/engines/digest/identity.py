"""Identity: from the entries of a source to items with an id, and from later versions of an entry to revisions."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from tradecore.engines.digest.facts import facts_of
from tradecore.engines.digest.text import doc_hash, headline, plain_text
from tradecore.engines.digest.told import Told
from tradecore.engines.digest.urls import article_url, is_home_page, url_key
from tradecore.model.news import ItemId, NewsFacts, NewsItem, Phase, RawItem

TITLE_LIMIT = 300
# Other numbers, such as times and counts, change with every version of a page.
_CORRECTED_UNITS = (" usd", " eur", " gbp", " bp")
_PLAUSIBLE_YEARS = range(1990, 2201)
_PLACEHOLDERS = frozenset(
    {"", "n/a", "na", "none", "null", "nil", "undefined", "unknown", "false", "true", "0", "guid", "id", "tbd"}
)


def identify(raw: RawItem, first_seen_at: datetime) -> NewsItem:
    """The item of an entry that was first seen at `first_seen_at` (aware UTC).

    Its id derives from the canonical address, else from source and GUID, else from title and text: the same entry
    always gets the same id. The address of a home page, or one that several entries of the source share, identifies
    nothing. An entry without a plausible time of publication is dated by its first sight.
    """
    title, summary = _titled(plain_text(raw.title), plain_text(raw.summary))
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
    published_at = plausible_time(raw.published_at)
    return NewsItem(
        id=_item_id(identity),
        source=raw.source,
        url=article_url(raw.url),
        url_key=key,
        guid=guid,
        title=title,
        summary=summary,
        published_at=published_at or first_seen_at,
        first_seen_at=first_seen_at,
        doc_hash=fingerprint,
        facts=facts_of(title, summary, source=raw.source, url=raw.url),
        symbols=raw.symbols,
        kind=raw.kind,
        dated=published_at is not None,
    )


def shown_title(raw: RawItem, length: int = TITLE_LIMIT) -> str:
    """What an entry is called: its title, or the beginning of its text, at most `length` characters of it."""
    title = _titled(plain_text(raw.title), plain_text(raw.summary))[0]
    return title if len(title) <= length else f"{title[: length - 1].rsplit(' ', 1)[0]}…"


def plausible_time(published_at: datetime | None) -> datetime | None:
    """The time of publication if its year is from 1990 to 2200, else None."""
    return published_at if published_at is not None and published_at.year in _PLAUSIBLE_YEARS else None


def separate_shared_ids(entries: Sequence[RawItem]) -> tuple[RawItem, ...]:
    """The entries of one document of a source, in their order, with GUIDs and addresses that identify one entry each.

    A GUID that several addresses share is joined with the address. An address that entries with different titles share
    is marked with `shared_url`. A placeholder such as `N/A`, and a GUID that entries with different titles at one
    address share, is dropped. Entries left with neither are identified by title and text.
    """
    entries = [evolve(entry, guid=None) if _is_placeholder(entry.guid) else entry for entry in entries]
    addresses: dict[str, set[str]] = {}
    titles_at: dict[str, set[str]] = {}
    titles_of: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        key, title = _address_key(entry), headline(entry.title or entry.summary, entry.source, entry.url)
        if key:
            titles_at.setdefault(key, set()).add(title)
        if entry.guid:
            titles_of.setdefault((entry.guid, key), set()).add(title)
            addresses.setdefault(entry.guid, set()).add(key)
    separated = []
    for entry in entries:
        key = _address_key(entry)
        if len(titles_at.get(key, ())) > 1:
            entry = evolve(entry, shared_url=True)
        if entry.guid and len(titles_of[entry.guid, key]) > 1:
            entry = evolve(entry, guid=None)
        elif entry.guid and len(addresses[entry.guid]) > 1:
            entry = evolve(entry, guid=f"{entry.guid} {entry.url}" if entry.url else None)
        separated.append(entry)
    return tuple(separated)


def _is_placeholder(guid: str | None) -> bool:
    """Whether a GUID only says that there is none."""
    return guid is not None and guid.strip().casefold().strip(".-_/()[]<> ") in _PLACEHOLDERS


def revised(known: NewsItem, seen_again: NewsItem) -> NewsItem:
    """A stored item with the title, text and facts of its latest version; identity and times stay.

    `seen_again` has the same `url_key`, or the same source and GUID. When it comes from another source or has the same
    text, `known` itself is returned.
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


def new_version(known: NewsItem, seen_again: NewsItem) -> NewsItem | None:
    """The later version of a stored item as a document of its own, of the same story; None where it adds no facts.

    A version adds facts where its headline does, or where its text states another number of the unit of one that it no
    longer states: then it is a correction. Its id derives from both texts, so the same version always gets the same id;
    it was published when it was first seen. Preconditions are those of `revised`.
    """
    if seen_again.source != known.source or seen_again.doc_hash == known.doc_hash:
        return None
    facts = seen_again.facts
    if not Told([known]).lacks(seen_again):
        if not _corrects(facts, known.facts):
            return None
        facts = evolve(facts, phase=Phase.CORRECTION)
    identity = f"version\n{known.id}\n{seen_again.doc_hash}"
    return evolve(
        seen_again,
        id=_item_id(identity),
        url_key=None,
        guid=None,
        published_at=seen_again.first_seen_at,
        facts=facts,
        story_id=known.story_id,
    )


def _corrects(facts: NewsFacts, known: NewsFacts) -> bool:
    """Whether a number of a text was replaced by another of its unit."""
    stated, before = (
        {fact for fact in each.numbers | each.detail if fact.endswith(_CORRECTED_UNITS)} for each in (facts, known)
    )
    gone, added = ({number.rpartition(" ")[2] for number in numbers} for numbers in (before - stated, stated - before))
    return not gone.isdisjoint(added)


def _item_id(identity: str) -> ItemId:
    return ItemId("item_" + hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32])


def _address_key(entry: RawItem) -> str:
    return (url_key(entry.url) or entry.url) if entry.url else ""


def _titled(title: str, summary: str) -> tuple[str, str]:
    """Title and summary; the beginning of the text stands for the missing title of a post."""
    if title:
        return title[:TITLE_LIMIT], summary
    return summary[:TITLE_LIMIT].rsplit(" ", 1)[0] if len(summary) > TITLE_LIMIT else summary, summary
