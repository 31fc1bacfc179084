"""Signals: for which side each piece of evidence speaks by the rules of the desk, how much it counts, and the words."""

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

from attrs import frozen

from tradecore.engines.desk.evidence_builder import trading_days
from tradecore.engines.desk.measures import KINDS, MEASURES
from tradecore.engines.desk.phrases import Phrase, phrases
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.signal_rules import Scale
from tradecore.engines.desk.wording import citation, format_number, format_signed
from tradecore.model.evidence import Evidence, EvidenceKind
from tradecore.model.steps import Analyst, Claim, Side

# A signal weaker than this takes no side.
NEUTRAL_BELOW = Decimal("0.15")

# Percent a year: the volatility of a series too short to have one, and the least that values are compared with. In a
# price that hardly moves, every move would be a large one.
_DEFAULT_VOLATILITY, _LEAST_VOLATILITY = Decimal(30), Decimal(5)
# A headline loses weight by the day, down to a quarter.
_HEADLINE_DAYS, _LEAST_DAYS = 20, 5
# What the news analyst has counted already, headline by headline.
_OF_HEADLINES = ("tone.mean", "tone.balance")
# All posts together say as much as so many headlines.
_POSTS_AS_HEADLINES = 3


@frozen
class Signal:
    """What one piece of evidence says: `direction` from -1 (bearish) to +1 (bullish), `weight` from 0 to 1.

    `name` is what it is called in the middle of a sentence, `text` a sentence without its full stop. Signals of one
    `family` say nearly the same thing; see `total_strength`.
    """

    evidence: Evidence
    direction: Decimal
    weight: Decimal
    family: str
    name: str
    text: str

    @property
    def strength(self) -> Decimal:
        """How much it counts for its side, 0..1."""
        return abs(self.direction) * self.weight

    @property
    def side(self) -> Side | None:
        """The side it speaks for; None where it is too weak for either."""
        if abs(self.direction) < NEUTRAL_BELOW:
            return None
        return Side.BULL if self.direction > 0 else Side.BEAR

    @property
    def claim(self) -> Claim:
        """The signal as a claim in a debate, which cites its evidence."""
        return Claim(text=f"{self.text} {citation((self.evidence.id,))}.", cites=(self.evidence.id,))


def signals(case: Case, analyst: Analyst) -> tuple[Signal, ...]:
    """The signals in an analyst's evidence, the strongest first, with those that take no side."""
    scale = _scale(case)
    kinds = KINDS[analyst]
    read = (_signal(case, evidence, scale) for evidence in case.evidence if evidence.kind in kinds)
    return tuple(
        sorted(
            (signal for signal in read if signal is not None),
            key=lambda signal: (-signal.strength, int(signal.evidence.id[1:])),
        )
    )


def total_strength(chosen: Sequence[Signal]) -> Decimal:
    """The sum of the strengths, in which each further signal of a family counts half as much as the one before it."""
    total, counts = Decimal(0), dict[str, int]()
    for signal in sorted(chosen, key=lambda signal: -signal.strength):
        count = counts.get(signal.family, 0)
        total += signal.strength / 2**count
        counts[signal.family] = count + 1
    return total


def pick_variant(case: Case, subject: str, variants: Sequence[str]) -> str:
    """One of the variants, at least one, chosen by symbol, date and subject: the same for the same case every time."""
    seed = sha256(f"{case.brief.symbol} {case.brief.as_of} {subject}".encode()).digest()
    return variants[seed[0] % len(variants)]


def sample_weight(case: Case, analyst: Analyst) -> Decimal:
    """The part of an analyst's score that counts, 0..1: that of the news grows with the number of headlines."""
    return _scale(case).sample_weight if analyst in (Analyst.SENTIMENT, Analyst.NEWS) else Decimal(1)


def _scale(case: Case) -> Scale:
    measured = case.by_measure.get("volatility")
    volatility = measured.value if measured and measured.value is not None else _DEFAULT_VOLATILITY
    headlines = sum(evidence.measure == "headline" for evidence in case.evidence)
    if "social.tone" in case.by_measure:
        headlines += _POSTS_AS_HEADLINES
    return Scale(max(volatility, _LEAST_VOLATILITY), headlines)


def _signal(case: Case, evidence: Evidence, scale: Scale) -> Signal | None:
    measure = MEASURES.get(evidence.measure)
    if evidence.value is None or measure is None or (rule := measure.rule_for(evidence.value)) is None:
        return None
    if evidence.measure in _OF_HEADLINES and Analyst.NEWS in case.brief.analysts:
        return None
    direction, weight = rule.direction(evidence.value, scale), rule.weight
    if evidence.kind in (EvidenceKind.NEWS, EvidenceKind.SENTIMENT):
        weight *= scale.sample_weight
    if evidence.measure == "headline":
        age = (case.brief.as_of - evidence.as_of).days
        weight *= Decimal(max(_HEADLINE_DAYS - age, _LEAST_DAYS)) / _HEADLINE_DAYS
    phrase = phrases().signals[rule.phrase or measure.name]
    return Signal(
        evidence=evidence,
        direction=direction,
        weight=weight,
        family=rule.family,
        name=phrase.name,
        text=_sentence(case, evidence, phrase, direction),
    )


def _sentence(case: Case, evidence: Evidence, phrase: Phrase, direction: Decimal) -> str:
    value = evidence.value or Decimal(0)
    variants = phrase.neutral if abs(direction) < NEUTRAL_BELOW else phrase.bull if direction > 0 else phrase.bear
    title = evidence.statement.split("” (")[0].lstrip("“") if evidence.measure == "headline" else ""
    statement = evidence.statement.rstrip(".")
    return pick_variant(case, evidence.measure + title, variants).format(
        symbol=case.brief.symbol,
        value=format_number(abs(value)),
        signed=format_signed(value),
        title=title,
        source=evidence.source,
        statement=statement,
        lower=statement[0].lower() + statement[1:],
        **trading_days(case.brief.asset_type),
    )
