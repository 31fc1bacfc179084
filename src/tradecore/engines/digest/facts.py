"""What a headline states, when two headlines contradict each other, and what one adds to what is known."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tradecore.engines.digest.amounts import agree, read_numbers, rounds
from tradecore.engines.digest.lexicon import (
    ASSETS,
    ENTITIES,
    MARKERS,
    NEGATIONS,
    NEUTRAL,
    PHRASES,
    PLACES,
    PLANNED,
    SUBJECT_SLOTS,
)
from tradecore.engines.digest.text import HASHED_WORDS, STOP_WORDS, headline, normalise, plain
from tradecore.model.news import Facts

_TOWARDS = {"to": "to", "into": "to", "onto": "to", "from": "from", "off": "from"}
_CASED = re.compile(r"[^\W\d_]+(?:['’.&-][^\W\d_]+)*")
_COUNTRY = re.compile(r"(?<![A-Z] )\bUS\b(?!\$| [A-Z]{2})|\bU\.S\b")
# Slots that are always filled, so that silence is a statement: "approves" against "may approve".
_DONE, _PLAN, _AFFIRMED, _NEGATED = "mode:done", "mode:plan", "not:no", "not:yes"


def facts_of(title: str, text: str = "", *, source: str = "", url: str | None = None) -> Facts:
    """The facts of a document; `source` and `url` only help to take its own name off the title's end."""
    numbers, signs, left = read_numbers(_phrased(title, source, url))
    assets, entities, markers = _names_and_markers(left)
    entities |= _unknown_names(title, left)
    below = " ".join(normalise(text).split(" ")[:HASHED_WORDS])
    detail: frozenset[str] = frozenset()
    if below:
        body_numbers, body_signs, body_left = read_numbers(below)
        body_assets, body_entities, _ = _names_and_markers(body_left)
        names = {f"@{name}" for name in body_assets | body_entities}
        detail = body_numbers | body_signs | _plain_markers(body_left) | names
    if left or numbers:
        planned = any(word in PLANNED for word in left)
        pairs = {"-".join(left[at : at + 2]) for at in range(len(left))}
        negated = not NEGATIONS.isdisjoint(pairs.union(left)) or any(w.endswith(("n't", "n’t")) for w in left)
        markers |= {_PLAN if planned else _DONE, _NEGATED if negated else _AFFIRMED}
    return Facts(numbers, assets, entities, frozenset(markers | signs), detail)


def conflict(one: Facts, other: Facts) -> bool:
    """Whether two headlines cannot be about the same event as each tells it. Symmetric; never with itself.

    Silence never contradicts. Numbers of one unit, assets and entities contradict when each side names
    something that the other does not; markers when a slot is filled differently.
    """
    places, names, strangers = _kinds(one.entities)
    other_places, other_names, other_strangers = _kinds(other.entities)
    return (
        _names_conflict(one.assets, other.assets)
        or _names_conflict(places, other_places)
        or _names_conflict(names, other_names)
        or (bool(strangers) and bool(other_strangers) and strangers.isdisjoint(other_strangers))
        or _markers_conflict(one.markers, other.markers)
        or _numbers_conflict(one.numbers, other.numbers)
    )


def same_facts(one: Facts, other: Facts) -> bool:
    """Whether two copies of a text agree in everything: nothing in either that the other contradicts or lacks.

    A cut copy may lack numbers of the longer one, never the other way round on both sides.
    """
    if conflict(one, other) or _markers_conflict(one.detail, other.detail):
        return False
    a, b = _stated(one), _stated(other)
    if not ((one.numbers <= b) and (other.numbers <= a)):
        return False
    if not (_names_in(one) <= b | _names_in(other) and _names_in(other) <= a | _names_in(one)):
        return False
    slots_a, slots_b = _by_slot(one.markers), _by_slot(other.markers)
    if any(slots_a[slot] != slots_b[slot] for slot in slots_a.keys() & slots_b.keys()):
        return False
    numbers_a, numbers_b = _numbers_in(a), _numbers_in(b)
    return numbers_a <= numbers_b or numbers_b <= numbers_a


def new_facts(facts: Facts, known: Iterable[Facts]) -> frozenset[str]:
    """Numbers and markers of a headline that nothing in `known` states, in its headline or its text.

    Names alone are no news: every outlet mentions a few others. A rounder figure of a known one neither.
    """
    told = [_stated(each) for each in known]
    stated = frozenset().union(*told)
    fresh = {marker for marker in facts.markers if marker not in stated}
    finer = _numbers_in(stated)
    fresh |= {number for number in facts.numbers - stated if not any(rounds(number, other) for other in finer)}
    return frozenset(fresh)


def ungrounded_numbers(text: str, sources: Iterable[Facts]) -> frozenset[str]:
    """Numbers of a generated text that none of its sources states; it may be used only when there are none."""
    stated = frozenset().union(*(_stated(each) for each in sources))
    return frozenset(number for number in read_numbers(normalise(text))[0] if number not in stated)


def concepts(title: str, source: str = "", url: str | None = None) -> tuple[list[str], list[str]]:
    """A headline as `(slots, words)`: its numbers, names and markers in one notation, and the words left."""
    numbers, signs, left = read_numbers(_phrased(title, source, url))
    slots: list[str] = [*sorted(numbers), *sorted(signs)]
    rest: list[str] = []
    for word, pair in _pairs(left):
        name = ASSETS.get(pair) or ENTITIES.get(pair) or MARKERS.get(pair)
        slots.append(name) if name else rest.append(word)
    return slots, rest


def _pairs(left: list[str]) -> Iterable[tuple[str, str]]:
    """Each word with what to look up for it: the pair it begins when that pair is in a table, else itself."""
    at = 0
    while at < len(left):
        pair = "-".join(left[at : at + 2])
        if at + 1 < len(left) and (pair in MARKERS or pair in ENTITIES or pair in ASSETS or pair in NEUTRAL):
            yield left[at], pair
            at += 2
        else:
            yield left[at], left[at]
            at += 1


def _names_and_markers(left: list[str]) -> tuple[frozenset[str], frozenset[str], set[str]]:
    assets: set[str] = set()
    entities: set[str] = set()
    markers: set[str] = set()
    looked_up = [pair for _, pair in _pairs(left)]
    for at, word in enumerate(looked_up):
        if word in ASSETS:
            assets.add(ASSETS[word])
        elif word in ENTITIES:
            entities.add(ENTITIES[word])
            way = _TOWARDS.get(looked_up[at - 1]) if at else None
            if way:
                markers.add(f"way-{ENTITIES[word]}:{way}")
        if word in MARKERS:
            markers.add(MARKERS[word])
            slot = MARKERS[word].partition(":")[0]
            subject = _subject(looked_up, at) if slot in SUBJECT_SLOTS else None
            if subject:
                markers.add(f"by-{slot}:{subject}")
    return frozenset(assets), frozenset(entities), markers


def _subject(words: list[str], verb: int) -> str | None:
    """Who does it: the name after a following `by`, else the nearest name before the verb."""
    for at in range(verb + 1, min(verb + 4, len(words) - 1)):
        if words[at] == "by":
            return next((n for word in words[at + 1 : at + 3] if (n := _name(word))), None)
    return next((n for word in reversed(words[:verb]) if (n := _name(word))), None)


def _name(word: str) -> str | None:
    return ENTITIES.get(word) or ASSETS.get(word)


def _phrased(title: str, source: str, url: str | None) -> str:
    text = headline(title, source, url)
    for phrase, word in PHRASES.items():
        text = text.replace(phrase, word)
    # In capitals it is a country, in small letters a pronoun; folding would lose the difference.
    return f"u.s {text}" if _COUNTRY.search(plain(title)) and "u.s" not in text else text


def _unknown_names(title: str, left: list[str]) -> frozenset[str]:
    """Names that no table knows, marked with `~`: capitalised inside a headline that is not all in capitals."""
    cased = [word for word in _CASED.findall(plain(title))[1:] if len(word) > 2]
    capital = [word for word in cased if word[0].isupper() and word[1:].islower()]
    if not capital or 2 * len(capital) > len(cased) + 1:
        return frozenset()
    known = set(left)
    return frozenset(
        f"~{word}"
        for word in (normalise(each).removesuffix("'s") for each in capital)
        if word in known and not (word in ASSETS or word in ENTITIES or word in MARKERS or word in STOP_WORDS)
    )


@lru_cache(10_000)
def _kinds(entities: frozenset[str]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Places, other names that are known, and the first letters of those that are not."""
    # Five letters, so that `Europe` does not contradict `European`.
    unknown = frozenset(name[:6] for name in entities if name.startswith("~"))
    named = frozenset(name for name in entities if not name.startswith("~"))
    return named & PLACES, named - PLACES, unknown


def _plain_markers(left: list[str]) -> frozenset[str]:
    return frozenset(MARKERS[pair] for _, pair in _pairs(left) if pair in MARKERS)


def _stated(facts: Facts) -> frozenset[str]:
    return facts.numbers | facts.markers | facts.detail


def _names_in(facts: Facts) -> frozenset[str]:
    return frozenset(f"@{name}" for name in facts.assets | facts.entities if not name.startswith("~"))


def _numbers_in(stated: frozenset[str]) -> frozenset[str]:
    return frozenset(each for each in stated if " " in each)


def _names_conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not (one <= other or other <= one)


# The same markers and numbers are compared again and again.
@lru_cache(10_000)
def _by_slot(markers: frozenset[str]) -> Mapping[str, set[str]]:
    slots: dict[str, set[str]] = {}
    for marker in markers:
        if " " not in marker:
            slot, _, value = marker.partition(":")
            slots.setdefault(slot, set()).add(value)
    return slots


def _markers_conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    if one == other:
        return False
    a, b = _by_slot(one), _by_slot(other)
    return any(a[slot].isdisjoint(b[slot]) for slot in a.keys() & b.keys())


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
