"""Responses about price alerts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from tradecore_adapters.client.models.shared import Pagination


class PriceTrigger(msgspec.Struct, frozen=True, rename="camel"):
    """What met the condition of a price alert: a price, its day, and when it was noticed."""

    price: Decimal
    date: date
    at: datetime
    change_percent: Decimal | None = None


class PriceAlert(msgspec.Struct, frozen=True, rename="camel"):
    """What its user wants to be told about a price, once; `adjusted_value` is its level after splits since then."""

    id: str
    symbol: str
    asset_type: str
    condition: Literal["above", "below", "moves"]
    value: Decimal
    state: Literal["active", "triggered", "expired"]
    price: Decimal
    price_date: date
    created_at: datetime
    currency: str | None = None
    adjusted_value: Decimal | None = None
    note: str | None = None
    expires_on: date | None = None
    trigger: PriceTrigger | None = None


class PriceAlerts(msgspec.Struct, frozen=True, rename="camel"):
    """A page of price alerts, newest first."""

    price_alerts: tuple[PriceAlert, ...]
    pagination: Pagination
