"""Store port, alerts: what users should know."""

from datetime import datetime
from typing import Protocol

from tradecore.model.alerts import Alert
from tradecore.model.change import Change
from tradecore.model.ids import AlertId, UserId


class Alerts(Protocol):
    """Alerts of users."""

    async def find(self, id: AlertId, *, owner: UserId | None = None) -> Alert | None:
        """The alert; None if it was never stored, with `owner` also for one of another user."""
        ...

    async def put(self, change: Change[Alert]) -> Alert:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def of(self, user: UserId, *, limit: int, offset: int = 0) -> tuple[Alert, ...]:
        """Alerts of a user, newest first, at most `limit` after the first `offset`."""
        ...

    async def count(self, user: UserId) -> int:
        """The number of alerts of a user."""
        ...

    async def delete_before(self, before: datetime, limit: int) -> int:
        """Delete the oldest alerts from before a time, up to `limit`, and return their number."""
        ...


class AlertRepositories(Protocol):
    """What users should know."""

    @property
    def alerts(self) -> Alerts: ...
