"""What a sentence claims of an event, compared with what its sources say: who did what, whether, and how much."""

import re
from collections.abc import Iterable, Sequence

from tradecore.engines.digest.agreement import by_slot
from tradecore.engines.digest.amounts import read_numbers
from tradecore.engines.digest.clauses import PASSIVE, cased_words, clauses_of, name_of, names_of
from tradecore.engines.digest.facts import facts_of
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.text import normalise, stem
from tradecore.model.news import NewsFacts, NewsItem, Phase

_SUBORDINATE = re.compile(r"\b(?:because|since|after|that|who|which|if|unless|although|while)\b")
_NOT_YET = frozenset({Phase.PLAN, Phase.RUMOUR, Phase.THREAT})
_DENIED = "not:yes"
_UNSAID = ("mode", "not")
"""Slots that every headline fills."""


def contradicts(text: str, items: Sequence[NewsItem]) -> bool:
    """Whether an English sentence claims something else than the items: another deed, actor, outcome or phase."""
    claim = facts_of(text)
    return (
        _other_outcome(claim, items)
        or _denies(text, items)
        or _tells_as_done(claim, items)
        or _swaps_sides(text, [item.title for item in items])
    )


def figure_of_another_name(text: str, sources: Iterable[str]) -> bool:
    """Whether a clause gives a figure to a name, while each clause of the sources with that figure has other names."""
    stated = [(_figures(clause), names_of(clause)) for source in sources for clause in clauses_of(source)]
    known = frozenset[str]().union(*(names for _, names in stated))
    for clause in clauses_of(text):
        names = names_of(clause) & known
        for figure in _figures(clause) if names else ():
            holders = [others for figures, others in stated if figure in figures]
            if holders and all(others and names.isdisjoint(others) for others in holders):
                return True
    return False


def _other_outcome(claim: NewsFacts, items: Sequence[NewsItem]) -> bool:
    """Whether the sentence fills a slot of a deed otherwise than every item that fills it."""
    stated = frozenset[str]().union(*(item.facts.markers | item.facts.detail for item in items))
    return any(
        known and values.isdisjoint(known)
        for slot, values in by_slot(claim.markers).items()
        if slot not in _UNSAID
        for known in [by_slot(stated).get(slot)]
    )


def _denies(text: str, items: Sequence[NewsItem]) -> bool:
    """Whether the sentence denies and no item does, or each headline denies and the sentence does not.

    What follows `because`, `that` and the like is not what the sentence is about.
    """
    claim = facts_of(_SUBORDINATE.split(text)[0])
    if _DENIED in claim.markers:
        return not any(_DENIED in facts_of(f"{item.title} {item.summary}").markers for item in items)
    return all(_DENIED in item.facts.markers for item in items) and claim.phase is not Phase.DENIAL


def _tells_as_done(claim: NewsFacts, items: Sequence[NewsItem]) -> bool:
    """Whether the sentence tells as done what each item tells as a plan, threat or rumour."""
    if claim.phase in _NOT_YET or any(item.facts.phase not in _NOT_YET for item in items):
        return False
    deeds = {marker for marker in claim.markers if marker.partition(":")[0] not in _UNSAID}
    return any(not deeds.isdisjoint(item.facts.markers) for item in items)


def _swaps_sides(text: str, titles: Iterable[str]) -> bool:
    """Whether who acts and who is acted upon are the other way round than in a headline with the same verb."""
    sides = _sides(text)
    for title in titles:
        for verb, (actors, objects) in _sides(title).items():
            claimed = sides.get(verb)
            if claimed and claimed[0] <= objects and claimed[1] <= actors:
                return True
    return False


def _sides(text: str) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """The names before and behind each verb of a sentence in the active voice, by the stem of the verb."""
    sentence = cased_words(text)
    if not PASSIVE.isdisjoint(word.lower() for word in sentence):
        return {}
    names = [name_of(word) for word in sentence]
    sides: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for at, word in enumerate(sentence):
        before = frozenset(name for name in names[:at] if name)
        behind = frozenset(name for name in names[at + 1 :] if name)
        mutual = sentence[at + 1 : at + 2] == ["with"]
        if before and behind and word.islower() and word not in lexicon().stop_words and not mutual:
            sides[stem(word)] = before, behind
    return sides


def _figures(clause: str) -> frozenset[str]:
    return frozenset(read_numbers(normalise(clause))[0])
