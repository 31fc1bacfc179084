"""Whether two items are the same document or the same story, and an index that finds every such pair."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from hashlib import blake2b
from math import sqrt
from zlib import crc32

from attrs import frozen

from tradecore.engines.digest.amounts import is_precise
from tradecore.engines.digest.facts import (
    concepts,
    conflict,
    negates,
    other_deeds,
    other_names,
    same_facts,
    unknown_names,
    words_without_numbers,
)
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.term_weights import RAREST, total_weight, weight
from tradecore.engines.digest.text import headline, normalise, shingles, stem, words
from tradecore.model.news import Delivery, NewsItem

STORY_SPAN = timedelta(hours=72)
HASH_SPAN = timedelta(days=14)
REPRINT, SAME_SOURCE_REPRINT, RELATED_TEXT = 0.6, 0.9, 0.2
"""Least Jaccard similarity of word triples: of a reprint, of a reprint within one source, of a related text."""
COPIED_TITLE = 0.15
"""The least share of the headlines, by weight, that the other item of a reprint or a related text also has."""
COVERED, COVERED_RELATED, RELATED_LEAD = 0.5, 0.25, 0.25
"""The least share of the headlines, by weight, that the other item has in its headline or lead; the share that suffices
where headlines and leads as a whole are as similar (cosine) as the third number."""
CLOSE_LEAD, TELLING_TITLES = 0.35, 6.0
COMMON_WEIGHT, COMMON_TERMS, TELLING = 7.0, 2, 3.5
"""What a common share needs in all: weight, number of terms, and a term of the third weight in both headlines."""
OTHER_DEEDS_TERMS, OTHER_NAMES_TERMS = 3, 4
"""How many terms headlines share at least that say other deeds were done, or have other names outside the lexicon."""
SLOT_WORDS, FRAME_WORDS = 2, 3
"""Headlines differ in one slot when at most so many words stand between at least so many equal ones."""
ONE_FRAME = 0.5
"""The least similarity (Jaccard, by weight) of headlines of which one may be the negation of the other."""
TEXT_TRIPLES = 12
"""The least word triples of a text that is compared with others; a shorter one may be common to many items."""
HASHED_WORDS_ENOUGH = 25
RECURRENT_AFTER = 2
_TEXT_WORDS, _LEAD_WORDS, _SKETCH = 300, 60, 8


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
    everything: frozenset[str]
    """The terms of the headline and of the first 60 words of the text."""
    title_weight: float
    weight: float
    """The weights of `terms` and of `everything`."""
    title_words: int
    body_words: int
    triples: frozenset[int]
    """Hashes of the runs of three words of the text; none for a short text."""
    sketch: frozenset[int]
    """The smallest of `triples`: texts that share none of them are not compared."""
    slots: tuple[str, ...]
    """The words of the headline in order, as `slots_of` gives them."""
    ticker: bool
    """True when the headline is only a price, which recurs in the same words: only exact copies then match."""


def features(item: NewsItem) -> Features:
    """The features of `item` for comparisons."""
    slots, significant = _terms(item.title, item.source, item.url)
    title = headline(item.title, item.source, item.url)
    text = normalise(item.summary)
    body = words(text)[:_TEXT_WORDS]
    title_words = words(title)
    if body[: len(title_words)] == title_words:
        # Many feeds repeat the title at the beginning of the text, or as the whole text.
        body = body[len(title_words) :]
    terms = frozenset(slots) | significant
    everything = terms | lead_terms(text)
    triples = frozenset(crc32(run.encode("utf-8", "replace")) for run in shingles(body))
    if len(triples) < TEXT_TRIPLES:
        triples = frozenset()
    return Features(
        item=item,
        title=title,
        terms=terms,
        everything=everything,
        title_weight=total_weight(terms),
        weight=total_weight(everything),
        title_words=len(title_words),
        body_words=len(body),
        triples=triples,
        sketch=frozenset(sorted(triples)[:_SKETCH]),
        slots=slots_of(item),
        ticker=not significant and all(_priced(slot) for slot in slots),
    )


def terms_of(title: str, source: str = "", url: str | None = None) -> frozenset[str]:
    """Significant words, numbers, names and markers of a headline, in normal form.

    `source` and `url` let a byline at the end of the title be recognised.
    """
    slots, significant = _terms(title, source, url)
    return frozenset(slots) | significant


def slots_of(item: NewsItem | Delivery) -> tuple[str, ...]:
    """The words of a headline in order, without stop words and numbers; names and verbs in normal form."""
    tables = lexicon()
    return tuple(
        tables.name_of(word) or tables.markers.get(word) or stem(word)
        for word in words_without_numbers(item.title, item.source, item.url)
        if word not in tables.stop_words
    )


def differ_in_one_slot(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two headlines are the same words but for one or two at one place, where each has a word of its own.

    Words in another order are no others, nor are words that one headline only leaves out.
    """
    left, other_left = _slot(one, other)
    return not ({*left} <= {*other_left} or {*other_left} <= {*left})


def _slot(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of each headline at the one place where they differ; none where they differ elsewhere too."""
    shorter = min(len(one), len(other))
    before = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    behind = next((at for at in range(shorter - before) if one[-1 - at] != other[-1 - at]), shorter - before)
    left, other_left = one[before : len(one) - behind], other[before : len(other) - behind]
    framed = before + behind >= FRAME_WORDS and max(len(left), len(other_left)) <= SLOT_WORDS
    return (left, other_left) if framed else ((), ())


def _terms(title: str, source: str, url: str | None) -> tuple[list[str], set[str]]:
    slots, rest = concepts(title, source, url)
    return slots, _significant(rest)


def lead_terms(text: str) -> frozenset[str]:
    """The terms of the first 60 words of a text, as those of a headline."""
    slots, rest = concepts(" ".join(normalise(text).split(" ")[:_LEAD_WORDS]))
    return frozenset(slots) | _significant(rest)


def _significant(rest: Iterable[str]) -> set[str]:
    stop_words = lexicon().stop_words
    return {stem(word) for word in rest if word not in stop_words and (len(word) > 1 or not word.isascii())}


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
    similar = 0.0 if a.sketch.isdisjoint(b.sketch) else _jaccard(a.triples, b.triples)
    if one.source == other.source:
        alike = similar >= SAME_SOURCE_REPRINT and one.facts == other.facts and _covered(a, b) >= COVERED
        return Match.SAME_DOCUMENT if alike else Match.DISTINCT
    if same_hash and not recurrent:
        return Match.SAME_STORY
    related = similar >= RELATED_TEXT and _covered(a, b) >= COPIED_TITLE
    if not related and (recurrent or not _report_one_event(a, b)):
        return Match.DISTINCT
    if contradict(a, b):
        return Match.DISTINCT
    copied = related and (similar >= REPRINT or (a.title == b.title and _cut_off(a, b)))
    return Match.SAME_DOCUMENT if copied and same_facts(one.facts, other.facts) else Match.SAME_STORY


def contradict(a: Features, b: Features) -> bool:
    """Whether two headlines exclude that they report one event. Symmetric.

    Their facts conflict, they are the same sentence about another actor or object, or one denies the other.
    """
    left, other_left = _slot(a.slots, b.slots)
    if conflict(a.item.facts, b.item.facts) or (left and other_left and {*left}.isdisjoint(other_left)):
        return True
    union = total_weight(a.terms | b.terms)
    return negates(a.item.facts, b.item.facts) and total_weight(a.terms & b.terms) >= ONE_FRAME * union


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


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    if not one or not other:
        return 0.0
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def _shared_terms(a: Features, b: Features) -> frozenset[str]:
    """The terms of each headline that the other item has as well."""
    return (a.terms & b.everything) | (b.terms & a.everything)


def _covered(a: Features, b: Features) -> float:
    """The share of each headline, by weight, that the other item has; the mean of both."""
    if not a.title_weight or not b.title_weight:
        return 0.0
    first = total_weight(a.terms & b.everything) / a.title_weight
    second = total_weight(b.terms & a.everything) / b.title_weight
    return (first + second) / 2


def _report_one_event(a: Features, b: Features) -> bool:
    if a.ticker or b.ticker:
        return False
    common = _shared_terms(a, b)
    if len(common) < COMMON_TERMS or total_weight(common) < COMMON_WEIGHT:
        return False
    covered = _covered(a, b)
    if covered < COVERED_RELATED:
        return False
    if not any(weight(term) >= TELLING for term in a.terms & b.terms):
        return False
    shared = total_weight(a.everything & b.everything)
    similar = shared / sqrt(a.weight * b.weight)
    alike = similar >= RELATED_LEAD or any(map(is_precise, a.terms & b.terms))
    if similar < CLOSE_LEAD and total_weight(a.terms & b.terms) < TELLING_TITLES:
        return False
    if other_deeds(a.item.facts, b.item.facts) and len(common) < OTHER_DEEDS_TERMS:
        return False
    if other_names(a.item.facts, b.item.facts) and not _named_below(a, b) and not _named_below(b, a):
        return alike and covered >= COVERED and len(common) >= OTHER_NAMES_TERMS
    return alike or covered >= COVERED


def _named_below(a: Features, b: Features) -> bool:
    """Whether the item `b` has, in its headline or lead, each name of the headline of `a` outside the lexicon."""
    return {stem(name) for name in unknown_names(a.item.facts)} <= b.everything


class MatchIndex:
    """An inverted index that finds all matches of an item without comparing it with every other.

    Exact: it finds precisely the pairs for which `compare` gives something other than DISTINCT, except pairs that
    agree only in a title dropped with `drop_title`.
    """

    def __init__(self) -> None:
        self._members: list[Features] = []
        self._exact: dict[tuple[str, str], list[int]] = {}
        self._by_title: dict[str, dict[str, list[int]]] = {}
        """Positions by term and source: words alone join no items of one source, which may post thousands alike."""
        self._by_text: dict[int, list[int]] = {}
        self._dropped: set[int] = set()
        self._positions: dict[Features, int] = {}
        self._titles: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._members)

    def count_title(self, item: Features) -> None:
        """Count the title of an item; the titles of a batch are counted before the first comparison."""
        self.count_titles({title_key(item): 1})

    def count_titles(self, times: Mapping[int, int]) -> None:
        """Count titles, by their `title_key`, that were used so many times."""
        self._titles.update(times)

    def recurrent(self, item: Features) -> bool:
        """Whether the source of the item has used its title more than RECURRENT_AFTER times."""
        return self._titles[title_key(item)] > RECURRENT_AFTER

    def add(self, item: Features) -> None:
        """Add an item, so that later items can match it."""
        position = self._positions[item] = len(self._members)
        self._members.append(item)
        for key in _exact_keys(item.item):
            self._exact.setdefault(key, []).append(position)
        for term in _telling(item):
            self._by_title.setdefault(term, {}).setdefault(item.item.source, []).append(position)
        for triple in item.sketch:
            self._by_text.setdefault(triple, []).append(position)

    def drop_title(self, item: Features) -> None:
        """Stop finding an added item by its words. Keeps candidates few when thousands of titles agree."""
        self._dropped.add(self._positions[item])

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
        for triple in item.sketch:
            candidates.update(self._by_text.get(triple, ()))
        if not self.recurrent(item):
            source = item.item.source
            candidates.update(
                position
                for term in _telling(item)
                for other, positions in self._by_title.get(term, {}).items()
                if other != source
                for position in positions
                if position not in self._dropped
            )
        for key in _exact_keys(item.item):
            if key[0] != "hash" or not self.recurrent(item) or _hash_suffices(item):
                candidates.update(self._exact.get(key, ()))
        return candidates


def story_keys(item: Features) -> Mapping[int, float]:
    """The numbers by which an item is found by others that may be of its story, with their weights.

    They stand for its telling words and its text.

    Items that share none of them are of one story only where their `document_key` or an identity agrees.
    """
    keys = {_number(f"word\n{term}"): weight(term) for term in _telling(item)}
    return keys | {_number(f"text\n{triple}"): RAREST for triple in item.sketch}


def document_key(item: Features) -> int:
    """The number by which an item is found by others with the same headline and text, for HASH_SPAN."""
    return _number(f"hash\n{item.item.doc_hash}")


def title_key(item: Features) -> int:
    """The number that the items of one source with one headline share."""
    return _number(f"title\n{item.item.source}\n{item.title}")


def match_keys(item: Features) -> frozenset[int]:
    """All numbers under which a store keeps an item for `Items.sharing` and `Items.count`."""
    return frozenset({*story_keys(item), document_key(item), title_key(item)})


def _telling(item: Features) -> Iterator[str]:
    return (term for term in item.terms if weight(term) >= TELLING)


def _number(text: str) -> int:
    # Of 64 bits with a sign, as databases store integers.
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def _exact_keys(item: NewsItem) -> Iterator[tuple[str, str]]:
    yield "hash", item.doc_hash
    yield "id", item.id
    if item.url_key is not None:
        yield "url", item.url_key
    if item.guid is not None:
        yield "guid", f"{item.source}\n{item.guid}"
