"""The response schemas of an edge and of estimates with their intervals, and how an edge becomes one."""

from decimal import Decimal
from functools import lru_cache
from typing import Annotated

from msgspec import Meta, Struct

from tradecore.model.edge import Edge
from tradecore.model.intervals import Interval
from tradecore_adapters.http.responses import number


class IntervalData(Struct, rename="camel"):
    """An estimate and the bounds of its 95 % interval."""

    estimate: Decimal
    low: Decimal
    high: Decimal


class EdgeData(Struct, rename="camel"):
    """What a record shows beyond chance; rates in percent, `skill` in percentage points.

    `hitRate` is the share of scored decisions that gained, `baseRate` what the same plans would have had on any day,
    and `skill` the difference. Brier scores are out of sample: fitted on other symbols and earlier outcomes only. What
    is null is explained by `missing`.
    """

    shown: Annotated[bool, Meta(description="Whether the whole interval of `skill` lies above 0")]
    advisory: str
    decisions: int
    scored: int
    traded_share: Annotated[
        Decimal | None, Meta(description="Decisions with an outcome, which are no HOLD, in percent")
    ]
    weeks: int
    horizon_weeks: int
    variants: Annotated[int, Meta(description="Variants tried on these days; intervals are widened for them")]
    hit_rate: Decimal | None
    hit_interval: Annotated[IntervalData | None, Meta(description="The hit rate with its bounds")]
    base_rate: Decimal | None
    skill: IntervalData | None
    predicted: int
    brier_raw: Decimal | None
    brier_calibrated: Decimal | None
    brier_base: Decimal | None
    brier_skill: Decimal | None
    brier_gain: IntervalData | None
    missing: str


# Analyses share the record that they rest on, and most have none.
@lru_cache(256)
def edge_of(edge: Edge) -> EdgeData:
    """What a record shows."""
    return EdgeData(
        shown=edge.shown,
        advisory=edge.sentence,
        decisions=edge.decisions,
        scored=edge.scored,
        traded_share=optional_number(edge.traded_share),
        weeks=edge.weeks,
        horizon_weeks=edge.horizon_weeks,
        variants=edge.variants,
        hit_rate=optional_number(edge.hit_rate),
        hit_interval=interval_of(edge.hit_interval),
        base_rate=optional_number(edge.base_rate),
        skill=interval_of(edge.skill),
        predicted=edge.predicted,
        brier_raw=optional_number(edge.brier_raw),
        brier_calibrated=optional_number(edge.brier_calibrated),
        brier_base=optional_number(edge.brier_base),
        brier_skill=optional_number(edge.brier_skill),
        brier_gain=interval_of(edge.brier_gain),
        missing=edge.missing,
    )


def interval_of(interval: Interval | None) -> IntervalData | None:
    """The estimate with its bounds; None where there is none."""
    if interval is None:
        return None
    return IntervalData(rounded_number(interval.estimate), rounded_number(interval.low), rounded_number(interval.high))


def optional_number(value: float | None) -> Decimal | None:
    """The number, rounded; None where there is none."""
    return None if value is None else rounded_number(value)


def rounded_number(value: float, places: int = 6) -> Decimal:
    """The number with at most so many decimal places."""
    return number(Decimal(str(round(value, places))))
