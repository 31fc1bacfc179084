"""Stories by meaning: items that are likely of one event, by the vectors of an embedding model and what words say."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import combinations
from math import sqrt
from operator import itemgetter, mul

from attrs import define, field, frozen

from tradecore.engines.digest.agreement import known_names
from tradecore.engines.digest.amount_comparison import is_precise
from tradecore.engines.digest.consequence import is_column
from tradecore.engines.digest.features import Features
from tradecore.engines.digest.matching import STORY_SPAN, contradict, similarity, unknown_stems
from tradecore.model.news import ItemId, NewsItem, StoryId

LEAST_COSINE, NEAREST = 0.3, 25
"""The least cosine of items that are compared in words as well, and the most first items of which an item is."""
BIAS, COSINE, DENSITY, SIMILARITY, KNOWN_NAME, OTHER_NAME, PRECISE_NUMBER = -2.3, 7.1, -11.0, 13.9, 0.4, -0.3, 5.0
"""The log odds of one event, and what adds to them: the cosine; the mean cosine of the next three first items, as on
one topic all are close; the similarity in words, at most that of MOST_SIMILAR; each known name in common; each other
name of a headline that the other item lacks; each precise number in common."""
MOST_SIMILAR = 0.3
"""The similarity in words above which more of it says no more: near copies are often of one template."""
LEAST_LOG_ODDS = 0.0
NEIGHBOURS, FEW_NEIGHBOURS = 3, 0.25
"""How many next first items are the neighbourhood, and the cosine that stands for each that there is none of."""
YARDSTICK = (
    "Central bank leaves its interest rate unchanged",
    "Rescue teams reach village after heavy snowfall",
    "Chip maker opens a second plant in Arizona",
    "Painter's early works sell at auction in Vienna",
    "Striker leaves the club after nine seasons",
    "Researchers map the floor of the northern ocean",
    "Parliament votes on a new law about school meals",
    "Airline cancels flights over a strike of ground crews",
)
"""Headlines that have nothing to do with each other: what their cosines are, a model gives to what is unrelated."""
UNRELATED = 0.012
"""The mean cosine of the yardstick by all-MiniLM-L6-v2, to whose cosines the odds were fitted (`bench/minilm.py`)."""
_MOST_UNRELATED = 0.95
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


@frozen
class CosineScale:
    """What the cosines of a model mean on the scale of the model that the odds were fitted to.

    Models differ in the cosine of what is unrelated, from about 0 to 0.8; `unrelated` is that of this one, 1 is the
    same text for all.
    """

    unrelated: float = UNRELATED

    @classmethod
    def of_yardstick(cls, vectors: Sequence[Vector]) -> "CosineScale | None":
        """The scale of a model, by its vectors of the headlines of YARDSTICK.

        None for a model that tells nothing apart: one that gives all of them nearly the same vector, or no direction.
        """
        scaled = [unit for vector in vectors if (unit := _unit(vector)) is not None]
        cosines = [sum(map(mul, one, other)) for one, other in combinations(scaled, 2)]
        unrelated = sum(cosines) / len(cosines) if cosines else 1.0
        return cls(unrelated) if unrelated <= _MOST_UNRELATED else None

    def __call__(self, cosine: float) -> float:
        """A cosine of the model as one of all-MiniLM-L6-v2."""
        return 1 - (1 - cosine) * (1 - UNRELATED) / (1 - self.unrelated)


@frozen
class Embedded:
    """The vectors of items by one model, of any length but 0, and the scale of its cosines."""

    vectors: Mapping[ItemId, Vector] = field(factory=dict)
    scale: CosineScale = field(factory=CosineScale)


@define
class SemanticIndex:
    """The first items of stories, by their vectors. Items without a vector are not compared."""

    embedded: Embedded = field(factory=Embedded)
    _founders: list[_Founder] = field(factory=list, init=False)

    def add(self, founder: Features) -> None:
        """Add the first item of a story. Columns are not added, because they are close to all that they speak of."""
        if is_column(founder.item.title):
            return
        if (vector := self._scaled(founder)) is not None:
            self._founders.append(_Founder(founder, vector))
            del self._founders[:-FOUNDERS]

    def nearest(self, arrival: Features) -> Features | None:
        """The first item of another outlet within 72 hours that reports the same event, the likeliest of several.

        A headline that contradicts the arrival is never it, however close it is. A column has none.
        """
        vector = self._scaled(arrival)
        if vector is None or is_column(arrival.item.title):
            return None
        cosines = list(self._cosines(arrival, vector))
        neighbours = nlargest(NEIGHBOURS + 1, cosines, key=itemgetter(0))
        elsewhere = (found for found in cosines if found[1].item.source != arrival.item.source)
        likeliest: tuple[float, str] = LEAST_LOG_ODDS, ""
        nearest = None
        for cosine, founder in nlargest(NEAREST, elsewhere, key=itemgetter(0)):
            if cosine < LEAST_COSINE:
                break
            others = [near for near, other in neighbours if other is not founder][:NEIGHBOURS]
            density = (sum(others) + FEW_NEIGHBOURS * (NEIGHBOURS - len(others))) / NEIGHBOURS
            odds = _log_odds(arrival, founder, cosine, density)
            if (odds, founder.item.id) > likeliest and not contradict(arrival, founder, other_sizes=False):
                likeliest, nearest = (odds, founder.item.id), founder
        return nearest

    def _cosines(self, arrival: Features, vector: Vector) -> Iterator[tuple[float, Features]]:
        """The cosine of each first item within 72 hours."""
        for founder in self._founders:
            apart = abs(arrival.happened_at - founder.features.happened_at)
            if apart <= STORY_SPAN and len(vector) == len(founder.vector):
                yield self.embedded.scale(sum(map(mul, vector, founder.vector))), founder.features

    def _scaled(self, features: Features) -> Vector | None:
        vector = self.embedded.vectors.get(features.item.id)
        return _unit(vector) if vector else None


def _unit(vector: Vector) -> Vector | None:
    """The vector scaled to a length of 1; None for one without a length."""
    length = sqrt(sum(map(mul, vector, vector)))
    return [value / length for value in vector] if length else None


def _log_odds(one: Features, other: Features, cosine: float, density: float) -> float:
    """How likely two items report one event, as a logistic regression over labelled pairs has it."""
    names = known_names(one.item.facts) & known_names(other.item.facts)
    lacking = len({*unknown_stems(one)} - other.everything) + len({*unknown_stems(other)} - one.everything)
    precise = sum(map(is_precise, one.everything & other.everything))
    return (
        BIAS
        + COSINE * cosine
        + DENSITY * density
        + SIMILARITY * min(similarity(one, other), MOST_SIMILAR)
        + KNOWN_NAME * len(names)
        + OTHER_NAME * lacking
        + PRECISE_NUMBER * precise
    )
