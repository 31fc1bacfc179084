"""Responses about webhooks."""

from datetime import datetime
from typing import Literal

import msgspec

from tradecore_adapters.client.models.shared import Pagination


class Webhook(msgspec.Struct, frozen=True, rename="camel"):
    """Where events are posted to. `secret` is there when it is new, this once."""

    id: str
    url: str
    kinds: tuple[str, ...]
    enabled: bool
    created_at: datetime
    failing_since: datetime | None = None
    disabled_reason: str | None = None
    secret: str | None = None


class Webhooks(msgspec.Struct, frozen=True, rename="camel"):
    """A page of webhooks, newest first."""

    webhooks: tuple[Webhook, ...]
    pagination: Pagination


class WebhookDelivery(msgspec.Struct, frozen=True, rename="camel"):
    """One event for one webhook; `id` is the header `webhook-id`, `status` that of the last answer."""

    id: str
    kind: str
    state: Literal["pending", "delivered", "failed"]
    attempts: int
    created_at: datetime
    body: str
    attempted_at: datetime | None = None
    next_attempt_at: datetime | None = None
    status: int | None = None
    error: str | None = None


class WebhookDeliveries(msgspec.Struct, frozen=True, rename="camel"):
    """A page of deliveries, newest first."""

    deliveries: tuple[WebhookDelivery, ...]
    pagination: Pagination
