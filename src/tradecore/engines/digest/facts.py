"""Facts: what a headline states, whether two headlines contradict each other, and what one adds to what is known."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tradecore.engines.digest.amounts import agree, read_numbers, rounds
from tradecore.engines.digest.everyday_words import only_everyday_words
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.phases import phase_of
from tradecore.engines.digest.term_weights import RAREST, weight
from tradecore.engines.digest.text import HASHED_WORDS, headline, normalise, plain_text, stem
from tradecore.model.news import NewsFacts

_DIRECTIONS = {"to": "to", "into": "to", "onto": "to", "from": "from", "off": "from"}
_CASED = re.compile(r"[^\W\d_]+(?:['’.&-][^\W\d_]+)*")
_COUNTRY = re.compile(r"(?<![A-Z] )\bUS\b(?!\$| [A-Z]{2})|\bU\.S\b")
# Slots that are always filled, so that silence is a statement: "approves" against "may approve".
_MODE = "mode"
_SILENT = frozenset({_MODE, "not"})
_DONE, _PLAN, _AFFIRMED, _NEGATED = "mode:done", "mode:plan", "not:no", "not:yes"
_NEGATION = frozenset({_AFFIRMED, _NEGATED})
_ESTIMATE = re.compile(
    r"\b(?:up to|as much as|nearly|almost|roughly|about|around|approximately)\s"
    r"(?:us\$|[$€£¥₩])?[0-9][0-9.,]*(?:\s?(?:[kmbt]|[mb]n|thousand|million|billion|trillion)\b)?%?"
)
_ESTIMATED = "~"
"""Begins a number in the detail of facts that the headline gives as a limit or an estimate."""
_CALENDAR = frozenset(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday".split()
)


def facts_of(title: str, text: str = "", *, source: str = "", url: str | None = None) -> NewsFacts:
    """The facts of a document.

    Those of the title go into the main fields, those of the first 400 words of `text` into `detail`. `source` and
    `url` let a byline at the end of the title be recognised.
    """
    phrased = _phrased(title, source, url)
    numbers, signs, left = read_numbers(phrased)
    exact = read_numbers(_ESTIMATE.sub(" ", phrased))[0] if _ESTIMATE.search(phrased) else numbers
    assets, entities, markers = _names_and_markers(left)
    entities |= _unknown_names(title, left)
    detail = frozenset(f"{_ESTIMATED}{number}" for number in numbers - exact)
    below = " ".join(normalise(text).split(" ")[:HASHED_WORDS])
    if below:
        body_numbers, body_signs, body_left = read_numbers(below)
        body_assets, body_entities, _ = _names_and_markers(body_left)
        names = {f"@{name}" for name in body_assets | body_entities}
        detail |= body_numbers | body_signs | _plain_markers(body_left) | names
    if left or numbers:
        tables = lexicon()
        planned = not tables.planned.isdisjoint(left)
        pairs = {"-".join(left[at : at + 2]) for at in range(len(left))}
        negated = not tables.negations.isdisjoint(pairs.union(left)) or any(
            word.endswith(("n't", "n’t")) for word in left
        )
        markers |= {_PLAN if planned else _DONE, _NEGATED if negated else _AFFIRMED}
    return NewsFacts(numbers, assets, entities, frozenset(markers | signs), detail, phase_of(title, text))


def conflict(one: NewsFacts, other: NewsFacts) -> bool:
    """Whether the facts of two headlines exclude that they report the same event. Symmetric; false for equal facts.

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
        or (_numbers_conflict(one.numbers, other.numbers) and _numbers_conflict(_exact(one), _exact(other)))
    )


def other_names(one: NewsFacts, other: NewsFacts) -> bool:
    """Whether both headlines have names that the lexicon does not know, and none in common. Symmetric."""
    unknown, more_unknown = _kinds(one.entities)[2], _kinds(other.entities)[2]
    return bool(unknown) and bool(more_unknown) and unknown.isdisjoint(more_unknown)


def unknown_names(facts: NewsFacts) -> frozenset[str]:
    """The names of a headline that the lexicon does not know, in small letters."""
    return frozenset(name.removeprefix("~") for name in facts.entities if name.startswith("~"))


def other_deeds(one: NewsFacts, other: NewsFacts) -> bool:
    """Whether both headlines say what was done, and say nothing of the same kind. Symmetric."""
    slots, more_slots = _by_slot(one.markers).keys() - _SILENT, _by_slot(other.markers).keys() - _SILENT
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
    slots_a, slots_b = _by_slot(one.markers), _by_slot(other.markers)
    if any(slots_a[slot] != slots_b[slot] for slot in slots_a.keys() & slots_b.keys()):
        return False
    numbers_a, numbers_b = _numbers_in(a), _numbers_in(b)
    return numbers_a <= numbers_b or numbers_b <= numbers_a


def new_facts(facts: NewsFacts, known: Iterable[NewsFacts]) -> frozenset[str]:
    """Numbers and markers of a headline that nothing in `known` states, in its headline or its text.

    Names alone are not new, since outlets mention different ones, nor is a rounding of a known number.
    """
    stated = frozenset().union(*(_stated(earlier) for earlier in known))
    fresh = {marker for marker in facts.markers if marker not in stated}
    finer = _numbers_in(stated)
    fresh |= {number for number in facts.numbers - stated if not any(rounds(number, other) for other in finer)}
    return frozenset(fresh)


def ungrounded_numbers(text: str, sources: Iterable[NewsFacts]) -> frozenset[str]:
    """Numbers of `text`, in normal form, that none of its sources states.

    A generated text is used only when there are none.
    """
    stated = frozenset().union(*(_stated(source) for source in sources))
    return frozenset(number for number in read_numbers(normalise(text))[0] if number not in stated)


def concepts(title: str, source: str = "", url: str | None = None) -> tuple[list[str], list[str]]:
    """A headline as `(slots, words)`: its numbers, names and markers in normal form, and the remaining words."""
    numbers, signs, left = _read_headline(title, source, url)
    tables = lexicon()
    slots: list[str] = [*sorted(numbers), *sorted(signs)]
    rest: list[str] = []
    for word, pair in _pairs(left):
        name = tables.name_of(pair) or tables.markers.get(pair)
        slots.append(name) if name else rest.append(word)
    return slots, rest


def words_without_numbers(title: str, source: str = "", url: str | None = None) -> list[str]:
    """The words of a headline in order, without its numbers and their units."""
    return list(_read_headline(title, source, url)[2])


# A headline is read for its terms and again for its slots.
@lru_cache(1000)
def _read_headline(title: str, source: str, url: str | None) -> tuple[frozenset[str], frozenset[str], list[str]]:
    return read_numbers(_phrased(title, source, url))


def _pairs(left: list[str]) -> Iterable[tuple[str, str]]:
    """Each word with the lexicon key for it: the pair it begins when the lexicon has that pair, else the word."""
    tables = lexicon()
    at = 0
    while at < len(left):
        pair = "-".join(left[at : at + 2])
        if at + 1 < len(left) and (tables.knows(pair) or pair in tables.neutral):
            yield left[at], pair
            at += 2
        else:
            yield left[at], left[at]
            at += 1


def _names_and_markers(left: list[str]) -> tuple[frozenset[str], frozenset[str], set[str]]:
    assets: set[str] = set()
    entities: set[str] = set()
    markers: set[str] = set()
    tables = lexicon()
    keys = [pair for _, pair in _pairs(left)]
    for at, word in enumerate(keys):
        if word in tables.assets:
            assets.add(tables.assets[word])
        elif word in tables.entities:
            entity = tables.entities[word]
            entities.add(entity)
            direction = _DIRECTIONS.get(keys[at - 1]) if at else None
            if direction:
                markers.add(f"way-{entity}:{direction}")
        if word in tables.markers:
            marker = tables.markers[word]
            markers.add(marker)
            slot = marker.partition(":")[0]
            subject = _subject(keys, at) if slot in tables.subject_slots else None
            if subject:
                markers.add(f"by-{slot}:{subject}")
    return frozenset(assets), frozenset(entities), markers


def _subject(words: list[str], verb: int) -> str | None:
    """Who acts: the name after a following `by`, else the nearest name before the verb."""
    name_of = lexicon().name_of
    for at in range(verb + 1, min(verb + 4, len(words) - 1)):
        if words[at] == "by":
            return next((name for word in words[at + 1 : at + 3] if (name := name_of(word))), None)
    return next((name for word in reversed(words[:verb]) if (name := name_of(word))), None)


def _phrased(title: str, source: str, url: str | None) -> str:
    text = headline(title, source, url)
    for phrase, word in lexicon().phrases.items():
        text = text.replace(phrase, word)
    # "US" is a country, "us" a pronoun; case folding would lose the difference.
    return f"u.s {text}" if _COUNTRY.search(plain_text(title)) and "u.s" not in text else text


def _unknown_names(title: str, left: list[str]) -> frozenset[str]:
    """Names outside the lexicon, marked with `~`: capitalised words of a headline that is not all capitalised.

    Its first word is a name only where it is a rare word.
    """
    first, *cased = [word for word in _CASED.findall(plain_text(title)) if len(word) > 2] or [""]
    capitalised = [word for word in cased if word[0].isupper() and word[1:].islower()]
    if 2 * len(capitalised) > len(cased) + 1:
        return frozenset()
    if first[:1].isupper() and _is_rare(normalise(first).removesuffix("'s")):
        capitalised.append(first)
    known, tables = set(left), lexicon()
    return frozenset(
        f"~{word}"
        for word in (normalise(name).removesuffix("'s") for name in capitalised)
        if word in known and not (tables.knows(word) or word in tables.stop_words or word in _CALENDAR)
    )


def _is_rare(word: str) -> bool:
    return weight(stem(word)) == RAREST and not only_everyday_words(word)


@lru_cache(10_000)
def _kinds(entities: frozenset[str]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Places, other names of the lexicon, and the first letters of names outside it."""
    places = lexicon().places
    # Five letters, so that `Europe` does not contradict `European`.
    unknown = frozenset(name[:6] for name in entities if name.startswith("~"))
    named = frozenset(name for name in entities if not name.startswith("~"))
    return named & places, named - places, unknown


def _plain_markers(left: list[str]) -> frozenset[str]:
    markers = lexicon().markers
    return frozenset(markers[pair] for _, pair in _pairs(left) if pair in markers)


def _stated(facts: NewsFacts) -> frozenset[str]:
    return facts.numbers | facts.markers | facts.detail


def _names_in(facts: NewsFacts) -> frozenset[str]:
    return frozenset(f"@{name}" for name in facts.assets | facts.entities if not name.startswith("~"))


def _numbers_in(stated: frozenset[str]) -> frozenset[str]:
    return frozenset(fact for fact in stated if " " in fact and not fact.startswith(_ESTIMATED))


def _exact(facts: NewsFacts) -> frozenset[str]:
    return frozenset(number for number in facts.numbers if f"{_ESTIMATED}{number}" not in facts.detail)


def _names_conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not (one <= other or other <= one)


# The same markers and numbers are compared many times.
@lru_cache(10_000)
def _by_slot(markers: frozenset[str]) -> Mapping[str, set[str]]:
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
    a, b = _by_slot(one), _by_slot(other)
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
