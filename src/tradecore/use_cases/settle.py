"""Settling orders: reports of the broker are looked up and booked, each once."""

from datetime import timedelta

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.errors import Refusal, Stale
from tradecore.model.ids import OrderId, TopicKind, topic_of
from tradecore.model.ledger import book
from tradecore.model.orders import ExecutionReport, LateFill, Order, OrderState
from tradecore.model.steps import Action
from tradecore.ports.ambient import Now
from tradecore.ports.broker import Broker
from tradecore.ports.store import Store, UnitOfWork

# After this long a submitted order has reached the broker, or never will. Brokers time out earlier.
SUBMIT_DEADLINE = timedelta(seconds=20)
# An order that the broker does not know is looked up for this much longer, in case it is filled late.
LATE_FILL_WINDOW = timedelta(hours=1)
# How many times a writer that lost a race retries.
MAX_ATTEMPTS = 5


@frozen
class SettleOrder:
    """Look an order up at the broker and book its report on order, ledger and recommendation in one transaction."""

    store: Store
    broker: Broker
    now: Now

    async def __call__(self, order: Order) -> Order:
        """The order after its report is booked. An order that the broker lacks after SUBMIT_DEADLINE becomes unknown.

        An order whose owner wants it cancelled is cancelled at the broker. Raises Unavailable when the broker cannot be
        reached.
        """
        cancelling = order.state is OrderState.CANCELLING
        report = await (self.broker.cancel(order.id) if cancelling else self.broker.find(order.id))
        if report is not None:
            return await self.book(order.id, report)
        if order.state is OrderState.PENDING and self.now() - order.at >= SUBMIT_DEADLINE:
            return await self._mark_unknown(order)
        return order

    async def book(self, id: OrderId, report: ExecutionReport) -> Order:
        """Book a report, without what others have booked meanwhile.

        Raises Stale after MAX_ATTEMPTS conflicts, ValueError for an unknown id.
        """
        for _ in range(MAX_ATTEMPTS):
            try:
                async with self.store.unit_of_work() as uow:
                    return await self._book(uow, id, report)
            except Stale:
                continue
        raise Stale(f"Order {id} is being written by others; try again.")

    async def _book(self, uow: UnitOfWork, id: OrderId, report: ExecutionReport) -> Order:
        order = await uow.orders.find(id)
        if order is None:
            raise ValueError(f"There is no order {id} to settle.")
        if order.ended:
            return order
        now = self.now()
        change, entries = order.apply_report(report, at=now)
        recommendation = await uow.recommendations.get(order.recommendation)
        if order.state is OrderState.UNKNOWN:
            # A late fill. It is booked in any case; the recommendation follows when it has not ended.
            if recommendation.ended:
                late_fill = LateFill(topic_of(TopicKind.ORDER, id), now, change.entity.state)
                change = Change(change.entity, (*change.facts, late_fill))
            else:
                recommendation = await uow.recommendations.put(recommendation.begin(id, at=now))
        settled = await uow.orders.put(change)
        for entry in entries:
            await uow.ledger.add(entry)
        if settled.ended and not recommendation.ended:
            if settled.state in (OrderState.REFUSED, OrderState.CANCELLED):
                await uow.recommendations.put(recommendation.reject(settled.reason, at=now))
            else:
                await uow.recommendations.put(recommendation.execute(id, at=now))
        if settled.ended and settled.filled:
            await self._close_levels(uow, settled)
        return settled

    async def _close_levels(self, uow: UnitOfWork, order: Order) -> None:
        """Only the levels of the newest purchase are watched, and none once the position is closed."""
        held = book(await uow.ledger.entries(order.user)).held(order.asset)
        for recommendation in await uow.recommendations.live(order.user):
            superseded = order.action is Action.BUY and recommendation.id != order.recommendation
            if recommendation.asset == order.asset and (superseded or not held):
                await uow.recommendations.put(recommendation.close_levels())

    async def _mark_unknown(self, seen: Order) -> Order:
        async with self.store.unit_of_work() as uow:
            order = await uow.orders.find(seen.id)
            if order != seen:
                return order or seen
            now = self.now()
            recommendation = await uow.recommendations.get(order.recommendation)
            await uow.recommendations.put(recommendation.release(order.id, at=now))
            return await uow.orders.put(order.mark_unknown(at=now))


@frozen
class ReconcileOrders:
    """A scheduled task that looks unsettled orders up at the broker. It never submits an order."""

    store: Store
    now: Now
    settle: SettleOrder

    async def __call__(self) -> int:
        """The number of orders looked up. Raises the first refusal after all were tried."""
        async with self.store.snapshot() as uow:
            orders = await uow.orders.unsettled(unknown_since=self.now() - LATE_FILL_WINDOW)
        refusals: list[Refusal] = []
        for order in orders:
            try:
                await self.settle(order)
            except Refusal as refusal:
                refusals.append(refusal)
        if refusals:
            raise refusals[0]
        return len(orders)
