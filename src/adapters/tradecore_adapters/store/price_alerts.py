"""Price alerts in SQL."""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.errors import NotFound
from tradecore.model.ids import PriceAlertId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.price_alerts import PriceAlert, PriceAlertState
from tradecore_adapters.store.connection import Connection, micros, scalar
from tradecore_adapters.store.entities import delete_oldest, find_all, get, put


@frozen
class SqlPriceAlerts:
    """The table `price_alerts`."""

    connection: Connection

    async def get(self, id: PriceAlertId, *, owner: UserId | None = None) -> PriceAlert:
        alert = await get(self.connection, PriceAlert, "price_alerts", id)
        if owner not in (None, alert.user):
            raise NotFound("price alert", id)
        return alert

    async def add(self, change: Change[PriceAlert], *, limit: int) -> PriceAlert | None:
        user = change.entity.user
        # Two that are added at the same time count one after the other.
        await self.connection.lock(f"price alerts of {user}")
        return await self.put(change) if await self.count(user, state=PriceAlertState.ACTIVE) < limit else None

    async def put(self, change: Change[PriceAlert]) -> PriceAlert:
        alert = change.entity
        columns: dict[str, object] = {
            "user_id": alert.user,
            "created_at": micros(alert.created_at),
            "symbol": alert.asset.symbol,
            "asset_type": alert.asset.asset_type,
            "state": alert.state,
            "ended_at": None if alert.ended_at is None else micros(alert.ended_at),
        }
        return await put(self.connection, "price_alerts", change, columns, owner=alert.user)

    async def of(
        self, user: UserId, *, state: PriceAlertState | None = None, limit: int, offset: int = 0
    ) -> tuple[PriceAlert, ...]:
        condition, args = _of_user(user, state)
        return await find_all(
            self.connection,
            PriceAlert,
            f"SELECT doc FROM price_alerts WHERE {condition} "  # noqa: S608  # constants
            "ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
            *args, limit, offset,
        )  # fmt: skip

    async def count(self, user: UserId, *, state: PriceAlertState | None = None) -> int:
        condition, args = _of_user(user, state)
        return await scalar(self.connection, f"SELECT COUNT(*) FROM price_alerts WHERE {condition}", *args)  # noqa: S608

    async def watched(self) -> Sequence[Asset]:
        rows = await self.connection.many_rows(
            "SELECT DISTINCT symbol, asset_type FROM price_alerts WHERE state = 'active' ORDER BY symbol, asset_type"
        )
        return [Asset(Symbol(symbol), AssetType(asset_type)) for symbol, asset_type in rows]

    async def active(self, asset: Asset) -> tuple[PriceAlert, ...]:
        return await find_all(
            self.connection,
            PriceAlert,
            "SELECT doc FROM price_alerts WHERE symbol = ? AND asset_type = ? AND state = 'active' ORDER BY id",
            asset.symbol, asset.asset_type,
        )  # fmt: skip

    async def delete(self, id: PriceAlertId) -> None:
        await self.connection.execute("DELETE FROM price_alerts WHERE id = ?", id)

    async def delete_ended_before(self, before: datetime, limit: int) -> int:
        return await delete_oldest(self.connection, "price_alerts", ("id",), "ended_at", before, limit)


def _of_user(user: UserId, state: PriceAlertState | None) -> tuple[str, tuple[object, ...]]:
    return ("user_id = ?", (user,)) if state is None else ("user_id = ? AND state = ?", (user, state))
