"""Contradictions: sentences whose words say the opposite of the evidence that they cite.

A word of falling over a rise, above over below, oversold over a high RSI, a figure under the name of another measure.
What a sentence denies or only supposes is not judged.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from tradecore.engines.desk.chart_states import compares_averages, wrong_states
from tradecore.engines.desk.company_claims import company_claims
from tradecore.engines.desk.directions import DENIED, Direction, directions
from tradecore.engines.desk.number_words import in_digits
from tradecore.engines.desk.overreach import overreach
from tradecore.engines.desk.quantities import Mention, Quantity, Unit, mentions, quantities
from tradecore.engines.desk.search_terms import search_terms
from tradecore.engines.desk.series_features import SERIES
from tradecore.engines.desk.wording import numbers_in, without_citations_and_dates
from tradecore.model.evidence import Evidence
from tradecore.model.market import Symbol

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(])|\s*\n\s*")
_CLAUSE = re.compile(
    r"\s*[;:—–]\s*|,(?=\s)|\s-\s|\s+(?:and|but|while|whereas|although|though|yet|despite|with|as|which|after|before|"
    r"against|versus|even|in contrast to)\s+",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:would|could|should|might|may|must|needs? to|ha(?:s|ve) to|had to|if|unless|until|to (?:reach|regain|recover|"
    r"get back)|likely|expect\w*|risk of|risks? (?:a|being)|probabl\w*|chance|potential\w*|upside|downside|from here|"
    r"prov(?:e|es|en)|warning|wrong|invalid\w*|trigger\w*|once|when|in case)\b",
    re.IGNORECASE,
)
# The number right after the name of a measure is its value: an RSI of 71, the 200-day average stands at 37.9.
_LINK = (
    r"(?:[ -](?:simple|moving|average|ma|sma|line|reading|value|figure|price|level|ratio|currently|now|again|still|is|"
    r"was|stands|stood|sits|runs|reads|lies|of|at|near|around|about|roughly|only|just|\(14\)|,))*\s*[:=]?\s*[$€£]?$"
)
_NAMED_VALUES: Mapping[str, str] = {
    "close": r"\bclos(?:ed|es|ing)(?: price)?(?: at| of)",
    "rsi": r"\brsi(?:\(14\))?",
    "beta": r"\bbeta(?: against \w+)?",
    "atr": r"\b(?:atr(?:\(14\))?|average true range)",
    "sma.20": r"\b20[- ]day (?:simple |moving )*(?:average|ma|sma)",
    "sma.50": r"\b50[- ]day (?:simple |moving )*(?:average|ma|sma)",
    "sma.200": r"\b200[- ]day (?:simple |moving )*(?:average|ma|sma)",
}
_NAMED = {name: re.compile(words + _LINK, re.IGNORECASE) for name, words in _NAMED_VALUES.items()}
# A number that is a distance from the named measure rather than its value.
_DISTANCE_AFTER = re.compile(
    r"[\d.,]*(?: ?%| percent| percentage points| points| dollars)?\s*(?:above|below|over|under|higher|lower|away|more|"
    r"less|off|short|from|clear)\b",
    re.IGNORECASE,
)
_DISTANCE_BEFORE = re.compile(
    r"\b(?:above|below|over|under|to|from|between|against|versus|than|cushion|gap|distance|beneath)\s+"
    r"(?:the |its |their |a )?$",
    re.IGNORECASE,
)
# The close as what something else is compared with: the high lies above the close.
_CLOSE_LAST = re.compile(
    r"\b(?:above|below|over|under|beneath)\s+(?:the |its |that |this )?(?:last |latest |current )?"
    r"(?:close|price|entry)\b",
    re.IGNORECASE,
)
# The benchmark as the subject: the market did better. Its name stands in the evidence.
_BENCHMARK = re.compile(r"\b(?:ahead of|behind) (\S+)")
_BENCHMARK_FIRST = (
    r"(?:\bthe (?:\w+ )?(?:market|benchmark|index)|(?<![\w.-])(?:{names}))\s+(?:\w+ ){{0,3}}?"
    r"(?:ahead|behind|better|worse|outperform|underperform|beat|lag|led|trail|stronger|weaker)"
)
# Measures whose values have a sign that means up or down.
_SIGNED = ("change.", "worst.day", "sma.", "macd", "tone.mean", "tone.turn")
_AVERAGES = ("sma.20", "sma.50", "sma.200")
_OF_CLOSE = (*_AVERAGES, "range.high", "range.low", "drawdown")
# Measures that are taken for each other: a figure of one under the name of another is wrong.
_FAMILIES = (
    ("change.1", "change.week", "change.month", "change.quarter", "change.year"),
    ("drawdown", "drawdown.max", "range.high", "range.low"),
    _AVERAGES,
)
# Words such as under that say no direction here.
_IDIOMS = re.compile(r"\bunder (?:pressure|way|control|review|scrutiny)\b", re.IGNORECASE)
_LISTED_DAYS = re.compile(r"\b(\d+)-(?=,| and | or )")
_TONE_COUNT = re.compile(
    r"\b(?P<count>\d+)\b(?: of (?:the |all )?\d+)?[^\d]{0,30}?"
    r"\b(?:(?P<good>well|positive\w*|good)|(?:badly|negative\w*|bad))\b"
)
_UP_DAYS = re.compile(r"\b(?:rising|up|advancing|positive|green)[- ](?:days|sessions)\b", re.IGNORECASE)
_DOWN_DAYS = re.compile(r"\b(?:falling|down|declining|negative|red)[- ](?:days|sessions)\b", re.IGNORECASE)


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, in their order."""
    return _SENTENCE.split(text)


def contradictions(sentence: str, cited: Sequence[Evidence], known: Mapping[str, Evidence]) -> tuple[Evidence, ...]:
    """The evidence that a sentence says the opposite of, each once.

    `cited` is the evidence cited for the sentence, `known` all evidence of the analysis by measure.
    """
    plain = _IDIOMS.sub(" ", _LISTED_DAYS.sub(r"\1-day", in_digits(without_citations_and_dates(sentence))))
    # The values of a cited series are those of earlier days, under the same name.
    listed = {number for row in cited if row.measure.startswith(SERIES) for number in numbers_in(row.statement)}
    found = dict.fromkeys(_misnamed(plain, known, listed))
    if not _SUPPOSED.search(plain):
        found.update(dict.fromkeys(overreach(plain, cited, known)))
        found.update(dict.fromkeys(company_claims(plain, cited)))
        found.update(dict.fromkeys(_opposed(plain, cited)))
    return tuple(found)


def _misnamed(sentence: str, known: Mapping[str, Evidence], listed: Collection[Decimal]) -> Iterator[Evidence]:
    """Measures by whose name the sentence calls a number that they do not have; numbers in `listed` have any name."""
    for mention in mentions(sentence):
        if mention.number in listed:
            continue
        for measure, pattern in _NAMED.items():
            evidence, name = known.get(measure), pattern.search(sentence[: mention.start])
            if evidence is None or name is None or _DISTANCE_BEFORE.search(sentence[: name.start()]):
                continue
            if _DISTANCE_AFTER.match(sentence[mention.start :]):
                continue
            own = [item for item in quantities(evidence) if _could_be(mention, item)]
            if own and not any(_is_near(mention.number, abs(item.number)) for item in own):
                yield evidence


def _could_be(mention: Mention, quantity: Quantity) -> bool:
    if mention.unit is Unit.PLAIN:
        return quantity.unit not in (Unit.PERCENT, Unit.OTHER, Unit.DAYS)
    return mention.unit is quantity.unit


def _is_near(number: Decimal, exact: Decimal) -> bool:
    """Whether a number may be meant as this one: within three percent, or half of its last digit."""
    exponent = number.as_tuple().exponent
    half = Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) else Decimal(0)
    return abs(number - exact) <= max(half, abs(exact) * Decimal("0.03"))


def _opposed(sentence: str, cited: Sequence[Evidence]) -> Iterator[Evidence]:
    clauses = _clauses(sentence)
    by_measure = {evidence.measure: evidence for evidence in cited if evidence.value is not None}
    yield from _wrong_signs(sentence, by_measure)
    yield from wrong_states(sentence, by_measure)
    yield from _wrong_family(clauses, by_measure)
    yield from _wrong_counts(sentence, by_measure)
    yield from _wrong_words(clauses, by_measure)


def _clauses(sentence: str) -> list[str]:
    """The clauses of a sentence; what is denied is left out."""
    return [clause for clause in (part.strip() for part in _CLAUSE.split(sentence)) if clause]


def _wrong_words(clauses: Sequence[str], cited: Mapping[str, Evidence]) -> Iterator[Evidence]:
    """Words of the wrong direction beside the name or the value of a measure, or in a sentence about it alone."""
    table = directions()
    spoken = {name: evidence for name, evidence in cited.items() if name in table}
    is_about_one = len(spoken) == 1 and not any(
        entry.is_named(clause) for name, entry in table.items() if name not in spoken for clause in clauses
    )
    # Where one clause gives the value, what another one says of higher and lower is about something else.
    is_located = is_about_one and any(
        _position(clause, table[name], evidence, mentions(clause)) is not None
        for name, evidence in spoken.items()
        for clause in clauses
    )
    # A list goes on in the direction of its first item: below its 20-day and 50-day averages.
    last: tuple[Direction, int] | None = None
    for clause in clauses:
        current: tuple[Direction, int] | None = None
        numbers = mentions(clause)
        for name, evidence in () if DENIED.search(clause) else spoken.items():
            entry = table[name]
            position = _position(clause, entry, evidence, numbers)
            if name == "volume.busy" and (_UP_DAYS.search(clause) or _DOWN_DAYS.search(clause)):
                # The share of the volume of rising days is not its size.
                continue
            if (position is None and (not is_about_one or is_located)) or (
                name in _AVERAGES and compares_averages(clause)
            ):
                continue
            points = entry.points(clause, len(clause) // 2 if position is None else position)
            if _is_reversed(clause, evidence):
                points = -points
            if not points and position is not None and last is not None and last[0].has_words_of(entry):
                points = last[1]
            if points:
                current = (entry, points)
                if _is_opposite(points, evidence, entry):
                    yield evidence
        last = current


def _position(clause: str, entry: Direction, evidence: Evidence, numbers: Sequence[Mention]) -> int | None:
    """Where a clause speaks of a measure: at its value, or else at its name; None where it does not."""
    value = abs(evidence.value or Decimal(0))
    for mention in numbers:
        if mention.number == value and mention.unit is not Unit.COUNT:
            return mention.start
    if entry.subject is not None and (match := entry.subject.search(clause)):
        return match.start()
    return None


def _is_reversed(clause: str, evidence: Evidence) -> bool:
    """Whether a clause says it the other way round: the high lies above the close, the market did better."""
    if evidence.measure != "relative":
        return evidence.measure in _OF_CLOSE and _CLOSE_LAST.search(clause) is not None
    match = _BENCHMARK.search(evidence.statement)
    names = (match[1], *search_terms(Symbol(match[1]))) if match else ("the market",)
    pattern = _BENCHMARK_FIRST.format(names="|".join(re.escape(name.removeprefix("$")) for name in names))
    return re.search(pattern, clause, re.IGNORECASE) is not None


def _is_opposite(points: int, evidence: Evidence, entry: Direction) -> bool:
    value = (evidence.value or Decimal(0)) - entry.centre
    return value * points < 0 and abs(value) > Decimal("0.049")


def _wrong_signs(sentence: str, cited: Mapping[str, Evidence]) -> Iterator[Evidence]:
    """Values that are written with the other sign: +2.9% for a loss."""
    for evidence in cited.values():
        value = evidence.value or Decimal(0)
        if not value or not evidence.measure.startswith(_SIGNED):
            continue
        for mention in mentions(sentence):
            sign = sentence[mention.start - 1 : mention.start] if mention.start else ""
            before = sentence[: mention.start - 1][-1:] if mention.start > 1 else ""
            is_signed = sign in ("+", "-", "−") and not before.isalnum()
            if is_signed and mention.number == abs(value) and (sign == "+") != (value > 0):
                yield evidence


def _wrong_family(clauses: Sequence[str], cited: Mapping[str, Evidence]) -> Iterator[Evidence]:
    """Values under the name of a related measure: the change of a week as that of a month."""
    table = directions()
    for clause in clauses:
        numbers = {mention.number for mention in mentions(clause) if mention.unit in (Unit.PERCENT, Unit.PLAIN)}
        for family in _FAMILIES:
            owners = [
                {name for name in family if name in cited and abs(cited[name].value or Decimal(0)) == number}
                for number in numbers
            ]
            if not any(owners):
                continue
            named = {name for name in family if table[name].is_named(clause)}
            for names in owners:
                if names and named and not names & named:
                    yield cited[min(names)]


def _wrong_counts(sentence: str, cited: Mapping[str, Evidence]) -> Iterator[Evidence]:
    """Shares and counts under the opposite name: volume of rising days as that of falling days, good news as bad."""
    if (volume := cited.get("volume.up")) is not None and (value := volume.value) is not None and value != 50:
        for clause in _clauses(sentence):
            numbers = {mention.number for mention in mentions(clause) if mention.unit is Unit.PERCENT}
            up, down = _UP_DAYS.search(clause), _DOWN_DAYS.search(clause)
            if (down and not up and value in numbers) or (up and not down and 100 - value in numbers):
                yield volume
    if (tone := cited.get("tone.balance")) is not None:
        counts = numbers_in(tone.statement)
        if len(counts) == 3:
            _, good, bad = counts
            for match in _TONE_COUNT.finditer(sentence):
                count = Decimal(match["count"])
                wrong, right = (bad, good) if match["good"] else (good, bad)
                if count == wrong != right:
                    yield tone
