"""Trading rules: which orders an installation allows, of what size and at which limit."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from attrs import field, frozen

from tradecore.model.errors import IllegalMove
from tradecore.model.exits import ExitPolicy, Exits
from tradecore.model.ledger import Book
from tradecore.model.market import AssetType, Quote
from tradecore.model.money import EXACT, FINE, ZERO, Asset, Costs, price, tick_size
from tradecore.model.orders import Order, order_id_for
from tradecore.model.recommendations import Recommendation
from tradecore.model.reservations import free_cash, free_units
from tradecore.model.steps import Action

DEFAULT_OPENING_CASH = Decimal(100_000)


@frozen
class TradingRules:
    """The trading rules of an installation.

    `max_drift` is the largest move in percent from the entry price of the analysis to the order, and from the order to
    the fill. With `trading` off no order is submitted; earlier orders are still settled. `exits` is what becomes of
    stop and target where a request does not say; BRACKET counts where the broker can place them.
    """

    opening_cash: Decimal = DEFAULT_OPENING_CASH
    max_drift: Decimal = Decimal(3)
    costs: Costs = field(factory=Costs)
    trading: bool = True
    exits: ExitPolicy = ExitPolicy.WATCH

    def order(
        self,
        wanted: Recommendation,
        quotes: Mapping[Asset, Quote],
        held: Book,
        others: Iterable[Order],
        exits: Exits | None,
        *,
        at: datetime,
    ) -> Order:
        """The order that executes a recommendation: its share of the portfolio, or all units that are held.

        `quotes` are those of the asset and of the positions that are `held`; `others` are the orders of the user that
        may still trade. Raises IllegalMove for the first rule that the order breaks.
        """
        quote = quotes.get(wanted.asset)
        if not self.trading:
            raise IllegalMove("Trading is switched off in this installation.")
        if quote is None:
            raise IllegalMove(f"There is no current price of {wanted.asset.symbol}, so it cannot be traded.")
        drift = 100 * abs(quote.local_price - wanted.entry) / wanted.entry
        if drift > self.max_drift:
            raise IllegalMove(
                f"The price of {wanted.asset.symbol} is {quote.local_price}, {drift:.1f} % away from the "
                f"{wanted.entry} of its analysis; at most {self.max_drift} % are allowed. Analyse it anew."
            )
        others = list(others)
        limit = limit_price(wanted.asset, wanted.action, quote.price, self.max_drift)
        if exits is not None:
            # Nothing is bought at a price at which it would be sold at once; brokers refuse such a bracket.
            limit = min(limit, exits.target - tick_size(wanted.asset, exits.target))
        if wanted.action is Action.SELL:
            units = free_units(held, wanted.asset, others)
            if units <= 0:
                raise IllegalMove(f"There is no {wanted.asset.symbol} to sell.")
        else:
            amount = _portfolio_value(held, quotes) * wanted.position_size / 100
            units = affordable_units(wanted.asset, amount, quote.price)
            if units <= 0:
                raise IllegalMove(
                    f"{wanted.position_size} % of the portfolio do not buy a single share of {wanted.asset.symbol}."
                )
        order = new_order(wanted, units, limit, exits, at=at)
        free = free_cash(held, others, self.costs)
        if (needed := order.reserved_cash(self.costs)) > free:
            raise IllegalMove(
                f"Buying {units} {wanted.asset.symbol} may cost up to {needed:.2f}; only {free:.2f} are free."
            )
        return order


def new_order(wanted: Recommendation, units: Decimal, limit: Decimal, exits: Exits | None, *, at: datetime) -> Order:
    """The order of a recommendation, to be submitted."""
    return Order(
        id=order_id_for(wanted.id),
        user=wanted.user,
        recommendation=wanted.id,
        asset=wanted.asset,
        action=wanted.action,
        quantity=units,
        limit=limit,
        at=at,
        placed_at=at,
        exits=exits,
    )


def limit_price(asset: Asset, action: Action, market: Decimal, percent: Decimal) -> Decimal:
    """The worst price that an order accepts: `percent` beyond the market price, in a tick size that venues accept."""
    worst = market * (1 + percent / 100 * (1 if action is Action.BUY else -1))
    # Rounded towards the market price, so that rounding never worsens the limit.
    rounded = worst.quantize(tick_size(asset, worst), rounding=ROUND_DOWN if action is Action.BUY else ROUND_UP)
    return price(rounded, "limit")


def affordable_units(asset: Asset, amount: Decimal, unit_price: Decimal) -> Decimal:
    """The units that an amount buys at a price, rounded down: whole shares, or crypto to 8 decimals. May be 0."""
    step = Decimal(1) if asset.asset_type is AssetType.EQUITY else FINE
    return max(ZERO, (amount / unit_price).quantize(step, rounding=ROUND_DOWN, context=EXACT))


def _portfolio_value(held: Book, quotes: Mapping[Asset, Quote]) -> Decimal:
    """Cash plus positions; a position without a quote counts at cost."""
    positions = (
        position.quantity * quotes[position.asset].price if position.asset in quotes else position.cost
        for position in held.positions.values()
    )
    return held.cash + sum(positions, ZERO)
