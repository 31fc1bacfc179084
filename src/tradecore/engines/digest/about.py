"""Which items mention an asset or a company, as of a date."""

from collections.abc import Collection, Iterable
from datetime import datetime

from tradecore.engines.digest.lexicon import lexicon
from tradecore.engines.digest.text import normalise
from tradecore.model.news import NewsItem

_QUOTES = frozenset({"usd", "usdt", "usdc", "eur"})


def filter_items_about(
    items: Iterable[NewsItem], terms: Collection[str], start: datetime, as_of: datetime, limit: int
) -> tuple[NewsItem, ...]:
    """Items published in `[start, as_of]` (aware UTC) that mention one of `terms`, or another name of it.

    Terms are tickers or names (`NVDA`, `BTC-USD`, `Hong Kong`); quote currencies after a dash or slash are ignored.
    Oldest first, then by id; of more than `limit` the newest are kept.
    """
    wanted = frozenset().union(*(_other_names(term) for term in terms))
    mentioning = [item for item in items if start <= item.published_at <= as_of and _mentions(item, wanted)]
    mentioning.sort(key=lambda item: (item.published_at, item.id))
    return tuple(mentioning[-limit:] if limit > 0 else ())


def _other_names(term: str) -> frozenset[str]:
    word = normalise(term)
    for separator in ("-", "/"):
        base, _, quote = word.partition(separator)
        if quote in _QUOTES:
            word = base
    tables = lexicon()
    name = tables.assets.get(word) or tables.entities.get(word)
    return frozenset({word} | (tables.other_names[name] if name else frozenset())) - {""}


def _mentions(item: NewsItem, wanted: frozenset[str]) -> bool:
    text = f" {_spaced(item.title)} {_spaced(item.summary)} "
    return any(f" {_spaced(name)} " in text for name in wanted)


def _spaced(text: str) -> str:
    """Words separated by single spaces, everything else dropped."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in normalise(text).replace("'s", "")).split())
