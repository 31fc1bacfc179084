"""Trading: listing, executing, rejecting and expiring recommendations."""

from datetime import datetime, timedelta
from decimal import Decimal

from attrs import field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid, NeedsConfirmation, Stale, StillRunning, Unavailable
from tradecore.model.ids import OrderId, RecommendationId
from tradecore.model.ledger import Book, book
from tradecore.model.market import Quote
from tradecore.model.money import ZERO, Asset, Costs
from tradecore.model.orders import BrokerStatus, Order, OrderState, affordable_units, limit_price, order_id_for
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.recommendations import Recommendation, RecommendationState
from tradecore.model.steps import Action
from tradecore.model.users import Caller
from tradecore.ports.ambient import Now
from tradecore.ports.broker import Broker
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.corporate_actions import BookCorporateActions
from tradecore.use_cases.idempotency import find_response, keep_response
from tradecore.use_cases.portfolio import DEFAULT_OPENING_CASH, fetch_quotes, open_account
from tradecore.use_cases.retry import retry_on_conflict
from tradecore.use_cases.settle import MAX_ATTEMPTS, SettleOrder

MAX_LISTED = 200
# A second order for the same symbol within this time is a repetition by mistake, unless it is confirmed.
REPETITION = timedelta(seconds=60)

_OPERATION = "execute recommendation"
_STATES_SHOWN_AS: dict[RecommendationState, frozenset[RecommendationState]] = {
    state: frozenset({state}) for state in RecommendationState
} | {RecommendationState.PENDING: frozenset({RecommendationState.PENDING, RecommendationState.EXECUTING})}


@frozen
class TradingRules:
    """The trading rules of an installation.

    `max_drift` is the largest move in percent from the entry price of the analysis to the order, and from the order to
    the fill. With `trading` off no order is submitted; earlier orders are still settled.
    """

    opening_cash: Decimal = DEFAULT_OPENING_CASH
    max_drift: Decimal = Decimal(3)
    costs: Costs = field(factory=Costs)
    trading: bool = True


@frozen
class OrderTicket:
    """The stored response to an execution: the id of its order."""

    order: OrderId


@frozen
class RecommendationPage:
    """A page of recommendations, newest first, and the number of recommendations on all pages."""

    recommendations: tuple[Recommendation, ...]
    total: int


@frozen
class ListRecommendations:
    """List recommendations of the caller."""

    store: Store
    now: Now

    async def __call__(
        self,
        *,
        by: Caller,
        state: RecommendationState = RecommendationState.PENDING,
        page: int = 1,
        page_size: int = MAX_LISTED,
    ) -> RecommendationPage:
        """Page `page`, counted from 1, of the recommendations in a state. Pending ones include executing ones.

        A pending one whose time is over counts as expired, also before that is stored.
        """
        now = self.now()
        states, skipped = _STATES_SHOWN_AS[state], (page - 1) * page_size
        async with self.store.snapshot() as uow:
            listed = await uow.recommendations.of(by.user, states, page_size, offset=skipped, at=now)
            total = await uow.recommendations.count(by.user, states, at=now)
        expired = RecommendationState.EXPIRED
        shown = (
            recommendation.expire(at=recommendation.expires_at).entity
            if state is expired and recommendation.due(now)
            else recommendation
            for recommendation in listed
        )
        return RecommendationPage(tuple(shown), total)


@frozen
class ExecuteRecommendation:
    """Execute a recommendation, once for any number of requests."""

    store: Store
    broker: Broker
    market: QuotingMarket
    now: Now
    rules: TradingRules
    settle: SettleOrder

    async def __call__(
        self,
        id: RecommendationId,
        *,
        by: Caller,
        idempotency: IdempotencyKey | None = None,
        confirmed: bool = False,
    ) -> Order:
        """The order, filled or accepted by the broker; repeated requests get the same order.

        The order is stored first, then submitted, then its report is booked. Raises NotFound; IllegalMove when the
        recommendation was rejected or has expired, and when trading is off, the price has drifted or cash or holdings
        do not suffice; NeedsConfirmation, unless it is `confirmed`, for a second order of the same symbol within
        REPETITION or from the same evidence; KeyReused when the key came with a different request before; StillRunning
        while another request submits the order; Unavailable while the fate of the order is unknown, in which case a
        repeated request looks it up.
        """
        for _ in range(MAX_ATTEMPTS):
            try:
                return await self._attempt(id, by, idempotency, confirmed)
            except Stale:
                continue
        raise StillRunning(f"Recommendation {id} is being executed by other requests; try again.")

    async def _attempt(
        self, id: RecommendationId, by: Caller, idempotency: IdempotencyKey | None, confirmed: bool
    ) -> Order:
        async with self.store.snapshot() as uow:
            recommendation = await uow.recommendations.get(id, owner=by.user)
            await find_response(uow, by.user, _OPERATION, idempotency, OrderTicket)
            order = await uow.orders.find(order_id_for(id))
        if recommendation.state is RecommendationState.EXECUTED and order:
            return order
        if recommendation.ended:
            raise IllegalMove(_end_of(recommendation))
        if order:
            # It may have been submitted before, so it is looked up first.
            order = await self.settle(order)
            if order.state is OrderState.PENDING:
                raise StillRunning(f"Recommendation {id} is being executed; try again for its outcome.")
            if order.state is not OrderState.UNKNOWN:
                return _accepted_or_filled(order)
        return await self._submit(id, by, idempotency, confirmed)

    async def _submit(
        self, id: RecommendationId, by: Caller, idempotency: IdempotencyKey | None, confirmed: bool
    ) -> Order:
        await BookCorporateActions(self.store, self.market, self.now).of(by.user)
        quotes = await self._quotes(id, by)
        async with self.store.unit_of_work() as uow:
            order = await self._store_order(uow, id, quotes, by, idempotency, confirmed)
        if order is None:
            raise IllegalMove(f"Recommendation {id} has expired and can no longer be executed.")
        report = await self.broker.submit(order)
        if report.status is BrokerStatus.AMBIGUOUS:
            # Looked up once here; repeated requests and the scheduled task look it up again.
            found = await self.broker.find(order.id)
            if found is None:
                raise Unavailable(f"The broker has not answered for order {order.id}; try again for its outcome.")
            report = found
        return _accepted_or_filled(await self.settle.book(order.id, report))

    async def _quotes(self, id: RecommendationId, by: Caller) -> dict[Asset, Quote]:
        """Quotes of the recommended asset and of all holdings, since the size is a share of the portfolio."""
        async with self.store.snapshot() as uow:
            wanted = await uow.recommendations.get(id, owner=by.user)
            held = book(await uow.ledger.entries(by.user)).positions
        quotes = await fetch_quotes(self.market, (wanted.asset, *held), at=self.now())
        if wanted.asset not in quotes:
            await self._check_currency(wanted.asset)
        return quotes

    async def _check_currency(self, asset: Asset) -> None:
        try:
            await self.market.quote(asset.symbol, asset.asset_type, self.now())
        except Invalid as invalid:
            if any(problem.field == "currency" for problem in invalid.problems):
                raise IllegalMove(str(invalid)) from invalid

    async def _store_order(
        self,
        uow: UnitOfWork,
        id: RecommendationId,
        quotes: dict[Asset, Quote],
        by: Caller,
        idempotency: IdempotencyKey | None,
        confirmed: bool,
    ) -> Order | None:
        """Store the order to submit; None for an expired recommendation, whose end is stored instead."""
        now = self.now()
        recommendation = await uow.recommendations.get(id, owner=by.user)
        account = await open_account(uow, by.user, self.rules.opening_cash, at=now)
        if recommendation.state is not RecommendationState.PENDING:
            raise Stale(f"Recommendation {id} was changed meanwhile.")
        if recommendation.due(now):
            await uow.recommendations.put(recommendation.expire(at=now))
            return None
        if not confirmed:
            await _require_first(uow, recommendation, now)
        order = await self._order(uow, recommendation, quotes, now)
        if not await find_response(uow, by.user, _OPERATION, idempotency, OrderTicket):
            await keep_response(uow, by.user, _OPERATION, idempotency, OrderTicket(order.id), at=now)
        await uow.recommendations.put(recommendation.begin(order.id, at=now))
        await uow.accounts.put(Change(account))
        known = await uow.orders.find(order.id)
        return await uow.orders.put(known.resubmit(order.quantity, order.limit, at=now) if known else Change(order))

    async def _order(self, uow: UnitOfWork, wanted: Recommendation, quotes: dict[Asset, Quote], now: datetime) -> Order:
        """The order with its size and limit. Raises IllegalMove for the first rule that it breaks."""
        quote = quotes.get(wanted.asset)
        if not self.rules.trading:
            raise IllegalMove("Trading is switched off in this installation.")
        if quote is None:
            raise IllegalMove(f"There is no current price of {wanted.asset.symbol}, so it cannot be traded.")
        drift = 100 * abs(quote.local_price - wanted.entry) / wanted.entry
        if drift > self.rules.max_drift:
            raise IllegalMove(
                f"The price of {wanted.asset.symbol} is {quote.local_price}, {drift:.1f} % away from the "
                f"{wanted.entry} of its analysis; at most {self.rules.max_drift} % are allowed. Analyse it anew."
            )
        held = book(await uow.ledger.entries(wanted.user))
        others = await uow.orders.unsettled(unknown_since=now, user=wanted.user)
        limit = limit_price(wanted.asset, wanted.action, quote.price, self.rules.max_drift)
        if wanted.action is Action.SELL:
            reserved = sum((other.reserved_units() for other in others if other.asset == wanted.asset), ZERO)
            units = held.held(wanted.asset) - reserved
            if units <= 0:
                raise IllegalMove(f"There is no {wanted.asset.symbol} to sell.")
        else:
            units = affordable_units(
                wanted.asset, _portfolio_value(held, quotes) * wanted.position_size / 100, quote.price
            )
            if units <= 0:
                raise IllegalMove(
                    f"{wanted.position_size} % of the portfolio do not buy a single share of {wanted.asset.symbol}."
                )
        order = Order(
            id=order_id_for(wanted.id),
            user=wanted.user,
            recommendation=wanted.id,
            asset=wanted.asset,
            action=wanted.action,
            quantity=units,
            limit=limit,
            at=now,
        )
        free = held.cash - sum((other.reserved_cash(self.rules.costs) for other in others), ZERO)
        if (needed := order.reserved_cash(self.rules.costs)) > free:
            raise IllegalMove(
                f"Buying {units} {wanted.asset.symbol} may cost up to {needed:.2f}; only {free:.2f} are free."
            )
        return order


@frozen
class RejectRecommendation:
    """Reject a recommendation of the caller."""

    store: Store
    now: Now

    @retry_on_conflict
    async def __call__(self, id: RecommendationId, *, by: Caller) -> Recommendation:
        """The rejected recommendation, also when it was rejected before.

        Raises NotFound, and IllegalMove when it is being executed, was executed or has expired.
        """
        now = self.now()
        async with self.store.unit_of_work() as uow:
            recommendation = await uow.recommendations.get(id, owner=by.user)
            if recommendation.state is RecommendationState.REJECTED:
                return recommendation
            if recommendation.state is RecommendationState.EXECUTING:
                raise IllegalMove(f"Recommendation {id} is being executed and can no longer be rejected.")
            if recommendation.ended:
                raise IllegalMove(_end_of(recommendation))
            expired = recommendation.due(now)
            change = recommendation.expire(at=now) if expired else recommendation.reject("rejected by the user", at=now)
            recommendation = await uow.recommendations.put(change)
        if expired:
            raise IllegalMove(_end_of(recommendation))
        return recommendation


@frozen
class ExpireRecommendations:
    """A scheduled task that expires pending recommendations whose time is over."""

    store: Store
    now: Now

    async def __call__(self) -> int:
        """The number of newly expired recommendations."""
        count = 0
        while True:
            async with self.store.unit_of_work() as uow:
                now = self.now()
                late = await uow.recommendations.due(now, MAX_LISTED)
                for recommendation in late:
                    await uow.recommendations.put(recommendation.expire(at=now))
            count += len(late)
            if len(late) < MAX_LISTED:
                return count


async def _require_first(uow: UnitOfWork, wanted: Recommendation, now: datetime) -> None:
    """Raises NeedsConfirmation when the same symbol was ordered just now, or from the same evidence."""
    states = frozenset({RecommendationState.EXECUTING, RecommendationState.EXECUTED})
    for earlier in await uow.recommendations.of(wanted.user, states, MAX_LISTED):
        if earlier.asset != wanted.asset:
            continue
        recent = earlier.ended_at is None or now - earlier.ended_at < REPETITION
        same = bool(wanted.evidence) and earlier.evidence == wanted.evidence and earlier.action is wanted.action
        if recent or same:
            held = book(await uow.ledger.entries(wanted.user)).held(wanted.asset)
            why = "less than a minute ago" if recent else "on the same evidence"
            raise NeedsConfirmation(
                f"{wanted.asset.symbol} was traded {why}; {held.normalize():f} units are held. Confirm to trade again.",
                wanted.asset.symbol,
                f"{held.normalize():f}",
            )


def _portfolio_value(held: Book, quotes: dict[Asset, Quote]) -> Decimal:
    """Cash plus positions; a position without a quote counts at cost."""
    positions = (
        position.quantity * quotes[position.asset].price if position.asset in quotes else position.cost
        for position in held.positions.values()
    )
    return held.cash + sum(positions, ZERO)


def _accepted_or_filled(order: Order) -> Order:
    if order.state in (OrderState.REFUSED, OrderState.CANCELLED):
        raise IllegalMove(f"Order {order.id} came to nothing: {order.reason}")
    return order


def _end_of(ended: Recommendation) -> str:
    why = f": {ended.reason}" if ended.reason else ""
    return f"Recommendation {ended.id} is {ended.state}, for good{why}."
