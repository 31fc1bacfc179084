"""Number words: currencies, scales, units and spelled numbers of headlines, read from `amounts.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from attrs import frozen

_FILE = "amounts.toml"
_KEYS = frozenset({"small", "tens", "ordinals", "whole_scales", "signs", "currencies", "scales", "units"})


@frozen(kw_only=True)
class NumberWords:
    """The words in which headlines write numbers, all in small letters."""

    signs: Mapping[str, str]
    """From a currency sign to its unit."""
    currencies: Mapping[str, str]
    """From a word to the currency it names."""
    scales: Mapping[str, Decimal]
    """From a word to the factor it stands for."""
    whole_scales: frozenset[str]
    """Scales that can follow a number in words."""
    units: Mapping[str, tuple[str, Decimal]]
    """From a word to its unit and the factor to that unit."""
    paired_units: Mapping[tuple[str, str], tuple[str, Decimal]]
    """From two words to their unit and the factor to that unit."""
    small: Mapping[str, int]
    """Spelled numbers from zero to nineteen."""
    tens: Mapping[str, int]
    """Spelled multiples of ten from twenty to ninety."""
    ordinals: Mapping[str, int]
    """Spelled ordinals from first to tenth."""

    @cached_property
    def no_words(self) -> frozenset[str]:
        """The signs that stand among words without being one."""
        return frozenset({*self.signs, *"-–—−+%"})

    @cached_property
    def starts(self) -> frozenset[str]:
        """The signs and words that a number can begin with, digits aside."""
        return frozenset({*self.signs, *self.currencies, *self.small, *self.tens, *self.ordinals, "a", "half", "dozen"})


@cache
def number_words() -> NumberWords:
    """The number words of this package; the file is read by the first call."""
    return parse_number_words(files(__package__).joinpath(_FILE).read_text("utf-8"))


def parse_number_words(document: str) -> NumberWords:
    """Read number words from TOML; the comment at the head of `amounts.toml` describes the format.

    Raises ValueError, naming the entry, for missing or unknown keys, words with capitals or listed twice, and factors
    that are no positive number.
    """
    tables = tomllib.loads(document)
    if tables.keys() != _KEYS:
        raise ValueError(f"{_FILE}: these keys are missing or unknown: {', '.join(sorted(tables.keys() ^ _KEYS))}.")
    units: dict[str, tuple[str, Decimal]] = {}
    paired_units: dict[tuple[str, str], tuple[str, Decimal]] = {}
    for word, key in _listed(tables["units"], "units"):
        factor, _, unit = key.partition(" ")
        first, _, second = word.partition(" ")
        if not unit:
            raise ValueError(f"{_FILE}: units.{key} needs a factor and a unit, as in '100 bp'.")
        if second:
            paired_units[first, second] = unit, _factor(factor, f"units.{key}")
        else:
            units[word] = unit, _factor(factor, f"units.{key}")
    return NumberWords(
        signs=dict(tables["signs"]),
        currencies=dict(_listed(tables["currencies"], "currencies")),
        scales={word: _factor(factor, f"scales.{factor}") for word, factor in _listed(tables["scales"], "scales")},
        whole_scales=frozenset(_words(tables["whole_scales"], "whole_scales")),
        units=units,
        paired_units=paired_units,
        small={word: value for value, word in enumerate(_words(tables["small"], "small"))},
        tens={word: 10 * value for value, word in enumerate(_words(tables["tens"], "tens"), 2)},
        ordinals={word: value for value, word in enumerate(_words(tables["ordinals"], "ordinals"), 1)},
    )


def _listed(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Each word of a table of lists with the key of its list."""
    seen: set[str] = set()
    for key, listed in table.items():
        for word in _words(listed, f"{path}.{key}"):
            if word in seen:
                raise ValueError(f"{_FILE}: {path} lists {word!r} twice.")
            seen.add(word)
            yield word, key


def _words(listed: Any, path: str) -> list[str]:
    if not isinstance(listed, list) or not listed or not all(isinstance(word, str) and word for word in listed):
        raise ValueError(f"{_FILE}: {path} needs a list of at least one word.")
    if capitals := [word for word in listed if word != word.casefold()]:
        raise ValueError(f"{_FILE}: {path} lists {capitals[0]!r}; write words in small letters.")
    return listed


def _factor(text: str, path: str) -> Decimal:
    try:
        factor = Decimal(text)
    except InvalidOperation:
        factor = Decimal(0)
    if not factor.is_finite() or factor <= 0:
        raise ValueError(f"{_FILE}: the factor of {path} is no positive number.")
    return factor
