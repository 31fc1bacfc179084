"""Reservations: the cash and units of a book that open orders leave free."""

from collections.abc import Iterable
from decimal import Decimal

from tradecore.model.ledger import Book
from tradecore.model.money import ZERO, Asset, Costs
from tradecore.model.orders import Order


def free_cash(held: Book, orders: Iterable[Order], costs: Costs) -> Decimal:
    """The cash that no order may still spend, fees included, in the currency of the account.

    It is negative where orders may cost more than there is.
    """
    return held.cash - sum((order.reserved_cash(costs) for order in orders), ZERO)


def free_units(held: Book, asset: Asset, orders: Iterable[Order]) -> Decimal:
    """The units of an asset that no order may still sell. `orders` may include those of other assets."""
    return held.held(asset) - sum((order.reserved_units() for order in orders if order.asset == asset), ZERO)
