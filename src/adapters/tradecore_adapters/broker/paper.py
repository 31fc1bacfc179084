"""The paper broker: fills orders at the latest price of the market data, with fees and slippage, and exits by days."""

from contextlib import suppress
from decimal import ROUND_HALF_EVEN, Decimal

from attrs import frozen

from tradecore.model.errors import Invalid, Stale, Unavailable
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import OrderId
from tradecore.model.money import CENT, EXACT, Costs, price_step, rounded_price
from tradecore.model.orders import Order, RestingOrder, exit_id_for
from tradecore.model.recommendations import Level
from tradecore.model.steps import Action
from tradecore.ports.ambient import Now
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store
from tradecore.use_cases.reached_level import reached_level


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

    async def exits_objection(self, order: Order) -> str:
        """None: exits of every asset can be placed."""
        return ""

    async def submit(self, order: Order) -> ExecutionReport:
        """Fill the whole order or refuse it, and accept an exit order; AMBIGUOUS without market data or store."""
        try:
            report, resting = await (self._accept(order) if order.purchase is not None else self._execute(order))
            async with self.store.unit_of_work() as uow:
                known = await uow.paper_orders.find(order.id)
                if known is None:
                    await uow.paper_orders.add(order.id, report, resting=resting)
                return known or report
        except (Stale, Unavailable):
            return ExecutionReport(BrokerStatus.AMBIGUOUS)

    async def find(self, id: OrderId) -> ExecutionReport | None:
        """The report of an order, or None; an exit order that a day has reached is executed now. Raises Unavailable."""
        async with self.store.snapshot() as uow:
            report, resting = await uow.paper_orders.find(id), await uow.paper_orders.resting(id)
        if resting is None:
            return report
        executed = await self._path(resting)
        return report if executed is None else await self._end(id, executed)

    async def cancel(self, id: OrderId) -> ExecutionReport | None:
        """The report of an order, or None: an exit order that no day has reached ends. Raises Unavailable."""
        report = await self.find(id)
        if report is None or report.status is not BrokerStatus.ACCEPTED:
            return report
        return await self._end(id, ExecutionReport(BrokerStatus.REFUSED, reason="The exits were cancelled."))

    async def _end(self, id: OrderId, report: ExecutionReport) -> ExecutionReport:
        """The last report of an order: this one, unless another process has ended it meanwhile."""
        async with self.store.unit_of_work() as uow:
            if await uow.paper_orders.resting(id) is not None:
                await uow.paper_orders.end(id, report)
            return await uow.paper_orders.find(id) or report

    async def _accept(self, order: Order) -> tuple[ExecutionReport, RestingOrder | None]:
        """An exit order rests from the day after the purchase; a later one goes on where the one before it ended."""
        placed = (order.placed_at or order.at).date()
        if order.purchase is not None and order.id != exit_id_for(order.purchase, 1):
            # Without prices no day reaches a level, and the day of placing is as good as another one.
            with suppress(Invalid):
                quote = await self.market.quote(order.asset.symbol, order.asset.asset_type, self.now())
                placed = min(placed, quote.day)
        return ExecutionReport(BrokerStatus.ACCEPTED), RestingOrder(order, placed)

    async def _path(self, resting: RestingOrder) -> ExecutionReport | None:
        """The execution of an exit order by the first day that reached one of its levels; None where none has.

        A stop is a market order and slips; a target is a limit order and does not. Units and prices are those of the
        order, also after a split.
        """
        order = resting.order
        if order.exits is None:
            return None
        try:
            reached = await reached_level(
                self.market,
                order.asset,
                order.exits,
                after=resting.since,
                basis=(order.placed_at or order.at).date(),
                at=self.now(),
            )
        except Invalid:
            return None
        if reached is None:
            return None
        slips = reached.level is Level.STOP
        return self._filled(order, self._slipped(reached.price, order.action) if slips else reached.price)

    def _filled(self, order: Order, price: Decimal) -> ExecutionReport:
        price = rounded_price(price)
        turnover = EXACT.multiply(order.quantity, price)
        return ExecutionReport(BrokerStatus.FILLED, order.quantity, price, self.costs.fee(turnover))

    def _slipped(self, price: Decimal, action: Action) -> Decimal:
        slipped = price * (1 + self.costs.slippage_percent / 100 * (1 if action is Action.BUY else -1))
        return slipped.quantize(CENT if slipped >= 1 else price_step(slipped), rounding=ROUND_HALF_EVEN)

    async def _execute(self, order: Order) -> tuple[ExecutionReport, None]:
        try:
            quote = await self.market.quote(order.asset.symbol, order.asset.asset_type, self.now())
        except Invalid:
            return ExecutionReport(BrokerStatus.REFUSED, reason=f"There is no price of {order.asset.symbol}."), None
        buying = order.action is Action.BUY
        price = self._slipped(quote.price, order.action)
        if price <= 0 or (price > order.limit if buying else price < order.limit):
            reason = f"The price {price} is beyond the limit of {order.limit}."
            return ExecutionReport(BrokerStatus.REFUSED, reason=reason), None
        return self._filled(order, price), None
