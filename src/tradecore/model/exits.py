"""Exits: the stop and the target at which a purchase is sold again, and which of them the path of a day reaches."""

from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from attrs import frozen

from tradecore.model.errors import Invalid
from tradecore.model.market import Bar
from tradecore.model.money import EXACT, Asset, price, tick_size
from tradecore.model.recommendations import Level


class ExitPolicy(StrEnum):
    """What becomes of the stop and the target of a purchase: orders at the broker, or levels that raise an alert."""

    BRACKET = "bracket"
    WATCH = "watch"


@frozen
class Exits:
    """A stop and a target, per unit in the currency of accounts, of which at most one is reached.

    At `target` a limit order sells, at this price or a better one. Once the price has fallen to `stop`, a market order
    sells. Raises Invalid unless both are prices and the stop lies below the target.
    """

    stop: Decimal
    target: Decimal

    def __attrs_post_init__(self) -> None:
        if price(self.stop, "stop") >= price(self.target, "target"):
            raise Invalid.one("stop", f"The stop {self.stop} is not below the target {self.target}.")

    def in_ticks(self, asset: Asset) -> "Exits":
        """The same levels, rounded to tick sizes that venues accept. Raises Invalid where they become equal."""
        return Exits(_rounded(asset, self.stop), _rounded(asset, self.target))

    def after_split(self, asset: Asset, ratio: Decimal) -> "Exits":
        """The levels after a split that made `ratio` units of one, in tick sizes. Raises Invalid as `in_ticks` does."""
        return self if ratio == 1 else Exits(self.stop / ratio, self.target / ratio).in_ticks(asset)

    def reached(self, bar: Bar, ratio: Decimal = Decimal(1)) -> tuple[Level, Decimal] | None:
        """The level that a day reaches first, and the price of the sale; None for a day that stays between them.

        The path of a day is its open, then its low, then its high: where a day reaches both, the stop counts, since a
        daily bar does not say which came first. A day that opens beyond a level sells at its open. The bar is on the
        basis of prices of which `ratio` units are one unit here.
        """
        if bar.open * ratio <= self.stop:
            return Level.STOP, bar.open * ratio
        if bar.open * ratio >= self.target:
            return Level.TARGET, bar.open * ratio
        if bar.low * ratio <= self.stop:
            return Level.STOP, self.stop
        if bar.high * ratio >= self.target:
            return Level.TARGET, self.target
        return None


def _rounded(asset: Asset, value: Decimal) -> Decimal:
    return value.quantize(tick_size(asset, value), rounding=ROUND_HALF_EVEN, context=EXACT)
