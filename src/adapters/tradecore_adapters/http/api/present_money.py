"""From portfolios, recommendations and orders to the documented objects; the only place where money is rounded."""

from decimal import Decimal

from msgspec import UNSET

from tradecore.model.money import cents
from tradecore.model.orders import Order, OrderState
from tradecore.model.recommendations import Recommendation, RecommendationState
from tradecore.model.valuation import Holding, Portfolio
from tradecore_adapters.http.answers import number, utc
from tradecore_adapters.http.api import money_wire as wire

# Whatever happens inside, the documented routes know four states.
SHOWN: dict[RecommendationState, wire.Status] = {
    RecommendationState.PENDING: "pending",
    RecommendationState.EXECUTING: "pending",
    RecommendationState.EXECUTED: "executed",
    RecommendationState.REJECTED: "rejected",
    RecommendationState.EXPIRED: "expired",
}


def portfolio(given: Portfolio) -> wire.PortfolioData:
    """All that somebody has."""
    did = given.performance
    return wire.PortfolioData(
        user_id=given.user,
        total_value=_money(given.total_value),
        total_return=_money(given.total_return),
        total_return_percent=_money(given.total_return_percent),
        positions=[_position(each) for each in given.holdings],
        performance=wire.PerformanceData(*map(_money, (did.daily, did.weekly, did.monthly, did.yearly))),
        updated_at=utc(given.at),
        cash=_money(given.book.cash),
        net_deposits=_money(given.net_deposits),
        realized_return=_money(given.book.realised),
        fees=_money(given.book.fees),
        unpriced=[each.position.asset.symbol for each in given.unpriced],
    )


def _position(holding: Holding) -> wire.PositionData:
    position, quote = holding.position, holding.quote
    return wire.PositionData(
        id=f"{position.asset.asset_type.value}:{position.asset.symbol}",
        symbol=position.asset.symbol,
        asset_type=position.asset.asset_type.value,
        quantity=number(position.quantity),
        avg_entry_price=number(position.average_price),
        current_price=number(quote.price) if quote else None,
        current_value=_perhaps(holding.value),
        return_percent=_perhaps(holding.gain_percent),
        return_absolute=_perhaps(holding.gain),
        ai_status=holding.status.value,
        price_date=quote.day.isoformat() if quote else None,
        price_source=str(quote.source) if quote else None,
        last_analyzed_at=utc(holding.analyzed_at) if holding.analyzed_at else UNSET,
    )


def recommendation(given: Recommendation) -> wire.RecommendationData:
    """What an analysis recommends."""
    return wire.RecommendationData(
        id=given.id,
        analysis_id=given.analysis,
        symbol=given.asset.symbol,
        asset_type=given.asset.asset_type.value,
        action=given.action.value,
        confidence=number(given.confidence),
        position_size=number(given.position_size),
        entry_price=number(given.entry),
        stop_loss=number(given.stop),
        take_profit=number(given.target),
        reasoning=given.reasoning,
        created_at=utc(given.created_at),
        expires_at=utc(given.expires_at),
        status=SHOWN[given.state],
        ended_at=utc(given.ended_at) if given.ended_at else UNSET,
        reason=given.reason or UNSET,
    )


def execution(order: Order) -> wire.ExecutionData:
    """What became of an order that the broker has."""
    done = order.state is OrderState.FILLED
    if not done:
        message = "The broker has the order; it is not filled yet. Ask again for its outcome."
    elif order.filled < order.quantity:
        message = f"Order executed in part: {number(order.filled)} of {number(order.quantity)}"
    else:
        message = "Order executed successfully"
    return wire.ExecutionData(
        order_id=order.id,
        status="executed" if done else "pending",
        executed_at=utc(order.ended_at) if done and order.ended_at else None,
        execution_price=number(order.average_price) if done and order.average_price is not None else None,
        message=message,
        quantity=number(order.filled),
        fee=_money(order.fee),
    )


def _money(value: Decimal) -> Decimal:
    return number(cents(value))


def _perhaps(value: Decimal | None) -> Decimal | None:
    return None if value is None else _money(value)
