"""Alerts: stored once each, listed and acknowledged by their users."""

from collections.abc import Sequence

from attrs import frozen

from tradecore.model.alerts import Alert
from tradecore.model.change import Change
from tradecore.model.errors import NotFound, Stale
from tradecore.model.ids import AlertId
from tradecore.model.users import Caller
from tradecore.ports.ambient import Now
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.paging import check_page
from tradecore.use_cases.retry import retry_on_conflict

MAX_PAGE_SIZE = 200


async def put_once(uow: UnitOfWork, alert: Change[Alert]) -> bool:
    """Store an alert, unless it was raised before, and return whether it is new."""
    if await uow.alerts.find(alert.entity.id) is not None:
        return False
    await uow.alerts.put(alert)
    return True


async def raise_new(store: Store, alerts: Sequence[Change[Alert]]) -> int:
    """Store those alerts that were not raised before, in one transaction, and return how many they are.

    None where another process stores one of them at the same time: a task that looks again finds what is left.
    """
    async with store.read() as uow:
        missing = [alert for alert in alerts if await uow.alerts.find(alert.entity.id) is None]
    if not missing:
        return 0
    try:
        async with store.unit_of_work() as uow:
            return sum([await put_once(uow, alert) for alert in missing])
    except Stale:
        return 0


@frozen
class AlertPage:
    """A page of alerts, and the number of all."""

    alerts: tuple[Alert, ...]
    total: int
    page: int
    page_size: int


@frozen
class ListAlerts:
    """List the alerts of the caller."""

    store: Store

    async def __call__(self, *, by: Caller, page: int = 1, page_size: int = 50) -> AlertPage:
        """A page, newest first. Raises Invalid for a page below 1, or a page size out of 1..MAX_PAGE_SIZE."""
        check_page(page, page_size, max_size=MAX_PAGE_SIZE)
        async with self.store.snapshot() as uow:
            alerts = await uow.alerts.of(by.user, limit=page_size, offset=(page - 1) * page_size)
            return AlertPage(alerts, await uow.alerts.count(by.user), page, page_size)


@frozen
class AcknowledgeAlert:
    """Record that the caller has seen an alert."""

    store: Store
    now: Now

    @retry_on_conflict
    async def __call__(self, id: AlertId, *, by: Caller) -> Alert:
        """The acknowledged alert; the first acknowledgement counts. Raises NotFound, also for those of other users."""
        async with self.store.unit_of_work() as uow:
            alert = await uow.alerts.find(id, owner=by.user)
            if alert is None:
                raise NotFound("alert", id)
            return alert if alert.acknowledged_at else await uow.alerts.put(alert.acknowledge(at=self.now()))
