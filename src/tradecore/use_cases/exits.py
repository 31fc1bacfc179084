"""Exit orders of purchases: stored when a purchase has ended, and anew after a split or a sale that came to nothing."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from tradecore.model.change import Change
from tradecore.model.errors import Invalid
from tradecore.model.ids import UserId
from tradecore.model.ledger import book, split_ratio_since
from tradecore.model.money import ZERO, Asset
from tradecore.model.orders import Order, exit_id_for
from tradecore.model.reservations import free_units
from tradecore.model.steps import Action
from tradecore.model.trading_rules import affordable_units
from tradecore.ports.store import UnitOfWork

_ONE = Decimal(1)


async def open_sales(uow: UnitOfWork, user: UserId, asset: Asset, *, at: datetime) -> tuple[Order, ...]:
    """The open sales of an asset, exit orders included, oldest first."""
    orders = await uow.orders.unsettled(unknown_since=at, user=user)
    return tuple(order for order in orders if order.open and order.asset == asset and order.action is Action.SELL)


async def newest_exit(uow: UnitOfWork, purchase: Order) -> tuple[int, Order | None]:
    """The number of the newest exit order of a purchase, and that order; 0 and None before the first."""
    newest: Order | None = None
    for number in count(1):
        order = await uow.orders.find(exit_id_for(purchase.id, number))
        if order is None:
            break
        newest = order
    return number - 1, newest


async def ensure_exit(
    uow: UnitOfWork, purchase: Order, *, at: datetime, grace: timedelta = timedelta(0)
) -> Order | None:
    """Store the exit order that a guarded purchase lacks. The open exit order; None where there is none.

    One that was cancelled for a split or a sale is placed anew on the basis of prices after the split, `grace` after it
    ended and not while another sale is open. A purchase whose units are gone is no longer guarded.
    """
    number, newest = await newest_exit(uow, purchase)
    if newest is not None and not newest.ended:
        return newest
    if newest is not None and not newest.renewed:
        await uow.orders.put(purchase.guard(False))
        return None
    if newest is not None and at - (newest.ended_at or at) < grace:
        return None
    # Written with every order, so that no unit is sold twice.
    account = await uow.accounts.find(purchase.user)
    sales = await open_sales(uow, purchase.user, purchase.asset, at=at)
    if account is None or any(order.purchase is None for order in sales):
        return None
    await uow.accounts.put(Change(account))
    if newest is None:
        left, exits, since = purchase.filled, purchase.exits, purchase.ended_at or at
    else:
        left, exits, since = newest.quantity - newest.filled, newest.exits, newest.placed_at or at
    entries = await uow.ledger.entries(purchase.user)
    ratio = split_ratio_since(entries, purchase.asset, since)
    free = free_units(book(entries), purchase.asset, sales)
    units = affordable_units(purchase.asset, max(ZERO, min(left * ratio, free)), _ONE)
    try:
        exits = exits and exits.after_split(purchase.asset, ratio)
    except Invalid:
        # Levels that a split has made too small to be prices.
        exits = None
    if exits is None or not units:
        await uow.orders.put(purchase.guard(False))
        return None
    return await uow.orders.put(purchase.exit_order(number + 1, units, exits, at=at))


async def cancel_exits(uow: UnitOfWork, user: UserId, asset: Asset, reason: str, *, at: datetime) -> tuple[Order, ...]:
    """Ask for the cancellation of the open exit orders of an asset, to be placed anew later; those that are open.

    One that is still being submitted is left alone: the broker may not have it yet.
    """
    exits = [order for order in await open_sales(uow, user, asset, at=at) if order.purchase is not None]
    return tuple(
        [
            await uow.orders.put(order.request_cancellation(at=at, reason=reason, renewed=True))
            if order.cancellable
            else order
            for order in exits
        ]
    )
