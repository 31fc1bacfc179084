"""How far an event reaches, by its headline: whole markets, a company or an industry, or nothing of both."""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from tradecore.engines.digest.text import normalise, phrases, stem

_FILE = "consequence.toml"
_LONGEST = 3
_COLUMN = re.compile(
    r"^(?:opinion|analysis|comment|column|explainer|explained|factbox|in brief|in pictures|watch|video"
    r"|live|quiz|podcast|interview|a look at|meet|how|why|what|who|where|when|could|can|should|is|are|does|do)\b"
    r"|^(?:the )?\d{1,2} (?:[^\W\d_]+ ){0,2}(?:reasons|things|ways|charts|questions|facts|trends|predictions)\b|\?$"
    r"|^here[’']s (?:what|why|how)\b|: (?:how|why|what)\b|\bthings to (?:know|watch)\b|![^!]+!"
)
# The part of a headline that names a series: what stands before or after the colon, four words more at most.
_SERIES = re.compile(
    r"^(?:the )?daily:|(?:^|: )(?:[^\W_][\w.]* ){0,4}"
    r"(?:daybook|week ahead|week in review|newsletter|round-?up|recap|wrap(?:-?up)?|digest|markets? today"
    r"|(?:morning|evening|daily|weekly) (?:briefing|brief|minute|note|report|update|call)|performance update"
    r"|price (?:predictions?|analysis)|letter #?\d+)(?: [^\W_][\w./]*){0,2}(?:$|:)"
)


class Reach(StrEnum):
    """What an event can move."""

    POLICY = "policy"
    """Whole markets: rates, trade, output, budgets."""
    BUSINESS = "business"
    """A company, an asset or an industry."""


def reach_of(headline: str) -> Reach | None:
    """The first reach, in the order of `Reach`, that words of a headline speak of; None where they speak of none."""
    found = {_reaches()[phrase] for _, phrase in phrases(headline, _LONGEST) if phrase in _reaches()}
    return next((reach for reach in Reach if reach in found), None)


def is_column(headline: str) -> bool:
    """Whether a headline asks, explains or comments, or is of a series that sums up a day, and reports no event."""
    return _COLUMN.search(normalise(headline)) is not None or is_roundup(headline)


def is_roundup(headline: str) -> bool:
    """Whether a headline is of a series that sums up a day or a week."""
    return _SERIES.search(normalise(headline)) is not None


def parse_reaches(document: str) -> Mapping[str, Reach]:
    """Read reaches by the stems of a word or phrase from TOML (`policy = ["word", "two words", ...]`).

    Raises ValueError for an unknown reach, a list that is none, and a word of two reaches.
    """
    reaches: dict[str, Reach] = {}
    for name, listed in tomllib.loads(document).items():
        if name not in set(Reach):
            raise ValueError(f"{_FILE}: there is no reach {name!r}; the reaches are {', '.join(Reach)}.")
        if not isinstance(listed, list) or not all(isinstance(word, str) and word for word in listed):
            raise ValueError(f"{_FILE}: {name} needs a list of words.")
        for word in listed:
            if reaches.setdefault(" ".join(map(stem, word.split())), Reach(name)) != name:
                raise ValueError(f"{_FILE}: {word!r} is of two reaches.")
    return reaches


@cache
def _reaches() -> Mapping[str, Reach]:
    return parse_reaches(files(__package__).joinpath(_FILE).read_text("utf-8"))
