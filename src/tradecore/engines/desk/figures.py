"""Figures: which numbers and dates of a text stand in the evidence that is cited beside it."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from tradecore.engines.desk.exhibits import spans
from tradecore.engines.desk.wording import days, numbers
from tradecore.model.analyses import AnalysisBrief
from tradecore.model.evidence import Evidence

# Nothing here is quoted in more decimals.
_FINEST = -12
# Numbers that end in zeros may be rounded ones, to no fewer digits than these.
_DIGITS = 3
# A number ends here: 10.5% after "October" is not the tenth.
_END = r"(?![\d%]|[.,]\d|-\d)"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|Sept|{'|'.join(name[:3] for name in _MONTHS)})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = rf"(?P<year>(?:19|20)\d\d){_END}"
_DATES = (
    re.compile(rf"\b{_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?"),
    re.compile(rf"\b{_MONTH} {_DAY}{_END}(?:,? {_YEAR})?"),
    re.compile(rf"\b{_MONTH} {_YEAR}"),
    re.compile(rf"(?<![\w.,$€£¥-]){_YEAR}"),
)
_SPAN = re.compile(r"(?<![\w.,])(\d{1,2})(?:[- ]| ?x )(day|week|month|year|ATR)s?\b")
# What a year of so many trading days is called as well, and the like.
_CALLED: Mapping[str, tuple[str, ...]] = {
    "week": ("1 week",),
    "month": ("1 month", "4 week"),
    "quarter": ("3 month", "13 week"),
    "year": ("1 year", "12 month", "52 week"),
}
# By what a measure is known that its statement has in words or not at all.
_KNOWN_BY: Mapping[str, str] = {
    "bollinger": "20 day",
    "change.1": "1 day",
    "worst.day": "1 day",
    "level.stop.long.range": "2 ATR",
    "level.stop.short.range": "2 ATR",
    "level.target.long.range": "3 ATR",
    "level.target.short.range": "3 ATR",
}
_SCALED = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?) ?(k|thousand|mn?|million|bn?|billion)\b", re.IGNORECASE
)
_SCALES = {"k": 3, "t": 3, "m": 6, "b": 9}
# Digits in these are no figures, whatever is cited.
_NAMES = re.compile(rf"\b(?:S&P 500|Nasdaq[- ]100|24/7|Q[1-4]|[Rr]ound [1-5])\b{_END}")


def strangers(
    text: str, leaning: Sequence[Evidence], brief: AnalysisBrief, allowed: Iterable[Decimal] = ()
) -> tuple[tuple[Decimal, ...], tuple[str, ...]]:
    """The numbers and the dates of a text that do not stand in the evidence it leans on, nor are allowed.

    Numbers may be rounded: to fewer decimals, to three digits, or to thousands, millions and billions. Dates may be
    written in words, and spans called by another name: 252 trading days are a year, and 52 weeks.
    """
    given, dates = set(allowed), {str(brief.as_of)}
    for one in leaning:
        given.update(numbers(one.statement))
        dates.update((str(one.as_of), *days(one.statement)))
        if one.value is not None:
            given.add(abs(one.value))
    names = {name for span, count in spans(brief.asset_type).items() if count in given for name in _CALLED[span]}
    names.update(_KNOWN_BY[one.measure] for one in leaning if one.measure in _KNOWN_BY)
    sizes = given | {_size(found) for one in leaning for found in _SCALED.finditer(one.statement)}

    bare = _NAMES.sub(" ", text)
    for form in _DATES:
        bare = form.sub(lambda found: " " if _is_one(found, dates) else found[0], bare)
    bare = _SPAN.sub(lambda found: " " if f"{int(found[1])} {found[2]}" in names else found[0], bare)
    bare = _SCALED.sub(lambda found: " " if _is_size(found, sizes) else found[0], bare)
    unknown = (one for one in dict.fromkeys(numbers(bare)) if one not in given and not _rounded(one, given))
    return tuple(unknown), tuple(day for day in days(bare) if day not in dates)


def _is_one(found: re.Match[str], dates: Collection[str]) -> bool:
    """Whether what is said of a date, be it only its year, is true of one of these."""
    said = found.groupdict()
    month = said.get("month") and next(
        f"{number:02}" for number, name in enumerate(_MONTHS, 1) if name[:3] == said["month"][:3]
    )
    day = said.get("day") and f"{int(said['day']):02}"
    wanted = (said.get("year"), month, day)
    return any(all(part in (None, own) for part, own in zip(wanted, one.split("-"), strict=True)) for one in dates)


def _size(found: re.Match[str]) -> Decimal:
    return Decimal(found[1].replace(",", "")).scaleb(_SCALES[found[2][0].lower()])


def _is_size(found: re.Match[str], sizes: Collection[Decimal]) -> bool:
    """Whether a number with a word such as million is one of these, or one of these rounded to two digits or more."""
    said, scale = Decimal(found[1].replace(",", "")), _SCALES[found[2][0].lower()]
    if len(said.as_tuple().digits) < 2:
        return _size(found) in sizes
    return _rounded(said, [one.scaleb(-scale) for one in sizes])


def _rounded(number: Decimal, given: Iterable[Decimal]) -> bool:
    """Whether a number is one of these with fewer decimals, or with zeros behind its first three digits.

    61.3 may be quoted as 61, but not as 61.4; 62,345 as 62,300, but not as 62,000.
    """
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent < _FINEST:
        return False
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    coarse = exponent or max(0, min(zeros, len(digits) - _DIGITS))
    half = Decimal(5).scaleb(coarse - 1)
    return any(abs(one - number) <= half for one in given)
