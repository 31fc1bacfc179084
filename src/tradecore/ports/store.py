"""The store port: units of work, each one transaction over all repositories."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tradecore.ports.ambient import Now
from tradecore.ports.store_account_records import AccountRecordRepositories
from tradecore.ports.store_alerts import AlertRepositories
from tradecore.ports.store_analyses import AnalysisRepositories
from tradecore.ports.store_events import EventRepositories
from tradecore.ports.store_jobs import JobRepositories
from tradecore.ports.store_money import MoneyRepositories
from tradecore.ports.store_news import NewsRepositories
from tradecore.ports.store_notices import NoticeRepositories
from tradecore.ports.store_price_alerts import PriceAlertRepositories
from tradecore.ports.store_schedules import ScheduleRepositories
from tradecore.ports.store_users import UserRepositories
from tradecore.ports.store_webhooks import WebhookRepositories


class UnitOfWork(
    JobRepositories,
    AnalysisRepositories,
    EventRepositories,
    MoneyRepositories,
    NewsRepositories,
    UserRepositories,
    AccountRecordRepositories,
    AlertRepositories,
    PriceAlertRepositories,
    WebhookRepositories,
    NoticeRepositories,
    ScheduleRepositories,
    Protocol,
):
    """One transaction over all repositories. Within it, an exception undoes everything."""


class Store(Protocol):
    """The database.

    - `unit_of_work` commits on a clean exit and rolls back on an exception; there is no other way to commit.
    - `put` stores an entity together with the facts of its change, which get the next sequence numbers of their topics.
    - Every entity has a `version`. `put` raises Stale unless it is the stored one, and returns the next one.
    - Never await another port inside a unit of work: writers wait for each other.
    """

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that reads and writes. Raises Unavailable when the store cannot be reached or is full."""
        ...

    def single_write(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that writes once, in one call of one repository, which an exception after it does not undo.

        Cheaper than `unit_of_work`.
        """
        ...

    def snapshot(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A read-only transaction on one consistent state. It never waits for writers."""
        ...

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Read-only access without a transaction: each query sees the newest state. Cheaper than `snapshot`."""
        ...

    def clock(self, own: Now) -> Now:
        """The clock shared by all processes that use this store, since they compare leases and deadlines.

        It is `own` for a store on one machine.
        """
        ...

    def lease_clock(self, own: Now) -> Now:
        """The clock of leases and durations, which does not jump when the clock of the machine is set.

        It may differ from `clock` by such jumps, so its times are compared with each other only.
        """
        ...

    async def wait_for_events(self, seconds: float) -> None:
        """Return when events were committed since the last return, or after `seconds`."""
        ...

    async def check(self) -> None:
        """Raises Unavailable unless the store can be read and written."""
        ...
