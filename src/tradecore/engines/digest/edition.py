"""What a model wrote for a digest: its sentences, held to the items that they are about."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from attrs import field, frozen

from tradecore.engines.digest.agreement import ungrounded_numbers
from tradecore.engines.digest.categories import Category
from tradecore.engines.digest.everyday_words import only_everyday_words
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.term_weights import RAREST, weight
from tradecore.engines.digest.text import normalise, stem, words
from tradecore.model.news import NewsItem, StoryId

MOST_IMPORTANT = 5
_NAME = re.compile(r"(?<!\w)[^\W\d_][\w’'&.-]*\w")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;–—\"“„(]\s*)$")
# German writes every noun with a capital, so only words that are names in any case are checked.
_CAPITALISED_NOUNS = frozenset({"de"})


@frozen
class EditedStory:
    """A story as a model wrote it: a sentence of what happened, one of why it matters, and its judgement.

    `importance` is from 1 to 5.
    """

    happened: str
    matters: str
    category: Category
    importance: int


@frozen
class SummaryLine:
    """A line of the executive summary, and the stories that it is about."""

    text: str
    stories: tuple[StoryId, ...]


@frozen
class Edition:
    """What a model, as `provider:name`, wrote for one digest. Stories that it did not edit keep their extracts."""

    model: str
    stories: Mapping[StoryId, EditedStory] = field(factory=dict, hash=False)
    summary: tuple[SummaryLine, ...] = ()


def is_grounded(text: str, items: Sequence[NewsItem], language: str, *, stories: int = 1) -> bool:
    """Whether every number and every name in a text occurs in the items that it is about.

    The number of `stories` that the items are of may occur besides, as in `on three fronts`.
    """
    if ungrounded_numbers(text, (item.facts for item in items)) - {f"{stories} n"}:
        return False
    return not ungrounded_names(text, (f"{item.title} {item.summary}" for item in items), language)


def ungrounded_names(text: str, sources: Iterable[str], language: str = "en") -> frozenset[str]:
    """Names of `text` that none of its sources has, in the form of the text.

    Names are words with a capital; of first words of sentences those of `headline_names.txt`, in English also rare
    words. Another name of an asset or institution of the lexicon counts as the same.
    """
    tables, known = lexicon(), set[str]()
    for source in sources:
        for word in words(normalise(source)):
            known |= {word, stem(word), word.replace("-", ""), *word.split("-")}
            known.add(tables.name_of(word) or word)
        known |= {name for phrase, name in tables.phrases.items() if phrase in normalise(source)}
    return frozenset(name for name in _names(text, language) if not _occurs(normalise(name).removesuffix("'s"), known))


def _names(text: str, language: str) -> Iterable[str]:
    for match in _NAME.finditer(text):
        name = match[0].removesuffix("'s").removesuffix("’s")
        if not any(sign.isupper() for sign in name):
            continue
        word, first = normalise(name), _SENTENCE_START.search(text[: match.start()]) is not None
        surely = lexicon().name_of(word) is not None or sum(sign.isupper() for sign in name) > 1
        if surely or (language not in _CAPITALISED_NOUNS and (not first or _is_name(word, language))):
            yield name


def _is_name(word: str, language: str) -> bool:
    """Whether the first word of a sentence is a name: one that headlines use, in English any that is no common word."""
    if stem(word) in _stems("headline_names.txt"):
        return True
    common = weight(stem(word)) < RAREST or only_everyday_words(word) or stem(word) in _stems("sentence_openers.txt")
    return language == "en" and not common


@cache
def _stems(name: str) -> frozenset[str]:
    """The stems of the words of a file beside this one."""
    lines = files(__package__).joinpath(name).read_text("utf-8").splitlines()
    return frozenset(stem(word) for line in lines if not line.startswith("#") for word in line.split())


def _occurs(name: str, known: set[str]) -> bool:
    forms = {name, stem(name), lexicon().name_of(name) or name, name.replace(".", "").replace("-", "")}
    parts = words(name)
    return not forms.isdisjoint(known) or (len(parts) > 1 and all(_occurs(part, known) for part in parts))
