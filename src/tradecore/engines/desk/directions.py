"""Directions: the words by which sentences say where a measure points, read from `directions.toml`."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from attrs import frozen

from tradecore.engines.desk.measures import MEASURES

_FILE = "directions.toml"
DENIED = re.compile(
    r"\b(?:not|no|none|never|without|neither|nor|fail(?:s|ed)? to|rather than|instead of|far from|hardly|no longer|"
    r"cannot|away from|off (?:its|the))\b|n't\b",
    re.IGNORECASE,
)
"""Words by which a clause denies what it says, so that its direction says nothing."""


@frozen
class Direction:
    """How sentences speak of one measure: words for values above and below `centre`, and names of the measure.

    `up` and `down` are None for a measure that has no direction.
    """

    subject: re.Pattern[str] | None
    up: re.Pattern[str] | None
    down: re.Pattern[str] | None
    centre: Decimal

    def is_named(self, clause: str) -> bool:
        """Whether a clause names the measure."""
        return self.subject is not None and self.subject.search(clause) is not None

    def has_words_of(self, other: "Direction") -> bool:
        """Whether both say their direction in the same words."""
        return (self.up, self.down) == (other.up, other.down)

    def points(self, clause: str, near: int) -> int:
        """+1 or -1 for the direction that the words of a clause say, 0 for none; the words nearest to `near` count."""
        if self.up is None or self.down is None:
            return 0
        up, down = _distance(self.up, clause, near), _distance(self.down, clause, near)
        return 0 if up == down else 1 if up < down else -1


@cache
def directions() -> Mapping[str, Direction]:
    """The directions of this package by measure; the file is read by the first call."""
    return parse_directions(files(__package__).joinpath(_FILE).read_text("utf-8"))


def parse_directions(document: str) -> Mapping[str, Direction]:
    """Read directions from TOML; the comment at the head of `directions.toml` describes the format.

    Raises ValueError, naming the entry, for measures and sets of words that do not exist and for unknown keys.
    """
    tables = tomllib.loads(document)
    words = {name: _pattern(map(_word, entries)) for name, entries in tables["words"].items()}
    found = {}
    for measure, entry in tables["measures"].items():
        if measure not in MEASURES:
            raise ValueError(f"measures.{measure} is not a measure.")
        if unknown := set(entry) - {"up", "down", "centre", "subject"}:
            raise ValueError(f"measures.{measure} has the unknown key {sorted(unknown)[0]!r}.")
        found[measure] = _direction(measure, entry, words)
    return found


def _direction(measure: str, entry: Mapping[str, Any], words: Mapping[str, re.Pattern[str]]) -> Direction:
    for key in ("up", "down"):
        if key in entry and entry[key] not in words:
            raise ValueError(f"measures.{measure}.{key} names the unknown set of words {entry[key]!r}.")
    subject: Sequence[str] = entry.get("subject", ())
    return Direction(
        subject=_pattern(subject) if subject else None,
        up=words[entry["up"]] if "up" in entry else None,
        down=words[entry["down"]] if "down" in entry else None,
        centre=Decimal(entry.get("centre", 0)),
    )


def _word(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", " ")


def _pattern(parts: Iterator[str] | Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w])", re.IGNORECASE)


def _distance(pattern: re.Pattern[str], clause: str, near: int) -> int:
    """Characters from a position to the nearest match; more than any clause has where nothing matches."""
    gaps = (max(match.start() - near, near - match.end(), 0) for match in pattern.finditer(clause))
    return min(gaps, default=len(clause) + 1)
