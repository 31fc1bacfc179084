"""The response schemas of orders."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.schemas import Number, PaginationData, Uuid


class OrderData(Struct, rename="camel"):
    """An order at the broker. It is over once `endedAt` is there; `filled` units of `quantity` were traded."""

    id: str
    recommendation_id: Uuid
    symbol: str
    side: Literal["buy", "sell"]
    quantity: Number
    filled: Number
    limit_price: Annotated[Number, Meta(description="The worst price of a unit")]
    status: Annotated[
        Literal["pending", "accepted", "cancelling", "filled", "refused", "cancelled", "unknown"],
        Meta(
            description="pending: being submitted; accepted: open at the broker; cancelling: the broker was told to "
            "end it; filled: ended with units traded; refused, cancelled: ended with none; unknown: the broker does "
            "not know it"
        ),
    ]
    created_at: Timestamp
    average_price: Annotated[Number, Meta(description="Average over all fills")] | UnsetType = UNSET
    ended_at: Timestamp | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class OrdersData(Struct, rename="camel"):
    """A page of orders, newest first."""

    orders: list[OrderData]
    pagination: PaginationData
