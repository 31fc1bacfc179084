"""Signal rules: in which direction the value of a measure points, from -1 (bearish) to +1 (bullish)."""

from collections.abc import Callable
from decimal import Decimal

from attrs import field, frozen


@frozen
class Scale:
    """What values of one case are compared with: its volatility in percent a year, and how many headlines there are.

    Posts count as a few headlines.
    """

    volatility: Decimal
    headlines: int

    def deviation(self, days: int) -> Decimal:
        """One standard deviation of the price over so many trading days, in percent."""
        return self.volatility * (Decimal(days) / 252).sqrt()

    @property
    def sample_weight(self) -> Decimal:
        """The weight of news, 0..1: one headline says little, ten say something."""
        return Decimal(self.headlines) / (self.headlines + 3)


Direction = Callable[[Decimal, Scale], Decimal]
"""A rule: from a value in the unit of its measure to -1..+1, in thousandths; 0 where it points nowhere."""


@frozen
class Rule:
    """How the rule-based desk reads one measure.

    `weight` is 0..1. Measures of one `family` say nearly the same thing, so further ones of it count less. `phrase` is
    the entry of `phrases.toml` with the words for it; it is the name of the measure where it is left out.
    """

    weight: Decimal = field(converter=Decimal)
    family: str
    direction: Direction
    phrase: str = ""


def clamped(value: Decimal) -> Decimal:
    """`value` within -1..+1, in thousandths."""
    return max(Decimal(-1), min(Decimal(1), value)).quantize(Decimal("0.001"))


def trend(days: int, deviations: str) -> Direction:
    """Points where the price went; fully at so many standard deviations of so many days."""
    return lambda value, scale: clamped(value / (Decimal(deviations) * scale.deviation(days)))


def linear(centre: str, reach: str) -> Direction:
    """Neutral at `centre`, and full at `reach` to either side of it."""
    middle, distance = Decimal(centre), Decimal(reach)
    return lambda value, _: clamped((value - middle) / distance)


def bearish_above(start: str, full: str) -> Direction:
    """Bearish from `start` on, and fully so at `full`."""
    low, high = Decimal(start), Decimal(full)
    return lambda value, _: clamped(-(value - low) / (high - low)) if value > low else Decimal(0)


def bearish_below(limit: str, direction: str) -> Direction:
    """`direction` below the limit."""
    return lambda value, _: Decimal(direction) if value < Decimal(limit) else Decimal(0)


def stretch(value: Decimal, scale: Scale) -> Decimal:
    """Points back to the average once the price is more than two deviations of ten days away from it."""
    excess = abs(value) - 2 * scale.deviation(10)
    if excess <= 0:
        return Decimal(0)
    size = clamped(excess / scale.deviation(10))
    return -size if value > 0 else size


def rsi(value: Decimal, _: Scale) -> Decimal:
    """Points with the strength of buyers or sellers, outside of 45 to 55."""
    return clamped((value - 50) / 40) if not 45 <= value <= 55 else Decimal(0)


def rsi_extreme(value: Decimal, _: Scale) -> Decimal:
    """Points back from overbought and oversold values."""
    return clamped((65 - value) / 15 if value >= 70 else (35 - value) / 15)


def bollinger(value: Decimal, _: Scale) -> Decimal:
    """Points back into the band once the close is outside of it."""
    if value > 100:
        return clamped(-(value - 90) / 30)
    return clamped((10 - value) / 30) if value < 0 else Decimal(0)


def near_high(value: Decimal, scale: Scale) -> Decimal:
    """Bullish close to the high of the year, bearish from half a year's deviation below it on."""
    share = value / scale.deviation(252)
    if share <= Decimal("0.12"):
        return Decimal("0.6")
    return clamped(-(share - Decimal("0.5")) / Decimal("0.8")) if share > Decimal("0.5") else Decimal(0)


def near_low(value: Decimal, scale: Scale) -> Decimal:
    """Bearish close to the low of the year."""
    return Decimal("-0.6") if value / scale.deviation(252) <= Decimal("0.12") else Decimal(0)


def volatility_trend(value: Decimal, _: Scale) -> Decimal:
    """Bearish where swings grow beyond 120% of their usual size, bullish where they shrink below 75% of it."""
    if value > 120:
        return clamped(-(value - 110) / 70)
    return clamped((85 - value) / 50) if value < 75 else Decimal(0)
