"""The lexicon: the words behind the facts of headlines, read from `lexicon.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from attrs import frozen

_FILE = "lexicon.toml"
_LONGEST_ABBREVIATION = 4
_TABLES = ("assets", "entities", "markers", "phrases", "tickers")
_SETS = ("places", "subject_slots", "grave", "planned", "negations", "neutral", "stop_words")


@frozen(kw_only=True)
class Lexicon:
    """The words that the engine knows. All are in small letters; a hyphen joins the two words of a pair."""

    assets: Mapping[str, str]
    """From a word to its asset: a coin, chain, share or commodity."""
    entities: Mapping[str, str]
    """From a word or pair to its company, institution, state or group."""
    markers: Mapping[str, str]
    """From a word or pair to its `slot:value`. Two values of one slot contradict each other."""
    phrases: Mapping[str, str]
    """From a name of several words to the word that the other tables know it by."""
    pairs: frozenset[str]
    """The keys of two words among assets, entities, markers and `neutral`."""
    pair_starts: frozenset[str]
    """The first words of `pairs`."""
    meanings: Mapping[str, str]
    """From a word or pair to its asset, entity or marker."""
    negation_starts: frozenset[str]
    """The first words of the pairs among `negations`."""
    asset_names: frozenset[str]
    """The assets, by the names that facts use."""
    tickers: Mapping[str, str]
    """From an asset to its abbreviation in reports."""
    other_names: Mapping[str, frozenset[str]]
    """From an asset or entity to all its words, hyphens replaced by spaces."""
    places: frozenset[str]
    """Entities that are places: a place contradicts another place, but not an institution."""
    subject_slots: frozenset[str]
    """Slots where it matters who acts: `A sues B` is not `B sues A`."""
    grave: frozenset[str]
    """Markers of events that weigh more in the ranking."""
    planned: frozenset[str]
    """Words of headlines about what has not happened, or not yet."""
    negations: frozenset[str]
    """Words and pairs that negate a headline, besides every word that ends in `n't`."""
    neutral: frozenset[str]
    """Pairs in which a marker word has another meaning."""
    stop_words: frozenset[str]
    """Words that say nothing about what a headline is about."""

    def name_of(self, word: str) -> str | None:
        """The asset or entity that a word stands for; None when it stands for neither."""
        return self.entities.get(word) or self.assets.get(word)

    def abbreviation(self, asset: str) -> str:
        """What reports call an asset: its ticker, else its name, of which short ones are abbreviations themselves."""
        return self.tickers.get(asset) or (asset.capitalize() if len(asset) > _LONGEST_ABBREVIATION else asset.upper())

    def knows(self, word: str) -> bool:
        """Whether a word or pair is an asset, an entity or a marker."""
        return word in self.meanings


@cache
def lexicon() -> Lexicon:
    """The lexicon of this package; the file is read by the first call."""
    return parse_lexicon(files(__package__).joinpath(_FILE).read_text("utf-8"))


def parse_lexicon(document: str) -> Lexicon:
    """Read a lexicon from TOML; the comment at the head of `lexicon.toml` describes the format.

    Raises ValueError, naming the entry, for missing or unknown keys, words with capitals, words with two meanings, and
    references to entries that do not exist.
    """
    tables = tomllib.loads(document)
    if tables.keys() != {*_TABLES, *_SETS}:
        wrong = ", ".join(sorted(tables.keys() ^ {*_TABLES, *_SETS}))
        raise ValueError(f"{_FILE}: these keys are missing or unknown: {wrong}.")
    assets, entities, markers = (_meanings(tables[name], name) for name in ("assets", "entities", "markers"))
    sets = {name: frozenset(_words(tables[name], name)) for name in _SETS}
    pairs = frozenset(key for key in {*assets, *entities, *markers, *sets["neutral"]} if key.count("-") == 1)
    read = Lexicon(
        assets=assets,
        entities=entities,
        markers=markers,
        phrases=dict(tables["phrases"]),
        pairs=pairs,
        pair_starts=frozenset(pair.partition("-")[0] for pair in pairs),
        meanings={**assets, **entities, **markers},
        negation_starts=frozenset(pair.partition("-")[0] for pair in sets["negations"] if "-" in pair),
        asset_names=frozenset(assets.values()),
        tickers=dict(tables["tickers"]),
        other_names=_other_names(tables["assets"], tables["entities"]),
        **sets,
    )
    _check(read)
    return read


def _meanings(table: Mapping[str, Any], path: str) -> Mapping[str, str]:
    meanings: dict[str, str] = {}
    for meaning, listed in table.items():
        for word in _words(listed, f"{path}.{meaning}"):
            if word in meanings:
                raise ValueError(f"{_FILE}: {path} lists {word!r} twice.")
            meanings[word] = meaning
    return meanings


def _words(listed: Any, path: str) -> list[str]:
    if not isinstance(listed, list) or not listed or not all(isinstance(word, str) and word for word in listed):
        raise ValueError(f"{_FILE}: {path} needs a list of at least one word.")
    for word in listed:
        if word != word.casefold() or " " in word:
            raise ValueError(f"{_FILE}: {path} lists {word!r}; write words in small letters, pairs with a hyphen.")
    return listed


def _other_names(*tables: Mapping[str, list[str]]) -> Mapping[str, frozenset[str]]:
    return {
        name: frozenset(word.replace("-", " ") for table in tables for word in table.get(name, ()))
        for name in {name for table in tables for name in table}
    }


def _check(read: Lexicon) -> None:
    slots = {marker.partition(":")[0] for marker in read.markers.values()}
    names = read.assets.keys() | read.entities.keys()
    for path, wrong in (
        ("a word is both an asset and an entity", read.assets.keys() & read.entities.keys()),
        ("a name is also a marker", names & read.markers.keys()),
        ("a planned, negating or neutral word is also a marker",
            (read.planned | read.negations | read.neutral) & read.markers.keys()),
        ("a marker is not `slot:value`", {m for m in read.markers.values() if not all(m.partition(":"))}),
        ("a place is no entity", read.places - set(read.entities.values())),
        ("a subject slot is no slot", read.subject_slots - slots),
        ("a grave marker is no marker", read.grave - set(read.markers.values())),
        ("a phrase stands for no name", set(read.phrases.values()) - names),
        ("a phrase has capitals", {phrase for phrase in read.phrases if phrase != phrase.casefold()}),
        ("a ticker is of no asset", read.tickers.keys() - read.asset_names),
    ):  # fmt: skip
        if wrong:
            raise ValueError(f"{_FILE}: {path}: {', '.join(sorted(wrong))}.")
