"""The paper broker: executes at the newest price of the market data, with a fee and slippage, and writes it down."""

from decimal import ROUND_HALF_EVEN

from attrs import frozen

from tradecore.model.errors import Invalid, Stale, Unavailable
from tradecore.model.ids import OrderId
from tradecore.model.money import CENT, EXACT, FINE, Costs
from tradecore.model.orders import Order, Outcome, Report
from tradecore.model.steps import Action
from tradecore.ports.ambient import Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store


@frozen
class PaperBroker:
    """A broker whose book is a table in the store: an order is executed when it stands there, and only once."""

    store: Store
    market: QuotingMarket
    now: Now
    costs: Costs

    @property
    def name(self) -> str:
        """See the port."""
        return "paper"

    async def submit(self, order: Order) -> Report:
        """Fill the whole order at once, or refuse it; ambiguous when the market data or the store is out of reach."""
        try:
            report = await self._executed(order)
            async with self.store.unit_of_work() as uow:
                known = await uow.paper_orders.find(order.id)
                if known is None:
                    await uow.paper_orders.add(order.id, report)
                return known or report
        except (Stale, Unavailable):
            return Report(Outcome.AMBIGUOUS)

    async def find(self, id: OrderId) -> Report | None:
        """See the port."""
        async with self.store.snapshot() as uow:
            return await uow.paper_orders.find(id)

    async def _executed(self, order: Order) -> Report:
        try:
            quote = await self.market.quote(order.asset.symbol, order.asset.asset_type, self.now())
        except Invalid:
            return Report(Outcome.REFUSED, reason=f"There is no price of {order.asset.symbol}.")
        buying = order.action is Action.BUY
        slipped = quote.price * (1 + self.costs.slippage_percent / 100 * (1 if buying else -1))
        price = slipped.quantize(CENT if slipped >= 1 else FINE, rounding=ROUND_HALF_EVEN)
        if price <= 0 or (price > order.limit if buying else price < order.limit):
            return Report(Outcome.REFUSED, reason=f"The price {price} is beyond the limit of {order.limit}.")
        turnover = EXACT.multiply(order.quantity, price)
        return Report(Outcome.FILLED, order.quantity, price, self.costs.fee(turnover))
