"""Store port, price alerts: what users want to be told about prices."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tradecore.model.change import Change
from tradecore.model.ids import PriceAlertId, UserId
from tradecore.model.money import Asset
from tradecore.model.price_alerts import PriceAlert, PriceAlertState


class PriceAlerts(Protocol):
    """Price alerts of users."""

    async def get(self, id: PriceAlertId, *, owner: UserId | None = None) -> PriceAlert:
        """The price alert. Raises NotFound, with `owner` also for one of another user."""
        ...

    async def add(self, change: Change[PriceAlert], *, limit: int) -> PriceAlert | None:
        """Store a new price alert; None, and nothing stored, where its user has `limit` active ones already."""
        ...

    async def put(self, change: Change[PriceAlert]) -> PriceAlert:
        """Store the new state. Raises Stale if it was written or deleted since it was read."""
        ...

    async def of(
        self, user: UserId, *, state: PriceAlertState | None = None, limit: int, offset: int = 0
    ) -> tuple[PriceAlert, ...]:
        """Price alerts of a user, of one state only if given, newest first, at most `limit` after `offset`."""
        ...

    async def count(self, user: UserId, *, state: PriceAlertState | None = None) -> int:
        """The number of price alerts of a user, of one state only if given."""
        ...

    async def watched(self) -> Sequence[Asset]:
        """The assets that active price alerts are about, each once, by symbol and type."""
        ...

    async def active(self, asset: Asset) -> tuple[PriceAlert, ...]:
        """The active price alerts about an asset, of all users, by id."""
        ...

    async def delete(self, id: PriceAlertId) -> None:
        """Delete a price alert; no effect if there is none."""
        ...

    async def delete_ended_before(self, before: datetime, limit: int) -> int:
        """Delete the price alerts that ended first and before a time, up to `limit`, and return their number."""
        ...


class PriceAlertRepositories(Protocol):
    """What users want to be told about prices."""

    @property
    def price_alerts(self) -> PriceAlerts: ...
