"""Search terms: the names under which the news mentions a security, read from `search_terms.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from tradecore.model.market import Symbol

_FILE = "search_terms.toml"


def search_terms(symbol: Symbol) -> tuple[str, ...]:
    """The names to look for in the news, at least one: `BTC-USD` gives `BTC` and `Bitcoin`.

    A pair or index that the table does not list is searched for by its base, an unknown ticker by itself.
    """
    base = symbol.lstrip("^").replace("/", "-").split("-")[0]
    names = _names()
    return names.get(symbol) or names.get(base) or (base,)


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
