"""The score of a story, from 0 to 100: outlets, sources, freshness and facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from math import log2

from attrs import field, frozen

from tradecore.engines.digest.consequence import Reach, is_column, is_inquiry, reach_of
from tradecore.engines.digest.lexicon import lexicon
from tradecore.model.news import NewsItem, Phase

_UNSETTLED = frozenset({Phase.RUMOUR, Phase.THREAT, Phase.PLAN})
_AMOUNTS = ((Decimal(10**9), 20), (Decimal(10**8), 15), (Decimal(10**7), 10), (Decimal(10**6), 5))


@frozen(kw_only=True)
class Weights:
    """The points for each property of a story. Sums are bounded to 0 and 100."""

    base: int = 20
    per_doubling_of_outlets: int = 15
    per_doubling_elsewhere: int = 10
    """The same for a story that reaches nothing and names no asset, institution or amount."""
    freshest: int = 15
    named: int = 10
    """For naming an asset or institution of the lexicon."""
    grave: int = 15
    """For theft, inquiry, ruling, charge, ban, arrest, outage, halt, of what reaches something or has an amount."""
    reach: Mapping[Reach, int] = field(factory=lambda: {Reach.POLICY: 30, Reach.BUSINESS: 10})
    """For what the event can move, by a third of its headlines."""
    unsettled: int = -5
    """For an event that is a rumour, a threat or a plan in every item."""
    column: int = -15
    """For headlines that ask, explain or comment."""
    sources: Mapping[str, int] = field(factory=dict)
    """Points by source name, from -20 to 20, for the best of the story's sources."""


def score(items: Sequence[NewsItem], now: datetime, window: timedelta, weights: Weights) -> int:
    """The score, 0 to 100, of the story of `items` (at least one) at `now` (aware UTC) in a window of this length."""
    age = max(timedelta(0), now - max(item.happened_at for item in items))
    # Names outside the lexicon begin with `~`.
    named = any(item.facts.assets or any(not name.startswith("~") for name in item.facts.entities) for item in items)
    reach = _reach(items)
    dollars = [n.removesuffix(" usd") for item in items for n in item.facts.numbers if n.endswith(" usd")]
    largest = max(map(Decimal, dollars), default=Decimal(0))
    consequential = reach is not None or bool(dollars)
    doubling = weights.per_doubling_of_outlets if consequential or named else weights.per_doubling_elsewhere
    points = weights.base + doubling * log2(len({item.source for item in items}))
    points += weights.freshest * max(0.0, 1 - age / window)
    points += max(weights.sources.get(item.source, 0) for item in items)
    points += weights.named if named else 0
    points += weights.reach.get(reach, 0) if reach is not None else 0
    points += weights.unsettled if all(item.facts.phase in _UNSETTLED for item in items) else 0
    points += weights.column if all(is_column(item.title) for item in items) else 0
    if consequential:
        grave = lexicon().grave
        points += weights.grave if any(item.facts.markers & grave or is_inquiry(item.title) for item in items) else 0
    points += next((bonus for least, bonus in _AMOUNTS if largest >= least), 0)
    return max(0, min(100, round(points)))


def _reach(items: Sequence[NewsItem]) -> Reach | None:
    """The first reach that at least a third of the headlines speak of."""
    reaches = [reach_of(item.title) for item in items]
    return next((reach for reach in Reach if 3 * reaches.count(reach) >= len(reaches)), None)
