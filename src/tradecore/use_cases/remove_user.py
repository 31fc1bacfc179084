"""Removing accounts: their orders are ended at the broker first."""

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, NotFound
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import UserId
from tradecore.model.money import rounded_price
from tradecore.model.orders import Order
from tradecore.model.users import Caller, User, normalize_email
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.settle import SettleOrder

_REMOVED = "The account was removed."
_LEFT = "The account was removed; the order was left at the broker."
# A purchase that is cancelled after a part was bought gets exits for that part, which are cancelled next.
_ROUNDS = 3


@frozen
class RemoveUser:
    """Remove an account: address, name, password, sessions and tokens at once, its records by a scheduled task.

    Open orders of the user are cancelled first, exit orders too, since nobody watches them afterwards. The ledger,
    orders and executed recommendations stay, under the id of the user.
    """

    store: Store
    now: Now
    settle: SettleOrder

    async def __call__(self, account: str, *, by: Caller | None = None, leave_orders: bool = False) -> User:
        """The removed user; `account` is an e-mail address or the id of a user.

        With `leave_orders`, open orders stay at the broker, and count here as ended with what they had filled. Raises
        Invalid for an unusable address, NotFound without an account, IllegalMove for the caller's own and while the
        broker has not ended the orders, Unavailable while the broker cannot be reached.
        """
        for _ in range(_ROUNDS if not leave_orders else 0):
            orders = await self._cancel_orders(account, by)
            for order in orders:
                await self.settle(order)
            if not orders:
                break
        return await self._remove(account, by, leave_orders)

    @retry_on_conflict
    async def _cancel_orders(self, account: str, by: Caller | None) -> list[Order]:
        """The open orders of the user, of which those that the broker has accepted are to be cancelled."""
        async with self.store.unit_of_work() as uow:
            user = await _find(uow, account, by)
            await _stop_guarding(uow, user.id)
            return [await self._cancel(uow, order) for order in await self._open_orders(uow, user.id)]

    async def _cancel(self, uow: UnitOfWork, order: Order) -> Order:
        if order.cancellable:
            return await uow.orders.put(order.request_cancellation(at=self.now(), reason=_REMOVED))
        return await uow.orders.put(order.give_up()) if order.renewed else order

    @retry_on_conflict
    async def _remove(self, account: str, by: Caller | None, leave_orders: bool) -> User:
        async with self.store.unit_of_work() as uow:
            user = await _find(uow, account, by)
            orders = await self._open_orders(uow, user.id)
            if orders and not leave_orders:
                ids = ", ".join(order.id for order in orders)
                raise IllegalMove(
                    f"The broker has not ended {ids} of {user.email} yet. Repeat this in a minute; where the broker "
                    "does not answer any more, `tradecore users remove --leave-orders` leaves orders there."
                )
            for order in orders:
                await self._leave(uow, order)
            await _stop_guarding(uow, user.id)
            # Written with every order, so that none is placed meanwhile.
            if (portfolio := await uow.accounts.find(user.id)) is not None:
                await uow.accounts.put(Change(portfolio))
            await uow.users.remove(user.id)
            await uow.account_records.mark_removed(user.id, at=self.now())
            return user

    async def _leave(self, uow: UnitOfWork, order: Order) -> None:
        now, average = self.now(), order.average_price
        report = ExecutionReport(BrokerStatus.REFUSED, order.filled, average and rounded_price(average), reason=_LEFT)
        change, _ = order.apply_report(report, at=now)
        await uow.orders.put(change)
        recommendation = await uow.recommendations.get(order.recommendation)
        if not recommendation.ended:
            end = recommendation.execute(order.id, at=now) if order.filled else recommendation.reject(_LEFT, at=now)
            await uow.recommendations.put(end)

    async def _open_orders(self, uow: UnitOfWork, user: UserId) -> list[Order]:
        return [order for order in await uow.orders.unsettled(unknown_since=self.now(), user=user) if order.open]


async def _find(uow: UnitOfWork, account: str, by: Caller | None) -> User:
    """The user of an e-mail address or an id. Raises NotFound; IllegalMove for the caller's own."""
    if "@" in account:
        address = normalize_email(account)
        user = await uow.users.by_email(address)
        if user is None:
            raise NotFound("account", address)
    else:
        user = await uow.users.get(UserId(account))
    if by is not None and by.user == user.id:
        raise IllegalMove("You cannot remove your own account; another admin can.")
    return user


async def _stop_guarding(uow: UnitOfWork, user: UserId) -> None:
    """No exit order is placed anew for the purchases of the user."""
    for purchase in await uow.orders.guarded(user):
        await uow.orders.put(purchase.guard(False))
