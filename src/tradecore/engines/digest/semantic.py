"""Stories by meaning: items whose vectors, made by an embedding model, are close to the first item of a story."""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from operator import mul

from attrs import define, field, frozen

from tradecore.engines.digest.agreement import other_names
from tradecore.engines.digest.consequence import is_column
from tradecore.engines.digest.features import Features
from tradecore.engines.digest.matching import STORY_SPAN, contradict, shared_terms
from tradecore.engines.digest.term_weights import RAREST, TELLING, total_weight, weight
from tradecore.model.news import ItemId, NewsItem, StoryId

SAME_EVENT, SAME_WORDS_EVENT, SAME_NAME_EVENT = 0.8, 0.63, 0.52
"""The least cosine of an item with the first item of its story: by itself, where both have telling words in common, and
where both headlines have a word in common that few headlines have, such as a name."""
COMMON_WEIGHT = 6.0
"""The least weight of the words in common that lower the cosine to the second number."""
FOUNDERS = 4000
"""The most first items that are compared; those of the longest ago are forgotten."""
LEAD_WORDS = 60

Vector = Sequence[float]


def embedded_text(item: NewsItem) -> str:
    """The text of an item that is embedded: its headline and the first 60 words below it."""
    lead = " ".join(item.summary.split()[:LEAD_WORDS])
    return f"{item.title}. {lead}" if lead else item.title


def founds_its_story(item: NewsItem) -> bool:
    """Whether an item is the first of its story."""
    return item.story_id == founded_by(item)


def founded_by(item: NewsItem) -> StoryId:
    """The story that an item founds."""
    return StoryId("story_" + item.id.removeprefix("item_"))


@frozen
class _Founder:
    features: Features
    vector: Vector


@define
class SemanticIndex:
    """The first items of stories, by their vectors. Items without a vector are not compared."""

    vectors: Mapping[ItemId, Vector] = field(factory=dict)
    """Vectors of any length but 0, scaled to 1 here."""
    _founders: list[_Founder] = field(factory=list, init=False)

    def add(self, founder: Features) -> None:
        """Add the first item of a story. Columns are not added, because they are close to all that they speak of."""
        if is_column(founder.item.title):
            return
        if (vector := self._scaled(founder)) is not None:
            self._founders.append(_Founder(founder, vector))
            del self._founders[:-FOUNDERS]

    def nearest(self, arrival: Features) -> Features | None:
        """The first item of another outlet within 72 hours that means the same, the closest of several.

        A headline that contradicts the arrival is never it, however close it is. A column has none.
        """
        vector = self._scaled(arrival)
        if vector is None or is_column(arrival.item.title):
            return None
        close = sorted(self._close(arrival, vector), key=lambda found: (-found[0], found[1].item.id))
        return next((founder for _, founder in close if not contradict(arrival, founder)), None)

    def _close(self, arrival: Features, vector: Vector) -> Iterator[tuple[float, Features]]:
        item = arrival.item
        for founder in self._founders:
            other = founder.features.item
            apart = abs(item.happened_at - other.happened_at)
            if other.source == item.source or apart > STORY_SPAN or len(vector) != len(founder.vector):
                continue
            cosine = sum(map(mul, vector, founder.vector))
            if cosine >= SAME_NAME_EVENT and cosine >= _least_cosine(arrival, founder.features):
                yield cosine, founder.features

    def _scaled(self, features: Features) -> Vector | None:
        vector = self.vectors.get(features.item.id)
        length = sqrt(sum(map(mul, vector, vector))) if vector else 0.0
        return [value / length for value in vector] if vector and length else None


def _least_cosine(one: Features, other: Features) -> float:
    """The less two items have in common in words, the closer they must be: close vectors may only be of one topic."""
    if any(weight(term) >= RAREST for term in one.terms & other.terms) and not other_names(
        one.item.facts, other.item.facts
    ):
        return SAME_NAME_EVENT
    common = shared_terms(one, other)
    telling = total_weight(common) >= COMMON_WEIGHT and any(weight(term) >= TELLING for term in common)
    return SAME_WORDS_EVENT if telling else SAME_EVENT
