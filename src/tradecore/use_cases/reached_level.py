"""The level of a purchase that the days after it reach first, by prices as they were traded."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from math import prod

from attrs import frozen

from tradecore.model.exits import Exits
from tradecore.model.money import Asset
from tradecore.model.price_adjustments import undo_dividends
from tradecore.model.recommendations import Level
from tradecore.ports.market import QuotingMarket

_MAX_BARS = 400


@frozen
class ReachedLevel:
    """The level that `day` reached, and the price of a sale there, on the basis of splits of the exits."""

    level: Level
    price: Decimal
    day: date


async def reached_level(
    market: QuotingMarket, asset: Asset, exits: Exits, *, after: date, basis: date, at: datetime
) -> ReachedLevel | None:
    """The level that the days after `after` reach first, as known at `at`; None where none of them does.

    The levels are as of `basis`, on `after` or later: splits between it and the newest day are undone. So are dividends
    since `after`, by which a source lowers earlier prices, since a day that did not reach a level does not reach it by
    a later dividend. Raises Invalid without prices, Unavailable.
    """
    newest = (await market.quote(asset.symbol, asset.asset_type, at)).day
    days = (newest - after) // timedelta(days=1)
    if days < 1:
        return None
    bars = await market.bars(asset.symbol, asset.asset_type, newest, min(_MAX_BARS, days))
    first, last = min(basis, newest), max(basis, newest)
    actions = await market.corporate_actions(asset.symbol, asset.asset_type, after + timedelta(days=1), last)
    ratio = prod((split.ratio for split in actions.splits if first < split.day <= last), start=Decimal(1))
    if newest < basis:
        ratio = 1 / ratio
    for bar in undo_dividends(bars, actions):
        reached = exits.reached(bar, ratio) if bar.day > after else None
        if reached is not None:
            return ReachedLevel(*reached, bar.day)
    return None
