"""Scoring: what came of a decision, from the bars after it. The rules are told in docs/reference/track-record.md."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

from attrs import frozen

from tradecore.model.market import Bar, Bars
from tradecore.model.steps import Action, Decision
from tradecore.model.track_record import Exit, Outcome

_PLACES = Decimal("0.0001")
# A restated level has as many digits as a division yields; a price needs no more than these.
_DIGITS = Context(prec=12)
_HUNDRED = Decimal(100)


@frozen
class Aftermath:
    """What is known once a horizon has passed.

    `then` is the newest bar of the day of the decision, as it was told on that day; `bars` reach back to it and up to
    `ends`, the last trading day of the horizon, as told on that day or later. `benchmark` likewise, None without one.
    """

    as_of: date
    ends: date
    then: Bar
    bars: Bars
    benchmark: Bars | None = None


def score(decision: Decision, after: Aftermath, *, fee: Decimal) -> Outcome | None:
    """What a decision to buy or sell returned; `fee` in percent of what is traded, at entry and again at exit.

    None where nothing was traded within the horizon. What `bars` hold of days after `ends` has no influence. Raises
    ValueError for a HOLD: it has no direction, so it returns nothing that could be right or wrong.
    """
    if decision.action is Action.HOLD:
        raise ValueError("A HOLD has no direction and is not scored.")
    days = [bar for bar in after.bars.bars if after.as_of < bar.day <= after.ends]
    if not days:
        return None
    sign = 1 if decision.action is Action.BUY else -1
    scale = _restated(after)
    left, price, reason = _leave(sign, decision.stop * scale, decision.target * scale, days)
    entry = days[0].open
    ratio = price / entry
    fees = fee * (1 + ratio)
    return Outcome(
        entered_on=days[0].day,
        entry=entry,
        left_on=left.day,
        exit=_DIGITS.plus(price),
        reason=reason,
        returned=_rounded(sign * (ratio - 1) * _HUNDRED - fees),
        fees=_rounded(fees),
        benchmark=_benchmark(after, days[0].day, left.day),
        source=str(after.bars.source),
    )


def _leave(sign: int, stop: Decimal, target: Decimal, days: Sequence[Bar]) -> tuple[Bar, Decimal, Exit]:
    """Where a position is left: the bar, the price, and why. `sign` is +1 for a long one, -1 for a short one."""
    for bar in days:
        # Where the day begins beyond a level, the open is the first price that could be had.
        if sign * (bar.open - stop) <= 0:
            return bar, bar.open, Exit.STOP
        if sign * (bar.open - target) >= 0:
            return bar, bar.open, Exit.TARGET
        against, along = (bar.low, bar.high) if sign > 0 else (bar.high, bar.low)
        # A daily bar does not say which came first: assume the worse.
        if sign * (against - stop) <= 0:
            return bar, stop, Exit.STOP
        if sign * (along - target) >= 0:
            return bar, target, Exit.TARGET
    return days[-1], days[-1].close, Exit.HORIZON


def _restated(after: Aftermath) -> Decimal:
    """By what a split or dividend has scaled prices since; levels were named in prices of the day of the decision."""
    known = next((bar for bar in after.bars.bars if bar.day == after.then.day), None)
    return known.close / after.then.close if known else Decimal(1)


def _benchmark(after: Aftermath, entered: date, left: date) -> Decimal | None:
    # Real prices are never measured against generated ones.
    if after.benchmark is None or after.benchmark.source.synthetic != after.bars.source.synthetic:
        return None
    days = [bar for bar in after.benchmark.bars if entered <= bar.day <= left]
    return _rounded((days[-1].close / days[0].open - 1) * _HUNDRED) if days else None


def _rounded(percent: Decimal) -> Decimal:
    near = percent.quantize(_PLACES, rounding=ROUND_HALF_EVEN)
    return abs(near) if near == 0 else near
