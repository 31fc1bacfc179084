"""Recent prices of an asset, and what they did to meet the condition of a price alert."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from math import prod

from attrs import frozen

from tradecore.model.market import AssetType, Bar, Quote
from tradecore.model.money import Asset, rounded_price
from tradecore.model.price_adjustments import unadjusted_split
from tradecore.model.price_alerts import PriceAlert, PriceCondition, Trigger
from tradecore.model.price_rows import Split

SUSPECT_SESSIONS = 5
"""For so many sessions a jump without a split is taken for one that the source does not know yet."""
_PERCENT = Decimal("0.01")


@frozen
class PriceJump:
    """Two days between which a price made the step of a split that its source does not know, with its ratio."""

    before: Bar
    after: Bar
    ratio: Decimal


@frozen
class _Day:
    """What is known of a day: its range, where it began, and the close before it."""

    day: date
    open: Decimal
    low: Decimal
    high: Decimal
    previous_close: Decimal | None


@frozen
class RecentPrices:
    """The newest price of an asset, the days up to it, oldest first, and the splits of these days.

    Bars are as traded but for splits, on the basis of the newest bar; the quote is on the basis of its day.
    """

    asset: Asset
    quote: Quote
    bars: Sequence[Bar]
    splits: Sequence[Split] = ()

    @cached_property
    def jump(self) -> PriceJump | None:
        """The last step of the newest sessions that looks like a split which is not known; None where there is none."""
        if self.asset.asset_type is not AssetType.EQUITY:
            return None
        newest = self.quote.price
        days = [bar for bar in self._comparable if bar.day < self.quote.day]
        today = [bar for bar in self._comparable if bar.day == self.quote.day]
        return last_jump([*days, *(today or [Bar(self.quote.day, newest, newest, newest, newest, None)])])

    def jump_since(self, day: date) -> PriceJump | None:
        """The jump, where it is later than a day."""
        return self.jump if self.jump is not None and self.jump.after.day > day else None

    def splits_since(self, day: date) -> Decimal:
        """How many shares one share of a day has become by the day of the quote."""
        ratios = (split.ratio for split in self.splits if day < split.day <= self.quote.day)
        return prod(ratios, start=Decimal(1))

    def trigger(self, alert: PriceAlert) -> Trigger | None:
        """The first price that meets the condition of an alert, or None.

        Days after the alert was made count with their range, the day itself with its newest price only. Prices from
        before it, from after its last day, in another currency, and from a jump on that may be a split do not count.
        """
        if alert.currency is not None and self.quote.currency is not None and alert.currency != self.quote.currency:
            return None
        adjusted = alert.after_splits(self.splits_since(alert.price_day))
        triggers = (_trigger(adjusted, day) for day in self._days(alert))
        return next((trigger for trigger in triggers if trigger is not None), None)

    def is_met(self, alert: PriceAlert) -> bool:
        """Whether the newest price meets the condition of a new alert already."""
        if alert.condition is PriceCondition.MOVES:
            return self.trigger(alert) is not None
        newest = self.quote.price
        return _trigger(alert, _Day(self.quote.day, newest, newest, newest, None)) is not None

    @cached_property
    def _comparable(self) -> Sequence[Bar]:
        """The bars on the basis of the quote."""
        ratio = self.splits_since(self.bars[-1].day) if self.bars else Decimal(1)
        if ratio == 1:
            return self.bars
        return [
            Bar(bar.day, bar.open / ratio, bar.high / ratio, bar.low / ratio, bar.close / ratio, bar.volume)
            for bar in self.bars
        ]

    def _days(self, alert: PriceAlert) -> Iterator[_Day]:
        made = alert.created_at.date()
        last = alert.expires_on or date.max
        if (jump := self.jump_since(alert.price_day)) is not None:
            last = min(last, jump.before.day)
        previous_close = None
        for bar in self._comparable:
            if made <= bar.day <= last:
                if bar.day > max(made, alert.price_day):
                    yield _Day(bar.day, bar.open, bar.low, bar.high, previous_close)
                else:
                    yield _Day(bar.day, bar.close, bar.close, bar.close, previous_close)
            if bar.day < self.quote.day:
                previous_close = bar.close
        newest = self.quote.price
        if made <= self.quote.day <= last:
            yield _Day(self.quote.day, newest, newest, newest, previous_close)


def last_jump(bars: Sequence[Bar], *, since: date = date.min, explained: Collection[date] = ()) -> PriceJump | None:
    """The last step within the newest sessions that looks like a split which trading does not explain, or None.

    Steps to a day up to `since`, and to one of the days that are `explained`, do not count.
    """
    for before, after in reversed(list(pairwise(bars[-SUSPECT_SESSIONS - 1 :]))):
        if after.day <= since or after.day in explained:
            continue
        ratio = unadjusted_split(before, after)
        if ratio is not None:
            return PriceJump(before, after, ratio)
    return None


def _trigger(alert: PriceAlert, day: _Day) -> Trigger | None:
    threshold = alert.threshold
    match alert.condition:
        case PriceCondition.ABOVE:
            return Trigger(rounded_price(max(day.open, threshold)), day.day) if day.high >= threshold else None
        case PriceCondition.BELOW:
            return Trigger(rounded_price(min(day.open, threshold)), day.day) if day.low <= threshold else None
    if day.previous_close is None:
        return None
    changes = {price: (price / day.previous_close - 1) * 100 for price in (day.low, day.high)}
    price = max(changes, key=lambda extreme: abs(changes[extreme]))
    change = changes[price]
    return Trigger(rounded_price(price), day.day, change.quantize(_PERCENT)) if abs(change) >= threshold else None
