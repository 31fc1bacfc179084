"""Alerts in SQL."""

from datetime import datetime

from attrs import frozen

from tradecore.model.alerts import Alert
from tradecore.model.change import Change
from tradecore.model.ids import AlertId, UserId
from tradecore_adapters.store.connection import Connection, micros, scalar
from tradecore_adapters.store.documents import decode
from tradecore_adapters.store.entities import delete_oldest, find_all, put


@frozen
class SqlAlerts:
    """The table `alerts`."""

    connection: Connection

    async def find(self, id: AlertId, *, owner: UserId | None = None) -> Alert | None:
        rows = await self.connection.rows_for_update("SELECT doc FROM alerts WHERE id = ?", id)
        alert = decode(Alert, rows[0][0]) if rows else None
        return None if alert is None or owner not in (None, alert.user) else alert

    async def put(self, change: Change[Alert]) -> Alert:
        alert = change.entity
        columns: dict[str, object] = {"user_id": alert.user, "created_at": micros(alert.created_at)}
        return await put(self.connection, "alerts", change, columns, owner=alert.user)

    async def of(self, user: UserId, *, limit: int, offset: int = 0) -> tuple[Alert, ...]:
        return await find_all(
            self.connection,
            Alert,
            "SELECT doc FROM alerts WHERE user_id = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
            user, limit, offset,
        )  # fmt: skip

    async def count(self, user: UserId) -> int:
        return await scalar(self.connection, "SELECT COUNT(*) FROM alerts WHERE user_id = ?", user)

    async def delete_before(self, before: datetime, limit: int) -> int:
        return await delete_oldest(self.connection, "alerts", ("id",), "created_at", before, limit)
