"""How much a story weighs: outlets, sources, freshness and what it states, in points from 0 to 100."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from math import log2

from attrs import field, frozen

from tradecore.model.news import NewsItem

_GRAVE = frozenset(
    {
        "theft:taken", "verdict:yes", "verdict:no", "court:charge", "court:guilty", "court:end", "law:ban", "law:allow",
        "custody:in", "life:off", "state:outage", "listing:off",
    }
)  # fmt: skip
_AMOUNTS = ((Decimal(10**9), 20), (Decimal(10**8), 15), (Decimal(10**7), 10), (Decimal(10**6), 5))


@frozen(kw_only=True)
class Weights:
    """The points a story can get for each of its sides. Sums above 100 are cut."""

    base: int = 20
    per_doubling_of_outlets: int = 15
    freshest: int = 15
    named: int = 10
    """It names an asset or institution that the tables know."""
    grave: int = 15
    """It tells of a theft, a ruling, a ban, an arrest, an outage or a halt."""
    sources: Mapping[str, int] = field(factory=dict)
    """Points by source name, from -20 to 20, for the best of the story's sources."""


def score(items: Sequence[NewsItem], now: datetime, window: timedelta, weights: Weights) -> int:
    """Points of the story that `items` (at least one) tell, seen at `now` in a window of that length."""
    outlets = len({item.source for item in items})
    age = max(timedelta(0), now - max(item.happened_at for item in items))
    fresh = weights.freshest * max(0.0, 1 - age / window)
    points = weights.base + weights.per_doubling_of_outlets * log2(outlets) + fresh
    points += max(weights.sources.get(item.source, 0) for item in items)
    if any(item.facts.assets or item.facts.entities for item in items):
        points += weights.named
    if any(item.facts.markers & _GRAVE for item in items):
        points += weights.grave
    dollars = [n.removesuffix(" usd") for item in items for n in item.facts.numbers if n.endswith(" usd")]
    largest = max(map(Decimal, dollars), default=Decimal(0))
    points += next((extra for least, extra in _AMOUNTS if largest >= least), 0)
    return max(0, min(100, round(points)))
