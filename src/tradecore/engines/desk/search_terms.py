"""Search terms: how the news mentions a security, by `search_terms.toml` and the SEC's names of listed companies."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from tradecore.engines.digest.everyday_words import only_everyday_words
from tradecore.model.market import Symbol

_FILE, _COMPANIES = "search_terms.toml", "company_names.tsv"
# A word that so many names have behind their first one only says what kind of company it is: Motor, Global.
_KIND_WORDS = 8
_LEAST_LETTERS = 4
_PAIR = re.compile(r"(?P<base>.+)[-/](?:USD[TC]?|EUR|GBP|BTC|ETH)")


def search_terms(symbol: Symbol) -> tuple[str, ...]:
    """The terms to search the news for, at least one, as `NewsArchive` reads them.

    `BTC-USD` gives `BTC` and `Bitcoin`, `SNOW` gives `$SNOW` and `Snowflake Inc`, `F` gives `Ford Inc` beside
    `Ford Motor Inc`. A ticker alone is never searched for as a word, since many are words: ON, IT, ALL. Names of
    companies come from the SEC and do not serve for pairs.
    """
    pair = _PAIR.fullmatch(symbol)
    base = pair["base"] if pair else symbol.lstrip("^")
    if names := _names().get(symbol) or _names().get(base):
        return names
    company = None if pair else _company_names().get(symbol)
    if company is None:
        return (f"${base}",)
    names = (company, short) if (short := _short_names().get(company)) else (company,)
    return (f"${base}", *(f"{name} Inc" if only_everyday_words(name) else name for name in names))


def company_name(symbol: Symbol) -> str | None:
    """The name of a listed company as the SEC has it; None for a pair and for a symbol that is not in its list."""
    return None if _PAIR.fullmatch(symbol) else _company_names().get(symbol)


def all_names() -> Iterator[str]:
    """The names of all companies and coins that the news may mention, tickers of two letters or more among them."""
    for names in _names().values():
        yield from names
    yield from _company_names().values()
    yield from _short_names().values()


def parse_search_terms(document: str) -> Mapping[str, tuple[str, ...]]:
    """Read names by ticker from TOML (`TICKER = ["name", ...]`). Raises ValueError for an entry without names."""
    table = tomllib.loads(document)
    for ticker, names in table.items():
        if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
            raise ValueError(f"{_FILE}: {ticker} needs a list of at least one name.")
    return {ticker: tuple(names) for ticker, names in table.items()}


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    return parse_search_terms(files(__package__).joinpath(_FILE).read_text("utf-8"))


@cache
def _company_names() -> Mapping[str, str]:
    lines = files(__package__).joinpath(_COMPANIES).read_text("utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if not line.startswith("#"))


@cache
def _short_names() -> Mapping[str, str]:
    """The first word of a company's name where the news calls the company by it alone: Ford for Ford Motor.

    No other name begins with that word, and the words behind it only say what kind of company it is.
    """
    names = {name: name.split() for name in _company_names().values()}
    firsts = Counter(words[0].casefold() for words in names.values())
    behind = Counter(word.casefold() for words in names.values() for word in words[1:])
    return {
        name: first
        for name, (first, *rest) in names.items()
        if rest and len(first) >= _LEAST_LETTERS and firsts[first.casefold()] == 1
        if all(behind[word.casefold()] >= _KIND_WORDS for word in rest)
    }
