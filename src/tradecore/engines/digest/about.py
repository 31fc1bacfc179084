"""Which items mention an asset or a company, as of a date."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from tradecore.engines.digest.everyday_words import only_everyday_words
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.name_signs import names_a_company, word_names
from tradecore.engines.digest.text import normalise
from tradecore.model.news import NewsItem

Matcher = Callable[[str], bool]
"""Whether a text mentions what a term stands for."""

_QUOTES = frozenset({"usd", "usdt", "usdc", "eur"})
_COMPANY = " Inc"
_SYMBOL = "="
_EXCHANGES = r"(?:NASDAQ|Nasdaq|NYSE|AMEX|Amex|OTC|OTCMKTS|CBOE|TSX|TSXV|LSE|ASX|HKEX|NSE|BSE|NYSE American|NYSE Arca)"


def filter_items_about(
    items: Iterable[NewsItem], terms: Collection[str], start: datetime, as_of: datetime, limit: int
) -> tuple[NewsItem, ...]:
    """Items published in `[start, as_of]` (aware UTC) that are about one of `terms`, or another name of it.

    Terms are those of `NewsArchive`. Oldest first, then by id; of more than `limit` the newest are kept.
    """
    symbols = {term.removeprefix(_SYMBOL).upper() for term in terms if term.startswith(_SYMBOL)}
    matchers = [matcher(term) for term in terms if not term.startswith(_SYMBOL)]

    def is_about(item: NewsItem) -> bool:
        if symbols and item.symbols:
            return not symbols.isdisjoint(item.symbols)
        return any(mentions(f"{item.title}\n{item.summary}") for mentions in matchers)

    mentioning = [item for item in items if start <= item.published_at <= as_of and is_about(item)]
    mentioning.sort(key=lambda item: (item.published_at, item.id))
    return tuple(mentioning[-limit:] if limit > 0 else ())


def matcher(term: str) -> Matcher:
    """The matcher of a term of `NewsArchive` that is not a symbol."""
    if term.startswith("$"):
        return _ticker_matcher(term[1:].upper())
    if term.endswith(_COMPANY):
        return _company_matcher(term.removesuffix(_COMPANY))
    return _name_matcher(term)


def _name_matcher(name: str) -> Matcher:
    """Whole words, case ignored unless the name is a word; a name of the lexicon also matches its other names."""
    names = _other_names(name)
    words = names & word_names()
    of_word = [_company_matcher(word) for word in sorted(words)]
    of_name = _words_matcher(names - words)
    return lambda text: of_name(text) or any(mentions(text) for mentions in of_word)


def word_matcher(word: str) -> Matcher:
    """The matcher of a word or phrase that need not be a name; case ignored, a name also by its other names."""
    return _words_matcher(_other_names(word))


def ticker_matcher(ticker: str) -> Matcher | None:
    """The matcher of the asset of the lexicon with this ticker, by all its names; None where there is none."""
    tables = lexicon()
    assets = [asset for asset, known in tables.tickers.items() if known == ticker.upper()]
    return _words_matcher(tables.other_names[assets[0]]) if assets else None


def _words_matcher(words: Collection[str]) -> Matcher:
    wanted = [f" {spaced} " for word in words if (spaced := _spaced(word))]

    def mentions(text: str) -> bool:
        spaced = f" {' '.join(map(_spaced, text.splitlines()))} "
        return any(word in spaced for word in wanted)

    return mentions


def _ticker_matcher(ticker: str) -> Matcher:
    """`$ON`, `(NYSE: ON)` and `NYSE:ON`; the bare ticker too where it is written in capitals and is no word."""
    spelled = "[-./]".join(map(re.escape, re.split(r"[-./]", ticker)))
    forms = [rf"(?i:\${spelled})(?![A-Za-z0-9])", rf"\b{_EXCHANGES}\s?:\s?{spelled}\b"]
    if len(ticker) >= 3 and not only_everyday_words(ticker):
        forms.append(rf"(?<![A-Za-z0-9.$/-]){spelled}(?![A-Za-z0-9/-])")
    pattern = re.compile("|".join(forms))
    return lambda text: pattern.search(text) is not None


def _company_matcher(name: str) -> Matcher:
    """A name of everyday words: capitalised, and only where something else says that it is a company's name."""
    return lambda text: any(names_a_company(name, line) for line in text.splitlines())


def _other_names(term: str) -> frozenset[str]:
    word = normalise(term)
    for separator in ("-", "/"):
        base, _, quote = word.partition(separator)
        if quote in _QUOTES:
            word = base
    tables = lexicon()
    name = tables.assets.get(word) or tables.entities.get(word)
    return frozenset({word} | (tables.other_names[name] if name else frozenset())) - {""}


def _spaced(text: str) -> str:
    """Words separated by single spaces, everything else dropped."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in normalise(text).replace("'s", "")).split())
