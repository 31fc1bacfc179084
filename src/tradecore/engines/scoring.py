"""Scoring: the outcome of a decision from the bars after it. docs/reference/track-record.md has the rules."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

from attrs import frozen

from tradecore.model.market import Bar, Bars
from tradecore.model.steps import Action, Decision
from tradecore.model.track_record import Exit, TradeOutcome

_PLACES = Decimal("0.0001")
# A restated level has the digits of a division; prices are cut to these.
_DIGITS = Context(prec=12)
_HUNDRED = Decimal(100)


@frozen
class Aftermath:
    """The prices for scoring a decision once its horizon has passed.

    `then` is the newest bar as of the day of the decision, as known on that day. `bars` start at or before it and go up
    to `ends`, the last trading day of the horizon, as known on that day or later; so does `benchmark`, if there is one.
    """

    as_of: date
    ends: date
    then: Bar
    bars: Bars
    benchmark: Bars | None = None


def score(decision: Decision, after: Aftermath, *, fee: Decimal) -> TradeOutcome | None:
    """The outcome of a BUY or SELL; `fee` is in percent of the traded amount, at entry and again at exit.

    None when nothing was traded within the horizon. Bars after `ends` have no influence. Raises ValueError for a HOLD,
    which has no direction.
    """
    if decision.action is Action.HOLD:
        raise ValueError("A HOLD has no direction and is not scored.")
    days = [bar for bar in after.bars.bars if after.as_of < bar.day <= after.ends]
    if not days:
        return None
    sign = 1 if decision.action is Action.BUY else -1
    scale = _restatement(after)
    left, price, reason = _exit_of(sign, decision.stop * scale, decision.target * scale, days)
    entry = days[0].open
    ratio = price / entry
    fees = fee * (1 + ratio)
    return TradeOutcome(
        entered_on=days[0].day,
        entry=entry,
        exited_on=left.day,
        exit=_DIGITS.plus(price),
        reason=reason,
        return_percent=_rounded(sign * (ratio - 1) * _HUNDRED - fees),
        fees=_rounded(fees),
        benchmark=_benchmark(after, days[0].day, left.day),
        source=str(after.bars.source),
    )


def _exit_of(sign: int, stop: Decimal, target: Decimal, days: Sequence[Bar]) -> tuple[Bar, Decimal, Exit]:
    """The bar, price and reason of the exit. `sign` is +1 for a long position, -1 for a short one."""
    for bar in days:
        # A day that opens beyond a level is exited at its open, the first available price.
        if sign * (bar.open - stop) <= 0:
            return bar, bar.open, Exit.STOP
        if sign * (bar.open - target) >= 0:
            return bar, bar.open, Exit.TARGET
        adverse, favourable = (bar.low, bar.high) if sign > 0 else (bar.high, bar.low)
        # A daily bar does not say which level came first, so the worse one is assumed.
        if sign * (adverse - stop) <= 0:
            return bar, stop, Exit.STOP
        if sign * (favourable - target) >= 0:
            return bar, target, Exit.TARGET
    return days[-1], days[-1].close, Exit.HORIZON


def _restatement(after: Aftermath) -> Decimal:
    """The factor by which splits and dividends have scaled prices since the day of the decision."""
    known = next((bar for bar in after.bars.bars if bar.day == after.then.day), None)
    return known.close / after.then.close if known else Decimal(1)


def _benchmark(after: Aftermath, entered: date, left: date) -> Decimal | None:
    # Real prices are never compared with generated ones.
    if after.benchmark is None or after.benchmark.source.synthetic != after.bars.source.synthetic:
        return None
    days = [bar for bar in after.benchmark.bars if entered <= bar.day <= left]
    return _rounded((days[-1].close / days[0].open - 1) * _HUNDRED) if days else None


def _rounded(percent: Decimal) -> Decimal:
    rounded = percent.quantize(_PLACES, rounding=ROUND_HALF_EVEN)
    # No negative zero.
    return abs(rounded) if rounded == 0 else rounded
