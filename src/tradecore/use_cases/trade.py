"""Trading: recommendations are listed, executed, rejected; what was intended is settled with the broker."""

from datetime import datetime
from decimal import Decimal

from attrs import field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, KeyReused, Stale, StillRunning, Unavailable
from tradecore.model.ids import OrderId, RecommendationId
from tradecore.model.ledger import Book, book
from tradecore.model.market import Quote
from tradecore.model.money import ZERO, Asset, Costs
from tradecore.model.orders import Order, OrderState, Outcome, limit_price, order_id_of, units_for
from tradecore.model.receipts import Once, Receipt
from tradecore.model.recommendations import Recommendation, RecommendationState
from tradecore.model.steps import Action
from tradecore.model.users import Caller
from tradecore.ports.ambient import Now
from tradecore.ports.broker import Broker
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.portfolio import OPENING_CASH, opened, quotes_of
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.settle import TRIES, SettleOrder

# At most this many recommendations are listed at once.
LISTED = 200

_VERB = "execute recommendation"
_SHOWN: dict[RecommendationState, frozenset[RecommendationState]] = {
    state: frozenset({state}) for state in RecommendationState
} | {RecommendationState.PENDING: frozenset({RecommendationState.PENDING, RecommendationState.EXECUTING})}


@frozen
class TradingRules:
    """What this installation allows. `max_drift`: percent between analysis and order, and between order and fill.

    With `trading` off nothing is sent to a broker; what was sent before is still settled.
    """

    opening_cash: Decimal = OPENING_CASH
    max_drift: Decimal = Decimal(3)
    costs: Costs = field(factory=Costs)
    trading: bool = True


@frozen
class OrderTicket:
    """What an idempotency key is remembered by: the order that the first request led to."""

    order: OrderId


@frozen
class ListRecommendations:
    """Show the caller's recommendations."""

    store: Store
    now: Now

    async def __call__(
        self, *, by: Caller, state: RecommendationState = RecommendationState.PENDING
    ) -> tuple[Recommendation, ...]:
        """Those in a state, newest first, at most LISTED; pending ones include those whose order is under way.

        A pending one whose time is over shows as expired, whether or not anybody has written that down yet.
        """
        now = self.now()
        pending, expired = RecommendationState.PENDING, RecommendationState.EXPIRED
        async with self.store.snapshot() as uow:
            found = await uow.recommendations.of(by.user, _SHOWN[state], LISTED)
            if state is expired:
                late = [
                    each for each in await uow.recommendations.of(by.user, _SHOWN[pending], LISTED) if each.due(now)
                ]
                changed = (*found, *(each.expire(at=each.expires_at).entity for each in late))
                return tuple(sorted(changed, key=lambda each: (each.created_at, each.id), reverse=True)[:LISTED])
        return tuple(each for each in found if not each.due(now))


@frozen
class ExecuteRecommendation:
    """Carry out a recommendation, exactly once however often and from wherever it is asked."""

    store: Store
    broker: Broker
    market: QuotingMarket
    now: Now
    rules: TradingRules
    settle: SettleOrder

    async def __call__(self, id: RecommendationId, *, by: Caller, once: Once | None = None) -> Order:
        """The order that was filled, or that the broker has accepted; asked again, the same one.

        The intent is written down first, then the broker is called, then its report is booked. Raises NotFound;
        IllegalMove when it was rejected, has expired, or a gate is closed: trading, price drift, cash, holdings;
        StillRunning while another request sends the order; Unavailable while its fate is unknown: ask again.
        """
        for _ in range(TRIES):
            try:
                return await self._once(id, by, once)
            except Stale:
                continue
        raise StillRunning(f"Recommendation {id} is being executed by other requests; ask again.")

    async def _once(self, id: RecommendationId, by: Caller, once: Once | None) -> Order:
        async with self.store.snapshot() as uow:
            recommendation = await uow.recommendations.get(id, owner=by.user)
            if once:
                await _demand_same(uow, by, once)
            order = await uow.orders.find(order_id_of(id))
        if recommendation.state is RecommendationState.EXECUTED and order:
            return order
        if recommendation.ended:
            raise IllegalMove(_why_not(recommendation))
        if order:
            # It may have been sent before: it is looked up, never sent again unseen.
            order = await self.settle(order)
            if order.state is OrderState.INTENDED:
                raise StillRunning(f"Recommendation {id} is being executed; ask again for its outcome.")
            if order.state is not OrderState.LOST:
                return _answer(order)
        return await self._send(id, by, once)

    async def _send(self, id: RecommendationId, by: Caller, once: Once | None) -> Order:
        quotes = await self._quotes(id, by)
        async with self.store.unit_of_work() as uow:
            order = await self._intend(uow, id, quotes, by, once)
        if order is None:
            raise IllegalMove(f"Recommendation {id} has expired and can no longer be executed.")
        report = await self.broker.submit(order)
        if report.outcome is Outcome.AMBIGUOUS:
            # One look; whoever asks again looks again, and so does the scheduled task.
            found = await self.broker.find(order.id)
            if found is None:
                raise Unavailable(f"The broker has not answered for order {order.id}; ask again for its outcome.")
            report = found
        return _answer(await self.settle.book(order.id, report))

    async def _quotes(self, id: RecommendationId, by: Caller) -> dict[Asset, Quote]:
        """Prices of what is to be traded, and of all that the user holds: the size is a share of the whole."""
        async with self.store.snapshot() as uow:
            wanted = await uow.recommendations.get(id, owner=by.user)
            held = book(await uow.ledger.entries(by.user)).positions
        return await quotes_of(self.market, (wanted.asset, *held), at=self.now())

    async def _intend(
        self, uow: UnitOfWork, id: RecommendationId, quotes: dict[Asset, Quote], by: Caller, once: Once | None
    ) -> Order | None:
        """Write down the order that is about to be sent; None when it had expired, which is written down instead."""
        now = self.now()
        recommendation = await uow.recommendations.get(id, owner=by.user)
        account = await opened(uow, by.user, self.rules.opening_cash, at=now)
        if recommendation.state is not RecommendationState.PENDING:
            raise Stale(f"Recommendation {id} was taken up meanwhile.")
        if recommendation.due(now):
            await uow.recommendations.put(recommendation.expire(at=now))
            return None
        order = await self._order(uow, recommendation, quotes, now)
        if once and not await uow.receipts.find(by.user, _VERB, once.key):
            await uow.receipts.add(Receipt(by.user, _VERB, once, OrderTicket(order.id), now))
        await uow.recommendations.put(recommendation.begin(order.id, at=now))
        await uow.accounts.put(Change(account))
        known = await uow.orders.find(order.id)
        return await uow.orders.put(known.intend_again(order.quantity, order.limit, at=now) if known else Change(order))

    async def _order(self, uow: UnitOfWork, wanted: Recommendation, quotes: dict[Asset, Quote], now: datetime) -> Order:
        """Size and price the order. Raises IllegalMove with the gate that is closed."""
        quote = quotes.get(wanted.asset)
        if not self.rules.trading:
            raise IllegalMove("Trading is switched off; set TRADECORE_TRADING=true to switch it on.")
        if quote is None:
            raise IllegalMove(f"There is no current price of {wanted.asset.symbol}, so it cannot be traded.")
        drift = 100 * abs(quote.price - wanted.entry) / wanted.entry
        if drift > self.rules.max_drift:
            raise IllegalMove(
                f"The price of {wanted.asset.symbol} is {quote.price}, {drift:.1f} % away from the {wanted.entry} of "
                f"its analysis; at most {self.rules.max_drift} % are allowed. Analyse it anew."
            )
        held = book(await uow.ledger.entries(wanted.user))
        others = await uow.orders.unsettled(lost_since=now, user=wanted.user)
        limit = limit_price(wanted.asset, wanted.action, quote.price, self.rules.max_drift)
        if wanted.action is Action.SELL:
            taken = sum((each.reserved_units() for each in others if each.asset == wanted.asset), ZERO)
            units = held.held(wanted.asset) - taken
            if units <= 0:
                raise IllegalMove(f"There is no {wanted.asset.symbol} to sell.")
        else:
            units = units_for(wanted.asset, _worth(held, quotes) * wanted.position_size / 100, quote.price)
            if units <= 0:
                raise IllegalMove(
                    f"{wanted.position_size} % of the portfolio do not buy a single share of {wanted.asset.symbol}."
                )
        order = Order(
            id=order_id_of(wanted.id),
            user=wanted.user,
            recommendation=wanted.id,
            asset=wanted.asset,
            action=wanted.action,
            quantity=units,
            limit=limit,
            at=now,
        )
        free = held.cash - sum((each.reserved_cash(self.rules.costs) for each in others), ZERO)
        if (needed := order.reserved_cash(self.rules.costs)) > free:
            raise IllegalMove(
                f"Buying {units} {wanted.asset.symbol} may cost up to {needed:.2f}; only {free:.2f} are free."
            )
        return order


@frozen
class RejectRecommendation:
    """Say that the caller does not want it."""

    store: Store
    now: Now

    @retry_on_conflict
    async def __call__(self, id: RecommendationId, *, by: Caller) -> Recommendation:
        """The rejected one; asked again, the same. Raises NotFound; IllegalMove when it was executed or has expired."""
        now = self.now()
        async with self.store.unit_of_work() as uow:
            found = await uow.recommendations.get(id, owner=by.user)
            if found.state is RecommendationState.REJECTED:
                return found
            if found.state is RecommendationState.EXECUTING:
                raise IllegalMove(f"Recommendation {id} is being executed and can no longer be rejected.")
            if found.ended:
                raise IllegalMove(_why_not(found))
            change = found.expire(at=now) if found.due(now) else found.reject("rejected by the user", at=now)
            kept = await uow.recommendations.put(change)
        if kept.state is RecommendationState.EXPIRED:
            raise IllegalMove(_why_not(kept))
        return kept


@frozen
class ExpireRecommendations:
    """A scheduled task: write down whose time is over."""

    store: Store
    now: Now

    async def __call__(self) -> int:
        """How many there were."""
        count = 0
        while True:
            async with self.store.unit_of_work() as uow:
                now = self.now()
                late = await uow.recommendations.due(now, LISTED)
                for each in late:
                    await uow.recommendations.put(each.expire(at=now))
            count += len(late)
            if len(late) < LISTED:
                return count


def _worth(held: Book, quotes: dict[Asset, Quote]) -> Decimal:
    """Cash and positions; what has no price counts at cost."""
    positions = (
        each.quantity * quotes[each.asset].price if each.asset in quotes else each.cost
        for each in held.positions.values()
    )
    return held.cash + sum(positions, ZERO)


def _answer(order: Order) -> Order:
    if order.state is OrderState.REFUSED:
        raise IllegalMove(f"Order {order.id} came to nothing: {order.reason}")
    return order


def _why_not(ended: Recommendation) -> str:
    why = f": {ended.reason}" if ended.reason else ""
    return f"Recommendation {ended.id} is {ended.state}, for good{why}."


async def _demand_same(uow: UnitOfWork, by: Caller, once: Once) -> None:
    earlier = await uow.receipts.find(by.user, _VERB, once.key)
    if earlier and earlier.once.fingerprint != once.fingerprint:
        raise KeyReused(f"The idempotency key {once.key!r} was used before with a different request.")
