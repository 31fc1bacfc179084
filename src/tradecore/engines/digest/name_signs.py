"""Name signs: whether a word that is also a name stands for the company, as in `Ford recalls trucks`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_FILE, _WORD_NAMES = "name_signs.toml", "word_names.txt"
_KEYS = frozenset({"forms", "before", "after", "deeds"})
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:|–—]\s+|[\"“‘(]\s*)$")
_LIST = re.compile(r"^(?:,| and| &)\s+[A-Z]")
_NEAR = 120
"""So many characters on each side of a word are looked at for signs, about a headline."""
_LEAST_LETTERS = 4
"""Shorter words are in small letters in titles too, such as `of` and `for`."""
_CAPITALISED_TITLE = 0.6
"""The least share of other words with a capital that makes a line a title, in which capitals say nothing."""


def names_a_company(name: str, line: str) -> bool:
    """Whether a line of text, such as a headline, mentions the company or coin `name`, an English word or several.

    It is capitalised and has a second sign: words around it that go with companies, capitals alone in a line with small
    letters, or a capital inside a sentence or at the head of a list of names, in a line whose other words are in small
    letters.
    """
    return any(
        _has_sign(name, line[max(0, match.start() - _NEAR) : match.start()], match[0], line[match.end() :][:_NEAR])
        for match in _written(name).finditer(line)
    )


def _has_sign(name: str, before: str, written: str, after: str) -> bool:
    words = before.rstrip(" \"“‘'(")
    ticker = written.isupper() and not (before + after).isupper()
    if ticker or _after().match(after) or _before().search(words):
        return True
    # A hyphen makes an adjective of it, and another capitalised word a longer name: Apple Valley, Visa Bulletin.
    longer = re.match(r"[-–]|\s+[A-Z]", after) or re.search(r"(?:[A-Z][\w&.]*|[-–])$", words)
    inside = " " in name or _LIST.match(after) or not _SENTENCE_START.search(before)
    return bool(inside and not longer and not _is_title(before, after))


@cache
def word_names() -> frozenset[str]:
    """English words that are also names of companies and coins, in small letters: `meta`, `ripple`, `apple`."""
    lines = files(__package__).joinpath(_WORD_NAMES).read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def parse_name_signs(document: str) -> Mapping[str, tuple[str, ...]]:
    """Read the signs from TOML; the comment at the head of `name_signs.toml` describes the format.

    Raises ValueError, naming the key, for missing or unknown keys and lists without words.
    """
    table = tomllib.loads(document)
    if table.keys() != _KEYS:
        raise ValueError(f"{_FILE}: these keys are missing or unknown: {', '.join(sorted(table.keys() ^ _KEYS))}.")
    for key, words in table.items():
        if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
            raise ValueError(f"{_FILE}: {key} needs a list of at least one word.")
    return {key: tuple(words) for key, words in table.items()}


def _is_title(*around: str) -> bool:
    words: list[str] = [word for part in around for word in _WORD.findall(part) if len(word) >= _LEAST_LETTERS]
    return sum(word[0].isupper() for word in words) >= _CAPITALISED_TITLE * len(words)


@cache
def _signs() -> Mapping[str, tuple[str, ...]]:
    return parse_name_signs(files(__package__).joinpath(_FILE).read_text("utf-8"))


@cache
def _after() -> re.Pattern[str]:
    forms, after, deeds = (_any(_signs()[key]) for key in ("forms", "after", "deeds"))
    return re.compile(rf",?\s+{forms}\b\.?|['’]s\b|['’](?=\s)|\s+(?i:{after}|{deeds})\b(?![-–])")


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?i:(?<!\w){_any(_signs()['before'])})$")


def _any(words: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})"


@cache
def _written(name: str) -> re.Pattern[str]:
    words = [rf"{re.escape(word[:1].upper())}(?i:{re.escape(word[1:])})" for word in name.split()]
    return re.compile(r"(?<![A-Za-z0-9'’$-])" + r"[\s-]+".join(words) + "(?![A-Za-z0-9])")
