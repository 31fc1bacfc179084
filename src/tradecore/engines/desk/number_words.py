"""Number words: numbers that a sentence writes in words, such as six sessions, half a percent, a third and doubled."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from attrs import frozen


@frozen
class WordNumber:
    """A number in words: `words` as written, `start` its position, `bound` `>` for more than, `<` for less than."""

    number: Decimal
    words: str
    start: int
    bound: str


_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS: Mapping[str, int] = {
    **{word: number for number, word in enumerate((*_ONES, *_TEENS), 1)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
    "hundred": 100,
    "a hundred": 100,
}
_ANY_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_COUNTED = (
    r"percent|per cent|percentage|points?|basis|days?|sessions?|weeks?|months?|years?|quarters?|times|ATRs?|average|"
    r"trading|of (?:the )?(?:\d|" + "|".join(_ONES) + r")\b|(?:news )?(?:items?|headlines?|articles?|stories|sources?)"
)
# `one` is nearly always an article; it is a number before a few units only.
_NUMBER_WORD = re.compile(
    rf"\b(?!one\b)(?P<tens>{_ANY_WORD})(?:-(?P<ones>{'|'.join(_ONES[:9])}))?\b(?=[ -](?:{_COUNTED}))"
    r"|\b(?P<one>one)\b(?=[ -](?:percent|per cent|percentage|basis)\b)",
    re.IGNORECASE,
)
_OF_WORD = re.compile(rf"(?<=\d of )(?P<tens>{'|'.join(_ONES)})\b", re.IGNORECASE)
_HALF_PERCENT = re.compile(r"\bhalf a (?=percent|per cent|point)", re.IGNORECASE)

_DEGREE = r"(?P<degree>more than|over|less than|under|nearly|almost|close to|about|roughly|around|some)?"
_FRACTIONS: Mapping[str, str] = {
    "half": "50",
    "a third": "33.3",
    "one third": "33.3",
    "a quarter": "25",
    "one quarter": "25",
    "a fifth": "20",
    "a tenth": "10",
    "two thirds": "66.7",
    "three quarters": "75",
}
_FRACTION = re.compile(
    r"\b(?:los(?:t|es|ing)|shed|fell|fallen|drop(?:ped|s)?|down|declined|gain(?:ed|s)?|rose|risen|up|climbed|cost|"
    rf"wiped out|is|by)\s+(?:by\s+)?{_DEGREE}\s*"
    rf"(?P<part>{'|'.join(_FRACTIONS)})(?= (?:of (?:its|their|the|what)\b|above|below|over|under|more|less|"
    r"higher|lower|heavier|lighter|in (?:a|the)|within|since)|[.,;]|$)",
    re.IGNORECASE,
)
_MULTIPLES: Mapping[str, str] = {
    "doubled": "2",
    "double": "2",
    "twice": "2",
    "tripled": "3",
    "triple": "3",
    "quadrupled": "4",
    "quadruple": "4",
    "halved": "0.5",
}
# Nobody owns the market twice: a multiple is one of something, and a double top is a name.
_MULTIPLE = re.compile(
    rf"\b{_DEGREE}\s*\b(?P<part>(?:{'|'.join(_MULTIPLES)})(?<!twice)(?<!double)\b|"
    r"(?:twice|double) (?=as|the|its|that|what|of))",
    re.IGNORECASE,
)


def in_digits(text: str) -> str:
    """The text with number words before a unit in digits: six sessions, twenty-one days, two of four items."""

    def digits(match: re.Match[str]) -> str:
        parts = match.groupdict()
        word = (parts.get("tens") or parts.get("one") or "").lower()
        return str(_WORDS[word] + _WORDS.get((parts.get("ones") or "").lower(), 0))

    return _OF_WORD.sub(digits, _NUMBER_WORD.sub(digits, _HALF_PERCENT.sub("0.5 ", text)))


def fractions(text: str) -> Iterator[WordNumber]:
    """Changes and distances in words, in percent: it lost a third of its value, a tenth above the average."""
    return _found(_FRACTION, _FRACTIONS, text)


def multiples(text: str) -> Iterator[WordNumber]:
    """Multiples in words: it doubled, twice the range."""
    return _found(_MULTIPLE, _MULTIPLES, text)


def _found(pattern: re.Pattern[str], values: Mapping[str, str], text: str) -> Iterator[WordNumber]:
    for match in pattern.finditer(text):
        degree = (match["degree"] or "").lower()
        bound = ">" if degree in ("more than", "over") else "<" if degree in ("less than", "under") else ""
        yield WordNumber(
            Decimal(values[match["part"].lower().strip()]), match["part"].strip(), match.start("part"), bound
        )
