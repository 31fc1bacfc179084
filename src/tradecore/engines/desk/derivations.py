"""Derivations: the numbers that follow from those of the evidence by the arithmetic that traders do.

Differences and relative changes of prices, shares of a price, complements to 100, ratios of distances, multiples of the
average range, spans of days in weeks and months, and volatility of a year as that of a day.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations, permutations

from attrs import frozen

from tradecore.engines.desk.evidence_builder import trading_days
from tradecore.engines.desk.quantities import Quantity, Unit, quantities
from tradecore.engines.desk.wording import dates_in
from tradecore.model.evidence import Evidence
from tradecore.model.market import AssetType

# With more evidence than this, nearly every number would be the difference of two others.
_MOST_EVIDENCE = 6
_HUNDRED = Decimal(100)
# Textbook limits by measure: a sentence may compare with them wherever the measure is cited.
LIMITS = {
    "rsi": (20, 30, 50, 70, 80),
    "bollinger": (0, 50, 100),
    "beta": (1,),
    "volume.up": (50,),
    "volume.busy": (100,),
    "volatility.trend": (100,),
    "tone.mean": (0, 1),
}
# Measures whose percentage is relative to 100: 118% is 18% more than the average.
_INDEXED = ("volume.busy", "volatility.trend")
# Measures that say how far a price has fallen: what is lost by 20% is regained by 25%.
_FALLS = ("change.", "drawdown", "range.high", "worst.day", "sma.")
# Measures whose percentage is that of a ratio to the price before, to the low, to the average.
_RATIOS = ("change.", "range.low", "sma.", "fund.growth.revenue", "fund.growth.quarter")
_MARKET_MOVES = tuple(map(Decimal, (1, 2, 5, 10, 20)))
_DAYS_OF_MONTH, _DAYS_OF_YEAR = Decimal("30.44"), Decimal("365.25")
_MULTIPLES_OF_RANGE = tuple(Decimal(step) / 2 for step in range(2, 13))


@frozen
class Derived:
    """One number that follows from evidence, without sign, and its unit."""

    number: Decimal
    unit: Unit


def derivations(cited: Sequence[Evidence], asset_type: AssetType, as_of: date) -> tuple[Derived, ...]:
    """What follows from the numbers of the cited evidence; nothing where more than six pieces are cited."""
    if len(cited) > _MOST_EVIDENCE:
        return ()
    every = [quantity for evidence in cited for quantity in quantities(evidence)]
    rows = (
        *_of_prices(every),
        *_of_percentages(every),
        *_of_counts(every),
        *_of_ranges(every),
        *_of_plans(every),
        *_of_spans(every, cited, asset_type, as_of),
        *_of_volatility(every, asset_type),
        *_of_limits(every),
    )
    return tuple(dict.fromkeys(Derived(abs(row.number), row.unit) for row in rows))


def limits(cited: Sequence[Evidence]) -> frozenset[Decimal]:
    """The textbook limits of the cited measures, such as 30 and 70 for the RSI."""
    return frozenset(Decimal(limit) for evidence in cited for limit in LIMITS.get(evidence.measure, ()))


def _numbers(every: Iterable[Quantity], unit: Unit) -> tuple[Decimal, ...]:
    return tuple(dict.fromkeys(abs(quantity.number) for quantity in every if quantity.unit is unit))


def _of_prices(every: Sequence[Quantity]) -> Iterator[Derived]:
    prices = [price for price in _numbers(every, Unit.PRICE) if price]
    for low, high in combinations(sorted(prices), 2):
        yield Derived(high - low, Unit.PRICE)
        yield Derived((low + high) / 2, Unit.PRICE)
        yield Derived(_HUNDRED * (high - low) / low, Unit.PERCENT)
        yield Derived(_HUNDRED * (high - low) / high, Unit.PERCENT)
        yield Derived(high / low, Unit.RATIO)
        yield Derived(low / high, Unit.RATIO)
    for quantity in every:
        if quantity.unit is not Unit.PERCENT:
            continue
        share = quantity.number / _HUNDRED
        for price in prices:
            yield Derived(price * share, Unit.PRICE)
            if quantity.measure.startswith("change.") and quantity.is_value and share > -1:
                yield Derived(price / (1 + share), Unit.PRICE)
                yield Derived(price - price / (1 + share), Unit.PRICE)


def _of_percentages(every: Sequence[Quantity]) -> Iterator[Derived]:
    rows = [quantity for quantity in every if quantity.unit in (Unit.PERCENT, Unit.POINTS) and quantity.number]
    for quantity in rows:
        number = quantity.number
        yield Derived(number * _HUNDRED, Unit.BASIS_POINTS)
        if quantity.unit is Unit.PERCENT and 0 < number < _HUNDRED:
            yield Derived(_HUNDRED - number, Unit.PERCENT)
        if quantity.measure in _INDEXED:
            yield Derived(number - _HUNDRED, Unit.PERCENT)
            yield Derived(number / _HUNDRED, Unit.RATIO)
        if quantity.measure.startswith(_FALLS) and quantity.unit is Unit.PERCENT and abs(number) < _HUNDRED:
            yield Derived(_HUNDRED * abs(number) / (_HUNDRED - abs(number)), Unit.PERCENT)
        if quantity.measure.startswith(_RATIOS) and quantity.is_value:
            yield Derived(1 + number / _HUNDRED, Unit.RATIO)
    for one, other in combinations(rows, 2):
        if one.unit is not other.unit or one.measure in _INDEXED or other.measure in _INDEXED:
            continue
        for gap in (one.number - other.number, abs(one.number) - abs(other.number)):
            yield Derived(gap, Unit.POINTS)
            yield Derived(gap, Unit.PERCENT)
    for one, other in permutations(rows, 2):
        if one.unit is other.unit:
            yield Derived(one.number / other.number, Unit.RATIO)
            yield Derived(_HUNDRED * one.number / other.number, Unit.PERCENT)
        if one.measure in _INDEXED and one.unit is other.unit is Unit.PERCENT:
            yield Derived(one.number * other.number / _HUNDRED, Unit.PERCENT)
    for beta in (quantity.number for quantity in every if quantity.measure == "beta" and quantity.is_value):
        yield Derived(_HUNDRED * (beta - 1), Unit.PERCENT)
        # A move of the market, which is an example, and the move that it goes with.
        for move in _MARKET_MOVES:
            yield Derived(move, Unit.PERCENT)
            yield Derived(beta * move, Unit.PERCENT)


def _of_counts(every: Sequence[Quantity]) -> Iterator[Derived]:
    counts = _numbers(every, Unit.COUNT)
    for one, other in permutations(counts, 2):
        yield Derived(one - other, Unit.COUNT)
        yield Derived(one + other, Unit.COUNT)
        if other:
            yield Derived(_HUNDRED * one / other, Unit.PERCENT)
    for one, other, third in permutations(counts, 3):
        yield Derived(one - other - third, Unit.COUNT)


def _of_ranges(every: Sequence[Quantity]) -> Iterator[Derived]:
    ranges = [quantity.number for quantity in every if quantity.measure == "atr" and quantity.is_value]
    prices = _numbers((quantity for quantity in every if quantity.measure != "atr"), Unit.PRICE)
    for size in ranges:
        for multiple in _MULTIPLES_OF_RANGE:
            yield Derived(multiple * size, Unit.PRICE)
            for price in prices:
                yield Derived(price - multiple * size, Unit.PRICE)
                yield Derived(price + multiple * size, Unit.PRICE)
        for low, high in combinations(prices, 2):
            if size:
                yield Derived((high - low) / size, Unit.RANGES)
                yield Derived((high - low) / size, Unit.RATIO)
    if ranges:
        yield Derived(Decimal(1), Unit.RANGES)
        for multiple in _MULTIPLES_OF_RANGE:
            yield Derived(multiple, Unit.RANGES)


def _of_plans(every: Sequence[Quantity]) -> Iterator[Derived]:
    def prices(*starts: str) -> list[Decimal]:
        return [item.number for item in every if item.is_value and item.measure.startswith(starts)]

    for entry in prices("level.entry", "close"):
        for stop in prices("level.stop"):
            for target in prices("level.target"):
                if stop != entry != target:
                    yield Derived((target - entry) / (entry - stop), Unit.RATIO)
                    yield Derived((entry - stop) / (target - entry), Unit.RATIO)


def _of_spans(
    every: Sequence[Quantity], cited: Sequence[Evidence], asset_type: AssetType, as_of: date
) -> Iterator[Derived]:
    lengths = trading_days(asset_type)
    for days in _numbers(every, Unit.DAYS):
        for unit, length in ((Unit.WEEKS, "week"), (Unit.MONTHS, "month"), (Unit.YEARS, "year")):
            yield Derived(days / lengths[length], unit)
    named = {day for evidence in cited for day in dates_in(evidence.statement)}
    days_named = sorted({as_of, *(evidence.as_of for evidence in cited), *map(date.fromisoformat, named)})
    for first, last in combinations(days_named, 2):
        span = Decimal((last - first).days)
        yield Derived(span, Unit.DAYS)
        yield Derived(span / 7, Unit.WEEKS)
        yield Derived(span / _DAYS_OF_MONTH, Unit.MONTHS)
        yield Derived(span / _DAYS_OF_YEAR, Unit.YEARS)


def _of_volatility(every: Sequence[Quantity], asset_type: AssetType) -> Iterator[Derived]:
    lengths = trading_days(asset_type)
    for quantity in every:
        if quantity.measure == "volatility" and quantity.is_value:
            for days in (1, lengths["week"], lengths["month"], lengths["quarter"]):
                yield Derived(quantity.number * (Decimal(days) / lengths["year"]).sqrt(), Unit.PERCENT)


def _of_limits(every: Sequence[Quantity]) -> Iterator[Derived]:
    for quantity in every:
        if quantity.is_value and quantity.measure in ("rsi", "bollinger"):
            yield from (Derived(quantity.number - limit, Unit.POINTS) for limit in LIMITS[quantity.measure])
