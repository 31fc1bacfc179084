"""Store port, money: accounts, the ledger, recommendations and orders."""

from datetime import datetime
from typing import Protocol

from tradecore.model.broker_accounts import BrokerAccount
from tradecore.model.change import Change
from tradecore.model.execution_reports import ExecutionReport
from tradecore.model.ids import OrderId, RecommendationId, UserId
from tradecore.model.money import Account, Entry
from tradecore.model.orders import Order, RestingOrder
from tradecore.model.recommendations import Recommendation, RecommendationState


class Accounts(Protocol):
    """Trading accounts."""

    async def find(self, user: UserId) -> Account | None:
        """The account of a user; None before it is opened."""
        ...

    async def put(self, change: Change[Account]) -> Account:
        """Store an account. Raises Stale if it was written since it was read."""
        ...


class Ledger(Protocol):
    """Ledger entries, which never change."""

    async def entries(self, user: UserId) -> tuple[Entry, ...]:
        """All entries of a user, in order of writing."""
        ...

    async def users(self) -> tuple[UserId, ...]:
        """The users with entries, sorted."""
        ...

    async def has(self, entry: Entry) -> bool:
        """Whether an entry with its id exists."""
        ...

    async def add(self, entry: Entry) -> None:
        """Store an entry. Raises Stale if there is one with its id."""
        ...


class Recommendations(Protocol):
    """Recommendations of analyses."""

    async def get(self, id: RecommendationId, *, owner: UserId | None = None) -> Recommendation:
        """Raises NotFound, with `owner` also for a recommendation of another user."""
        ...

    async def put(self, change: Change[Recommendation]) -> Recommendation:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def of(
        self,
        user: UserId,
        states: frozenset[RecommendationState],
        limit: int,
        *,
        offset: int = 0,
        at: datetime | None = None,
    ) -> tuple[Recommendation, ...]:
        """Recommendations of a user in these states, newest first, ties by id, at most `limit` after `offset`.

        At a time `at`, a pending one whose time is over counts as expired.
        """
        ...

    async def count(self, user: UserId, states: frozenset[RecommendationState], *, at: datetime | None = None) -> int:
        """The number of recommendations of a user in these states, counted as `of` lists them."""
        ...

    async def lock(self, user: UserId) -> None:
        """Hold the recommendations of a user until this unit of work ends; others that call this wait meanwhile."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[Recommendation, ...]:
        """Pending recommendations that have expired, the earliest first, at most `limit`."""
        ...

    async def live(self, user: UserId | None = None) -> tuple[Recommendation, ...]:
        """Executed recommendations whose levels are watched, of one user or of all, oldest first."""
        ...


class Orders(Protocol):
    """Orders that were, or may have been, submitted to a broker."""

    async def find(self, id: OrderId) -> Order | None:
        """The order; None if it was never stored."""
        ...

    async def put(self, change: Change[Order]) -> Order:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def unsettled(self, *, unknown_since: datetime, user: UserId | None = None) -> tuple[Order, ...]:
        """Open orders, and those submitted at or after `unknown_since` that the broker does not know.

        Of one user or of all, oldest first.
        """
        ...

    async def guarded(self, user: UserId | None = None) -> tuple[Order, ...]:
        """Purchases whose units are to have an exit order, of one user or of all, oldest first."""
        ...

    async def of(self, user: UserId, limit: int, offset: int = 0) -> tuple[Order, ...]:
        """Orders of a user, newest first, ties by id, at most `limit` after the first `offset`."""
        ...

    async def count(self, user: UserId) -> int:
        """The number of orders of a user."""
        ...


class BrokerAccounts(Protocol):
    """Accounts at brokers, at most one a user."""

    async def find(self, user: UserId) -> BrokerAccount | None:
        """The account of a user; None without one."""
        ...

    async def all(self) -> tuple[BrokerAccount, ...]:
        """All accounts, by user."""
        ...

    async def put(self, change: Change[BrokerAccount]) -> BrokerAccount:
        """Store an account. Raises Stale if the user has another one."""
        ...

    async def delete(self, user: UserId) -> None:
        """Delete the account of a user; no effect without one."""
        ...


class PaperOrders(Protocol):
    """The orders of the paper broker."""

    async def find(self, id: OrderId) -> ExecutionReport | None:
        """The report on an order; None if it never arrived."""
        ...

    async def add(self, id: OrderId, report: ExecutionReport, *, resting: RestingOrder | None = None) -> None:
        """Store the report on an order, and what it waits for while it is open. Raises Stale if there is a report."""
        ...

    async def resting(self, id: OrderId) -> RestingOrder | None:
        """What an open order waits for, locked against other writers; None for one that has ended, or never arrived."""
        ...

    async def end(self, id: OrderId, report: ExecutionReport) -> None:
        """Replace the report on an open order by its last one. Raises Stale if it has ended."""
        ...


class MoneyRepositories(Protocol):
    """Trading accounts, recommendations and orders."""

    @property
    def accounts(self) -> Accounts: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def recommendations(self) -> Recommendations: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def broker_accounts(self) -> BrokerAccounts: ...
    @property
    def paper_orders(self) -> PaperOrders: ...
