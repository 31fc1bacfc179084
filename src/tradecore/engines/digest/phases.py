"""How far an event has come by a headline: rumoured, threatened, planned, done, denied or corrected."""

import tomllib
from collections.abc import Mapping, Set
from functools import cache
from importlib.resources import files
from typing import Any

from attrs import frozen

from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.text import normalise, sentences, words
from tradecore.model.news import Phase

_FILE = "phases.toml"
_PHASES = (Phase.CORRECTION, Phase.DENIAL, Phase.THREAT, Phase.RUMOUR, Phase.PLAN)
_SETS = (
    "neutral", "infinitives", "not_planned", "turns", "withdrawals", "withdrawn", "given_up", "nouns",
)  # fmt: skip
_WITHDRAWN = "withdrawn"
_REACH = 4
"""How many words after its verb what is taken back stands at most."""
_SENTENCE = 3
"""The least words of an actor, what it does and to what: "Fed cuts rates"."""
_STEPS = {Phase.RUMOUR: 0, Phase.THREAT: 1, Phase.PLAN: 1, Phase.DEED: 2}


@frozen(kw_only=True)
class PhaseWords:
    """The words that tell the phase of a headline, all in small letters."""

    cues: Mapping[Phase, tuple[str, ...]]
    """Words and phrases by phase, in the order in which phases are looked for."""
    cues_by_start: Mapping[str, tuple[tuple[Phase, str], ...]]
    """The cues with their phases by their first word, so that a headline is only searched for those it may have."""
    neutral: tuple[str, ...]
    """Phrases in which a cue has another meaning, longest first."""
    neutral_starts: frozenset[str]
    """The first words of `neutral`."""
    infinitives: frozenset[str]
    """Verbs that make a plan of a headline when they follow `to`."""
    not_planned: frozenset[str]
    """Words before `to` after which the infinitive is no plan."""
    turns: tuple[str, ...]
    """Words that say that an event took another turn."""
    withdrawals: frozenset[str]
    """Verbs that take back what follows them."""
    withdrawn: frozenset[str]
    """What they can take back."""
    given_up: tuple[str, ...]
    """Verbs that take something back by themselves."""
    nouns: frozenset[str]
    """Words for deeds that a headline also uses without saying that they happened."""


def phase_of(title: str, text: str = "") -> Phase:
    """The phase that a document reports.

    The headline decides. The first sentence of `text` decides for a headline that has neither a cue nor a verb of the
    lexicon. Without any cue, the document reports a deed.
    """
    in_title = words(normalise(title))
    phase = _phase(in_title)
    if phase is Phase.DEED and lexicon().markers.keys().isdisjoint(set(in_title) - phase_words().nouns):
        lead = sentences(text, 1)
        return _phase(words(normalise(lead[0]))) if lead else phase
    return phase


def is_later(phase: Phase, told: Set[Phase]) -> bool:
    """Whether a document in `phase` is a step beyond documents in the phases `told`.

    A plan, threat or rumour is no step beyond a deed, nor a rumour beyond a plan. A denial or correction always is,
    unless one was told.
    """
    reached = max((_STEPS.get(earlier, -1) for earlier in told), default=-1)
    return phase not in told and _STEPS.get(phase, _STEPS[Phase.DEED]) >= reached


def turns_of(title: str) -> frozenset[str]:
    """The words of a headline that say that an event took another turn."""
    in_title = words(normalise(title))
    padded = f" {' '.join(in_title)} "
    turns = frozenset(turn for turn in phase_words().turns if f" {turn} " in padded)
    return turns | {_WITHDRAWN} if _takes_back(in_title) else turns


def _takes_back(sentence: list[str]) -> bool:
    """Whether something that was threatened, planned or demanded is taken back."""
    tables = phase_words()
    padded = f" {' '.join(sentence)} "
    return any(f" {verb} " in padded for verb in tables.given_up) or any(
        word in tables.withdrawals and not tables.withdrawn.isdisjoint(sentence[at + 1 : at + 1 + _REACH])
        for at, word in enumerate(sentence)
    )


def _phase(sentence: list[str]) -> Phase:
    tables = phase_words()
    padded = f" {' '.join(sentence)} "
    if not tables.neutral_starts.isdisjoint(sentence):
        for phrase in tables.neutral:
            padded = padded.replace(f" {phrase} ", " ")
    # "Fed cuts rates and signals fewer cuts": what was done decides, not what its actor says of the time after it.
    done, _, further = padded.partition(" and ")
    next_word = further.partition(" ")[0]
    said = any(further.startswith(f"{cue} ") for _, cue in tables.cues_by_start.get(next_word, ()))
    if said and len(done.split()) >= _SENTENCE:
        padded = f"{done} "
    left = padded.split()
    possible = [cue for word in {*left} for cue in tables.cues_by_start.get(word, ())]
    phases = {phase for phase, cue in possible if f" {cue} " in padded}
    taken_back = _takes_back(left)
    if taken_back:
        phases -= {Phase.THREAT, Phase.PLAN}
    if phases or taken_back:
        return next((phase for phase in tables.cues if phase in phases), Phase.DEED)
    planned = not lexicon().planned.isdisjoint(left) or any(
        word == "to" and after in tables.infinitives and before not in tables.not_planned
        for before, word, after in zip(left, left[1:], left[2:], strict=False)
    )
    return Phase.PLAN if planned else Phase.DEED


@cache
def phase_words() -> PhaseWords:
    """The words of this package; the file is read by the first call."""
    return parse_phase_words(files(__package__).joinpath(_FILE).read_text("utf-8"))


def parse_phase_words(document: str) -> PhaseWords:
    """Read the words from TOML; the comment at the head of `phases.toml` describes the format.

    Raises ValueError, naming the entry, for missing or unknown keys, words with capitals and cues listed twice.
    """
    tables = tomllib.loads(document)
    expected = {*_SETS, *(phase.value for phase in _PHASES)}
    if tables.keys() != expected:
        raise ValueError(f"{_FILE}: these keys are missing or unknown: {', '.join(sorted(tables.keys() ^ expected))}.")
    cues = {phase: _words(tables[phase.value], phase.value) for phase in _PHASES}
    seen: set[str] = set()
    for phase, listed in cues.items():
        for cue in listed:
            if cue in seen:
                raise ValueError(f"{_FILE}: {phase} lists {cue!r} a second time.")
            seen.add(cue)
    neutral = _words(tables["neutral"], "neutral")
    cues_by_start: dict[str, list[tuple[Phase, str]]] = {}
    for phase, listed in cues.items():
        for cue in listed:
            cues_by_start.setdefault(cue.partition(" ")[0], []).append((phase, cue))
    return PhaseWords(
        cues=cues,
        cues_by_start={word: tuple(starting) for word, starting in cues_by_start.items()},
        neutral=tuple(sorted(neutral, key=len, reverse=True)),
        neutral_starts=frozenset(phrase.partition(" ")[0] for phrase in neutral),
        infinitives=frozenset(_words(tables["infinitives"], "infinitives")),
        not_planned=frozenset(_words(tables["not_planned"], "not_planned")),
        turns=_words(tables["turns"], "turns"),
        withdrawals=frozenset(_words(tables["withdrawals"], "withdrawals")),
        withdrawn=frozenset(_words(tables["withdrawn"], "withdrawn")),
        given_up=_words(tables["given_up"], "given_up"),
        nouns=frozenset(_words(tables["nouns"], "nouns")),
    )


def _words(listed: Any, path: str) -> tuple[str, ...]:
    if not isinstance(listed, list) or not listed or not all(isinstance(word, str) and word for word in listed):
        raise ValueError(f"{_FILE}: {path} needs a list of at least one word.")
    if capitals := [word for word in listed if word != word.casefold()]:
        raise ValueError(f"{_FILE}: {path} lists {capitals[0]!r}; write words in small letters.")
    return tuple(listed)
