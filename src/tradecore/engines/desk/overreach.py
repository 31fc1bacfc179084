"""Overreach: what a sentence says beyond its evidence, with a number that stands there.

A number of the evidence under the name of something that the evidence is not about, as a long stop called a short one,
for another company, for all of history, or as a change where it is a share.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tradecore.engines.desk.quantities import Mention, Unit, mentions, quantities
from tradecore.model.evidence import Evidence, EvidenceKind

# Figures of companies and of options, which no evidence of prices, levels and risk bears out.
_OTHER_FIGURES = re.compile(
    r"\b(?:P/E|price[- ](?:to[- ])?earnings|EPS|earnings per share|net income|revenues?|(?:gross|operating|net|profit) "
    r"margins?|(?:free )?cash flow|dividends?|market cap\w*|short interest|book value|implied volatility|"
    r"analysts? (?:targets?|estimates?|expect\w*|forecasts?|consensus|see)|consensus (?:targets?|estimates?)|"
    r"Wall Street)\b",
    re.IGNORECASE,
)
_OF_PRICES = (EvidenceKind.PRICE, EvidenceKind.RISK, EvidenceKind.LEVELS)
_EVER = re.compile(
    r"\b(?:all[- ]time|in (?:its|the) (?:entire |whole )?history|ever recorded|on record)\b", re.IGNORECASE
)
# A ticker as the subject of a price, and short names in capitals that are none.
_SUBJECT = re.compile(
    r"(?:^|[.;,]\s+|\b(?:and|while|but)\s+)(?P<name>[A-Z]{2,5})"
    r"(?:'s (?:revenue|sales|net income|earnings|margin|cash flow|debt|close|price)|(?: stock| shares)? "
    r"(?:closed|rose|fell|gained|lost|trades|traded|climbed|dropped|outperformed|lagged|beat))\b"
)
_NO_TICKERS = frozenset(
    {"RSI", "MACD", "SMA", "EMA", "ATR", "ETF", "ETFS", "IT", "US", "EU", "UK", "AI", "SELL", "BUY"}
)
# Words that contradict a level, by a part of its measure.
_LEVEL_WORDS = tuple(
    (part, re.compile(rf"\b{wrong}\b", re.IGNORECASE), re.compile(rf"\b{right}\b", re.IGNORECASE))
    for part, wrong, right in (
        ("level.stop.long", r"short(?:[- ]side)?", "long"),
        ("level.target.long", r"short(?:[- ]side)?", "long"),
        ("level.stop.short", r"long(?:[- ]side)?", "short"),
        ("level.target.short", r"long(?:[- ]side)?", "short"),
        ("level.stop", "targets?", "stops?"),
        ("level.target", "stops?", "targets?"),
        ("swing.low", r"(?:swing )?highs?", r"lows?"),
        ("swing.high", r"(?:swing )?lows?", r"highs?"),
        ("range.low", r"(?:highs?|highest)", r"(?:lows?|lowest)"),
        ("range.high", r"(?:lows?|lowest)", r"(?:highs?|highest)"),
    )
)
# Spans that contradict a measure which is of another one, beside its value.
_OTHER_SPANS = {
    "worst.day": re.compile(r"\bworst (?:trading )?(?:week|month|quarter|year)\b", re.IGNORECASE),
    "relative": re.compile(
        r"\b(?:over|in|within|for|during) (?:a|the|the last|the past|one) (?:day|week|month|year)\b", re.IGNORECASE
    ),
}
# What follows a volatility of a year that is told as one of a shorter span.
_PER_SPAN = re.compile(r"\s*(?:%|percent) (?:a|per) (?:day|week|month|quarter)\b", re.IGNORECASE)
# A span in days that stands beside another one.
_OWN_SPAN = re.compile(r"\b\d+ (?:trading )?days?\b|\bquarter\b|\b3 months\b")
# Measures in percent of something: 82% of the average is no change by 82%.
_SHARES = ("volume.busy", "volatility.trend")
_CHANGED_BEFORE = re.compile(
    r"\b(?:fall\w*|fell|dropp?\w*|declin\w*|down|rise[sn]?|rose|up|grow[ns]?|grew|increas\w*|jump\w*|shr[iau]nk\w*)"
    r"(?: by| about| some| roughly| nearly)* $",
    re.IGNORECASE,
)
_CHANGED_AFTER = re.compile(
    r"\s*(?:%|percent)\s*(?:below|under|lower|less|down|above|over|higher|more|heavier|lighter)\b"
)


def overreach(sentence: str, cited: Sequence[Evidence], known: Mapping[str, Evidence]) -> Iterator[Evidence]:
    """The cited evidence that is called what it is not; `known` is all evidence of the analysis by measure."""
    if not cited:
        return
    numbers = mentions(sentence)
    texts = " ".join(evidence.full_text for evidence in cited)
    if numbers and all(evidence.kind in _OF_PRICES for evidence in cited) and _OTHER_FIGURES.search(sentence):
        yield cited[0]
    if _EVER.search(sentence) and not _EVER.search(texts):
        yield cited[0]
    if _other_subjects(sentence, known):
        yield cited[0]
    for evidence in cited:
        if any(
            is_wrong(sentence, numbers, evidence) for is_wrong in (_is_other_level, _is_share_as_change, _is_other_span)
        ):
            yield evidence


def _other_subjects(sentence: str, known: Mapping[str, Evidence]) -> bool:
    """Whether a ticker that no evidence names is said to have moved."""
    named = {match["name"] for match in _SUBJECT.finditer(sentence)} - _NO_TICKERS
    if not named:
        return False
    texts = " ".join(evidence.full_text for evidence in known.values())
    return any(re.search(rf"\b{name}\b", texts) is None for name in named)


def _is_other_level(sentence: str, numbers: Sequence[Mention], evidence: Evidence) -> bool:
    """Whether the price of a level stands beside words that name its opposite, and none that name it."""
    prices = {item.number for item in quantities(evidence) if item.unit is Unit.PRICE}
    if not any(mention.number in prices for mention in numbers):
        return False
    return any(
        evidence.measure.startswith(part) and wrong.search(sentence) and not right.search(sentence)
        for part, wrong, right in _LEVEL_WORDS
    )


def _is_share_as_change(sentence: str, numbers: Sequence[Mention], evidence: Evidence) -> bool:
    """Whether a share of an average, such as 82%, is told as a change by as much."""
    value = evidence.value
    if value is None or evidence.measure not in _SHARES or value == Decimal(50):
        return False
    return any(
        mention.number == value
        and mention.unit is Unit.PERCENT
        and (
            _CHANGED_BEFORE.search(sentence[: mention.start])
            or _CHANGED_AFTER.match(sentence[mention.start + len(mention.words) :])
        )
        for mention in numbers
    )


def _is_other_span(sentence: str, numbers: Sequence[Mention], evidence: Evidence) -> bool:
    """Whether the value of a measure stands beside a span that is not its own."""
    value = abs(evidence.value or Decimal(0))
    places = [mention.start + len(mention.words) for mention in numbers if mention.number in (value, round(value))]
    if evidence.measure == "volatility":
        return any(_PER_SPAN.match(sentence[place:]) for place in places)
    pattern = _OTHER_SPANS.get(evidence.measure)
    if pattern is None or not places:
        return False
    return pattern.search(sentence) is not None and _OWN_SPAN.search(sentence) is None
