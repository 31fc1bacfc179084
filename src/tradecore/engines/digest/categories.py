"""The sections of a report, and the words that decide which of them a story belongs in, read from `categories.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import takewhile

from tradecore.engines.digest.everyday_words import only_everyday_words
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.text import normalise, phrases, stem, words
from tradecore.model.news import NewsItem

_FILE = "categories.toml"
_TITLE_WEIGHT, _TEXT_WEIGHT = 3, 1
_TEXT_LENGTH = 600
_PHRASE_LENGTH = 3
# What networks set for their own coins: "Celestia halves inflation", but not "solana falls as inflation rises".
_OWN_RULES = frozenset(map(stem, ("inflation", "issuance", "emissions")))
_OWN_RULES_REACH = 3
_CONNECTED = frozenset("after ahead amid and as at before by but despite for in of on since while with when".split())
_NO_NETWORKS = frozenset(
    "alphabet amazon amd apple bitcoin boeing broadcom gold intel meta microsoft nasdaq-index netflix nvidia oil "
    "palantir silver sp500 tesla tsmc".split()
)


class Category(StrEnum):
    """The sections, in the order of a report."""

    REGULATION = "Regulation & Legal"
    MARKETS = "Markets & Flows"
    SECURITY = "Security & Incidents"
    EXCHANGES = "Exchanges & Listings"
    PROTOCOLS = "Protocols & Upgrades"
    MACRO = "Macro"
    WHALES = "Whales & Treasuries"
    OTHER = "Other"


def category_of(items: Sequence[NewsItem]) -> Category:
    """The category with most words in the headlines and texts of `items`; headlines weigh more, and phrases as well.

    The first category wins a tie; without any word it is OTHER.
    """
    votes: dict[Category, int] = {}
    for item in items:
        for text, weight in ((item.title, _TITLE_WEIGHT), (item.summary[:_TEXT_LENGTH], _TEXT_WEIGHT)):
            for length, phrase in phrases(text, _PHRASE_LENGTH):
                if (category := _stems().get(phrase)) is not None:
                    votes[category] = votes.get(category, 0) + weight * length
        if _sets_own_rules(item.title):
            votes[Category.PROTOCOLS] = votes.get(Category.PROTOCOLS, 0) + 2 * _TITLE_WEIGHT
    most = max(votes.values(), default=0)
    return next((category for category in Category if most and votes.get(category) == most), Category.OTHER)


def _sets_own_rules(title: str) -> bool:
    """Whether a headline says how many coins a network issues: its name stands before that, in one clause."""
    said = words(normalise(title))
    networks = _networks()
    for at, word in enumerate(said):
        if stem(word) in _OWN_RULES:
            before = said[max(0, at - _OWN_RULES_REACH) : at]
            clause = list(takewhile(lambda each: each not in _CONNECTED, reversed(before)))
            if not networks.isdisjoint(clause):
                return True
    return False


def parse_categories(document: str) -> Mapping[str, Category]:
    """Read categories by the stems of a word or phrase from TOML (`"SECTION" = ["word", "two words", ...]`).

    Raises ValueError for an unknown section, an empty list, and a word in two sections.
    """
    stems: dict[str, Category] = {}
    for section, listed in tomllib.loads(document).items():
        if section not in set(Category):
            raise ValueError(f"{_FILE}: there is no section {section!r}; the sections are {', '.join(Category)}.")
        category = Category(section)
        if not isinstance(listed, list) or not listed or not all(isinstance(word, str) and word for word in listed):
            raise ValueError(f"{_FILE}: {section} needs a list of at least one word.")
        for word in listed:
            phrase = " ".join(map(stem, word.split()))
            if stems.setdefault(phrase, category) is not category:
                raise ValueError(f"{_FILE}: {word!r} is in the sections {stems[phrase]} and {section}.")
    return stems


@cache
def _stems() -> Mapping[str, Category]:
    return parse_categories(files(__package__).joinpath(_FILE).read_text("utf-8"))


@cache
def _networks() -> frozenset[str]:
    """The words and tickers of coins and chains that are no everyday words, such as `base`."""
    tables = lexicon()
    known = [*tables.assets.items(), *((ticker.casefold(), asset) for asset, ticker in tables.tickers.items())]
    return frozenset(word for word, asset in known if asset not in _NO_NETWORKS and not only_everyday_words(word))
