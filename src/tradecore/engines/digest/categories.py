"""The sections of a report, and the words that decide which of them a story belongs in, read from `categories.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files

from tradecore.engines.digest.text import phrases, stem
from tradecore.model.news import NewsItem

_FILE = "categories.toml"
_TITLE_WEIGHT, _TEXT_WEIGHT = 3, 1
_TEXT_LENGTH = 600
_PHRASE_LENGTH = 3


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
    most = max(votes.values(), default=0)
    return next((category for category in Category if most and votes.get(category) == most), Category.OTHER)


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
