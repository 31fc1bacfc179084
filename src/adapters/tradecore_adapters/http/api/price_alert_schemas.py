"""Requests and responses of price alerts."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType
from pydantic import Field

from tradecore.model.price_alerts import MAX_NOTE_LENGTH, PriceAlert
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.http.api import schemas
from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.requests import CLEAN, Day, Number
from tradecore_adapters.http.api.watchlist_schemas import AssetRequest
from tradecore_adapters.http.responses import number, price, utc

Condition = Literal["above", "below", "moves"]


class CreatePriceAlertRequest(AssetRequest):
    """A price alert to create."""

    condition: Condition = Field(
        description="above, below: the price reaches a level; moves: it is so many percent above or below the close of "
        "the day before"
    )
    value: Number = Field(description="A price in the currency of the symbol, or a percentage from 0.1 to 1000")
    note: Annotated[str, Field(min_length=1, max_length=MAX_NOTE_LENGTH), CLEAN] | None = Field(
        None, description="Comes with the message"
    )
    expires_on: Day | None = Field(None, description="The last day whose prices count; no end without it")


class TriggerData(Struct, rename="camel"):
    """What met the condition: a price, its day, and its change against the close before where the alert is about it."""

    price: schemas.Number
    date: schemas.IsoDay
    at: Annotated[Timestamp, Meta(description="When it was noticed")]
    change_percent: schemas.Number | UnsetType = UNSET


class PriceAlertData(Struct, rename="camel"):
    """What its user wants to be told about a price, once.

    `price` is the newest one when it was made, of the day `priceDate`. A level is on the basis of the shares of that
    day: once these were split, `adjustedValue` is the level on the basis of today.
    """

    id: str
    symbol: str
    asset_type: schemas.Asset
    condition: Condition
    value: schemas.Number
    state: Literal["active", "triggered", "expired"]
    price: schemas.Number
    price_date: schemas.IsoDay
    created_at: Timestamp
    currency: str | UnsetType = UNSET
    adjusted_value: schemas.Number | UnsetType = UNSET
    note: str | UnsetType = UNSET
    expires_on: schemas.IsoDay | UnsetType = UNSET
    trigger: TriggerData | UnsetType = UNSET


class PriceAlertsData(Struct, rename="camel"):
    """A page of price alerts, newest first."""

    price_alerts: list[PriceAlertData]
    pagination: schemas.PaginationData


def show_price_alert(alert: PriceAlert) -> PriceAlertData:
    """A price alert."""
    trigger = alert.trigger
    return PriceAlertData(
        id=alert.id,
        symbol=alert.asset.symbol,
        asset_type=alert.asset.asset_type.value,
        condition=alert.condition.value,
        value=price(alert.value),
        state=alert.state.value,
        price=price(alert.price),
        price_date=alert.price_day.isoformat(),
        created_at=utc(alert.created_at),
        currency=alert.currency or UNSET,
        adjusted_value=UNSET if alert.threshold == alert.value else price(alert.threshold),
        note=caller_text(alert.note) or UNSET,
        expires_on=alert.expires_on.isoformat() if alert.expires_on else UNSET,
        trigger=UNSET
        if trigger is None or alert.ended_at is None
        else TriggerData(
            price(trigger.price),
            trigger.day.isoformat(),
            utc(alert.ended_at),
            UNSET if trigger.change is None else number(trigger.change),
        ),
    )
