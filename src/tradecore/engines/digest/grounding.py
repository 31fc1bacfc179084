"""Whether a sentence of a model states only what the items that it is about state."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from tradecore.engines.digest.agreement import ungrounded_numbers
from tradecore.engines.digest.amounts import read_numbers
from tradecore.engines.digest.claims import contradicts, figure_of_another_name
from tradecore.engines.digest.deeds import adds_deeds, adds_grave_deeds
from tradecore.engines.digest.everyday_words import only_everyday_words
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.sentence_languages import is_of_another_language
from tradecore.engines.digest.term_weights import RAREST, TELLING, total_weight, weight
from tradecore.engines.digest.text import normalise, stem, words
from tradecore.model.news import NewsItem

_NAME = re.compile(r"(?<!\w)[^\W\d_][\w’'&.-]*\w")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;–—\"“„(]\s*)$")
# German writes every noun with a capital, so only words that are names in any case are checked.
_CAPITALISED_NOUNS = frozenset({"de"})
_LINK = re.compile(r"\w+://\S|\]\(|\w@\w")
_HOST = re.compile(r"(?<![\w.])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?!\w)", re.IGNORECASE)
_MULTIPLES = frozenset(
    map(
        stem,
        "double doubled doubling triple tripled tripling quadrupled halved halving half twofold tenfold dozen".split(),
    )
)
"""Words that state a figure without a number."""
_MANY = frozenset("dozens scores hundreds thousands millions billions trillions".split())
_SPAN = re.compile(r"\b(?:in|per|over|within) (?:a|an|one|the (?:last|past)) (hour|week|month|quarter|year|decade)\b")
TOLD_WEIGHT = 6.0
"""The least weight of the words that a sentence of what happened shares with its items, where no name or figure is."""


def is_grounded(text: str, items: Sequence[NewsItem], language: str, *, stories: int = 1) -> bool:
    """Whether every number and every name in a text occurs in the items that it is about, and with each other.

    In English no deed that harms somebody may be added. A figure that the items state of one name only is not that of
    another. The number of `stories` that the items are of may occur besides, as in `on three fronts`. A text of another
    language, or with a link that the items do not have, is not grounded.
    """
    if ungrounded_numbers(text, (item.facts for item in items)) - {f"{stories} n"}:
        return False
    sources = [f"{item.title}. {item.summary}" for item in items]
    if ungrounded_names(text, sources, language) or is_of_another_language(text, sources, language):
        return False
    if language == "en" and adds_grave_deeds(text, items):
        return False
    return not (_links(text, sources) or _multiplies(text, sources) or figure_of_another_name(text, sources))


def reports(text: str, items: Sequence[NewsItem], language: str) -> bool:
    """Whether a grounded text says what happened in the items.

    It has a telling word, a name or a figure of theirs, and does not contradict them: it does not deny what they
    affirm, tell a plan as a deed, or change who acted on whom. Contradictions are found in English only.
    """
    if not _shares_telling_terms(text, items):
        return False
    return language != "en" or not (contradicts(text, items) or adds_deeds(text, items))


def _shares_telling_terms(text: str, items: Sequence[NewsItem]) -> bool:
    figures = frozenset[str]().union(*(item.facts.numbers | item.facts.detail for item in items))
    if not figures.isdisjoint(read_numbers(normalise(text))[0]):
        return True
    said = words(normalise(text))
    stated = words(normalise(" ".join(f"{item.title} {item.summary}" for item in items)))
    tables, known = lexicon(), {stem(word) for word in stated}
    if not {name for word in said if (name := tables.name_of(word))}.isdisjoint(map(tables.name_of, stated)):
        return True
    telling = {stem(word) for word in said if word not in tables.stop_words and word not in tables.markers}
    return total_weight(term for term in telling & known if weight(term) >= TELLING) >= TOLD_WEIGHT


def _links(text: str, sources: Sequence[str]) -> bool:
    """Whether a text has an address that none of its sources has; names such as `Crypto.com` occur in both."""
    hosts = {match[0].casefold() for match in _HOST.finditer(text)}
    return bool(_LINK.search(text)) or any(
        host not in source for host in hosts for source in [" ".join(sources).casefold()]
    )


def _multiplies(text: str, sources: Iterable[str]) -> bool:
    """Whether a text has words for figures or spans of time, such as `doubled` and `in a week`, that no source has."""
    stated = {stem(word) for source in sources for word in words(normalise(source))}
    said = normalise(text)
    figures = {stem(word) for word in words(said) if stem(word) in _MULTIPLES or word in _MANY}
    return not (figures | {stem(span) for span in _SPAN.findall(said)}) <= stated


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
            if lexicon().name_of(normalise(name)) and not only_everyday_words(name):
                yield name
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
