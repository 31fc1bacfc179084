"""The response schemas of portfolios and recommendations."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from tradecore_adapters.http.api.envelope import Timestamp
from tradecore_adapters.http.api.schemas import Action, Asset, IsoDay, Number, Uuid

Status = Literal["pending", "executed", "rejected", "expired"]


class PositionData(Struct, rename="camel"):
    """Units held of one asset. What depends on a price is null while there is none: unknown, which is not zero."""

    id: str
    symbol: str
    asset_type: Asset
    quantity: Number
    avg_entry_price: Annotated[Number, Meta(description="Average cost of a unit, without fees")]
    current_price: Number | None
    current_value: Annotated[Number, Meta(description="quantity x currentPrice")] | None
    return_percent: Annotated[Number, Meta(description="returnAbsolute in percent of the cost")] | None
    return_absolute: Annotated[Number, Meta(description="quantity x (currentPrice - avgEntryPrice)")] | None
    ai_status: Annotated[
        Literal["hold", "review", "alert"],
        Meta(description="alert: stop or target reached, or a fresh SELL; review: not analysed lately; else hold"),
    ]
    price_date: Annotated[IsoDay, Meta(description="The day of currentPrice")] | None
    price_source: str | None
    last_analyzed_at: Timestamp | UnsetType = UNSET


class PerformanceData(Struct, rename="camel"):
    """Time-weighted returns in percent, up to the newest price; 0 for an account that is younger than one."""

    daily: Number
    weekly: Number
    monthly: Number
    yearly: Number


class PortfolioData(Struct, rename="camel"):
    """All that the caller has. Totals leave out positions without a price; `unpriced` names them."""

    user_id: str
    total_value: Annotated[Number, Meta(description="cash plus every currentValue")]
    total_return: Annotated[Number, Meta(description="totalValue - netDeposits")]
    total_return_percent: Annotated[Number, Meta(description="totalReturn in percent of netDeposits")]
    positions: list[PositionData]
    performance: PerformanceData
    updated_at: Timestamp
    cash: Number
    net_deposits: Annotated[Number, Meta(description="What came in less what went out, unpriced positions left out")]
    realized_return: Number
    fees: Number
    unpriced: list[str]


class PointData(Struct, rename="camel"):
    """A portfolio at the end of a day."""

    date: IsoDay
    value: Number
    cash: Number
    benchmark: Annotated[Number, Meta(description="The first value, grown as the benchmark")] | UnsetType = UNSET


class PortfolioHistoryData(Struct, rename="camel"):
    """The value of a portfolio over time, oldest first."""

    points: list[PointData]


class CashData(Struct, rename="camel"):
    """The cash after a deposit or withdrawal."""

    cash: Number


class ImportData(Struct, rename="camel"):
    """Positions that were imported, and those of the same list that had been before."""

    imported: int
    skipped: int


class RecommendationData(Struct, rename="camel"):
    """What a completed analysis recommends; `positionSize` in percent of the portfolio."""

    id: Uuid
    analysis_id: Uuid
    symbol: str
    asset_type: Asset
    action: Action
    confidence: Number
    position_size: Number
    entry_price: Number
    stop_loss: Number
    take_profit: Number
    reasoning: str
    created_at: Timestamp
    expires_at: Timestamp
    status: Status
    ended_at: Timestamp | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    superseded_by: Uuid | UnsetType = UNSET


class ExecutionData(Struct, rename="camel"):
    """What became of the order; pending while the broker has it and it is not filled, then without time and price."""

    order_id: str
    status: Literal["executed", "pending"]
    executed_at: Timestamp | None
    execution_price: Annotated[Number, Meta(description="Average over all fills")] | None
    message: str
    quantity: Number
    fee: Number


class RejectionData(Struct, rename="camel"):
    """A recommendation that nothing will come of."""

    status: Literal["rejected"]
    rejected_at: Timestamp
