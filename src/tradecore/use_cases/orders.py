"""Orders: listing them, and cancelling one that the broker has accepted."""

from attrs import frozen

from tradecore.model.errors import IllegalMove, NotFound, Stale, StillRunning, Unavailable
from tradecore.model.ids import OrderId
from tradecore.model.orders import Order, OrderState
from tradecore.model.users import Caller
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store
from tradecore.use_cases.settle import MAX_ATTEMPTS, SettleOrder

MAX_PAGE_SIZE = 200

# Why an order cannot be cancelled, by its state.
_NOT_CANCELLABLE = {
    OrderState.FILLED: "Order {id} was filled, so there is nothing to cancel.",
    OrderState.REFUSED: "Order {id} came to nothing, so there is nothing to cancel.",
    OrderState.UNKNOWN: "The broker does not know order {id}, so there is nothing to cancel.",
}


@frozen
class OrderPage:
    """A page of orders, newest first, and the number of orders on all pages."""

    orders: tuple[Order, ...]
    total: int


@frozen
class ListOrders:
    """List the orders of the caller."""

    store: Store

    async def __call__(self, *, by: Caller, page: int = 1, page_size: int = 50) -> OrderPage:
        """Page `page`, counted from 1, with at most `page_size` orders."""
        async with self.store.snapshot() as uow:
            orders = await uow.orders.of(by.user, page_size, (page - 1) * page_size)
            return OrderPage(orders, await uow.orders.count(by.user))


@frozen
class CancelOrder:
    """Cancel an order of the caller that the broker has accepted and not filled."""

    store: Store
    now: Now
    settle: SettleOrder

    async def __call__(self, id: OrderId, *, by: Caller) -> Order:
        """The order: cancelled, filled as far as units were traded before, or cancelling until the broker has ended it.

        The wish is stored first and then carried out, here or by the scheduled task; reserved cash comes back when the
        broker has ended the order. Repeated requests get the same order. Raises NotFound; StillRunning while the order
        is being submitted; IllegalMove when it has ended otherwise, and when all of it was filled meanwhile.
        """
        order = await self._request(id, by)
        if order.ended:
            return order
        try:
            order = await self.settle(order)
        except (Stale, Unavailable):
            return order
        if order.filled == order.quantity:
            raise IllegalMove(f"Order {id} was filled before it could be cancelled.")
        return order

    async def _request(self, id: OrderId, by: Caller) -> Order:
        """The order after the wish is stored, or as it was cancelled before."""
        for _ in range(MAX_ATTEMPTS):
            try:
                async with self.store.unit_of_work() as uow:
                    order = await uow.orders.find(id)
                    if order is None or order.user != by.user:
                        raise NotFound("order", id)
                    if order.cancel_requested_at and order.filled < order.quantity:
                        return await uow.orders.put(order.give_up()) if order.renewed else order
                    if order.state is OrderState.PENDING:
                        raise StillRunning(f"Order {id} is being submitted; try again.")
                    if order.state in _NOT_CANCELLABLE:
                        raise IllegalMove(_NOT_CANCELLABLE[order.state].format(id=id))
                    return await uow.orders.put(order.request_cancellation(at=self.now()))
            except Stale:
                continue
        raise StillRunning(f"Order {id} is being changed by other requests; try again.")
