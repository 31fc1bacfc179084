"""Agreement: whether the facts of two headlines contradict each other, are the same, or add something new."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tradecore.engines.digest.amount_comparison import agree, of_one_size, rounds
from tradecore.engines.digest.amounts import read_numbers
from tradecore.engines.digest.facts import AFFIRMED, ESTIMATED, NEGATED
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.text import normalise
from tradecore.model.news import NewsFacts

# Slots that are always filled, so that silence is a statement: "approves" against "may approve".
_MODE = "mode"
_SILENT = frozenset({_MODE, "not"})
_NEGATION = frozenset({AFFIRMED, NEGATED})
_WITHIN = {
    **dict.fromkeys(("texas", "wyoming", "florida", "arizona", "california", "newyork"), "us"),
    **dict.fromkeys(("germany", "france"), "eu"),
}
"""Places by what they are part of, which does not contradict them."""
_CIRCUMSTANCES = ("rank:", "way-", "by-trade:")
"""Markers that outlets add or leave out as they like: "the largest", "from Kraken", "bitcoin purchase"."""
_YEAR = re.compile(r"(?:19|20)\d\d (?:n|year)")


def conflict(one: NewsFacts, other: NewsFacts, *, other_sizes: bool = True) -> bool:
    """Whether the facts of two headlines exclude that they report the same event. Symmetric; false for equal facts.

    Without `other_sizes` amounts of which one is more than ten times the other may be of two quantities of one event.

    Missing facts never contradict, nor do limits and estimates (`up to $200M`, `nearly $2B`). Other numbers of one
    unit, assets and entities contradict when each side names one that the other does not, markers when they fill a slot
    differently. A plan does not contradict its deed.
    """
    places, names, _ = _kinds(one.entities)
    more_places, more_names, _ = _kinds(other.entities)
    return (
        _names_conflict(one.assets, other.assets)
        or _names_conflict(places, more_places)
        or _names_conflict(names, more_names)
        or _markers_conflict(one.markers, other.markers, silent=_SILENT)
        or (
            _numbers_conflict(one.numbers, other.numbers)
            and _numbers_conflict(_exact(one), _exact(other))
            and (other_sizes or _differ_in_one_size(one.numbers, other.numbers))
        )
    )


def known_names(facts: NewsFacts) -> frozenset[str]:
    """The assets, institutions and places of a headline that the lexicon knows."""
    return facts.assets | {name for name in facts.entities if not name.startswith("~")}


def other_names(one: NewsFacts, other: NewsFacts) -> bool:
    """Whether both headlines have names that the lexicon does not know, and none in common. Symmetric."""
    unknown, more_unknown = _kinds(one.entities)[2], _kinds(other.entities)[2]
    return bool(unknown) and bool(more_unknown) and unknown.isdisjoint(more_unknown)


def unknown_names(facts: NewsFacts) -> frozenset[str]:
    """The names of a headline that the lexicon does not know, in small letters."""
    return frozenset(name.removeprefix("~") for name in facts.entities if name.startswith("~"))


def other_deeds(one: NewsFacts, other: NewsFacts) -> bool:
    """Whether both headlines say what was done, and say nothing of the same kind. Symmetric."""
    slots, more_slots = by_slot(one.markers).keys() - _SILENT, by_slot(other.markers).keys() - _SILENT
    return bool(slots) and bool(more_slots) and slots.isdisjoint(more_slots)


def negates(one: NewsFacts, other: NewsFacts) -> bool:
    """Whether one headline has a negation and the other has none. Symmetric."""
    return _markers_conflict(one.markers & _NEGATION, other.markers & _NEGATION)


def same_facts(one: NewsFacts, other: NewsFacts) -> bool:
    """Whether two texts agree in all facts, so that one can be a copy of the other.

    A shortened copy may lack numbers of the longer text, but each text having numbers that the other lacks is no
    agreement.
    """
    if one.phase is not other.phase or conflict(one, other) or _markers_conflict(one.detail, other.detail):
        return False
    if other_names(one, other) or _markers_conflict(one.markers, other.markers):
        return False
    a, b = _stated(one), _stated(other)
    if not ((one.numbers <= b) and (other.numbers <= a)):
        return False
    if not (_names_in(one) <= b | _names_in(other) and _names_in(other) <= a | _names_in(one)):
        return False
    slots_a, slots_b = by_slot(one.markers), by_slot(other.markers)
    if any(slots_a[slot] != slots_b[slot] for slot in slots_a.keys() & slots_b.keys()):
        return False
    numbers_a, numbers_b = _numbers_in(a), _numbers_in(b)
    return numbers_a <= numbers_b or numbers_b <= numbers_a


def new_facts(facts: NewsFacts, known: Iterable[NewsFacts]) -> frozenset[str]:
    """Numbers and markers of a headline that nothing in `known` states, in its headline or its text.

    Names alone are not new, since outlets mention different ones, nor is a rounding of a known number. A year, a rank
    or a role is only where `known` states another one.
    """
    stated = frozenset().union(*(_stated(earlier) for earlier in known))
    slots = {_slot(fact) for fact in stated}
    fresh = {marker for marker in facts.markers if marker not in stated}
    finer = _numbers_in(stated)
    fresh |= {number for number in facts.numbers - stated if not any(rounds(number, other) for other in finer)}
    return frozenset(fact for fact in fresh if not _is_circumstance(fact) or _slot(fact) in slots)


def ungrounded_numbers(text: str, sources: Iterable[NewsFacts]) -> frozenset[str]:
    """Numbers of `text`, in normal form, that none of its sources states.

    A generated text is used only when there are none.
    """
    stated = frozenset().union(*(_stated(source) for source in sources))
    return frozenset(number for number in read_numbers(normalise(text))[0] if number not in stated)


def _is_circumstance(fact: str) -> bool:
    return fact.startswith(_CIRCUMSTANCES) or _YEAR.fullmatch(fact) is not None


def _slot(fact: str) -> str:
    """The slot of a marker; of a year the one of all years."""
    return "year" if _YEAR.fullmatch(fact) else fact.partition(":")[0]


@lru_cache(10_000)
def _kinds(entities: frozenset[str]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Places, other names of the lexicon, and the first letters of names outside it."""
    places = lexicon().places
    # Five letters, so that `Europe` does not contradict `European`.
    unknown = frozenset(name[:6] for name in entities if name.startswith("~"))
    named = frozenset(name for name in entities if not name.startswith("~"))
    within = {_WITHIN[name] for name in named if name in _WITHIN}
    return (named & places) | within, named - places, unknown


def _stated(facts: NewsFacts) -> frozenset[str]:
    return facts.numbers | facts.markers | facts.detail


def _names_in(facts: NewsFacts) -> frozenset[str]:
    return frozenset(f"@{name}" for name in known_names(facts))


def _numbers_in(stated: frozenset[str]) -> frozenset[str]:
    return frozenset(fact for fact in stated if " " in fact and not fact.startswith(ESTIMATED))


def _exact(facts: NewsFacts) -> frozenset[str]:
    return frozenset(number for number in facts.numbers if f"{ESTIMATED}{number}" not in facts.detail)


def _differ_in_one_size(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether numbers of one unit that only one side has are of one size."""
    a, b = _by_unit(one - other), _by_unit(other - one)
    return any(of_one_size(x, y) for unit in a.keys() & b.keys() for x in a[unit] for y in b[unit])


def _names_conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not (one <= other or other <= one)


# The same markers and numbers are compared many times.
@lru_cache(10_000)
def by_slot(markers: frozenset[str]) -> Mapping[str, set[str]]:
    """The values of markers by their slots."""
    slots: dict[str, set[str]] = {}
    for marker in markers:
        if " " not in marker:
            slot, _, value = marker.partition(":")
            slots.setdefault(slot, set()).add(value)
    return slots


def _markers_conflict(one: frozenset[str], other: frozenset[str], silent: frozenset[str] = frozenset({_MODE})) -> bool:
    """Whether a slot is filled differently, other than the `silent` ones."""
    if one == other:
        return False
    a, b = by_slot(one), by_slot(other)
    return any(a[slot].isdisjoint(b[slot]) for slot in a.keys() & b.keys() if slot not in silent)


def _numbers_conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    if one <= other or other <= one:
        return False
    a, b = _by_unit(one), _by_unit(other)
    return any(not (_covered(a[unit], b[unit]) or _covered(b[unit], a[unit])) for unit in a.keys() & b.keys())


@lru_cache(10_000)
def _by_unit(numbers: frozenset[str]) -> Mapping[str, list[str]]:
    units: dict[str, list[str]] = {}
    for number in numbers:
        units.setdefault(number.split(" ", 1)[1], []).append(number)
    return units


def _covered(numbers: list[str], by: list[str]) -> bool:
    return all(any(agree(number, other) for other in by) for number in numbers)
