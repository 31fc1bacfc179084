"""Which items mention an asset or a company, as of a date."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from tradecore.engines.digest.everyday_words import only_everyday_words
from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.text import normalise
from tradecore.model.news import NewsItem

Matcher = Callable[[str], bool]
"""Whether a text mentions what a term stands for."""

_QUOTES = frozenset({"usd", "usdt", "usdc", "eur"})
_COMPANY = " Inc"
_SYMBOL = "="
_LEGAL_FORM = r"(?:Inc|Corp|Corporation|Co|Company|Ltd|Limited|PLC|plc|Group|Holdings)"
# What follows a company's name and hardly ever the word that it is: Target shares, Snowflake's chief executive.
_CONTEXT = r"(?:shares|stock|earnings|CEO|CFO|investors|bonds)"
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
    """Whole words, case ignored; a name of the lexicon also matches its other names."""
    wanted = [f" {spaced} " for other in _other_names(name) if (spaced := _spaced(other))]

    def mentions(text: str) -> bool:
        spaced = f" {' '.join(map(_spaced, text.splitlines()))} "
        return any(name in spaced for name in wanted)

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
    """A name of everyday words: capitalised, and alone only where something says that it is a company's name."""
    words = [rf"{re.escape(word[:1].upper())}(?i:{re.escape(word[1:])})" for word in name.split()]
    written = r"[\s-]+".join(words)
    if len(words) == 1:
        written += rf"(?:,?\s+{_LEGAL_FORM}\b|['’]s\b|\s+{_CONTEXT}\b)"
    pattern = re.compile(rf"(?<![A-Za-z0-9'’-]){written}(?![A-Za-z0-9])")
    return lambda text: pattern.search(text) is not None


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
