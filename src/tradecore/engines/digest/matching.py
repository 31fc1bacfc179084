"""Whether two items are the same document or the same story, and an index that finds every such pair."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum

from attrs import frozen

from tradecore.engines.digest.facts import concepts, conflict, same_facts
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.text import headline, normalise, shingles, stem, words
from tradecore.model.news import NewsItem

STORY_SPAN = timedelta(hours=72)
HASH_SPAN = timedelta(days=14)
REPRINT, SAME_SOURCE_REPRINT, RELATED_TEXT = 0.6, 0.9, 0.2
"""Least Jaccard similarity of word triples: of a reprint, of a reprint within one source, of a related text."""
TITLE_OVERLAP, TITLE_COMMON, TITLE_WORDS = 0.6, 3, 4
HASHED_WORDS_ENOUGH = 25
RECURRENT_AFTER = 2
_TEXT_WORDS = 1000


class Match(StrEnum):
    """How two items relate."""

    SAME_DOCUMENT = "same_document"
    SAME_STORY = "same_story"
    DISTINCT = "distinct"


@frozen(eq=False)
class Features:
    """An item with the features that comparisons use, computed once."""

    item: NewsItem
    title: str
    """The normalised headline."""
    terms: frozenset[str]
    """Significant words, numbers, names and markers of the headline, in normal form."""
    title_words: int
    body_words: int
    triples: frozenset[str]
    ticker: bool
    """True when the headline is only a price, which recurs in the same words: only exact copies then match."""


def features(item: NewsItem) -> Features:
    """The features of `item` for comparisons."""
    slots, significant = _terms(item.title, item.source, item.url)
    title = headline(item.title, item.source, item.url)
    body = words(normalise(item.summary))[:_TEXT_WORDS]
    title_words = words(title)
    if body[: len(title_words)] == title_words:
        # Many feeds repeat the title at the beginning of the text, or as the whole text.
        body = body[len(title_words) :]
    return Features(
        item=item,
        title=title,
        terms=frozenset(slots) | significant,
        title_words=len(title_words),
        body_words=len(body),
        triples=shingles(body),
        ticker=not significant and all(_priced(slot) for slot in slots),
    )


def terms_of(title: str, source: str = "", url: str | None = None) -> frozenset[str]:
    """Significant words, numbers, names and markers of a headline, in normal form.

    `source` and `url` let a byline at the end of the title be recognised.
    """
    slots, significant = _terms(title, source, url)
    return frozenset(slots) | significant


def _terms(title: str, source: str, url: str | None) -> tuple[list[str], set[str]]:
    slots, rest = concepts(title, source, url)
    stop_words = lexicon().stop_words
    return slots, {stem(word) for word in rest if word not in stop_words and (len(word) > 1 or not word.isascii())}


def _priced(slot: str) -> bool:
    return " " in slot or slot in lexicon().asset_names


def compare(a: Features, b: Features, *, recurrent: bool = False) -> Match:
    """How two items relate. Symmetric.

    `recurrent` says that the source of one of them reuses its title (`Daily digest`), so that equal titles are no
    evidence. Contradicting facts always outweigh similar words.
    """
    one, other = a.item, b.item
    if one.id == other.id or _same_address(one, other):
        return Match.SAME_DOCUMENT
    apart = abs(one.happened_at - other.happened_at)
    same_hash = one.doc_hash == other.doc_hash
    if same_hash and apart <= HASH_SPAN and _hash_suffices(a) and _hash_suffices(b):
        return Match.SAME_DOCUMENT
    if same_hash and apart <= HASH_SPAN and not recurrent and _same_place(one, other):
        return Match.SAME_DOCUMENT
    if apart > STORY_SPAN:
        return Match.DISTINCT
    if one.source == other.source:
        alike = _jaccard(a.triples, b.triples) >= SAME_SOURCE_REPRINT and one.facts == other.facts
        return Match.SAME_DOCUMENT if alike else Match.DISTINCT
    if same_hash and not recurrent:
        return Match.SAME_STORY
    similar = _jaccard(a.triples, b.triples)
    if similar < RELATED_TEXT and (recurrent or not _titles_agree(a, b)):
        return Match.DISTINCT
    if conflict(one.facts, other.facts):
        return Match.DISTINCT
    copied = similar >= REPRINT or (similar >= RELATED_TEXT and a.title == b.title and _cut_off(a, b))
    return Match.SAME_DOCUMENT if copied and same_facts(one.facts, other.facts) else Match.SAME_STORY


def _hash_suffices(item: Features) -> bool:
    return item.title_words + item.body_words >= HASHED_WORDS_ENOUGH


def _same_address(one: NewsItem, other: NewsItem) -> bool:
    if one.url_key is not None and one.url_key == other.url_key:
        return True
    return one.guid is not None and one.guid == other.guid and one.source == other.source


def _same_place(one: NewsItem, other: NewsItem) -> bool:
    """Whether one source published both at one address, and their GUIDs do not tell them apart.

    An address that identified an entry by itself identifies nothing once the source uses it for others as well.
    """
    untold = one.guid is None or other.guid is None or one.guid == other.guid
    return one.source == other.source and one.url == other.url and untold


def _cut_off(a: Features, b: Features) -> bool:
    """Whether one text is the beginning of the other."""
    return len(a.triples & b.triples) >= SAME_SOURCE_REPRINT * min(len(a.triples), len(b.triples))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    if not one or not other:
        return 0.0
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def _titles_agree(a: Features, b: Features) -> bool:
    if a.ticker or b.ticker or min(a.title_words, b.title_words) < TITLE_WORDS:
        return False
    common = len(a.terms & b.terms)
    if common < TITLE_COMMON:
        return False
    return common >= TITLE_OVERLAP * min(len(a.terms), len(b.terms))


class MatchIndex:
    """An inverted index that finds all matches of an item without comparing it with every other.

    Exact: it finds precisely the pairs for which `compare` gives something other than DISTINCT, except pairs that
    agree only in a title dropped with `drop_title`.
    """

    def __init__(self) -> None:
        self._members: list[Features] = []
        self._exact: dict[tuple[str, str], set[int]] = {}
        self._terms: dict[str, set[int]] = {}
        self._triples: dict[str, set[int]] = {}
        self._positions: dict[Features, int] = {}
        self._titles: Counter[tuple[str, str]] = Counter()

    def __len__(self) -> int:
        return len(self._members)

    def count_title(self, item: Features) -> None:
        """Count the title of an item; the titles of a batch are counted before the first comparison."""
        self._titles[item.item.source, item.title] += 1

    def recurrent(self, item: Features) -> bool:
        """Whether the source of the item has used its title more than RECURRENT_AFTER times."""
        return self._titles[item.item.source, item.title] > RECURRENT_AFTER

    def add(self, item: Features) -> None:
        """Add an item, so that later items can match it."""
        position = self._positions[item] = len(self._members)
        self._members.append(item)
        for key in _exact_keys(item.item):
            self._exact.setdefault(key, set()).add(position)
        for term in item.terms:
            self._terms.setdefault(term, set()).add(position)
        for triple in item.triples:
            self._triples.setdefault(triple, set()).add(position)

    def drop_title(self, item: Features) -> None:
        """Stop finding an added item by its title. Keeps candidates few when thousands of titles agree."""
        position = self._positions[item]
        for term in item.terms:
            self._terms[term].discard(position)

    def matches(self, item: Features) -> Iterator[tuple[Features, Match]]:
        """Every added item that is the same document or story as `item`, in the order of adding."""
        recurrent = self.recurrent(item)
        for position in sorted(self._candidates(item)):
            other = self._members[position]
            match = compare(item, other, recurrent=recurrent or self.recurrent(other))
            if match is not Match.DISTINCT:
                yield other, match

    def _candidates(self, item: Features) -> set[int]:
        candidates: set[int] = set()
        for key in _exact_keys(item.item):
            if key[0] != "hash" or not self.recurrent(item) or _hash_suffices(item):
                candidates.update(self._exact.get(key, ()))
        # Titles that agree share at least TITLE_COMMON terms, so looking up all but TITLE_COMMON - 1 of the terms of
        # one side finds every pair; skipping the most common terms keeps the lists short. The same holds for triples:
        # a similarity of RELATED_TEXT needs that share of the triples of this side.
        if not self.recurrent(item):
            candidates.update(_sharing(item.terms, self._terms, TITLE_COMMON - 1))
        candidates.update(_sharing(item.triples, self._triples, _triples_to_spare(item)))
        return candidates


def _triples_to_spare(item: Features) -> int:
    """One less than the number of triples that a similar item must share with `item`, safe against rounding."""
    return int(RELATED_TEXT * len(item.triples) - 1e-9)


def _exact_keys(item: NewsItem) -> Iterator[tuple[str, str]]:
    yield "hash", item.doc_hash
    yield "id", item.id
    if item.url_key is not None:
        yield "url", item.url_key
    if item.guid is not None:
        yield "guid", f"{item.source}\n{item.guid}"


def _sharing(keys: Iterable[str], lists: Mapping[str, set[int]], spare: int) -> Iterator[int]:
    shared = sorted((key for key in keys if key in lists), key=lambda key: (len(lists[key]), key))
    # Keys that no other item has find nothing, so they do not count as spared.
    for key in shared[: max(0, len(shared) - max(0, spare))]:
        yield from lists[key]
