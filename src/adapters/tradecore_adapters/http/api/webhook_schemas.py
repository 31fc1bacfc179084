"""Requests and responses of webhooks."""

from typing import Annotated, Literal

from msgspec import UNSET, Struct, UnsetType
from pydantic import AfterValidator, Field

from tradecore.model.webhooks import Webhook, WebhookDelivery
from tradecore.use_cases.webhooks import MAX_URL_LENGTH
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.requests import CLEAN, RequestBody, unique
from tradecore_adapters.http.api.schemas import PaginationData
from tradecore_adapters.http.responses import utc

WebhookKind = Literal[
    "analysis_complete",
    "analysis_error",
    "recommendation_issued",
    "recommendation_superseded",
    "recommendation_expired",
    "recommendation_executed",
    "recommendation_rejected",
    "level_crossed",
    "order_filled",
    "order_cancelled",
    "order_alert",
    "digest_ready",
    "schedule_ran",
    "price_alert",
    "alert",
    "analysis_progress",
    "analysis_step",
]
StateName = Literal["pending", "delivered", "failed"]

_Url = Annotated[str, Field(min_length=1, max_length=MAX_URL_LENGTH), CLEAN]
_Kinds = Annotated[
    list[WebhookKind],
    Field(
        min_length=1,
        max_length=50,
        description="Names of the events of `GET /api/events`, each at most once",
        json_schema_extra={"uniqueItems": True},
    ),
    AfterValidator(unique),
]


class CreateWebhookRequest(RequestBody):
    """A webhook to create."""

    url: _Url = Field(description="Where events are posted to; https in production, and on the public internet")
    kinds: _Kinds


class UpdateWebhookRequest(RequestBody):
    """What to change of a webhook; fields that are left out stay as they are."""

    url: _Url | None = Field(None, description="Deliveries that are pending go there too")
    kinds: _Kinds | None = None
    enabled: bool | None = Field(None, description="While it is false, no events are stored, and deliveries wait")
    rotate_secret: bool = Field(False, description="Answer with a new secret; the one before signs beside it for a day")


class WebhookData(Struct, rename="camel"):
    """Where events are posted to; `failingSince` is the first failed attempt since the last success."""

    id: str
    url: str
    kinds: list[WebhookKind]
    enabled: bool
    created_at: Timestamp
    failing_since: Timestamp | UnsetType = UNSET
    disabled_reason: str | UnsetType = UNSET


class WebhookWithSecretData(WebhookData):
    """A webhook; `secret` is there when it is new, this once."""

    secret: str | UnsetType = UNSET


class WebhooksData(Struct, rename="camel"):
    """A page of webhooks, newest first."""

    webhooks: list[WebhookData]
    pagination: PaginationData


class WebhookDeliveryData(Struct, rename="camel"):
    """One event for one webhook. `id` is the header `webhook-id`, `status` that of the last answer.

    `nextAttemptAt` is when a pending delivery is posted next. One that has `failed` is not, unless it is repeated.
    """

    id: str
    kind: str
    state: StateName
    attempts: int
    created_at: Timestamp
    body: str
    attempted_at: Timestamp | UnsetType = UNSET
    next_attempt_at: Timestamp | UnsetType = UNSET
    status: int | UnsetType = UNSET
    error: str | UnsetType = UNSET


class WebhookDeliveriesData(Struct, rename="camel"):
    """A page of deliveries, newest first."""

    deliveries: list[WebhookDeliveryData]
    pagination: PaginationData


def show_webhook(webhook: Webhook) -> WebhookData:
    """A webhook without its secret."""
    return WebhookData(
        id=webhook.id,
        url=webhook.url,
        kinds=list(webhook.kinds),  # type: ignore[arg-type]  # they were checked when they were chosen
        enabled=webhook.enabled,
        created_at=utc(webhook.created_at),
        failing_since=utc(webhook.failing_since) if webhook.failing_since else UNSET,
        disabled_reason=webhook.disabled_reason or UNSET,
    )


def with_secret(webhook: Webhook, secret: str | None) -> WebhookWithSecretData:
    """A webhook with its secret, where that is new."""
    shown = show_webhook(webhook)
    fields = {name: getattr(shown, name) for name in shown.__struct_fields__}
    return WebhookWithSecretData(**fields, secret=UNSET if secret is None else secret)


def show_delivery(delivery: WebhookDelivery) -> WebhookDeliveryData:
    """A delivery with what was posted."""
    return WebhookDeliveryData(
        id=delivery.id,
        kind=delivery.kind,
        state=delivery.state.value,
        attempts=delivery.attempts,
        created_at=utc(delivery.created_at),
        body=delivery.body,
        attempted_at=utc(delivery.attempted_at) if delivery.attempted_at else UNSET,
        next_attempt_at=utc(delivery.next_try) if delivery.next_try else UNSET,
        status=UNSET if delivery.status is None else delivery.status,
        error=caller_text(delivery.error or "") or UNSET,
    )
