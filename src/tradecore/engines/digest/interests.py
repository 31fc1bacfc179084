"""Interests: which stories a reader wants."""

from collections.abc import Callable, Sequence

from tradecore.engines.digest.about import matcher, ticker_matcher, word_matcher
from tradecore.engines.digest.categories import category_of
from tradecore.model.news import Interests, NewsItem

Wanted = Callable[[Sequence[NewsItem]], bool]
"""Whether a reader wants the story of these items."""


def wanted_by(interests: Interests) -> Wanted:
    """The stories that a reader with these interests wants; weights and limits are not part of it."""
    chosen = interests.assets or ()
    tickers = [ticker_matcher(asset.removeprefix("$")) for asset in chosen]
    assets = [*map(matcher, chosen), *filter(None, tickers)]
    excluded = [
        matcher(word) if word.startswith("$") else word_matcher(word) for word in interests.excluded_words or ()
    ]
    categories = frozenset(interests.categories or ())
    symbols = {asset.removeprefix("$").upper() for asset in chosen}

    def is_about(items: Sequence[NewsItem]) -> bool:
        if any(not symbols.isdisjoint(item.symbols) for item in items):
            return True
        texts = [f"{item.title}\n{item.summary}" for item in items]
        return any(mentions(text) for mentions in assets for text in texts)

    def wanted(items: Sequence[NewsItem]) -> bool:
        if any(mentions(item.title) for mentions in excluded for item in items):
            return False
        if not assets and not categories:
            return True
        return is_about(items) or category_of(items).value in categories

    return wanted
