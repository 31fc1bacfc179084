"""Splits and dividends: the factors that make a series comparable, and the undoing of splits that came later."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from math import log

from tradecore.model.corporate_actions import CorporateActions, Dividend
from tradecore.model.market import Bar, Bars
from tradecore.model.money import price_step
from tradecore.model.price_rows import PriceRow, Split

_FRACTIONS = ("3/2", "4/3", "5/4", "5/2", "5/3", "6/5", "7/2", "7/4", "11/10", "21/20")
_HUNDRED = Decimal(100)
_WHOLE = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 20, 25, 30, 40, 50, 100)

# Prices of one or more are kept to four decimals, smaller ones to their `price_step`.
SMALL = Decimal("0.0001")

# Adjusted closes carry rounding; two factors closer than this are one factor.
_NOISE = 1e-6


def _ratios() -> tuple[Decimal, ...]:
    forward = [Decimal(whole) for whole in _WHOLE]
    for fraction in _FRACTIONS:
        new, _, old = fraction.partition("/")
        forward.append(Decimal(new) / Decimal(old))
    return tuple(forward) + tuple(1 / ratio for ratio in forward)


_RATIOS = _ratios()


def split_ratio(step: float, tolerance: float) -> Decimal | None:
    """The usual split ratio that `step` is within `tolerance` of (0.01 is one percent), or None."""
    if step <= 0:
        return None
    nearest = min(_RATIOS, key=lambda ratio: abs(log(step / float(ratio))))
    return nearest if abs(step / float(nearest) - 1) <= tolerance else None


def described(ratio: Decimal) -> str:
    """A ratio as people say it: `10-for-1`, `3-for-2`, `1-for-20`."""
    for old in range(1, 101):
        new = ratio * old
        if abs(new - round(new)) < Decimal("0.0001") and new >= 1:
            return f"{round(new)}-for-{old}"
    return f"{ratio:f}-for-1"


def adjusted_rows(bars: Sequence[Bar], adjusted: Sequence[Decimal | None]) -> tuple[list[PriceRow], list[Bar]]:
    """Rows from bars with the source's adjusted closes, and the bars whose adjusted close was missing.

    A missing adjusted close takes the factor of the row before it, at the beginning of a series of the first row that
    has one, so that no row can be told apart from its neighbours by what is missing. A step of the factor counts as a
    split where the traded price made the same step; every other step is a dividend and leaves volume alone.
    """
    known = [(bar, value) for bar, value in zip(bars, adjusted, strict=True) if value is not None and value > 0]
    if not known:
        return [PriceRow(bar) for bar in bars], []
    missing: list[Bar] = []
    factor, shares = known[0][1] / known[0][0].close, Decimal(1)
    rows: list[PriceRow] = []
    previous: Bar | None = None
    for bar, value in zip(bars, adjusted, strict=True):
        if value is None or value <= 0:
            missing.append(bar)
        else:
            exact = value / bar.close
            step = float(exact / factor)
            # Most steps are that small; what the rounding of both closes allows takes longer to tell.
            if abs(step - 1) > _NOISE:
                noise = _rounding(value, bar.close)
                if abs(step - 1) > noise:
                    if previous is not None:
                        shares *= _split_in(step, float(previous.close / bar.close), noise)
                    factor = exact
        rows.append(PriceRow(bar, factor, shares))
        previous = bar
    return rows, missing


def _rounding(adjusted: Decimal, close: Decimal) -> float:
    """How far a factor can be off because both closes are rounded to the decimals they are written with."""
    return max(_NOISE, sum(10.0 ** int(value.as_tuple().exponent) / float(value) for value in (adjusted, close)))


def _split_in(step: float, fall: float, noise: float) -> Decimal:
    """The split behind a step of the factor: one where the price did not make that step as well."""
    if abs(log(fall / step)) >= abs(log(step)) / 2:
        return Decimal(1)
    return split_ratio(step, 0.003 + noise) or Decimal(1)


def split_rows(bars: Sequence[Bar], splits: Iterable[Split]) -> tuple[list[Bar], list[PriceRow], list[Split]]:
    """Bars as traded, rows comparable through `splits`, and the splits for which the bars do not tell which they are.

    A source either gives prices as traded, then the price makes the step of the split, or has already divided all
    earlier prices by the ratio. The second is undone. A split after the last bar shows nothing; it is undone where all
    others of the series were, otherwise it comes back in the third part and nothing is done about it.
    """
    events = sorted((split for split in splits if split.ratio > 0 and split.ratio != 1), key=lambda split: split.day)
    days = [bar.day for bar in bars]
    inside = [split for split in events if days[0] < split.day <= days[-1]]
    divided = [split for split in inside if not _as_traded(bars, bisect_left(days, split.day), split.ratio)]
    later = [split for split in events if split.day > days[-1]]
    untold: list[Split] = []
    if later and divided and len(divided) == len(inside):
        divided = divided + later
    else:
        untold = later
    traded = list(bars)
    for split in divided:
        end = bisect_left(days, split.day)
        traded[:end] = [_multiplied(bar, split.ratio) for bar in traded[:end]]
    total = Decimal(1)
    steps = {bisect_left(days, split.day): Decimal(1) for split in inside}
    for split in inside:
        steps[bisect_left(days, split.day)] *= split.ratio
    rows = []
    for at, bar in enumerate(traded):
        total *= steps.get(at, Decimal(1))
        rows.append(PriceRow(bar, total, total))
    return traded, rows, untold


def undivided(bars: Sequence[Bar], splits: Iterable[Split]) -> list[Bar]:
    """Bars as traded, from a source that divides earlier prices by the ratio of every split that it knows.

    A split for which the price makes the step within the bars is not undone: the source has not divided by it yet.
    """
    days = [bar.day for bar in bars]
    traded = list(bars)
    for split in splits:
        end = bisect_left(days, split.day)
        if not 0 < end < len(bars) or not _as_traded(bars, end, split.ratio):
            traded[:end] = [_multiplied(bar, split.ratio) for bar in traded[:end]]
    return traded


def traded_rows(bars: Sequence[Bar], splits: Iterable[Split], dividends: Iterable[Dividend]) -> list[PriceRow]:
    """Rows from bars as traded, comparable through splits and dividends; each row depends on no later event.

    A dividend is reinvested at the close before its ex-date. One that is not below that close is passed over.
    """
    days = [bar.day for bar in bars]
    ratios, payments = [Decimal(1)] * len(bars), [Decimal(0)] * len(bars)
    for split in splits:
        if days[0] < split.day <= days[-1]:
            ratios[bisect_left(days, split.day)] *= split.ratio
    for dividend in dividends:
        if days[0] < dividend.day <= days[-1]:
            payments[bisect_left(days, dividend.day)] += dividend.amount
    factor = shares = Decimal(1)
    rows = []
    for at, (bar, ratio, payment) in enumerate(zip(bars, ratios, payments, strict=True)):
        factor, shares = factor * ratio, shares * ratio
        if payment:
            before = bars[at - 1].close / ratio
            if payment < before:
                factor *= before / (before - payment)
        rows.append(PriceRow(bar, factor, shares))
    return rows


def undo_dividends(bars: Bars, actions: CorporateActions) -> list[Bar]:
    """Bars without the adjustment for dividends: as traded, but for splits, on the basis of the newest bar.

    The close before an ex-date was lowered by the dividend, which tells the factor of all earlier prices. Dividends in
    another currency than the prices, and those with an ex-date outside the bars, are passed over.
    """
    traded, days = list(bars.bars), [bar.day for bar in bars.bars]
    if actions.currency is not None and bars.currency is not None and actions.currency != bars.currency:
        return traded
    for dividend in reversed(actions.dividends):
        end = bisect_left(days, dividend.day)
        if 0 < end < len(traded):
            amount = dividend.amount
            for split in actions.splits:
                if dividend.day < split.day <= days[-1]:
                    amount /= split.ratio
            factor = 1 + amount / traded[end - 1].close
            traded[:end] = [scaled(bar, factor, Decimal(1)) for bar in traded[:end]]
    return traded


def _as_traded(bars: Sequence[Bar], at: int, ratio: Decimal) -> bool:
    fall, step = log(float(bars[at - 1].close / bars[at].close)), log(float(ratio))
    return abs(fall - step) < abs(fall)


def _multiplied(bar: Bar, ratio: Decimal) -> Bar:
    return scaled(bar, ratio, ratio)


def scaled(bar: Bar, prices: Decimal, shares: Decimal) -> Bar:
    """The bar with prices multiplied by `prices` and volume divided by `shares`."""
    opening, high, low, close = bar.open, bar.high, bar.low, bar.close
    if prices != 1:
        opening, high, low, close = (_rounded(price * prices) for price in (opening, high, low, close))
    volume = bar.volume if shares == 1 or bar.volume is None else (bar.volume / shares).quantize(SMALL)
    # Built directly, since `evolve` takes several times as long and a year has hundreds of bars.
    return Bar(bar.day, opening, high, low, close, volume)


def _rounded(price: Decimal) -> Decimal:
    step = SMALL if price >= 1 else price_step(price)
    return max(step, price.quantize(step))


def jumps(bars: Sequence[Bar], *, splits: bool) -> list[str]:
    """Sentences about overnight steps that trading does not explain: a split not adjusted for, or another unit.

    With `splits` False (crypto) only steps to a third or to three times are named.
    """
    notes = []
    for before, bar in pairwise(bars):
        step = float(before.close) / float(bar.close)
        if 0.72 < step < 1.4:
            continue
        ratio = unadjusted_split(before, bar) if splits else None
        if ratio is not None:
            unit = "another unit, such as pence for pounds, or " if max(ratio, 1 / ratio) == _HUNDRED else ""
            notes.append(
                f"{bar.day}: the price went from {before.close} to {bar.close}; it looks like {unit}a "
                f"{described(ratio)} split that the source does not adjust for."
            )
        elif not 1 / 3 < step < 3:
            notes.append(
                f"{bar.day}: the price went from {before.close} to {bar.close} in one day; "
                f"it looks like another unit or a mistake of the source."
            )
    return notes


def unadjusted_split(before: Bar, bar: Bar) -> Decimal | None:
    """The usual split ratio that the step between two days looks like, where trading does not explain it; or None."""
    if bar.low <= before.high and before.low <= bar.high:
        return None
    overnight, in_a_day = float(before.close / bar.open), float(before.close / bar.close)
    for step in (overnight, in_a_day):
        # Half as much again is a large move for a share, but a possible one: only a close match counts.
        ratio = split_ratio(step, 0.1 if not 1 / 1.8 < step < 1.8 else 0.03)
        if ratio is not None and not Decimal("0.72") < ratio < Decimal("1.4"):
            return ratio
    return None
