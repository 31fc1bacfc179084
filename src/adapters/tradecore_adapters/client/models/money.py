"""Responses about the portfolio, recommendations and orders."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from tradecore_adapters.client.models.shared import Action, Pagination


class PortfolioPoint(msgspec.Struct, frozen=True, rename="camel"):
    """A portfolio at the end of a day; `benchmark` is what the first value would be worth in the benchmark."""

    date: date
    value: Decimal
    cash: Decimal
    benchmark: Decimal | None = None


class PortfolioHistory(msgspec.Struct, frozen=True, rename="camel"):
    """The value of a portfolio over time, oldest first."""

    points: tuple[PortfolioPoint, ...]


class Position(msgspec.Struct, frozen=True, rename="camel"):
    """Units of one asset. What depends on a price is None while there is none: unknown, which is not zero."""

    id: str
    symbol: str
    asset_type: str
    quantity: Decimal
    avg_entry_price: Decimal
    current_price: Decimal | None
    current_value: Decimal | None
    return_percent: Decimal | None
    return_absolute: Decimal | None
    ai_status: Literal["hold", "review", "alert"]
    price_date: date | None
    price_source: str | None
    last_analyzed_at: datetime | None = None


class Performance(msgspec.Struct, frozen=True, rename="camel"):
    """Time-weighted returns in percent."""

    daily: Decimal
    weekly: Decimal
    monthly: Decimal
    yearly: Decimal


class Portfolio(msgspec.Struct, frozen=True, rename="camel"):
    """All that a user has. Totals leave out positions without a price; `unpriced` names them."""

    user_id: str
    total_value: Decimal
    total_return: Decimal
    total_return_percent: Decimal
    positions: tuple[Position, ...]
    performance: Performance
    updated_at: datetime
    cash: Decimal
    net_deposits: Decimal
    realized_return: Decimal
    fees: Decimal
    unpriced: tuple[str, ...]


class Recommendation(msgspec.Struct, frozen=True, rename="camel"):
    """What a completed analysis recommends; `position_size` in percent of the portfolio, `confidence` 0 to 10."""

    id: str
    analysis_id: str
    symbol: str
    asset_type: str
    action: Action
    confidence: Decimal
    position_size: Decimal
    entry_price: Decimal
    stop_loss: Decimal
    take_profit: Decimal
    reasoning: str
    created_at: datetime
    expires_at: datetime
    status: Literal["pending", "executed", "rejected", "expired"]
    ended_at: datetime | None = None
    reason: str | None = None
    superseded_by: str | None = None


class Execution(msgspec.Struct, frozen=True, rename="camel"):
    """What became of an order. While it is `pending`, the broker has it and has not filled it."""

    order_id: str
    status: Literal["executed", "pending"]
    executed_at: datetime | None
    execution_price: Decimal | None
    message: str
    quantity: Decimal
    fee: Decimal


class Rejection(msgspec.Struct, frozen=True, rename="camel"):
    """A recommendation that nothing will come of."""

    status: Literal["rejected"]
    rejected_at: datetime


class Exits(msgspec.Struct, frozen=True, rename="camel"):
    """The stop and the target of an order, of which one is executed."""

    stop_price: Decimal
    target_price: Decimal


class Order(msgspec.Struct, frozen=True, rename="camel"):
    """An order at the broker, over once `ended_at` is there. `closes` is the purchase that an exit order sells."""

    id: str
    recommendation_id: str
    symbol: str
    side: Literal["buy", "sell"]
    quantity: Decimal
    filled: Decimal
    limit_price: Decimal
    status: Literal["pending", "accepted", "cancelling", "filled", "refused", "cancelled", "unknown"]
    created_at: datetime
    average_price: Decimal | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    exits: Exits | None = None
    closes: str | None = None


class Orders(msgspec.Struct, frozen=True, rename="camel"):
    """A page of orders, newest first."""

    orders: tuple[Order, ...]
    pagination: Pagination


class Cash(msgspec.Struct, frozen=True, rename="camel"):
    """The cash after a deposit or withdrawal."""

    cash: Decimal


class Imported(msgspec.Struct, frozen=True, rename="camel"):
    """How many positions were imported, and how many had been before."""

    imported: int
    skipped: int
