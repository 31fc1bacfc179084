"""Settling orders: reports of the broker are looked up and booked, each once."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.errors import Refusal, Stale
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import OrderId, TopicKind, topic_of
from tradecore.model.ledger import book
from tradecore.model.orders import LateFill, Order, OrderState
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore.ports.ambient import Now
from tradecore.ports.broker import Broker
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.exits import ensure_exit, newest_exit

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

        An order that is to be cancelled is cancelled at the broker; an exit order that the broker may not have is
        submitted, which executes it at most once. Raises Unavailable when the broker cannot be reached.
        """
        if order.purchase is not None and order.state is OrderState.PENDING:
            return await self._submit_exit(order)
        cancelling = order.state is OrderState.CANCELLING
        report = await (self.broker.cancel(order.id) if cancelling else self.broker.find(order.id))
        if report is not None:
            return await self.book(order.id, report)
        if order.state is OrderState.PENDING and self.now() - order.at >= SUBMIT_DEADLINE:
            return await self._mark_unknown(order)
        return order

    async def book(self, id: OrderId, report: ExecutionReport) -> Order:
        """Book a report, without what others have booked meanwhile, and submit the exit order of a purchase that ends.

        Raises Stale after MAX_ATTEMPTS conflicts, ValueError for an unknown id.
        """
        for _ in range(MAX_ATTEMPTS):
            try:
                async with self.store.unit_of_work() as uow:
                    order = await self._book(uow, id, report)
            except Stale:
                continue
            if order.guarded:
                # The purchase is booked in any case; the scheduled task submits the exit order again.
                with suppress(Refusal):
                    await self._submit_exit_of(order)
            return order
        raise Stale(f"Order {id} is being written by others; try again.")

    async def _submit_exit_of(self, purchase: Order) -> None:
        async with self.store.snapshot() as uow:
            _, order = await newest_exit(uow, purchase)
        if order is not None and order.state is OrderState.PENDING:
            await self._submit_exit(order)

    async def _submit_exit(self, order: Order) -> Order:
        report = await self.broker.submit(order)
        return order if report.status is BrokerStatus.AMBIGUOUS else await self.book(order.id, report)

    async def _book(self, uow: UnitOfWork, id: OrderId, report: ExecutionReport) -> Order:
        order = await uow.orders.find(id)
        if order is None:
            raise ValueError(f"There is no order {id} to settle.")
        if order.ended:
            return order
        now = self.now()
        change, entries = order.apply_report(report, at=now)
        change = _guarded(change)
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
            await uow.recommendations.put(_ended_with(recommendation, settled, at=now))
        if settled.ended and settled.filled:
            await self._close_levels(uow, settled)
        if settled.guarded:
            await ensure_exit(uow, settled, at=now)
        elif settled.ended and settled.purchase is not None and not settled.renewed:
            await self._stop_guarding(uow, settled.purchase)
        return settled

    async def _stop_guarding(self, uow: UnitOfWork, id: OrderId) -> None:
        """The exit order of a purchase has ended for good: executed, cancelled by its owner, or ended by the broker."""
        purchase = await uow.orders.find(id)
        if purchase is not None and purchase.guarded:
            await uow.orders.put(purchase.guard(False))

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


def _guarded(change: Change[Order]) -> Change[Order]:
    """The change, with a purchase that is filled and has exits guarded from here on."""
    order = change.entity
    if order.state is OrderState.FILLED and order.exits and order.purchase is None:
        return Change(evolve(order, guarded=True), change.facts)
    return change


def _ended_with(recommendation: Recommendation, order: Order, *, at: datetime) -> Change[Recommendation]:
    """A recommendation whose order has ended: executed with what was filled, rejected where the broker refused it."""
    if order.state in (OrderState.REFUSED, OrderState.CANCELLED):
        return recommendation.reject(order.reason, at=at)
    return recommendation.execute(order.id, at=at)


@frozen
class ReconcileOrders:
    """A scheduled task that looks unsettled orders up at the broker. It submits none but exit orders.

    Exit orders that rest at the broker, for days or weeks, are left to ReconcileExits.
    """

    store: Store
    now: Now
    settle: SettleOrder

    async def __call__(self) -> int:
        """The number of orders looked up. Raises the first refusal after all were tried."""
        async with self.store.read() as uow:
            orders = await uow.orders.unsettled(unknown_since=self.now() - LATE_FILL_WINDOW)
        return await _settle_all(self.settle, [order for order in orders if not _rests(order)])


@frozen
class ReconcileExits:
    """A scheduled task that looks up exit orders that rest at the broker, and places those that purchases lack."""

    store: Store
    now: Now
    settle: SettleOrder

    async def __call__(self) -> int:
        """The number of orders looked up. Raises the first refusal after all were tried."""
        async with self.store.snapshot() as uow:
            orders = await uow.orders.unsettled(unknown_since=self.now())
            guarded = await uow.orders.guarded()
        placed = [order for purchase in guarded if (order := await self._ensure(purchase)) is not None]
        resting = {order.id: order for order in (*filter(_rests, orders), *placed)}
        return await _settle_all(self.settle, list(resting.values()))

    async def _ensure(self, purchase: Order) -> Order | None:
        try:
            async with self.store.unit_of_work() as uow:
                fresh = await uow.orders.find(purchase.id)
                if fresh is None or not fresh.guarded:
                    return None
                # A sale that has just made room is about to be stored.
                return await ensure_exit(uow, fresh, at=self.now(), grace=SUBMIT_DEADLINE)
        except Stale:
            return None


def _rests(order: Order) -> bool:
    return order.purchase is not None and order.state is OrderState.ACCEPTED


async def _settle_all(settle: SettleOrder, orders: Sequence[Order]) -> int:
    refusals: list[Refusal] = []
    for order in orders:
        try:
            await settle(order)
        except Refusal as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]
    return len(orders)
