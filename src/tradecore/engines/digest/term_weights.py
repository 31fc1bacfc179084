"""How much the terms of headlines say: common words little, rare words, names and amounts much."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from math import fsum

from tradecore.engines.digest.lexicon import lexicon

_FILE = "term_weights.txt"
RAREST = 6.5
"""The weight of a term that the table does not list."""
TELLING = 3.5
"""The least weight of a term that says something of an event by itself."""
_FACT = 3.0
"""The most that an asset, a marker, a count and a year weigh: many headlines of a day share them."""
_NAME = 4.5
"""The most that another name of the lexicon weighs: a day has several headlines about the SEC."""
_COMMON_UNITS = (" n", " year", " nth", " q")


@lru_cache(100_000)
def weight(term: str) -> float:
    """The weight of a term in the form of `terms_of`, from 2.0 to 6.5."""
    known = _table().get(term, RAREST)
    if ":" in term or term.endswith(_COMMON_UNITS) or term in lexicon().asset_names:
        return min(known, _FACT)
    return min(known, _NAME) if term in _names() else known


def total_weight(terms: Iterable[str]) -> float:
    """The sum of the weights of `terms`, which does not depend on their order."""
    return fsum(map(weight, terms))


def parse_term_weights(document: str) -> Mapping[str, float]:
    """Read weights by term: each line begins with the weight of the terms on it, and `#` begins a comment.

    Raises ValueError, naming the line, for a weight that is no number from 0 to 6.5, and for a term listed twice.
    """
    weights: dict[str, float] = {}
    for number, line in enumerate(document.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        first, *terms = line.split()
        try:
            value = float(first)
        except ValueError:
            value = -1.0
        if not 0 <= value <= RAREST:
            raise ValueError(f"{_FILE}, line {number}: a line begins with a weight from 0 to {RAREST}, not {first!r}.")
        for term in terms:
            if term in weights:
                raise ValueError(f"{_FILE}, line {number}: {term!r} is listed twice.")
            weights[term] = value
    return weights


@cache
def _names() -> frozenset[str]:
    return frozenset(lexicon().entities.values())


@cache
def _table() -> Mapping[str, float]:
    return parse_term_weights(files(__package__).joinpath(_FILE).read_text("utf-8"))
