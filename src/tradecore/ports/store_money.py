"""The promise of the store about money: accounts, the ledger, recommendations and orders."""

from datetime import datetime
from typing import Protocol

from tradecore.model.change import Change
from tradecore.model.ids import OrderId, RecommendationId, UserId
from tradecore.model.money import Account, Entry
from tradecore.model.orders import Order, Report
from tradecore.model.recommendations import Recommendation, RecommendationState


class Accounts(Protocol):
    """Who has money here."""

    async def find(self, user: UserId) -> Account | None:
        """The account of a user, if it was opened."""
        ...

    async def put(self, change: Change[Account]) -> Account:
        """Keep an account; raises Stale if it was written since it was read."""
        ...


class Ledger(Protocol):
    """Entries, written once and never changed."""

    async def entries(self, user: UserId) -> tuple[Entry, ...]:
        """All entries of a user, in the order of writing."""
        ...

    async def has(self, entry: Entry) -> bool:
        """Whether an entry with this id was written."""
        ...

    async def add(self, entry: Entry) -> None:
        """Write an entry; raises Stale if one with its id is there already."""
        ...


class Recommendations(Protocol):
    """What analyses recommend."""

    async def get(self, id: RecommendationId, *, owner: UserId | None = None) -> Recommendation:
        """Raises NotFound; with `owner`, also for somebody else's."""
        ...

    async def put(self, change: Change[Recommendation]) -> Recommendation:
        """Keep the new state; raises Stale if it was written since it was read."""
        ...

    async def of(self, user: UserId, states: frozenset[RecommendationState], limit: int) -> tuple[Recommendation, ...]:
        """A user's in these states, newest first, ties by id."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[Recommendation, ...]:
        """Pending ones whose time is over, the longest first."""
        ...

    async def live(self, user: UserId | None = None) -> tuple[Recommendation, ...]:
        """Executed ones whose levels count, of one user or of all, oldest first."""
        ...


class Orders(Protocol):
    """What was, or may have been, sent to a broker."""

    async def find(self, id: OrderId) -> Order | None:
        """The order, if it was ever intended."""
        ...

    async def put(self, change: Change[Order]) -> Order:
        """Keep the new state; raises Stale if it was written since it was read."""
        ...

    async def unsettled(self, *, lost_since: datetime, user: UserId | None = None) -> tuple[Order, ...]:
        """Intended and accepted ones, and those lost at or after a moment; of one user or of all, oldest first."""
        ...


class PaperOrders(Protocol):
    """The book of the paper broker: what it executed, under the ids it was given."""

    async def find(self, id: OrderId) -> Report | None:
        """What became of an order; None if it never arrived."""
        ...

    async def add(self, id: OrderId, report: Report) -> None:
        """Write down what became of an order; raises Stale if that is known already."""
        ...
