"""The paper broker: fills orders at the latest price of the market data, with fees and slippage."""

from decimal import ROUND_HALF_EVEN

from attrs import frozen

from tradecore.model.errors import Invalid, Stale, Unavailable
from tradecore.model.ids import OrderId
from tradecore.model.money import CENT, EXACT, Costs, price_step
from tradecore.model.orders import BrokerStatus, ExecutionReport, Order
from tradecore.model.steps import Action
from tradecore.ports.ambient import Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store


@frozen
class PaperBroker:
    """A broker whose book is a table in the store, which makes each order execute at most once."""

    store: Store
    market: QuotingMarket
    now: Now
    costs: Costs

    @property
    def name(self) -> str:
        """The name stored with orders."""
        return "paper"

    async def submit(self, order: Order) -> ExecutionReport:
        """Fill the whole order or refuse it; the report is AMBIGUOUS where market data or store are unavailable."""
        try:
            report = await self._execute(order)
            async with self.store.unit_of_work() as uow:
                known = await uow.paper_orders.find(order.id)
                if known is None:
                    await uow.paper_orders.add(order.id, report)
                return known or report
        except (Stale, Unavailable):
            return ExecutionReport(BrokerStatus.AMBIGUOUS)

    async def find(self, id: OrderId) -> ExecutionReport | None:
        """The report of an executed order, or None. Raises Unavailable."""
        async with self.store.snapshot() as uow:
            return await uow.paper_orders.find(id)

    async def cancel(self, id: OrderId) -> ExecutionReport | None:
        """The report of an executed order, or None: an order is filled or refused at once, and never open."""
        return await self.find(id)

    async def _execute(self, order: Order) -> ExecutionReport:
        try:
            quote = await self.market.quote(order.asset.symbol, order.asset.asset_type, self.now())
        except Invalid:
            return ExecutionReport(BrokerStatus.REFUSED, reason=f"There is no price of {order.asset.symbol}.")
        buying = order.action is Action.BUY
        slipped = quote.price * (1 + self.costs.slippage_percent / 100 * (1 if buying else -1))
        price = slipped.quantize(CENT if slipped >= 1 else price_step(slipped), rounding=ROUND_HALF_EVEN)
        if price <= 0 or (price > order.limit if buying else price < order.limit):
            return ExecutionReport(
                BrokerStatus.REFUSED, reason=f"The price {price} is beyond the limit of {order.limit}."
            )
        turnover = EXACT.multiply(order.quantity, price)
        return ExecutionReport(BrokerStatus.FILLED, order.quantity, price, self.costs.fee(turnover))
