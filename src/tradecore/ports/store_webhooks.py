"""Store port, webhooks: where events of users are posted to, and their deliveries."""

from datetime import datetime
from typing import Protocol

from tradecore.model.change import Change
from tradecore.model.ids import DeliveryId, UserId, WebhookId
from tradecore.model.webhooks import DeliveryState, Webhook, WebhookDelivery


class Webhooks(Protocol):
    """Webhooks of users and the deliveries of each."""

    async def get(self, id: WebhookId, *, owner: UserId | None = None) -> Webhook:
        """The webhook. Raises NotFound, with `owner` also for one of another user."""
        ...

    async def add(self, change: Change[Webhook], *, limit: int) -> Webhook | None:
        """Store a new webhook; None, and nothing stored, where its user has `limit` already."""
        ...

    async def put(self, change: Change[Webhook]) -> Webhook:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def of(self, user: UserId) -> tuple[Webhook, ...]:
        """The webhooks of a user, newest first."""
        ...

    async def want_progress(self) -> bool:
        """Whether any enabled webhook of any user has the progress of analyses, or their steps."""
        ...

    async def all(self) -> tuple[Webhook, ...]:
        """The webhooks of all users, by id."""
        ...

    async def delete(self, id: WebhookId) -> None:
        """Delete a webhook with its deliveries; no effect if there is none."""
        ...

    async def delivery(self, id: DeliveryId, *, webhook: WebhookId | None = None) -> WebhookDelivery:
        """The delivery. Raises NotFound, with `webhook` also for one of another webhook."""
        ...

    async def add_delivery(self, change: Change[WebhookDelivery]) -> bool:
        """Store a new delivery, and whether it is new: one with its id is left as it is."""
        ...

    async def put_delivery(self, change: Change[WebhookDelivery]) -> WebhookDelivery:
        """Store the new state. Raises Stale if it was written since it was read."""
        ...

    async def delete_delivery(self, id: DeliveryId) -> None:
        """Delete a delivery; no effect if there is none."""
        ...

    async def due(self, at: datetime, *, limit: int, per_user: int) -> tuple[WebhookDelivery, ...]:
        """Deliveries of enabled webhooks that are due at a time, those due first before the others, at most `limit`.

        There are at most `per_user` of each user. They are held against other writers; those that another unit of work
        holds are left out.
        """
        ...

    async def deliveries(
        self, webhook: WebhookId, *, state: DeliveryState | None = None, limit: int, offset: int = 0
    ) -> tuple[WebhookDelivery, ...]:
        """Deliveries of a webhook, of one state only if given, newest first, at most `limit` after `offset`."""
        ...

    async def count_deliveries(self, webhook: WebhookId, *, state: DeliveryState | None = None) -> int:
        """The number of deliveries of a webhook, of one state only if given."""
        ...

    async def delete_deliveries_before(self, before: datetime, limit: int) -> int:
        """Delete the oldest deliveries from before a time, up to `limit`, and return their number."""
        ...


class WebhookRepositories(Protocol):
    """Where events are posted to."""

    @property
    def webhooks(self) -> Webhooks: ...
