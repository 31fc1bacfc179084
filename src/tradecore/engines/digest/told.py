"""What a reader was told of a story, and whether another item of it adds anything."""

from collections.abc import Iterable

from tradecore.engines.digest.agreement import new_facts
from tradecore.engines.digest.features import lead_terms, slots_of, terms_of
from tradecore.engines.digest.matching import differ_in_one_slot
from tradecore.engines.digest.phases import is_later, turns_of
from tradecore.engines.digest.text import headline
from tradecore.model.news import Delivery, NewsFacts, NewsItem, Phase

NOVEL_TERMS = 0.5
"""The least share of new terms that makes a headline news when it adds no fact that the tables know."""

REPRINT_TERMS = 0.1
"""The most of its terms that a reprint has beyond what was told."""


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
        self._figures: set[str] = set()
        for earlier in told:
            self.add(earlier)

    def add(self, earlier: NewsItem | Delivery) -> None:
        """Count an item as told."""
        if earlier.facts not in self._facts:
            self._facts.append(earlier.facts)
        self._hashes.add(earlier.doc_hash)
        self._published.add(_published(earlier))
        self._terms |= terms_of(earlier.title, earlier.source, earlier.url)
        if isinstance(earlier, NewsItem):
            self._terms |= lead_terms(earlier.summary)
        self._titles.add(slots_of(earlier))
        self._phases.add(earlier.facts.phase)
        self._turns |= turns_of(earlier.title)
        self._figures |= _figures(earlier.facts)

    def has_copy(self, item: NewsItem) -> bool:
        """Whether the same text was told, or the source told it under the same headline with the same facts."""
        return item.doc_hash in self._hashes or _published(item) in self._published

    def has_reprint(self, item: NewsItem) -> bool:
        """Whether headline and lead say what was told in nearly the same words and figures, or are a copy of it."""
        if self.has_copy(item):
            return True
        terms = terms_of(item.title, item.source, item.url) | lead_terms(item.summary)
        few = len(terms - self._terms) <= REPRINT_TERMS * len(terms)
        return few and not new_facts(item.facts, self._facts) and _figures(item.facts) <= self._figures

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
        slots = slots_of(item)
        if slots not in self._titles and any(differ_in_one_slot(slots, earlier) for earlier in self._titles):
            return True
        terms = terms_of(item.title, item.source, item.url)
        return len(terms - self._terms) >= NOVEL_TERMS * max(1, len(terms))


def _figures(facts: NewsFacts) -> frozenset[str]:
    return frozenset(fact for fact in facts.numbers | facts.detail if " " in fact)


def _published(item: NewsItem | Delivery) -> tuple[str, str, NewsFacts]:
    return item.source, headline(item.title, item.source, item.url), item.facts
