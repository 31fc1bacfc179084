"""How far an event reaches, by its headline: whole markets, a company or an industry, or nothing of both."""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
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
_SERIES_NAME = (
    r"(?:[^\W_][\w.]* ){0,4}"
    r"(?:daybook|week ahead|week in review|newsletter|round-?up|recap|wrap(?:-?up)?|digest|markets? today"
    r"|(?:morning|evening|daily|weekly) (?:briefing|brief|minute|note|report|update|call)|performance update"
    r"|price (?:predictions?|analysis)|letter #?\d+)(?: [^\W_][\w./]*){0,2}"
)
# A series is named before or after the colon of a headline, with four words more at most.
_SERIES_FIRST = re.compile(
    rf"^(?:the )?daily:|^{_SERIES_NAME}(?:$|:)"
    # Letters that outlets call by a time of the day and a word of their own: "Morning Coin: what to watch".
    r"|^(?:good )?(?:morning|midday|afternoon|evening) (?:[^\W\d_]+ )?[^\W\d_]+:"
)
_SERIES_LAST = re.compile(rf": {_SERIES_NAME}(?:$|:)")
_SEVERAL = re.compile(r",(?!\d)|[;!]")
_INQUIRY = re.compile(r"\b(?:probe[sd]?|investigat(?:es?|ed|ions?)|subpoena(?:s|ed)?|inquir(?:y|ies))\b")


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


# Ranking, choosing the leading item and the sections of a report ask for the same headlines.
@lru_cache(10_000)
def is_column(headline: str) -> bool:
    """Whether a headline asks, explains or comments, or is of a series that sums up a day, and reports no event."""
    text = normalise(headline)
    return any(pattern.search(text) for pattern in (_COLUMN, _SERIES_FIRST, _SERIES_LAST))


def is_roundup(headline: str) -> bool:
    """Whether a headline is of a series that sums up a day or a week, and names no single event.

    "Bank fails as rates rise: Markets Today" names one before its series, "Rates, oil and gold: Week Ahead" several.
    """
    text = normalise(headline)
    if _SERIES_FIRST.search(text):
        return True
    last = _SERIES_LAST.search(text)
    return last is not None and _SEVERAL.search(text[: last.start()]) is not None


def is_inquiry(headline: str) -> bool:
    """Whether a headline speaks of an investigation."""
    return _INQUIRY.search(normalise(headline)) is not None


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
