"""Shared terms: which of many items share so much with one that they may report its event, by a few operations on bits.

Items are numbered as they are added, and a set of items is a whole number whose bit at each number says whether the
item is in it. `a & b` then intersects sets of thousands of items in less than a microsecond.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import ceil, log, sqrt

from tradecore.engines.digest.amount_comparison import is_precise
from tradecore.engines.digest.features import Features
from tradecore.engines.digest.matching import CLOSE_LEAD, COMMON_WEIGHT, COVERED, RELATED_LEAD, TELLING_TITLES
from tradecore.engines.digest.term_weights import RAREST, weight

_PARTS = 4
"""The parts of a weight of 1 that are counted; weights are rounded up to whole parts."""
_PLACES = (_PARTS * ceil(RAREST)).bit_length()
"""The binary places of the greatest weight in parts."""
_STEP = 1.2
"""By how much items of one class of weight differ at most."""
_SLACK = 1e-6
"""More than what a float in this module is wrong by."""


class SharedTerms:
    """Sets of items by their terms, to leave out most pairs of items without looking at any."""

    def __init__(self) -> None:
        self._positions: list[int] = []
        self._in_headline: dict[str, int] = {}
        self._in_all: dict[str, int] = {}
        """By a term of the headline or the lead."""
        self._of_source: dict[str, int] = {}
        self._of_weight: dict[int, int] = {}
        self._of_title_weight: dict[int, int] = {}
        """By a class of the weight of headline and lead, and of the headline."""
        self._roundups = 0
        self._tickers = 0

    def add(self, position: int, item: Features) -> None:
        """Add an item, which `near` calls by its position elsewhere."""
        member = 1 << len(self._positions)
        self._positions.append(position)
        for terms, holders in (item.everything, self._in_all), (item.terms, self._in_headline):
            for term in terms:
                holders[term] = holders.get(term, 0) | member
        source = item.item.source
        self._of_source[source] = self._of_source.get(source, 0) | member
        for total, classes in (item.weight, self._of_weight), (item.title_weight, self._of_title_weight):
            of_weight = _class_of(total)
            classes[of_weight] = classes.get(of_weight, 0) | member
        self._roundups |= member if item.roundup else 0
        self._tickers |= member if item.ticker else 0

    def near(self, item: Features) -> frozenset[int]:
        """Positions of items of other sources: of all for which `report_one_event` holds, and of few others.

        Conditions of `report_one_event` are looked at for all items at once, with sums of weights that are rounded up.
        """
        if item.ticker:
            return frozenset()
        near = 0
        for term in item.telling:
            near |= self._in_headline.get(term, 0)
        near &= ~(self._tickers | self._of_source.get(item.item.source, 0))
        near &= self._roundups if item.roundup else ~self._roundups
        # Few are left after each step, which makes the next one cheap.
        for step in (self._with_like_leads, self._with_common_terms):
            if near:
                near = step(item, near)
        return frozenset(self._positions[number] for number in _numbers(near))

    def _with_like_leads(self, item: Features, among: int) -> int:
        """Those with telling titles or close leads that are related besides, or covered, or share a precise number."""
        leads = _Sums.of(_held(item.everything, self._in_all, among))
        titles = _Sums.of(_held(item.terms, self._in_headline, among))
        telling = titles.at_least(TELLING_TITLES, among)
        among = telling | self._at_least_as_similar(CLOSE_LEAD, item, leads, among & ~telling)
        enough = self._at_least_as_similar(RELATED_LEAD, item, leads, among)
        for number in filter(is_precise, item.terms):
            enough |= self._in_headline.get(number, 0) & among
        return enough | self._covered(item, among & ~enough)

    def _at_least_as_similar(self, least: float, item: Features, leads: "_Sums", among: int) -> int:
        return self._reaching(lambda weight: least * sqrt(item.weight * weight), leads, self._of_weight, among)

    def _covered(self, item: Features, among: int) -> int:
        """Those with one of two headlines of which the other item has COVERED: the mean of both is not more."""
        first = _Sums.of(_held(item.terms, self._in_all, among)).at_least(COVERED * item.title_weight, among)
        among &= ~first
        second = _Sums.of(_held(item.everything, self._in_headline, among))
        return first | self._reaching(lambda weight: COVERED * weight, second, self._of_title_weight, among)

    @staticmethod
    def _reaching(least: Callable[[float], float], sums: "_Sums", classes: Mapping[int, int], among: int) -> int:
        """The items of `among` whose sum is what `least` gives for the least weight of their class, or more."""
        reaching = 0
        for of_weight, members in classes.items():
            if some := among & members:
                reaching |= sums.at_least(least(_STEP**of_weight), some)
        return reaching

    def _with_common_terms(self, item: Features, among: int) -> int:
        """Those with COMMON_TERMS in common, each in one headline at least, that weigh COMMON_WEIGHT."""
        in_headline = _held(item.terms, self._in_all, among)
        in_lead = _held(item.everything - item.terms, self._in_headline, among)
        common = [*in_headline, *in_lead]
        once = twice = 0
        for members, _ in common:
            twice |= once & members
            once |= members
        return _Sums.of(common).at_least(COMMON_WEIGHT, twice)


class _Sums:
    """A sum of weights for each item, in parts: `digits[n]` are the items in whose sum the binary digit n is 1."""

    __slots__ = ("digits",)

    def __init__(self) -> None:
        self.digits: list[int] = [0] * _PLACES

    @classmethod
    def of(cls, parts: Iterable[tuple[int, int]]) -> "_Sums":
        """The sums of the weights, in parts, that sets of items have."""
        sums = cls()
        for members, number in parts:
            for place in range(number.bit_length()):
                if number >> place & 1:
                    sums._carry(members, place)
        return sums

    def _carry(self, members: int, place: int) -> None:
        """Add one at a binary place of the sums of some items."""
        digits = self.digits
        while members:
            if place == len(digits):
                digits.append(0)
            digits[place], members = digits[place] ^ members, digits[place] & members
            place += 1

    def at_least(self, weight: float, among: int) -> int:
        """The items of `among` whose sum is `weight` or more."""
        least = ceil(_PARTS * weight - _SLACK)
        if least.bit_length() > len(self.digits):
            return 0
        more, equal = 0, among
        for place in range(len(self.digits) - 1, -1, -1):
            if not equal:
                break
            if least >> place & 1:
                equal &= self.digits[place]
            else:
                more |= equal & self.digits[place]
                equal &= ~self.digits[place]
        return more | equal


def _held(terms: Iterable[str], holders: Mapping[str, int], among: int) -> list[tuple[int, int]]:
    """For each term that items of `among` have, these items and its weight in parts."""
    return [(members, _parts_of(term)) for term in terms if (members := holders.get(term, 0) & among)]


def _parts_of(term: str) -> int:
    return ceil(_PARTS * weight(term))


def _class_of(total: float) -> int:
    """The class of a weight: the largest n for which `_STEP**n` is not more. Items without a telling term have any."""
    return int(log(max(1.0, total)) / log(_STEP))


def _numbers(members: int) -> Iterator[int]:
    while members:
        lowest = members & -members
        yield lowest.bit_length() - 1
        members ^= lowest
