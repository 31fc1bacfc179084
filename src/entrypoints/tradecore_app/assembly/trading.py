"""Builds the use cases of portfolios, recommendations, orders and alerts."""

from datetime import timedelta

from tradecore.core import TradingUseCases
from tradecore.use_cases import (
    alerts,
    execute,
    orders,
    outside_trades,
    portfolio,
    portfolio_history,
    price_alerts,
    trade,
)
from tradecore_adapters import ambient
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.parts import Parts
from tradecore_app.settings import Settings


def make_trading_use_cases(settings: Settings, adapters: Adapters, parts: Parts) -> TradingUseCases:
    """The use cases of portfolios, recommendations, orders and alerts."""
    store, prices, now, new_id = adapters.store, adapters.account_prices, parts.now, ambient.new_id
    rules, settle = parts.trading_rules, parts.settle
    review = timedelta(days=settings.trading.review_days)
    return TradingUseCases(
        get_portfolio=portfolio.GetPortfolio(store, prices, now, rules.opening_cash, review, settle),
        get_portfolio_history=portfolio_history.GetPortfolioHistory(store, prices, now),
        import_positions=portfolio.ImportPositions(store, now, rules.opening_cash),
        book_outside_trade=outside_trades.BookOutsideTrade(store, now, new_id, rules.opening_cash, rules.costs),
        move_cash=portfolio.MoveCash(store, now, new_id, rules.opening_cash, rules.costs),
        get_recommendation=trade.GetRecommendation(store, now),
        list_recommendations=trade.ListRecommendations(store, now),
        execute_recommendation=execute.ExecuteRecommendation(store, adapters.broker, prices, now, rules, settle),
        reject_recommendation=trade.RejectRecommendation(store, now),
        list_orders=orders.ListOrders(store),
        cancel_order=orders.CancelOrder(store, now, settle),
        list_alerts=alerts.ListAlerts(store),
        acknowledge_alert=alerts.AcknowledgeAlert(store, now),
        create_price_alert=price_alerts.CreatePriceAlert(store, adapters.market, now, new_id),
        list_price_alerts=price_alerts.ListPriceAlerts(store),
        delete_price_alert=price_alerts.DeletePriceAlert(store),
    )
