"""Webhooks in SQL."""

from datetime import datetime

from attrs import evolve, frozen

from tradecore.model.change import Change
from tradecore.model.errors import NotFound
from tradecore.model.ids import DeliveryId, UserId, WebhookId
from tradecore.model.webhooks import PROGRESS, STEP, DeliveryState, Webhook, WebhookDelivery
from tradecore_adapters.store.connection import Connection, first_row, micros, scalar
from tradecore_adapters.store.documents import encode
from tradecore_adapters.store.entities import delete_oldest, find_all, get, insert, put

# Due deliveries, numbered for each user. Rows of a window function cannot be locked, so that they are locked by id.
_DUE = (
    "SELECT deliveries.id, deliveries.next_try, "
    "ROW_NUMBER() OVER (PARTITION BY deliveries.user_id ORDER BY deliveries.next_try, deliveries.id) AS place "
    "FROM webhook_deliveries AS deliveries JOIN webhooks ON webhooks.id = deliveries.webhook_id "
    "WHERE deliveries.next_try <= ? AND webhooks.enabled = 1"
)


@frozen
class SqlWebhooks:
    """The tables `webhooks` and `webhook_deliveries`."""

    connection: Connection

    async def get(self, id: WebhookId, *, owner: UserId | None = None) -> Webhook:
        webhook = await get(self.connection, Webhook, "webhooks", id)
        if owner not in (None, webhook.user):
            raise NotFound("webhook", id)
        return webhook

    async def add(self, change: Change[Webhook], *, limit: int) -> Webhook | None:
        user = change.entity.user
        # Two that are added at the same time count one after the other.
        await self.connection.lock(f"webhooks of {user}")
        count = await scalar(self.connection, "SELECT COUNT(*) FROM webhooks WHERE user_id = ?", user)
        return await self.put(change) if count < limit else None

    async def put(self, change: Change[Webhook]) -> Webhook:
        webhook = change.entity
        columns: dict[str, object] = {
            "user_id": webhook.user,
            "created_at": micros(webhook.created_at),
            "enabled": int(webhook.enabled),
            "progress": int(bool({PROGRESS, STEP} & set(webhook.kinds))),
        }
        return await put(self.connection, "webhooks", change, columns, owner=webhook.user)

    async def of(self, user: UserId) -> tuple[Webhook, ...]:
        sql = "SELECT doc FROM webhooks WHERE user_id = ? ORDER BY created_at DESC, id DESC"
        return await find_all(self.connection, Webhook, sql, user)

    async def want_progress(self) -> bool:
        query = "SELECT 1 FROM webhooks WHERE progress = 1 AND enabled = 1 LIMIT 1"
        return await first_row(self.connection, query) is not None

    async def all(self) -> tuple[Webhook, ...]:
        return await find_all(self.connection, Webhook, "SELECT doc FROM webhooks ORDER BY id")

    async def delete(self, id: WebhookId) -> None:
        await self.connection.execute("DELETE FROM webhook_deliveries WHERE webhook_id = ?", id)
        await self.connection.execute("DELETE FROM webhooks WHERE id = ?", id)

    async def delivery(self, id: DeliveryId, *, webhook: WebhookId | None = None) -> WebhookDelivery:
        delivery = await get(self.connection, WebhookDelivery, "webhook_deliveries", id)
        if webhook not in (None, delivery.webhook):
            raise NotFound("webhook delivery", id)
        return delivery

    async def add_delivery(self, change: Change[WebhookDelivery]) -> bool:
        delivery = evolve(change.entity, version=1)
        row = {"id": delivery.id, **_columns(delivery), "version": 1, "doc": encode(delivery)}
        return await insert(self.connection, "webhook_deliveries", row, key=("id",)) == 1

    async def put_delivery(self, change: Change[WebhookDelivery]) -> WebhookDelivery:
        return await put(
            self.connection, "webhook_deliveries", change, _columns(change.entity), owner=change.entity.user
        )

    async def delete_delivery(self, id: DeliveryId) -> None:
        await self.connection.execute("DELETE FROM webhook_deliveries WHERE id = ?", id)

    async def due(self, at: datetime, *, limit: int, per_user: int) -> tuple[WebhookDelivery, ...]:
        lock = self.connection.skip_locked("webhook_deliveries")
        return await find_all(
            self.connection,
            WebhookDelivery,
            f"SELECT doc FROM webhook_deliveries WHERE next_try <= ? AND id IN "  # noqa: S608  # constants
            f"(SELECT id FROM ({_DUE}) AS due WHERE place <= ? ORDER BY next_try, id LIMIT ?) "
            f"ORDER BY next_try, id {lock}",
            micros(at), micros(at), per_user, limit,
        )  # fmt: skip

    async def deliveries(
        self, webhook: WebhookId, *, state: DeliveryState | None = None, limit: int, offset: int = 0
    ) -> tuple[WebhookDelivery, ...]:
        condition, args = _of_webhook(webhook, state)
        return await find_all(
            self.connection,
            WebhookDelivery,
            f"SELECT doc FROM webhook_deliveries WHERE {condition} "  # noqa: S608  # constants
            "ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
            *args, limit, offset,
        )  # fmt: skip

    async def count_deliveries(self, webhook: WebhookId, *, state: DeliveryState | None = None) -> int:
        condition, args = _of_webhook(webhook, state)
        return await scalar(self.connection, f"SELECT COUNT(*) FROM webhook_deliveries WHERE {condition}", *args)  # noqa: S608

    async def delete_deliveries_before(self, before: datetime, limit: int) -> int:
        return await delete_oldest(self.connection, "webhook_deliveries", ("id",), "created_at", before, limit)


def _columns(delivery: WebhookDelivery) -> dict[str, object]:
    return {
        "webhook_id": delivery.webhook,
        "user_id": delivery.user,
        "created_at": micros(delivery.created_at),
        "state": delivery.state,
        "next_try": None if delivery.next_try is None else micros(delivery.next_try),
    }


def _of_webhook(webhook: WebhookId, state: DeliveryState | None) -> tuple[str, tuple[object, ...]]:
    return ("webhook_id = ?", (webhook,)) if state is None else ("webhook_id = ? AND state = ?", (webhook, state))
