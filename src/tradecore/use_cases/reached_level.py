"""The level of a purchase that the days after it reach first, by prices as they were traded."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from math import prod

from attrs import frozen

from tradecore.model.exits import Exits
from tradecore.model.market import Bar
from tradecore.model.money import Asset
from tradecore.model.price_adjustments import undo_dividends
from tradecore.model.price_rows import Split
from tradecore.model.recommendations import Level
from tradecore.ports.market import QuotingMarket

_MAX_BARS = 400


@frozen
class ReachedLevel:
    """The level that `day` reached, and the price of a sale there, on the basis of splits of the exits."""

    level: Level
    price: Decimal
    day: date


@frozen
class TradedDays:
    """The days of an asset up to `newest`, oldest first, as traded but for splits, on the basis of `newest`.

    `splits` are those of these days, and of later ones where levels are as of a later day than the newest.
    """

    newest: date
    bars: Sequence[Bar] = ()
    splits: Sequence[Split] = ()

    def first_reached(self, exits: Exits, *, after: date, basis: date) -> ReachedLevel | None:
        """The level that the days after `after` reach first; None where none of them does.

        The levels are as of `basis`, on `after` or later: splits between it and the newest day are undone.
        """
        start = bisect_right(self._days, after)
        if start == len(self._days):
            return None
        ratio = self._split_ratio(basis)
        # Most positions are between their levels, whose days need not be compared one by one.
        if self._lows[start] * ratio > exits.stop and self._highs[start] * ratio < exits.target:
            return None
        for bar in self.bars[start:]:
            reached = exits.reached(bar, ratio)
            if reached is not None:
                return ReachedLevel(*reached, bar.day)
        return None

    def _split_ratio(self, basis: date) -> Decimal:
        """How many units of the newest day one unit of `basis` is."""
        first, last = min(basis, self.newest), max(basis, self.newest)
        ratio = prod((split.ratio for split in self.splits if first < split.day <= last), start=Decimal(1))
        return ratio if basis <= self.newest else 1 / ratio

    @cached_property
    def _days(self) -> list[date]:
        return [bar.day for bar in self.bars]

    @cached_property
    def _lows(self) -> list[Decimal]:
        """The lowest price from each day on."""
        return list(accumulate((bar.low for bar in reversed(self.bars)), min))[::-1]

    @cached_property
    def _highs(self) -> list[Decimal]:
        """The highest price from each day on."""
        return list(accumulate((bar.high for bar in reversed(self.bars)), max))[::-1]


async def traded_days(market: QuotingMarket, asset: Asset, *, after: date, basis: date, at: datetime) -> TradedDays:
    """The days after `after`, as known at `at`, for levels as of `basis` at the latest.

    Dividends since `after`, by which a source lowers earlier prices, are undone, since a day that did not reach a level
    does not reach it by a later dividend. Raises Invalid without prices, Unavailable.
    """
    newest = (await market.quote(asset.symbol, asset.asset_type, at)).day
    days = (newest - after) // timedelta(days=1)
    if days < 1:
        return TradedDays(newest)
    bars = await market.bars(asset.symbol, asset.asset_type, newest, min(_MAX_BARS, days))
    until = max(basis, newest)
    actions = await market.corporate_actions(asset.symbol, asset.asset_type, after + timedelta(days=1), until)
    return TradedDays(newest, undo_dividends(bars, actions), actions.splits)


async def reached_level(
    market: QuotingMarket, asset: Asset, exits: Exits, *, after: date, basis: date, at: datetime
) -> ReachedLevel | None:
    """The level that the days after `after` reach first, as known at `at`; None where none of them does.

    The levels are as of `basis`, on `after` or later. Raises Invalid without prices, Unavailable.
    """
    days = await traded_days(market, asset, after=after, basis=basis, at=at)
    return days.first_reached(exits, after=after, basis=basis)
