"""Portfolios, recommendations and orders as response schemas. Money is rounded to cents here and nowhere else."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import UNSET

from tradecore.model.money import cents
from tradecore.model.orders import Order, OrderState
from tradecore.model.recommendations import Recommendation, RecommendationState
from tradecore.model.valuation import Holding, Portfolio
from tradecore.use_cases.portfolio_history import PortfolioPoint
from tradecore_adapters.http.api import portfolio_schemas as schemas
from tradecore_adapters.http.responses import number, price, utc

# The documented API has four states.
_STATUS: dict[RecommendationState, schemas.Status] = {
    RecommendationState.PENDING: "pending",
    RecommendationState.EXECUTING: "pending",
    RecommendationState.EXECUTED: "executed",
    RecommendationState.REJECTED: "rejected",
    RecommendationState.EXPIRED: "expired",
}


def portfolio(valued: Portfolio) -> schemas.PortfolioData:
    """A portfolio at the newest prices; money rounded to cents, returns in percent."""
    performance = valued.performance
    return schemas.PortfolioData(
        user_id=valued.user,
        total_value=amount(valued.total_value),
        total_return=amount(valued.total_return),
        total_return_percent=amount(valued.total_return_percent),
        positions=[_position(holding) for holding in valued.holdings],
        performance=schemas.PerformanceData(
            *map(amount, (performance.daily, performance.weekly, performance.monthly, performance.yearly))
        ),
        updated_at=utc(valued.at),
        cash=amount(valued.book.cash),
        net_deposits=amount(valued.net_deposits),
        realized_return=amount(valued.book.realised),
        fees=amount(valued.book.fees),
        unpriced=[holding.position.asset.symbol for holding in valued.unpriced],
    )


def _position(holding: Holding) -> schemas.PositionData:
    position, quote = holding.position, holding.quote
    return schemas.PositionData(
        id=f"{position.asset.asset_type.value}:{position.asset.symbol}",
        symbol=position.asset.symbol,
        asset_type=position.asset.asset_type.value,
        quantity=number(position.quantity),
        avg_entry_price=price(position.average_price),
        current_price=price(quote.price) if quote else None,
        current_value=_optional_amount(holding.value),
        return_percent=_optional_amount(holding.gain_percent),
        return_absolute=_optional_amount(holding.gain),
        ai_status=holding.status.value,
        price_date=quote.day.isoformat() if quote else None,
        price_source=str(quote.source) if quote else None,
        last_analyzed_at=utc(holding.analyzed_at) if holding.analyzed_at else UNSET,
    )


def recommendation(recommended: Recommendation) -> schemas.RecommendationData:
    """A recommendation; `positionSize` in percent of the portfolio, prices in the quote currency."""
    return schemas.RecommendationData(
        id=recommended.id,
        analysis_id=recommended.analysis,
        symbol=recommended.asset.symbol,
        asset_type=recommended.asset.asset_type.value,
        action=recommended.action.value,
        confidence=number(recommended.confidence),
        position_size=number(recommended.position_size),
        entry_price=price(recommended.entry),
        stop_loss=price(recommended.stop),
        take_profit=price(recommended.target),
        reasoning=recommended.reasoning,
        created_at=utc(recommended.created_at),
        expires_at=utc(recommended.expires_at),
        status=_STATUS[recommended.state],
        ended_at=utc(recommended.ended_at) if recommended.ended_at else UNSET,
        reason=recommended.reason or UNSET,
        superseded_by=recommended.superseded_by or UNSET,
    )


def execution(order: Order) -> schemas.ExecutionData:
    """The state of an order at the broker, with its average price and fee once it is filled."""
    filled = order.state is OrderState.FILLED
    if not filled:
        message = "The broker has the order; it is not filled yet. Ask again for its outcome."
    elif order.filled < order.quantity:
        message = f"Order executed in part: {number(order.filled)} of {number(order.quantity)}"
    else:
        message = "Order executed successfully"
    return schemas.ExecutionData(
        order_id=order.id,
        status="executed" if filled else "pending",
        executed_at=utc(order.ended_at) if filled and order.ended_at else None,
        execution_price=price(order.average_price) if filled and order.average_price is not None else None,
        message=message,
        quantity=number(order.filled),
        fee=amount(order.fee),
    )


def portfolio_history(points: Sequence[PortfolioPoint]) -> schemas.PortfolioHistoryData:
    """The value of a portfolio over time, rounded to cents."""
    return schemas.PortfolioHistoryData(
        [
            schemas.PointData(
                date=point.day.isoformat(),
                value=amount(point.value),
                cash=amount(point.cash),
                benchmark=UNSET if point.benchmark is None else amount(point.benchmark),
            )
            for point in points
        ]
    )


def amount(value: Decimal) -> Decimal:
    """An amount of money for JSON, rounded to cents."""
    return number(cents(value))


def _optional_amount(value: Decimal | None) -> Decimal | None:
    return None if value is None else amount(value)
