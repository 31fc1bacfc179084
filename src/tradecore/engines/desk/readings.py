"""Readings: which way each measure leans by our rules, how much that counts, and the words for it."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256

from attrs import frozen

from tradecore.engines.desk.exhibits import spans
from tradecore.engines.desk.phrases import PHRASES, Phrase
from tradecore.engines.desk.reasoner import Case
from tradecore.engines.desk.wording import cited, plain, signed
from tradecore.model.evidence import Evidence, Topic
from tradecore.model.steps import Analyst, Claim, Side

# What each analyst reads. Dangers belong to whoever reads the prices.
TOPICS: dict[Analyst, tuple[Topic, ...]] = {
    Analyst.TECHNICAL: (Topic.PRICE, Topic.RISK),
    Analyst.SENTIMENT: (Topic.SENTIMENT,),
    Analyst.NEWS: (Topic.NEWS,),
    Analyst.FUNDAMENTALS: (Topic.FUNDAMENTALS,),
}

# Below this, a measure says nothing that is worth arguing about.
FAINT = Decimal("0.15")

# Percent a year: what a volatility is taken for before there are days enough to know it, and at least. Where hardly
# anything moves, every move would be a great one.
_ASSUMED, _STILL = Decimal(30), Decimal(5)


@frozen
class Reading:
    """What one piece of evidence means: `lean` from -1 (bearish) to +1, `weight` 0..1, a sentence and a short name.

    Readings of one `family` say nearly the same thing; see `weighed`.
    """

    evidence: Evidence
    lean: Decimal
    weight: Decimal
    family: str
    name: str
    text: str

    @property
    def strength(self) -> Decimal:
        """How much it counts for its side."""
        return abs(self.lean) * self.weight

    @property
    def side(self) -> Side | None:
        """Whose argument it is, or None when it is too faint for either."""
        if abs(self.lean) < FAINT:
            return None
        return Side.BULL if self.lean > 0 else Side.BEAR

    @property
    def claim(self) -> Claim:
        """It, as something said."""
        return Claim(text=f"{self.text} {cited((self.evidence.id,))}.", cites=(self.evidence.id,))


@frozen
class _Rule:
    weight: Decimal
    family: str
    lean: Callable[[Decimal, "_Scale"], Decimal]


@frozen
class _Scale:
    """How far this price usually gets, and how far a handful of headlines can be trusted."""

    volatility: Decimal
    headlines: int

    def usual(self, days: int) -> Decimal:
        """One standard deviation of so many days, in percent."""
        return self.volatility * (Decimal(days) / 252).sqrt()

    @property
    def credit(self) -> Decimal:
        """0..1: one headline says little, ten say something."""
        return Decimal(self.headlines) / (self.headlines + 3)


def readings(case: Case, analyst: Analyst) -> tuple[Reading, ...]:
    """All readings of an analyst's evidence, the faint ones included, the strongest first."""
    scale = _scale(case)
    found = [
        reading
        for one in case.evidence
        if one.topic in TOPICS[analyst] and (reading := _read(case, one, scale)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (-one.strength, int(one.evidence.id[1:]))))


def weighed(chosen: Sequence[Reading]) -> Decimal:
    """The strengths added up, each further one of a family counting half as much as the one before it."""
    total, seen = Decimal(0), dict[str, int]()
    for one in sorted(chosen, key=lambda each: -each.strength):
        total += one.strength / 2 ** seen.get(one.family, 0)
        seen[one.family] = seen.get(one.family, 0) + 1
    return total


def pick(case: Case, about: str, variants: Sequence[str]) -> str:
    """One of the variants: always the same for the same case and subject, another for another."""
    seed = sha256(f"{case.brief.symbol} {case.brief.as_of} {about}".encode()).digest()
    return variants[seed[0] % len(variants)]


def credit(case: Case, analyst: Analyst) -> Decimal:
    """How much of an analyst's score counts, 0..1, for the number of things it rests on."""
    return Decimal(1) if analyst is Analyst.TECHNICAL else _scale(case).credit


def _scale(case: Case) -> _Scale:
    known = case.by_measure.get("volatility")
    volatility = known.value if known and known.value is not None else _ASSUMED
    return _Scale(max(volatility, _STILL), sum(one.measure == "headline" for one in case.evidence))


def _read(case: Case, one: Evidence, scale: _Scale) -> Reading | None:
    if one.value is None or one.measure not in _RULES:
        return None
    kind = one.measure
    if kind == "rsi" and not 30 < one.value < 70:
        kind = "rsi.extreme"
    rule = _RULES[kind]
    weight, lean = rule.weight, rule.lean(one.value, scale)
    if one.topic in (Topic.NEWS, Topic.SENTIMENT):
        weight *= scale.credit
    if one.measure == "headline":
        age = (case.brief.as_of - one.as_of).days
        weight *= Decimal(max(20 - age, 5)) / 20
    phrase = PHRASES[kind]
    return Reading(
        evidence=one,
        lean=lean,
        weight=weight,
        family=rule.family,
        name=phrase.name,
        text=_sentence(case, one, phrase, lean),
    )


def _sentence(case: Case, one: Evidence, phrase: Phrase, lean: Decimal) -> str:
    value = one.value or Decimal(0)
    variants = phrase.neutral if abs(lean) < FAINT else phrase.bull if lean > 0 else phrase.bear
    quoted = one.statement.split("” (")[0].lstrip("“") if one.measure == "headline" else ""
    return pick(case, one.measure + quoted, variants).format(
        symbol=case.brief.symbol,
        value=plain(abs(value)),
        signed=signed(value),
        title=quoted,
        source=one.source,
        statement=one.statement.rstrip("."),
        lower=one.statement[0].lower() + one.statement[1:].rstrip("."),
        **spans(case.brief.asset_type),
    )


def _clamped(value: Decimal) -> Decimal:
    return max(Decimal(-1), min(Decimal(1), value)).quantize(Decimal("0.001"))


def _moved(days: int, share: str) -> Callable[[Decimal, _Scale], Decimal]:
    """Full lean at `share` standard deviations of so many days."""
    return lambda value, scale: _clamped(value / (Decimal(share) * scale.usual(days)))


def _stretched(value: Decimal, scale: _Scale) -> Decimal:
    excess = abs(value) - 2 * scale.usual(10)
    if excess <= 0:
        return Decimal(0)
    against = _clamped(excess / scale.usual(10))
    return -against if value > 0 else against


def _rsi(value: Decimal, _: _Scale) -> Decimal:
    return _clamped((value - 50) / 40) if not 45 <= value <= 55 else Decimal(0)


def _rsi_extreme(value: Decimal, _: _Scale) -> Decimal:
    return _clamped((65 - value) / 15 if value >= 70 else (35 - value) / 15)


def _bollinger(value: Decimal, _: _Scale) -> Decimal:
    if value > 100:
        return _clamped(-(value - 90) / 30)
    return _clamped((10 - value) / 30) if value < 0 else Decimal(0)


def _near_high(value: Decimal, scale: _Scale) -> Decimal:
    share = value / scale.usual(252)
    if share <= Decimal("0.12"):
        return Decimal("0.6")
    return _clamped(-(share - Decimal("0.5")) / Decimal("0.8")) if share > Decimal("0.5") else Decimal(0)


def _near_low(value: Decimal, scale: _Scale) -> Decimal:
    return Decimal("-0.6") if value / scale.usual(252) <= Decimal("0.12") else Decimal(0)


def _dangerous(begins: str, full: str) -> Callable[[Decimal, _Scale], Decimal]:
    """Bearish from `begins` on, wholly so at `full`."""
    low, high = Decimal(begins), Decimal(full)
    return lambda value, _: _clamped(-(value - low) / (high - low)) if value > low else Decimal(0)


def _calming(value: Decimal, _: _Scale) -> Decimal:
    if value > 120:
        return _clamped(-(value - 110) / 70)
    return _clamped((85 - value) / 50) if value < 75 else Decimal(0)


def _linear(centre: str, full: str) -> Callable[[Decimal, _Scale], Decimal]:
    """Full lean where the value is `full` away from `centre`."""
    middle, reach = Decimal(centre), Decimal(full)
    return lambda value, _: _clamped((value - middle) / reach)


def _rule(weight: str, family: str, lean: Callable[[Decimal, _Scale], Decimal]) -> _Rule:
    return _Rule(Decimal(weight), family, lean)


_RULES: Mapping[str, _Rule] = {
    "change.month": _rule("0.6", "momentum", _moved(21, "1.5")),
    "change.quarter": _rule("0.8", "momentum", _moved(63, "1.5")),
    "change.year": _rule("0.6", "momentum", _moved(252, "1.5")),
    "sma.20": _rule("0.6", "stretch", _stretched),
    "sma.50": _rule("0.6", "trend", _moved(21, "1.2")),
    "sma.200": _rule("1.0", "trend", _moved(63, "1.2")),
    "sma.cross": _rule("0.6", "trend", _moved(63, "0.8")),
    "rsi": _rule("0.5", "momentum", _rsi),
    "rsi.extreme": _rule("0.7", "stretch", _rsi_extreme),
    "macd": _rule("0.6", "turn", _moved(1, "0.5")),
    "bollinger": _rule("0.5", "stretch", _bollinger),
    "range.high": _rule("0.6", "range", _near_high),
    "range.low": _rule("0.6", "range", _near_low),
    "volume.up": _rule("0.6", "volume", _linear("50", "20")),
    "relative": _rule("0.8", "relative", _moved(63, "1.0")),
    "volatility": _rule("0.4", "risk", _dangerous("40", "100")),
    "volatility.trend": _rule("0.4", "calm", _calming),
    "drawdown.max": _rule("0.3", "risk", _dangerous("30", "80")),
    "beta": _rule("0.3", "market risk", _dangerous("1.4", "2.6")),
    "turnover": _rule("0.5", "liquidity", lambda value, _: Decimal("-0.8") if value < 5 else Decimal(0)),
    "tone.mean": _rule("0.8", "tone", _linear("0", "0.4")),
    "tone.balance": _rule("0.6", "tone", _linear("0", "60")),
    "tone.turn": _rule("0.5", "turn of tone", _linear("0", "0.5")),
    "headline": _rule("0.6", "headlines", _linear("0", "0.7")),
}
