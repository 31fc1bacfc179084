"""Which items speak of an asset or a company, as of a date."""

from collections.abc import Collection, Iterable
from datetime import datetime

from tradecore.engines.digest.lexicon import ASSETS, ENTITIES
from tradecore.engines.digest.text import normalise
from tradecore.model.news import NewsItem

_NAMES: dict[str, set[str]] = {}
for _table in (ASSETS, ENTITIES):
    for _word, _name in _table.items():
        _NAMES.setdefault(_name, set()).add(_word.replace("-", " "))


def items_about(
    items: Iterable[NewsItem], terms: Collection[str], start: datetime, as_of: datetime, limit: int
) -> tuple[NewsItem, ...]:
    """Items of `[start, as_of]` that mention one of `terms` or another name of it, oldest first, the newest kept.

    Terms are tickers or names (`NVDA`, `BTC-USD`, `Hong Kong`); quote currencies after a dash are ignored.
    Nothing published after `as_of` is ever handed out.
    """
    wanted = frozenset().union(*(_other_names(term) for term in terms))
    found = [item for item in items if start <= item.published_at <= as_of and _mentions(item, wanted)]
    found.sort(key=lambda item: (item.published_at, item.id))
    return tuple(found[-limit:] if limit > 0 else ())


def _other_names(term: str) -> frozenset[str]:
    word = normalise(term)
    for separator in ("-", "/"):
        head, _, quote = word.partition(separator)
        if quote in ("usd", "usdt", "usdc", "eur"):
            word = head
    name = ASSETS.get(word) or ENTITIES.get(word)
    return frozenset({word} | (_NAMES[name] if name else set())) - {""}


def _mentions(item: NewsItem, wanted: frozenset[str]) -> bool:
    text = f" {_spaced(item.title)} {_spaced(item.summary)} "
    return any(f" {_spaced(name)} " in text for name in wanted)


def _spaced(text: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in normalise(text).replace("'s", "")).split())
