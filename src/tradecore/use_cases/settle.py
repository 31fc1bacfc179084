"""Settling: what became of an order is looked up at the broker and booked, once, whoever asks."""

from datetime import timedelta

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.errors import Refusal, Stale
from tradecore.model.ids import OrderId
from tradecore.model.ledger import book
from tradecore.model.orders import Order, OrderState, OrderSurfaced, Report, topic_of
from tradecore.model.steps import Action
from tradecore.ports.ambient import Now
from tradecore.ports.broker import Broker
from tradecore.ports.store import Store, UnitOfWork

# After this long a submitted order has either reached the broker or never will; no broker waits longer for an answer.
SETTLED = timedelta(seconds=20)
# An order that was given up is still looked for this long, in case it surfaces.
SEARCHED = timedelta(hours=1)
# So often is a writer that was overtaken let try again.
TRIES = 5


@frozen
class SettleOrder:
    """Find out what became of an order, and book it: the order, its entries and its recommendation, together."""

    store: Store
    broker: Broker
    now: Now

    async def __call__(self, order: Order) -> Order:
        """The order as it stands then. One that the broker does not know is given up once it must know it.

        Raises Unavailable when the broker cannot tell.
        """
        report = await self.broker.find(order.id)
        if report is not None:
            return await self.book(order.id, report)
        if order.state is OrderState.INTENDED and self.now() - order.at >= SETTLED:
            return await self._give_up(order)
        return order

    async def book(self, id: OrderId, report: Report) -> Order:
        """Book what a broker reports; what somebody else booked meanwhile is not booked again."""
        for _ in range(TRIES):
            try:
                async with self.store.unit_of_work() as uow:
                    return await self._book(uow, id, report)
            except Stale:
                continue
        raise Stale(f"Order {id} is being written by others; ask again.")

    async def _book(self, uow: UnitOfWork, id: OrderId, report: Report) -> Order:
        order = await uow.orders.find(id)
        if order is None:
            raise ValueError(f"There is no order {id} to settle.")
        if order.ended:
            return order
        now = self.now()
        change, entries = order.absorb(report, at=now)
        recommendation = await uow.recommendations.get(order.recommendation)
        if order.state is OrderState.LOST:
            # It was given up, and has surfaced. Money comes first; the recommendation follows if it still can.
            if recommendation.ended:
                surfaced = OrderSurfaced(topic_of(id), now, change.entity.state)
                change = Change(change.entity, (*change.facts, surfaced))
            else:
                recommendation = await uow.recommendations.put(recommendation.begin(id, at=now))
        settled = await uow.orders.put(change)
        for entry in entries:
            await uow.ledger.add(entry)
        if settled.ended and not recommendation.ended:
            if settled.state is OrderState.REFUSED:
                await uow.recommendations.put(recommendation.reject(settled.reason, at=now))
            else:
                await uow.recommendations.put(recommendation.execute(id, at=now))
        if settled.ended and settled.filled:
            await self._levels(uow, settled)
        return settled

    async def _levels(self, uow: UnitOfWork, order: Order) -> None:
        """Stop and target of the newest purchase count, and none once the position is gone."""
        held = book(await uow.ledger.entries(order.user)).held(order.asset)
        for each in await uow.recommendations.live(order.user):
            overtaken = order.action is Action.BUY and each.id != order.recommendation
            if each.asset == order.asset and (overtaken or not held):
                await uow.recommendations.put(each.settle())

    async def _give_up(self, seen: Order) -> Order:
        async with self.store.unit_of_work() as uow:
            order = await uow.orders.find(seen.id)
            if order != seen:
                return order or seen
            now = self.now()
            recommendation = await uow.recommendations.get(order.recommendation)
            await uow.recommendations.put(recommendation.release(order.id, at=now))
            return await uow.orders.put(order.lose(at=now))


@frozen
class ReconcileOrders:
    """A scheduled task: look up at the broker what was intended and is not settled. Nothing is ever sent from here."""

    store: Store
    now: Now
    settle: SettleOrder

    async def __call__(self) -> int:
        """How many orders were looked up. Raises the first refusal, once all were tried."""
        async with self.store.snapshot() as uow:
            orders = await uow.orders.unsettled(lost_since=self.now() - SEARCHED)
        refusals: list[Refusal] = []
        for order in orders:
            try:
                await self.settle(order)
            except Refusal as refusal:
                refusals.append(refusal)
        if refusals:
            raise refusals[0]
        return len(orders)
