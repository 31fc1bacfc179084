"""Requests about webhooks."""

from collections.abc import Sequence
from typing import Any

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import Call, segment


def create_webhook(url: str, kinds: Sequence[str]) -> Call[models.Webhook]:
    """Have every event of these kinds posted to an address; `secret` verifies the signatures.

    Raises Invalid for an address or a kind that is not possible, IllegalMove for one webhook too many.
    """
    return Call(models.Webhook, "POST", "/api/webhooks", {"url": url, "kinds": list(kinds)})


def webhooks(*, limit: int = 20, page: int = 1) -> Call[models.Webhooks]:
    """A page of the caller's webhooks, newest first; `limit` is the size of a page."""
    return Call(models.Webhooks, "GET", "/api/webhooks", query={"limit": str(limit), "page": str(page)})


def update_webhook(
    id: str,
    *,
    url: str | None = None,
    kinds: Sequence[str] | None = None,
    enabled: bool | None = None,
    rotate_secret: bool = False,
) -> Call[models.Webhook]:
    """Change a webhook; None leaves something as it is. With `rotate_secret`, the new secret is in `secret`.

    Raises NotFound, and Invalid as `create_webhook` does.
    """
    changes: dict[str, Any] = {"url": url, "kinds": None if kinds is None else list(kinds), "enabled": enabled}
    body = {name: value for name, value in changes.items() if value is not None}
    if rotate_secret:
        body["rotateSecret"] = True
    path = f"/api/webhooks/{segment(id)}"
    return Call(models.Webhook, "PATCH", path, body, resource_id=id, resource="webhook")


def delete_webhook(id: str) -> Call[None]:
    """Delete a webhook with its deliveries. Raises NotFound."""
    return Call(type(None), "DELETE", f"/api/webhooks/{segment(id)}", resource_id=id, resource="webhook")


def webhook_deliveries(
    id: str, *, state: str | None = None, limit: int = 50, page: int = 1
) -> Call[models.WebhookDeliveries]:
    """A page of the deliveries of a webhook, newest first, in one `state` only if given. Raises NotFound."""
    query: dict[str, str | list[str]] = {"limit": str(limit), "page": str(page)}
    if state is not None:
        query["state"] = state
    path = f"/api/webhooks/{segment(id)}/deliveries"
    return Call(models.WebhookDeliveries, "GET", path, query=query, resource_id=id, resource="webhook")


def retry_webhook_delivery(webhook: str, id: str) -> Call[models.WebhookDelivery]:
    """Post a delivery of a webhook again, under the id that it has. Raises NotFound."""
    path = f"/api/webhooks/{segment(webhook)}/deliveries/{segment(id)}/retry"
    return Call(models.WebhookDelivery, "POST", path, resource_id=id, resource="webhook delivery")
