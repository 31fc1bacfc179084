"""Deeds that an English sentence tells, compared with those of its sources: which, how far they have come, whose."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from attrs import frozen

from tradecore.engines.digest.clauses import PASSIVE, WORD, clauses_of, names_of
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.sentence_languages import is_of_another_language
from tradecore.engines.digest.text import sentences, stem
from tradecore.model.news import NewsItem

_FILE = "deeds.toml"
# What follows gives reasons and conditions, and is not what happened.
_REASON = re.compile(r"\b(?:because|since|if|unless|although)\b", re.IGNORECASE)
_READ = 4000
"""How many signs of an item are compared."""
_SENTENCES = 40
_NOUN_REACH = 4
"""How many words before a noun may say that its deed has not happened yet."""
DONE, NOT_YET, DENIED = "done", "not yet", "denied"
_NOBODY: frozenset[str] = frozenset()


@frozen
class DeedWords:
    """The words for deeds, all as stems apart from `not_yet` and `denied`, which are whole words."""

    kinds: Mapping[str, frozenset[int]]
    """The deeds that a word tells, each as a number."""
    grave: frozenset[int]
    nouns: frozenset[str]
    not_yet: frozenset[str]
    denied: frozenset[str]


@frozen
class Deed:
    """A deed as a clause tells it: the deeds that its word may mean, how far it has come, and the names before it."""

    kinds: frozenset[int]
    state: str
    actors: frozenset[str]


def adds_deeds(text: str, items: Sequence[NewsItem]) -> bool:
    """Whether a sentence tells a deed that no item has, or that all of them tell as planned, denied or another's."""
    sources = _texts(items)
    if sources is None:
        return False
    stated = [deed for source in sources for deed in _deeds(source)]
    for claim in deeds_of(_REASON.split(text)[0]):
        if not any(deed.kinds & claim.kinds for deed in stated):
            return True
        # Words for several deeds say less: who is fined has to pay.
        same = [deed for deed in stated if deed.kinds == claim.kinds]
        as_far = [deed for deed in same if deed.state == claim.state]
        if same and (not as_far or _of_others(claim, as_far)):
            return True
    return False


def adds_grave_deeds(text: str, items: Sequence[NewsItem]) -> bool:
    """Whether a sentence, of whatever time, has a deed that harms somebody and that no item has."""
    sources = _texts(items)
    if sources is None:
        return False
    stated = frozenset[int]().union(*(deed.kinds for source in sources for deed in _deeds(source)))
    return any(claim.kinds <= deed_words().grave and claim.kinds.isdisjoint(stated) for claim in deeds_of(text))


def deeds_of(text: str) -> Iterator[Deed]:
    """The deeds that the clauses of an English text tell, in its order."""
    words_of = deed_words()
    for sentence in sentences(text, _SENTENCES):
        passive = not PASSIVE.isdisjoint(WORD.findall(sentence.lower()))
        before: list[str] = []
        for clause in clauses_of(sentence):
            plain = WORD.findall(clause)
            folded = [word.lower().removesuffix("n't") for word in plain]
            negated = not words_of.denied.isdisjoint(folded) or "n't" in clause or "n’t" in clause
            for at, word in enumerate(folded):
                kinds = words_of.kinds.get(stem(word))
                if not kinds or word in words_of.denied or (at > 0 and plain[at][0].isupper() and names_of(plain[at])):
                    continue
                noun = stem(word) in words_of.nouns
                governing = folded[max(0, at - _NOUN_REACH) : at] if noun else folded[:at]
                open_yet = folded[at - 1 : at] == ["to"] or not words_of.not_yet.isdisjoint(governing)
                state = DENIED if negated else NOT_YET if open_yet else DONE
                actors = (
                    _NOBODY
                    if passive or noun
                    else names_of(" ".join([*before, *plain[:at]])) - lexicon().tickers.keys()
                )
                yield Deed(kinds, state, actors)
            before += plain


# The same items are compared with several sentences.
@lru_cache(500)
def _deeds(text: str) -> tuple[Deed, ...]:
    return tuple(deeds_of(text))


def _of_others(claim: Deed, known: Iterable[Deed]) -> bool:
    """Whether the sources name who did it, and name nobody of the claim."""
    actors = frozenset[str]().union(*(deed.actors for deed in known))
    return bool(claim.actors) and bool(actors) and claim.actors.isdisjoint(actors)


def _texts(items: Sequence[NewsItem]) -> list[str] | None:
    """The texts of items; None where one is not English, whose deeds cannot be told."""
    texts = [f"{item.title.rstrip('.')}. {item.summary}"[:_READ] for item in items]
    return None if any(is_of_another_language(text, [text], "en") for text in texts) else texts


@cache
def deed_words() -> DeedWords:
    """The words of this package; the file is read by the first call."""
    tables = tomllib.loads(files(__package__).joinpath(_FILE).read_text("utf-8"))
    grave = tables["grave"].splitlines()
    kinds: dict[str, set[int]] = {}
    for number, line in enumerate([*grave, *tables["plain"].splitlines()]):
        for word in line.split():
            kinds.setdefault(stem(word), set()).add(number)
    return DeedWords(
        kinds={word: frozenset(numbers) for word, numbers in kinds.items()},
        grave=frozenset(range(len(grave))),
        nouns=frozenset(map(stem, tables["nouns"])),
        not_yet=frozenset(tables["not_yet"]),
        denied=frozenset(tables["denied"]),
    )
