"""Requests about price alerts."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from tradecore_adapters.client import models
from tradecore_adapters.client.calls.call import Call, segment


def create_price_alert(
    symbol: str,
    condition: Literal["above", "below", "moves"],
    value: Decimal | float,
    *,
    asset_type: str | None = None,
    note: str | None = None,
    expires_on: date | None = None,
) -> Call[models.PriceAlert]:
    """Have it told once when a price reaches a level, or moves by so many percent within a day.

    Raises Invalid for a symbol, a value, a note or a last day that is not possible, and for a condition that the price
    meets already; IllegalMove for one price alert too many, Unavailable where prices cannot be read.
    """
    fields: dict[str, Any] = {
        "assetType": asset_type,
        "note": note,
        "expiresOn": None if expires_on is None else expires_on.isoformat(),
    }
    body = {"symbol": symbol, "condition": condition, "value": value}
    body |= {name: field for name, field in fields.items() if field is not None}
    return Call(models.PriceAlert, "POST", "/api/price-alerts", body, idempotent=True)


def price_alerts(*, state: str | None = None, limit: int = 50, page: int = 1) -> Call[models.PriceAlerts]:
    """A page of the caller's price alerts, newest first, in one `state` only if given."""
    query: dict[str, str | list[str]] = {"limit": str(limit), "page": str(page)}
    if state is not None:
        query["state"] = state
    return Call(models.PriceAlerts, "GET", "/api/price-alerts", query=query)


def delete_price_alert(id: str) -> Call[None]:
    """Delete a price alert. Raises NotFound."""
    path = f"/api/price-alerts/{segment(id)}"
    return Call(type(None), "DELETE", path, resource_id=id, resource="price alert")
