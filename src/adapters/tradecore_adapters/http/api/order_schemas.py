"""The response schemas of orders."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.schemas import Number, PaginationData, Uuid


class ExitsData(Struct, rename="camel"):
    """The stop and the target of an order, of which one is executed."""

    stop_price: Annotated[Number, Meta(description="A market order sells once the price has fallen to it")]
    target_price: Annotated[Number, Meta(description="A limit order sells at this price or a better one")]


class OrderData(Struct, rename="camel"):
    """An order at the broker. It is over once `endedAt` is there; `filled` units of `quantity` were traded."""

    id: str
    recommendation_id: Uuid
    symbol: str
    side: Literal["buy", "sell"]
    quantity: Number
    filled: Number
    limit_price: Annotated[
        Number, Meta(description="The worst price of a unit; the target of an order that `closes` another one")
    ]
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
    exits: ExitsData | UnsetType = UNSET
    closes: Annotated[str, Meta(description="The id of the purchase that an exit order sells again")] | UnsetType = (
        UNSET
    )


class OrdersData(Struct, rename="camel"):
    """A page of orders, newest first."""

    orders: list[OrderData]
    pagination: PaginationData
