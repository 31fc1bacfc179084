"""Whether two items are one document or one story, and an index that finds every such pair."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum

from attrs import frozen

from tradecore.engines.digest.facts import concepts, conflict, same_facts
from tradecore.engines.digest.lexicon import ASSETS
from tradecore.engines.digest.text import STOP_WORDS, headline, normalise, shingles, stem, words
from tradecore.model.news import NewsItem

STORY_SPAN = timedelta(hours=72)
HASH_SPAN = timedelta(days=14)
REPRINT, SAME_SOURCE_REPRINT, RELATED_TEXT = 0.6, 0.9, 0.2
"""Jaccard similarities of word triples: a reprint, a reprint within one source, a text about the same thing."""
TITLE_OVERLAP, TITLE_COMMON, TITLE_WORDS = 0.6, 3, 4
HASHED_WORDS_ENOUGH = 25
RECURRENT_AFTER = 2
_TEXT_WORDS = 1000
_ASSET_NAMES = frozenset(ASSETS.values())


class Kinship(StrEnum):
    """What two items are to each other."""

    SAME_DOCUMENT = "same_document"
    SAME_STORY = "same_story"
    DISTINCT = "distinct"


@frozen(eq=False)
class Features:
    """An item with what comparing it needs, computed once."""

    item: NewsItem
    title: str
    """The normalised headline."""
    terms: frozenset[str]
    """The headline's significant words, numbers, names and markers in one notation."""
    title_words: int
    body_words: int
    triples: frozenset[str]
    ticker: bool
    """A price and nothing else, which says the same words again and again: only exact copies are alike."""


def features(item: NewsItem) -> Features:
    """What comparing `item` with others needs."""
    slots, significant = _terms(item.title, item.source, item.url)
    title = headline(item.title, item.source, item.url)
    body = words(normalise(item.summary))[:_TEXT_WORDS]
    title_words = words(title)
    if body[: len(title_words)] == title_words:
        # Many feeds repeat the title as the text's beginning, or as the whole text.
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
    """A headline's significant words, numbers, names and markers in one notation."""
    slots, significant = _terms(title, source, url)
    return frozenset(slots) | significant


def _terms(title: str, source: str, url: str | None) -> tuple[list[str], set[str]]:
    slots, rest = concepts(title, source, url)
    return slots, {stem(word) for word in rest if word not in STOP_WORDS and (len(word) > 1 or not word.isascii())}


def _priced(slot: str) -> bool:
    return " " in slot or slot in _ASSET_NAMES


def compare(a: Features, b: Features, *, recurrent: bool = False) -> Kinship:
    """What two items are to each other. Symmetric.

    `recurrent` says that the title of one of them is one its source uses again and again (`Daily digest`);
    titles then prove nothing. Similar words never outweigh facts that contradict each other.
    """
    one, other = a.item, b.item
    if one.id == other.id or _same_address(one, other):
        return Kinship.SAME_DOCUMENT
    apart = abs(one.happened_at - other.happened_at)
    same_hash = one.doc_hash == other.doc_hash
    if same_hash and apart <= HASH_SPAN and _hash_suffices(a) and _hash_suffices(b):
        return Kinship.SAME_DOCUMENT
    if apart > STORY_SPAN:
        return Kinship.DISTINCT
    if one.source == other.source:
        alike = _jaccard(a.triples, b.triples) >= SAME_SOURCE_REPRINT and one.facts == other.facts
        return Kinship.SAME_DOCUMENT if alike else Kinship.DISTINCT
    if same_hash and not recurrent:
        return Kinship.SAME_STORY
    similar = _jaccard(a.triples, b.triples)
    if similar < RELATED_TEXT and (recurrent or not _titles_agree(a, b)):
        return Kinship.DISTINCT
    if conflict(one.facts, other.facts):
        return Kinship.DISTINCT
    copied = similar >= REPRINT or (similar >= RELATED_TEXT and a.title == b.title and _cut_off(a, b))
    return Kinship.SAME_DOCUMENT if copied and same_facts(one.facts, other.facts) else Kinship.SAME_STORY


def _hash_suffices(one: Features) -> bool:
    return one.title_words + one.body_words >= HASHED_WORDS_ENOUGH


def _same_address(one: NewsItem, other: NewsItem) -> bool:
    if one.url_key is not None and one.url_key == other.url_key:
        return True
    return one.guid is not None and one.guid == other.guid and one.source == other.source


def _cut_off(a: Features, b: Features) -> bool:
    """Whether one text is the other without its end."""
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


class PairIndex:
    """Items by what they could be alike in; finds all that are kin to an item without looking at every other.

    Exact: it hands out precisely the pairs for which `compare` says something else than DISTINCT, except those of
    which one was muted and only the titles agree.
    """

    def __init__(self) -> None:
        self._members: list[Features] = []
        self._exact: dict[tuple[str, str], set[int]] = {}
        self._terms: dict[str, set[int]] = {}
        self._triples: dict[str, set[int]] = {}
        self._places: dict[Features, int] = {}
        self._titles: Counter[tuple[str, str]] = Counter()

    def __len__(self) -> int:
        return len(self._members)

    def expect(self, item: Features) -> None:
        """Count the title of an item that is there or will be: what recurs is known before anything is compared."""
        self._titles[item.item.source, item.title] += 1

    def recurrent(self, item: Features) -> bool:
        """Whether the item's source uses its title again and again."""
        return self._titles[item.item.source, item.title] > RECURRENT_AFTER

    def add(self, item: Features) -> None:
        """Take an item in, so that later ones are compared with it."""
        place = self._places[item] = len(self._members)
        self._members.append(item)
        for key in _exact_keys(item.item):
            self._exact.setdefault(key, set()).add(place)
        for term in item.terms:
            self._terms.setdefault(term, set()).add(place)
        for triple in item.triples:
            self._triples.setdefault(triple, set()).add(place)

    def mute(self, item: Features) -> None:
        """An item that was taken in is no longer found by its title: thousands may have one like it."""
        place = self._places[item]
        for term in item.terms:
            self._terms[term].discard(place)

    def kin(self, item: Features) -> Iterator[tuple[Features, Kinship]]:
        """Every item taken in so far that is kin to `item`, in the order of taking in."""
        recurrent = self.recurrent(item)
        for place in sorted(self._candidates(item)):
            other = self._members[place]
            kinship = compare(item, other, recurrent=recurrent or self.recurrent(other))
            if kinship is not Kinship.DISTINCT:
                yield other, kinship

    def _candidates(self, item: Features) -> set[int]:
        found: set[int] = set()
        for key in _exact_keys(item.item):
            if key[0] != "hash" or not self.recurrent(item) or _hash_suffices(item):
                found.update(self._exact.get(key, ()))
        # Two titles that agree have TITLE_COMMON terms in common, so all but TITLE_COMMON - 1 of one side's
        # terms suffice to meet; leaving out the commonest keeps the lists short. The same holds for triples: a
        # similarity of RELATED_TEXT needs that share of this side's.
        if not self.recurrent(item):
            found.update(_meeting(item.terms, self._terms, TITLE_COMMON - 1))
        found.update(_meeting(item.triples, self._triples, _triples_to_spare(item)))
        return found


def _triples_to_spare(item: Features) -> int:
    """One less than the triples that anything similar to `item` must share with it, safe against rounding."""
    return int(RELATED_TEXT * len(item.triples) - 1e-9)


def _exact_keys(item: NewsItem) -> Iterator[tuple[str, str]]:
    yield "hash", item.doc_hash
    yield "id", item.id
    if item.url_key is not None:
        yield "url", item.url_key
    if item.guid is not None:
        yield "guid", f"{item.source}\n{item.guid}"


def _meeting(keys: Iterable[str], lists: Mapping[str, set[int]], spare: int) -> Iterator[int]:
    met = sorted((key for key in keys if key in lists), key=lambda key: (len(lists[key]), key))
    # Keys that nothing else has do not count as spared: they are no meeting places anyway.
    for key in met[: max(0, len(met) - max(0, spare))]:
        yield from lists[key]
