"""Grounding: which numbers and dates in a text are not in the evidence that is cited for it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from tradecore.engines.desk.derivations import Derived, derivations, limits
from tradecore.engines.desk.evidence_builder import trading_days
from tradecore.engines.desk.measures import MEASURES
from tradecore.engines.desk.number_words import in_digits
from tradecore.engines.desk.quantities import Mention, Unit, mentions
from tradecore.engines.desk.series_features import SERIES, SERIES_SPANS
from tradecore.engines.desk.wording import dates_in, numbers_in
from tradecore.model.analysis_briefs import AnalysisBrief
from tradecore.model.evidence import Evidence

# No figure of the desk has more decimals than this.
_FINEST = -12
# Characters of a long text that are compared with the evidence at a time.
_PART = 2_000
# Numbers that end in zeros may be rounded, to no fewer digits than these.
_DIGITS = 3
# A bound may be so many times what it bounds: more than 5% may be said of 9.7%. Of what is derived it is closer.
_LOOSEST_BOUND, _TIGHT_BOUND = Decimal(2), Decimal("1.25")
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
_SPAN = re.compile(r"(?<![\w.,])(\d{1,2})(?:[- ]| ?x )(day|week|month|quarter|year|ATR)s?\b")
# Other names of the spans in `trading_days`: 252 trading days are a year, and 52 weeks.
_SPAN_NAMES: Mapping[str, tuple[str, ...]] = {
    "week": ("1 week",),
    "month": ("1 month", "4 week"),
    "quarter": ("3 month", "13 week"),
    "year": ("1 year", "12 month", "52 week"),
}
_SCALED = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?) ?(k|thousand|mn?|million|bn?|billion|tn|trillion)\b",
    re.IGNORECASE,
)
_SCALES = {"k": 3, "th": 3, "m": 6, "mn": 6, "mi": 6, "b": 9, "bn": 9, "bi": 9, "tn": 12, "tr": 12}
# A number of the evidence is another one in these units. Of amounts, those in the evidence are found by their size.
_OWN_UNITS = (Unit.BASIS_POINTS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS, Unit.AMOUNT)
# Names with digits in them, which need no evidence.
_NAMES = re.compile(rf"\b(?:S&P 500|Nasdaq[- ]100|24/7|Q[1-4]|[Rr]ound [1-5])\b{_END}")


def ungrounded(
    text: str, cited: Sequence[Evidence], brief: AnalysisBrief, allowed: Iterable[Decimal] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers and the dates (YYYY-MM-DD) in a text that the evidence cited for it does not support.

    Numbers in `allowed` and the date of the analysis need no evidence. Numbers may be rounded: to fewer decimals, to
    three digits, or to thousands, millions and billions. They may be derived from those of the evidence by the
    arithmetic of `derivations`, be a bound of one (more than 9%), and be textbook limits of a cited measure. Dates may
    be written in words, and spans of days may have another name: 252 trading days are a year, and 52 weeks.
    """
    known, dates = {*allowed, *limits(cited)}, {str(brief.as_of)}
    for evidence in cited:
        known.update(numbers_in(evidence.full_text))
        dates.update((str(evidence.as_of), *dates_in(evidence.full_text)))
        if evidence.value is not None:
            known.add(abs(evidence.value))
    spans = _spans(cited, known, brief)
    sizes = known | {_size(match) for evidence in cited for match in _SCALED.finditer(evidence.full_text)}

    rest = _blank(_NAMES, in_digits(text) if cited else text, lambda match: True)
    for form in _DATES:
        rest = _blank(form, rest, lambda match: _is_date(match, dates))
    rest = _blank(_SPAN, rest, lambda match: f"{int(match[1])} {match[2]}" in spans)
    rest = _blank(_SCALED, rest, lambda match: _is_size(match, sizes))
    spelt = {
        (word.number, word.unit)
        for evidence in cited
        for word in mentions(in_digits(evidence.full_text))
        if word.unit is not Unit.AMOUNT
    }
    words = {(word.number, word.unit) for evidence in cited for word in mentions(evidence.full_text) if word.tolerance}
    open_mentions = [
        mention
        for mention in mentions(rest)
        if not (_is_quoted(mention, known) and _is_in_unit(mention, spelt))
        and not (mention.tolerance and (mention.number, mention.unit) in words)
    ]
    if open_mentions:
        derived = derivations(cited, brief.asset_type, brief.as_of)
        open_mentions = [mention for mention in open_mentions if not _is_derived(mention, derived)]
    return (
        tuple(dict.fromkeys(mention.words for mention in open_mentions)),
        tuple(day for day in dates_in(rest) if day not in dates),
    )


def ungrounded_numbers(
    text: str, cited: Sequence[Evidence], brief: AnalysisBrief, allowed: Iterable[Decimal] = ()
) -> frozenset[str]:
    """The numbers of a long text that `ungrounded` finds in parts of it, for texts that are counted and not shown."""
    return frozenset(number for part in _parts(text) for number in ungrounded(part, cited, brief, allowed)[0])


def _parts(text: str) -> Iterator[str]:
    """The text in parts of whole words: what a text takes to be compared grows with the square of its length.

    A word that is longer than a part is no word, and is cut.
    """
    words = (word[start : start + _PART] for word in text.split(" ") for start in range(0, len(word) or 1, _PART))
    part: list[str] = []
    size = 0
    for word in words:
        part.append(word)
        size += len(word) + 1
        if size > _PART:
            yield " ".join(part)
            part, size = [], 0
    yield " ".join(part)


def _blank(pattern: re.Pattern[str], text: str, holds: Callable[[re.Match[str]], bool]) -> str:
    """The text with spaces in place of the matches that hold."""
    return pattern.sub(lambda match: " " * len(match[0]) if holds(match) else match[0], text)


def _is_quoted(mention: Mention, known: Collection[Decimal]) -> bool:
    """Whether a number stands in the evidence: as it is, rounded, or as its bound."""
    if mention.tolerance:
        return False
    return (
        mention.number in known
        or _is_rounding(mention.number, known)
        or any(_is_bound(mention, number, _LOOSEST_BOUND) for number in known)
    )


def _is_in_unit(mention: Mention, spelt: Collection[tuple[Decimal, Unit]]) -> bool:
    """Whether a number that counts basis points or weeks, months and years does so in the evidence as well."""
    return mention.unit not in _OWN_UNITS or (mention.number, mention.unit) in spelt


def _is_derived(mention: Mention, derived: Iterable[Derived]) -> bool:
    """Whether a number follows from the evidence, in its unit; a word such as doubled needs to fit roughly."""
    numbers = [each.number for each in derived if _fits(mention.unit, each.unit)]
    if mention.tolerance:
        margin = Decimal(0) if mention.bound else mention.number * mention.tolerance
        return any(
            abs(number - mention.number) <= margin or _is_bound(mention, number, _LOOSEST_BOUND) for number in numbers
        )
    return _is_rounding(mention.number, numbers) or any(_is_bound(mention, number, _TIGHT_BOUND) for number in numbers)


def _fits(written: Unit, derived: Unit) -> bool:
    if written is Unit.PLAIN:
        return derived in (Unit.PRICE, Unit.POINTS, Unit.RATIO, Unit.COUNT)
    if written is Unit.POINTS:
        return derived in (Unit.POINTS, Unit.PRICE)
    return written is derived


def _is_bound(mention: Mention, number: Decimal, factor: Decimal) -> bool:
    """Whether a text that says more than or less than a number bounds this one, within a factor."""
    if mention.bound == ">":
        return 0 < mention.number <= number <= factor * mention.number
    return mention.bound == "<" and 0 < number <= mention.number <= factor * number


def _spans(cited: Sequence[Evidence], known: Collection[Decimal], brief: AnalysisBrief) -> set[str]:
    """The names of all spans that the evidence covers, such as `1 year` and `20 day`."""
    lengths = trading_days(brief.asset_type).items()
    spans = {name for span, days in lengths if days in known for name in _SPAN_NAMES[span]}
    measures = (MEASURES.get(evidence.measure) for evidence in cited)
    spans.update(measure.lookback for measure in measures if measure is not None and measure.lookback)
    if any(evidence.measure.startswith(SERIES) for evidence in cited):
        spans.update(SERIES_SPANS)
    return spans


def _is_date(match: re.Match[str], dates: Collection[str]) -> bool:
    """Whether the parts of a date that are written out, which may be the year alone, agree with one of these dates."""
    parts = match.groupdict()
    month = parts.get("month") and next(
        f"{number:02}" for number, name in enumerate(_MONTHS, 1) if name[:3] == parts["month"][:3]
    )
    day = parts.get("day") and f"{int(parts['day']):02}"
    wanted = (parts.get("year"), month, day)
    return any(all(part in (None, own) for part, own in zip(wanted, date.split("-"), strict=True)) for date in dates)


def _size(match: re.Match[str]) -> Decimal:
    return Decimal(match[1].replace(",", "")).scaleb(_SCALES[match[2][:2].lower()])


def _is_size(match: re.Match[str], sizes: Collection[Decimal]) -> bool:
    """Whether a number with a word such as million is one of these, as it is or rounded to two digits or more."""
    number, scale = Decimal(match[1].replace(",", "")), _SCALES[match[2][:2].lower()]
    if len(number.as_tuple().digits) < 2:
        return _size(match) in sizes
    return _is_rounding(number, [size.scaleb(-scale) for size in sizes])


def _is_rounding(number: Decimal, exact: Iterable[Decimal]) -> bool:
    """Whether a number is one of these with fewer decimals, or with zeros after its first three digits.

    61.3 may be quoted as 61, but not as 61.4; 62,345 as 62,300, but not as 62,000.
    """
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent < _FINEST:
        return False
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    coarse = exponent or max(0, min(zeros, len(digits) - _DIGITS))
    half = Decimal(5).scaleb(coarse - 1)
    return any(abs(value - number) <= half for value in exact)
