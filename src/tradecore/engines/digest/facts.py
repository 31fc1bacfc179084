"""Facts: what a headline states, and what the text below it does."""

import re
from functools import lru_cache
from itertools import pairwise

from tradecore.engines.digest.amounts import read_numbers
from tradecore.engines.digest.everyday_words import only_everyday_words
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.phases import phase_of
from tradecore.engines.digest.term_weights import RAREST, weight
from tradecore.engines.digest.text import HASHED_WORDS, headline, normalise, plain_text, stem
from tradecore.model.news import NewsFacts

_DIRECTIONS = {"to": "to", "into": "to", "onto": "to", "from": "from", "off": "from"}
_CASED = re.compile(r"[^\W\d_]+(?:['’.&-][^\W\d_]+)*")
_COUNTRY = re.compile(r"(?<![A-Z] )\bUS\b(?!\$| [A-Z]{2})|\bU\.S\b")
DONE, PLAN, AFFIRMED, NEGATED = "mode:done", "mode:plan", "not:no", "not:yes"
"""Markers of two slots that every headline fills, so that silence is a statement: "approves" against "may approve"."""
_ESTIMATE = re.compile(
    r"\b(?:up to|as much as|nearly|almost|roughly|about|around|approximately)\s"
    r"(?:us\$|[$€£¥₩])?[0-9][0-9.,]*(?:\s?(?:[kmbt]|[mb]n|thousand|million|billion|trillion)\b)?%?"
)
ESTIMATED = "~"
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
    numbers, signs, left = _read_headline(title, source, url)
    phrased = _phrased(title, source, url)
    exact = read_numbers(_ESTIMATE.sub(" ", phrased))[0] if _ESTIMATE.search(phrased) else numbers
    keys = _keys(left)
    markers = _markers(keys) | _roles(keys)
    entities = _entities(keys) | _unknown_names(title, left)
    detail = frozenset(f"{ESTIMATED}{number}" for number in numbers - exact)
    below = " ".join(normalise(text).split(" ", HASHED_WORDS)[:HASHED_WORDS])
    if below:
        body_numbers, body_signs, body_left = read_numbers(below)
        body_keys = _keys(body_left)
        names = {f"@{name}" for name in _assets(body_keys) | _entities(body_keys)}
        detail |= body_numbers | body_signs | _markers(body_keys) | names
    if left or numbers:
        tables = lexicon()
        planned = not tables.planned.isdisjoint(left)
        markers |= {PLAN if planned else DONE, NEGATED if _is_negated(left) else AFFIRMED}
    return NewsFacts(numbers, _assets(keys), entities, markers | signs, detail, phase_of(title, text))


def concepts(title: str, source: str = "", url: str | None = None) -> tuple[list[str], list[str]]:
    """A headline as `(slots, words)`: its numbers, names and markers in normal form, and the remaining words."""
    numbers, signs, left = _read_headline(title, source, url)
    tables = lexicon()
    slots: list[str] = [*sorted(numbers), *sorted(signs)]
    rest: list[str] = []
    at = 0
    for key in _keys(left):
        name = tables.meanings.get(key)
        slots.append(name) if name else rest.append(left[at])
        at += 2 if key in tables.pairs else 1
    return slots, rest


def words_without_numbers(title: str, source: str = "", url: str | None = None) -> list[str]:
    """The words of a headline in order, without its numbers and their units."""
    return list(_read_headline(title, source, url)[2])


# A headline is read for its facts, and with a thousand others in between for its terms and its slots.
@lru_cache(5000)
def _read_headline(title: str, source: str, url: str | None) -> tuple[frozenset[str], frozenset[str], list[str]]:
    return read_numbers(_phrased(title, source, url))


def _keys(left: list[str]) -> list[str]:
    """The keys of the lexicon in the words of a text: the pairs that it has, and the words between them."""
    tables = lexicon()
    if tables.pair_starts.isdisjoint(left):
        return left
    keys: list[str] = []
    at, last = 0, len(left) - 1
    while at <= last:
        key = left[at]
        if key in tables.pair_starts and at < last and (pair := f"{key}-{left[at + 1]}") in tables.pairs:
            key = pair
            at += 1
        keys.append(key)
        at += 1
    return keys


def _is_negated(left: list[str]) -> bool:
    negations, starts = lexicon().negations, lexicon().negation_starts
    return (
        not negations.isdisjoint(left)
        or any(word in starts and f"{word}-{following}" in negations for word, following in pairwise(left))
        or any(word.endswith(("n't", "n’t")) for word in left)
    )


def _assets(keys: list[str]) -> frozenset[str]:
    assets = lexicon().assets
    return frozenset(assets[key] for key in keys if key in assets)


def _entities(keys: list[str]) -> frozenset[str]:
    entities = lexicon().entities
    return frozenset(entities[key] for key in keys if key in entities)


def _markers(keys: list[str]) -> frozenset[str]:
    markers = lexicon().markers
    return frozenset(markers[key] for key in keys if key in markers)


def _roles(keys: list[str]) -> frozenset[str]:
    """Markers of who acts, and of where something goes to or comes from."""
    tables = lexicon()
    roles: set[str] = set()
    for at, key in enumerate(keys):
        entity = tables.entities.get(key)
        if entity is not None and at and (direction := _DIRECTIONS.get(keys[at - 1])):
            roles.add(f"way-{entity}:{direction}")
        slot = tables.markers[key].partition(":")[0] if key in tables.markers else ""
        if slot in tables.subject_slots and (subject := _subject(keys, at)):
            roles.add(f"by-{slot}:{subject}")
    return frozenset(roles)


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
