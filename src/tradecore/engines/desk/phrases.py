"""Phrases: the sentences in which the rule-based desk puts its evidence, read from `phrases.toml`."""

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from attrs import frozen

_FILE = "phrases.toml"
_SIGNAL_FIELDS = frozenset(
    {"value", "signed", "symbol", "week", "month", "quarter", "year", "statement", "lower", "title", "source"}
)
_WARNING_FIELDS = frozenset({"value", "days"})


@frozen
class Phrase:
    """The words for one measure: its name, and variants of a sentence per side, as format strings."""

    name: str
    bull: tuple[str, ...]
    bear: tuple[str, ...]
    neutral: tuple[str, ...] = ("{statement}",)


@frozen
class Phrases:
    """All phrases: of signals by rule, of warnings by measure, and the reasons that count for a family of measures."""

    signals: Mapping[str, Phrase]
    warnings: Mapping[str, str]
    reasons: Mapping[str, tuple[str, ...]]


@cache
def phrases() -> Phrases:
    """The phrases of this package; the file is read by the first call."""
    return parse_phrases(files(__package__).joinpath(_FILE).read_text("utf-8"))


def parse_phrases(document: str) -> Phrases:
    """Read phrases from TOML; the comment at the head of `phrases.toml` describes the format.

    Raises ValueError, naming the entry, for unknown keys, for lists that are empty or hold anything but sentences, and
    for placeholders that nothing is filled in for.
    """
    tables = tomllib.loads(document)
    _check_keys(tables, "the file", required={"signals", "warnings", "reasons"})
    return Phrases(
        signals={rule: _phrase(entry, f"signals.{rule}") for rule, entry in tables["signals"].items()},
        warnings={
            measure: _sentences([text], f"warnings.{measure}", _WARNING_FIELDS)[0]
            for measure, text in tables["warnings"].items()
        },
        reasons={
            family: _sentences(texts, f"reasons.{family}", frozenset()) for family, texts in tables["reasons"].items()
        },
    )


def _phrase(entry: Mapping[str, Any], path: str) -> Phrase:
    _check_keys(entry, path, required={"name", "bull", "bear"}, optional={"neutral"})
    variants = {
        side: _sentences(entry[side], f"{path}.{side}", _SIGNAL_FIELDS)
        for side in ("bull", "bear", "neutral")
        if side in entry
    }
    return Phrase(name=_sentences([entry["name"]], f"{path}.name", frozenset())[0], **variants)


def _check_keys(
    table: Mapping[str, Any], path: str, *, required: Collection[str], optional: Collection[str] = ()
) -> None:
    if missing := sorted(set(required) - set(table)):
        raise ValueError(f"{_FILE}: {path} lacks {', '.join(missing)}.")
    if unknown := sorted(set(table) - {*required, *optional}):
        raise ValueError(f"{_FILE}: {path} has unknown keys: {', '.join(unknown)}.")


def _sentences(texts: Any, path: str, fields: Collection[str]) -> tuple[str, ...]:
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise ValueError(f"{_FILE}: {path} has to be text, or a list of at least one text.")
    for text in texts:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        if unknown := sorted(names - set(fields)):
            raise ValueError(f"{_FILE}: {path} has unknown placeholders: {', '.join(unknown)}.")
    return tuple(texts)
