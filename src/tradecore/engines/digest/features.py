"""Features: an item with what comparisons use, computed once: its terms, its text in runs of words, its slots."""

from collections.abc import Iterable
from datetime import datetime
from zlib import crc32

from attrs import frozen

from tradecore.engines.digest.consequence import is_roundup
from tradecore.engines.digest.facts import concepts, words_without_numbers
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.term_weights import TELLING, total_weight, weight
from tradecore.engines.digest.text import headline, normalise, runs, stem, words
from tradecore.model.news import Delivery, NewsItem

TEXT_TRIPLES = 12
"""The least word triples of a text that is compared with others; a shorter one may be common to many items."""
HASHED_WORDS_ENOUGH = 25
_TEXT_WORDS, _LEAD_WORDS, _SKETCH = 300, 60, 8


@frozen(eq=False)
class Features:
    """An item with the features that comparisons use, computed once."""

    item: NewsItem
    happened_at: datetime
    """That of the item."""
    title: str
    """The normalised headline."""
    terms: frozenset[str]
    """Significant words, numbers, names and markers of the headline, in normal form."""
    everything: frozenset[str]
    """The terms of the headline and of the first 60 words of the text."""
    telling: frozenset[str]
    """The terms of the headline that say something of an event by themselves."""
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
    roundup: bool
    """True when the headline is of a series that sums up a day, and so shares words with many events."""

    @property
    def text_identifies(self) -> bool:
        """Whether headline and text are so long that another document does not have the same by chance."""
        return self.title_words + self.body_words >= HASHED_WORDS_ENOUGH


def features(item: NewsItem) -> Features:
    """The features of `item` for comparisons."""
    slots, significant = _terms(item.title, item.source, item.url)
    title = headline(item.title, item.source, item.url)
    text = normalise(item.summary)
    body = words(text, _TEXT_WORDS)
    title_words = words(title)
    if body[: len(title_words)] == title_words:
        # Many feeds repeat the title at the beginning of the text, or as the whole text.
        body = body[len(title_words) :]
    terms = frozenset(slots) | significant
    everything = terms | lead_terms(text)
    triples = frozenset(map(crc32, runs([word.encode("utf-8", "replace") for word in body])))
    if len(triples) < TEXT_TRIPLES:
        triples = frozenset()
    return Features(
        item=item,
        happened_at=item.happened_at,
        title=title,
        terms=terms,
        everything=everything,
        telling=frozenset(term for term in terms if weight(term) >= TELLING),
        title_weight=total_weight(terms),
        weight=total_weight(everything),
        title_words=len(title_words),
        body_words=len(body),
        triples=triples,
        sketch=frozenset(sorted(triples)[:_SKETCH]),
        slots=slots_of(item),
        ticker=not significant and all(_priced(slot) for slot in slots),
        roundup=is_roundup(item.title),
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
        tables.meanings.get(word) or stem(word)
        for word in words_without_numbers(item.title, item.source, item.url)
        if word not in tables.stop_words
    )


def _terms(title: str, source: str, url: str | None) -> tuple[list[str], set[str]]:
    slots, rest = concepts(title, source, url)
    return slots, _significant(rest)


def lead_terms(text: str) -> frozenset[str]:
    """The terms of the first 60 words of a text, as those of a headline."""
    slots, rest = concepts(" ".join(normalise(text).split(" ", _LEAD_WORDS)[:_LEAD_WORDS]))
    return frozenset(slots) | _significant(rest)


def _significant(rest: Iterable[str]) -> set[str]:
    stop_words = lexicon().stop_words
    return {stem(word) for word in rest if word not in stop_words and (len(word) > 1 or not word.isascii())}


def _priced(slot: str) -> bool:
    return " " in slot or slot in lexicon().asset_names
