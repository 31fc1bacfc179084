"""Features: an item with what comparisons use, computed once: its terms, its text in runs of words, its slots."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from attrs import frozen

from tradecore.engines.digest.consequence import is_roundup
from tradecore.engines.digest.facts import concepts, words_without_numbers
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.term_weights import TELLING, total_weight, weight
from tradecore.engines.digest.text import headline, normalise, stem, words
from tradecore.engines.digest.text_runs import TextRuns
from tradecore.model.news import Delivery, NewsItem

HASHED_WORDS_ENOUGH = 25
_TEXT_WORDS, _LEAD_WORDS = 300, 60


@frozen(eq=False)
class Terms:
    """The terms of an item, read on first use: those of most stored items are never used."""

    _title: str
    _source: str
    _url: str | None
    _lead: str

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """The words of the headline in order, as `slots_of` gives them."""
        return _slots(self._title, self._source, self._url)

    @cached_property
    def _headline(self) -> tuple[frozenset[str], bool]:
        slots, significant = _terms(self._title, self._source, self._url)
        return frozenset(slots) | significant, not significant and all(map(_priced, slots))

    @property
    def terms(self) -> frozenset[str]:
        """Significant words, numbers, names and markers of the headline, in normal form."""
        return self._headline[0]

    @property
    def ticker(self) -> bool:
        """True when the headline is only a price, which recurs in the same words: only exact copies then match."""
        return self._headline[1]

    @cached_property
    def _everything(self) -> tuple[str, ...]:
        # A set takes several times the memory, and is made in a microsecond.
        return tuple(self.terms | lead_terms(self._lead))

    @property
    def everything(self) -> frozenset[str]:
        """The terms of the headline and of the first 60 words of the text."""
        return frozenset(self._everything)

    @cached_property
    def telling(self) -> frozenset[str]:
        """The terms of the headline that say something of an event by themselves."""
        return frozenset(term for term in self.terms if weight(term) >= TELLING)

    @cached_property
    def title_weight(self) -> float:
        """The weight of `terms`."""
        return total_weight(self.terms)

    @cached_property
    def weight(self) -> float:
        """The weight of `everything`."""
        return total_weight(self.everything)

    @cached_property
    def roundup(self) -> bool:
        """True when the headline is of a series that sums up a day, and so shares words with many events."""
        return is_roundup(self._title)


@frozen(eq=False)
class Features:
    """An item with the features that comparisons use, computed once."""

    item: NewsItem
    happened_at: datetime
    """That of the item."""
    title: str
    """The normalised headline."""
    title_words: int
    body_words: int
    runs: TextRuns
    said: Terms
    """What headline and lead say."""

    @property
    def terms(self) -> frozenset[str]:
        """As `Terms` has it."""
        return self.said.terms

    @property
    def everything(self) -> frozenset[str]:
        """As `Terms` has it."""
        return self.said.everything

    @property
    def telling(self) -> frozenset[str]:
        """As `Terms` has it."""
        return self.said.telling

    @property
    def title_weight(self) -> float:
        """As `Terms` has it."""
        return self.said.title_weight

    @property
    def weight(self) -> float:
        """As `Terms` has it."""
        return self.said.weight

    @property
    def slots(self) -> tuple[str, ...]:
        """As `Terms` has it."""
        return self.said.slots

    @property
    def ticker(self) -> bool:
        """As `Terms` has it."""
        return self.said.ticker

    @property
    def roundup(self) -> bool:
        """As `Terms` has it."""
        return self.said.roundup

    @property
    def text_identifies(self) -> bool:
        """Whether headline and text are so long that another document does not have the same by chance."""
        return self.title_words + self.body_words >= HASHED_WORDS_ENOUGH


def features(item: NewsItem) -> Features:
    """The features of `item` for comparisons."""
    title = headline(item.title, item.source, item.url)
    text = normalise(item.summary)
    body = words(text, _TEXT_WORDS)
    title_words = words(title)
    if body[: len(title_words)] == title_words:
        # Many feeds repeat the title at the beginning of the text, or as the whole text.
        body = body[len(title_words) :]
    return Features(
        item=item,
        happened_at=item.happened_at,
        title=title,
        title_words=len(title_words),
        body_words=len(body),
        runs=TextRuns.of(body),
        said=Terms(item.title, item.source, item.url, _lead(text)),
    )


def terms_of(title: str, source: str = "", url: str | None = None) -> frozenset[str]:
    """Significant words, numbers, names and markers of a headline, in normal form.

    `source` and `url` let a byline at the end of the title be recognised.
    """
    slots, significant = _terms(title, source, url)
    return frozenset(slots) | significant


def slots_of(item: NewsItem | Delivery) -> tuple[str, ...]:
    """The words of a headline in order, without stop words and numbers; names and verbs in normal form."""
    return _slots(item.title, item.source, item.url)


def _slots(title: str, source: str, url: str | None) -> tuple[str, ...]:
    tables = lexicon()
    return tuple(
        tables.meanings.get(word) or stem(word)
        for word in words_without_numbers(title, source, url)
        if word not in tables.stop_words
    )


def _terms(title: str, source: str, url: str | None) -> tuple[list[str], set[str]]:
    slots, rest = concepts(title, source, url)
    return slots, _significant(rest)


def lead_terms(text: str) -> frozenset[str]:
    """The terms of the first 60 words of a text, as those of a headline."""
    slots, rest = concepts(_lead(normalise(text)))
    return frozenset(slots) | _significant(rest)


def _lead(text: str) -> str:
    """The first 60 words of a normalised text."""
    return " ".join(text.split(" ", _LEAD_WORDS)[:_LEAD_WORDS])


def _significant(rest: Iterable[str]) -> set[str]:
    stop_words = lexicon().stop_words
    return {stem(word) for word in rest if word not in stop_words and (len(word) > 1 or not word.isascii())}


def _priced(slot: str) -> bool:
    return " " in slot or slot in lexicon().asset_names
