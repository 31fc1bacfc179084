"""What a reader was told of a story, and whether another item of it adds anything."""

from collections.abc import Iterable

from tradecore.engines.digest.facts import new_facts
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.matching import terms_of
from tradecore.engines.digest.phases import is_later, turns_of
from tradecore.engines.digest.text import headline, stem, words
from tradecore.model.news import Delivery, NewsFacts, NewsItem, Phase

NOVEL_TERMS = 0.5
"""The least share of new terms that makes a headline news when it adds no fact that the tables know."""
SLOT_WORDS, FRAME_WORDS = 2, 3
"""Headlines differ in one slot when at most so many words stand between at least so many equal ones."""


class Told:
    """The items and deliveries of one story that a reader knows or finds in this report."""

    def __init__(self, told: Iterable[NewsItem | Delivery] = ()) -> None:
        self._facts: list[NewsFacts] = []
        self._hashes: set[str] = set()
        self._published: set[tuple[str, str, NewsFacts]] = set()
        self._terms: set[str] = set()
        self._titles: set[tuple[str, ...]] = set()
        self._phases: set[Phase] = set()
        self._turns: set[str] = set()
        for earlier in told:
            self.add(earlier)

    def add(self, earlier: NewsItem | Delivery) -> None:
        """Count an item as told."""
        if earlier.facts not in self._facts:
            self._facts.append(earlier.facts)
        self._hashes.add(earlier.doc_hash)
        self._published.add(_published(earlier))
        self._terms |= terms_of(earlier.title, earlier.source, earlier.url)
        self._titles.add(_slots(earlier))
        self._phases.add(earlier.facts.phase)
        self._turns |= turns_of(earlier.title)

    def has_copy(self, item: NewsItem) -> bool:
        """Whether the same text was told, or the source told it under the same headline with the same facts."""
        return item.doc_hash in self._hashes or _published(item) in self._published

    def is_later(self, item: NewsItem) -> bool:
        """Whether the item reports a later phase of the event than everything told."""
        return not self.has_copy(item) and is_later(item.facts.phase, self._phases)

    def lacks(self, item: NewsItem) -> bool:
        """Whether the item adds a later phase, a fact, another turn, actor or object, or mostly new words.

        A copy of something told never does.
        """
        if self.has_copy(item):
            return False
        if self.is_later(item) or new_facts(item.facts, self._facts) or not turns_of(item.title) <= self._turns:
            return True
        slots = _slots(item)
        if slots not in self._titles and any(_in_one_slot(slots, earlier) for earlier in self._titles):
            return True
        terms = terms_of(item.title, item.source, item.url)
        return len(terms - self._terms) >= NOVEL_TERMS * max(1, len(terms))


def _published(item: NewsItem | Delivery) -> tuple[str, str, NewsFacts]:
    return item.source, headline(item.title, item.source, item.url), item.facts


def _slots(item: NewsItem | Delivery) -> tuple[str, ...]:
    """The words of a headline in order, without stop words; names and verbs of the lexicon in normal form."""
    tables = lexicon()
    return tuple(
        tables.name_of(word) or tables.markers.get(word) or stem(word)
        for word in words(headline(item.title, item.source, item.url))
        if word not in tables.stop_words
    )


def _in_one_slot(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two headlines are the same words but for one or two that stand for others at one place.

    Words in another order are no others.
    """
    shorter = min(len(one), len(other))
    before = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    behind = next((at for at in range(shorter - before) if one[-1 - at] != other[-1 - at]), shorter - before)
    left, other_left = one[before : len(one) - behind], other[before : len(other) - behind]
    few = max(len(left), len(other_left)) <= SLOT_WORDS
    return before + behind >= FRAME_WORDS and few and bool(left) and bool(other_left) and {*left}.isdisjoint(other_left)
