"""Quantities: the numbers of evidence and of sentences, each with its unit."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from attrs import frozen

from tradecore.engines.desk.measures import MEASURES
from tradecore.engines.desk.number_words import fractions, in_digits, multiples
from tradecore.engines.desk.series_features import SERIES
from tradecore.engines.desk.wording import NUMBER, without_citations_and_dates
from tradecore.model.evidence import Evidence, EvidenceKind


class Unit(StrEnum):
    """What a number counts. OTHER stands for names and parameters (the 14 of RSI(14)), with which nothing is computed.

    AMOUNT is money or shares traded, RANGES is a number of average true ranges, PLAIN is a number of a text that has no
    unit beside it.
    """

    PRICE = "price"
    AMOUNT = "amount"
    PERCENT = "percent"
    POINTS = "points"
    BASIS_POINTS = "basis points"
    RATIO = "ratio"
    RANGES = "ranges"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    COUNT = "count"
    TONE = "tone"
    OTHER = "other"
    PLAIN = "plain"


@frozen
class Quantity:
    """One number of a piece of evidence. `is_value` is set for the value of the evidence, which alone has a sign."""

    number: Decimal
    unit: Unit
    measure: str
    is_value: bool = False


@frozen
class Mention:
    """One number in a text: `words` is how it is written there, `number` is without sign, `start` its position.

    `bound` is `>` where the text says more than, `<` where it says less than the number, and empty otherwise.
    `tolerance` is the share of the number by which a word such as doubled may be off; digits have none.
    """

    number: Decimal
    unit: Unit
    words: str
    start: int
    bound: str = ""
    tolerance: Decimal = Decimal(0)


_UNITS: Mapping[str, Unit] = {
    "%": Unit.PERCENT,
    "% a year": Unit.PERCENT,
    "% net": Unit.OTHER,
    "points": Unit.POINTS,
    "price": Unit.PRICE,
    "tone": Unit.TONE,
    "days": Unit.DAYS,
    "rows": Unit.COUNT,
    "times risk": Unit.RATIO,
    "% of the portfolio": Unit.PERCENT,
    "% of revenue": Unit.PERCENT,
    "money": Unit.AMOUNT,
    "million a day": Unit.AMOUNT,
}
_FOLLOWED = (
    (Unit.PERCENT, r"\s?%|[ -](?:percent|per cent)\b"),
    (Unit.POINTS, r"[ -]?(?:percentage[ -])?(?:points?|pp|pts)\b"),
    (Unit.BASIS_POINTS, r"[ -]?(?:basis[ -]points?|bps?)\b"),
    (Unit.RANGES, r"[ -]?(?:x )?(?:ATRs?|average (?:true |daily )?ranges?)\b"),
    (Unit.RATIO, r"[ -]?(?:x|times|fold|to[ -]1|to one|:1)\b(?![.,]\d)"),
    (Unit.DAYS, r"[ -](?:trading[ -])?(?:days?|sessions?)\b"),
    (Unit.WEEKS, r"[ -]weeks?\b"),
    (Unit.MONTHS, r"[ -]months?\b"),
    (Unit.YEARS, r"[ -]years?\b"),
    (Unit.AMOUNT, r" ?(?:million|billion|trillion|thousand|bn|mn)\b"),
    (Unit.COUNT, r" (?:of (?:the )?\d|(?:news )?(?:items?|headlines?|articles?|stories|sources?|reports?)\b|read\b)"),
    (Unit.PRICE, r" (?:dollars?|euros?|USD|EUR)\b"),
)
_FOLLOWING = tuple((unit, re.compile(pattern, re.IGNORECASE)) for unit, pattern in _FOLLOWED)
# A word such as doubled says roughly how much.
_ROUGH = Decimal("0.12")
_CENTS = re.compile(r"[ -]cents?\b", re.IGNORECASE)
# How much before a number is searched for what belongs to it; all of a long text before each number takes long.
_CONTEXT = 80
_PARAMETER = re.compile(r"\b[A-Za-z]+\([\d, ]*$")
_MONEY = re.compile(r"[$€£¥]\s?$")
_INDEX = re.compile(r"\b[1I]\s?:\s?$")
_FALLBACKS: Mapping[EvidenceKind, Unit] = {
    EvidenceKind.PRICE: Unit.PRICE,
    EvidenceKind.LEVELS: Unit.PRICE,
    EvidenceKind.RISK: Unit.OTHER,
}
_MORE = re.compile(
    r"\b(?:more than|over|above|at least|exceed(?:s|ing|ed)?|beyond|upwards? of|greater than|higher than)\s+[$€£¥]?$",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"\b(?:less than|under|below|within|at most|no more than|fewer than|up to|lower than|smaller than)\s+[$€£¥]?$",
    re.IGNORECASE,
)


def quantities(evidence: Evidence) -> tuple[Quantity, ...]:
    """The numbers of one piece of evidence: its value with its sign, then those of its statement without signs."""
    measure = MEASURES.get(evidence.measure)
    kind = measure.kind if measure else evidence.kind
    unit = _UNITS.get(
        measure.unit if measure else evidence.unit, Unit.RATIO if evidence.measure == "beta" else Unit.OTHER
    )
    rows = [] if evidence.value is None else [Quantity(evidence.value, unit, evidence.measure, is_value=True)]
    if evidence.measure.startswith(SERIES):
        # Of a list, nearly every number would be the difference of two others: it may be quoted only.
        return ()
    if kind is EvidenceKind.NEWS:
        return tuple(rows)
    for mention in mentions(in_digits(evidence.statement)):
        own = evidence.value is not None and mention.number == abs(evidence.value)
        found = unit if own else _FALLBACKS.get(kind, Unit.OTHER) if mention.unit is Unit.PLAIN else mention.unit
        rows.append(Quantity(mention.number, found, evidence.measure))
    return tuple(dict.fromkeys(rows))


# The checks of an analysis look at the same sentence up to six times.
@lru_cache(1024)
def mentions(text: str) -> tuple[Mention, ...]:
    """The numbers of a text in their order, in digits and in words such as `a third` and `doubled`.

    `in_digits` puts other number words, such as `six sessions`, in digits.
    """
    return tuple(sorted((*_digits(text), *_in_words(text)), key=lambda mention: mention.start))


def _digits(text: str) -> Iterator[Mention]:
    bare = without_citations_and_dates(text)
    for match in NUMBER.finditer(bare):
        before, after = text[max(0, match.start() - _CONTEXT) : match.start()], text[match.end() :]
        number, unit = Decimal(match[0].replace(",", "")), _unit(before, after)
        if unit is Unit.PLAIN and _CENTS.match(after):
            number, unit = number / 100, Unit.PRICE
        bound = ">" if _MORE.search(before) else "<" if _LESS.search(before) else ""
        yield Mention(number, unit, match[0], match.start(), bound)


def _unit(before: str, after: str) -> Unit:
    if _PARAMETER.search(before):
        return Unit.OTHER
    for unit, pattern in _FOLLOWING:
        if pattern.match(after):
            return unit
    if _INDEX.search(before):
        return Unit.RATIO
    return Unit.PRICE if _MONEY.search(before) else Unit.PLAIN


def _in_words(text: str) -> Iterator[Mention]:
    for unit, found in ((Unit.PERCENT, fractions(text)), (Unit.RATIO, multiples(text))):
        for word in found:
            yield Mention(word.number, unit, word.words, word.start, word.bound, _ROUGH)
