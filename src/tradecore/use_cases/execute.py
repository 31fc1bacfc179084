"""Executing recommendations: at most one order each, stored before it is submitted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.decimals import plain
from tradecore.model.errors import IllegalMove, Invalid, NeedsConfirmation, Stale, StillRunning, Unavailable
from tradecore.model.execution_reports import BrokerStatus
from tradecore.model.exits import ExitPolicy, Exits
from tradecore.model.ids import OrderId, RecommendationId
from tradecore.model.ledger import book
from tradecore.model.market import Quote
from tradecore.model.money import ACCOUNT_CURRENCY, Asset
from tradecore.model.orders import Order, OrderState, order_id_for
from tradecore.model.receipts import IdempotencyKey
from tradecore.model.recommendations import Recommendation, RecommendationState
from tradecore.model.steps import Action
from tradecore.model.trading_rules import TradingRules, new_order
from tradecore.model.users import Caller
from tradecore.ports.ambient import Now
from tradecore.ports.broker import Broker
from tradecore.ports.market import QuotingMarket
from tradecore.ports.store import Store, UnitOfWork
from tradecore.use_cases.corporate_actions import BookCorporateActions
from tradecore.use_cases.exits import cancel_exits
from tradecore.use_cases.idempotency import find_response, keep_response
from tradecore.use_cases.portfolio import fetch_quotes, open_account
from tradecore.use_cases.settle import MAX_ATTEMPTS, SettleOrder

# A second order for the same symbol within this time is a repetition by mistake, unless it is confirmed.
REPETITION = timedelta(seconds=60)

_MAX_EARLIER = 200
_OPERATION = "execute recommendation"


@frozen
class OrderTicket:
    """The stored response to an execution: the id of its order."""

    order: OrderId


@frozen
class _Request:
    """A request to execute a recommendation."""

    id: RecommendationId
    caller: Caller
    idempotency: IdempotencyKey | None
    confirmed: bool
    exits: ExitPolicy | None


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
        exits: ExitPolicy | None = None,
    ) -> Order:
        """The order, filled or accepted by the broker; repeated requests get the same order.

        The order is stored first, then submitted, then its report is booked. `exits` is what becomes of the stop and
        the target of a purchase, by default what the installation says. Before a sale, exit orders of its position are
        cancelled.

        Raises NotFound; IllegalMove when the recommendation was rejected or has expired, and when trading is off, the
        price has drifted, cash or holdings do not suffice, or exit orders are wanted that cannot be placed;
        NeedsConfirmation, unless it is `confirmed`, for a second order of the same symbol within REPETITION or from the
        same evidence; KeyReused when the key came with a different request before; StillRunning while another request
        submits the order; Unavailable while the fate of the order is unknown, in which case a repeated request looks it
        up.
        """
        request = _Request(id, by, idempotency, confirmed, exits)
        for _ in range(MAX_ATTEMPTS):
            try:
                return await self._attempt(request)
            except Stale:
                continue
        raise StillRunning(f"Recommendation {id} is being executed by other requests; try again.")

    async def _attempt(self, request: _Request) -> Order:
        id, caller = request.id, request.caller
        async with self.store.snapshot() as uow:
            recommendation = await uow.recommendations.get(id, owner=caller.user)
            await find_response(uow, caller.user, _OPERATION, request.idempotency, OrderTicket)
            order = await uow.orders.find(order_id_for(id))
        if recommendation.state is RecommendationState.EXECUTED and order:
            return order
        if recommendation.ended:
            raise IllegalMove(recommendation.end_sentence())
        if order:
            # It may have been submitted before, so it is looked up first.
            order = await self.settle(order)
            if order.state is OrderState.PENDING:
                raise StillRunning(f"Recommendation {id} is being executed; try again for its outcome.")
            if order.state is not OrderState.UNKNOWN:
                return _accepted_or_filled(order)
        return await self._submit(request)

    async def _submit(self, request: _Request) -> Order:
        await BookCorporateActions(self.store, self.market, self.now, self.settle).of(request.caller.user)
        quotes = await self._quotes(request)
        exits = await self._exits(request, quotes)
        await self._make_room(request, quotes)
        async with self.store.unit_of_work() as uow:
            order = await self._store_order(uow, request, quotes, exits)
        if order is None:
            raise IllegalMove(f"Recommendation {request.id} has expired and can no longer be executed.")
        report = await self.broker.submit(order)
        if report.status is BrokerStatus.AMBIGUOUS:
            # Looked up once here; repeated requests and the scheduled task look it up again.
            found = await self.broker.find(order.id)
            if found is None:
                raise Unavailable(f"The broker has not answered for order {order.id}; try again for its outcome.")
            report = found
        return _accepted_or_filled(await self.settle.book(order.id, report))

    async def _quotes(self, request: _Request) -> Mapping[Asset, Quote]:
        """Quotes of the recommended asset and of all holdings, since the size is a share of the portfolio."""
        user = request.caller.user
        async with self.store.snapshot() as uow:
            wanted = await uow.recommendations.get(request.id, owner=user)
            held = book(await uow.ledger.entries(user)).positions
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

    async def _exits(self, request: _Request, quotes: Mapping[Asset, Quote]) -> Exits | None:
        """The exits that are placed with the order; None where its levels are watched.

        Raises IllegalMove where the request, and not just the installation, wants exits that cannot be placed.
        """
        if (request.exits or self.rules.exits) is ExitPolicy.WATCH:
            return None
        async with self.store.read() as uow:
            wanted = await uow.recommendations.get(request.id, owner=request.caller.user)
        if wanted.asset not in quotes:
            return None
        try:
            return await self._placeable_exits(wanted, quotes[wanted.asset])
        except IllegalMove:
            if request.exits is None:
                return None
            raise

    async def _placeable_exits(self, wanted: Recommendation, quote: Quote) -> Exits:
        symbol = wanted.asset.symbol
        if wanted.action is Action.SELL:
            raise IllegalMove(f"Selling {symbol} closes a position; only a purchase has exits.")
        if quote.local_price != quote.price:
            raise IllegalMove(f"{symbol} is not quoted in {ACCOUNT_CURRENCY}; its stop and target can only be watched.")
        try:
            exits = Exits(wanted.stop, wanted.target).in_ticks(wanted.asset)
        except Invalid as invalid:
            raise IllegalMove(f"Exits of {symbol} cannot be placed: {invalid}") from invalid
        if not exits.stop < quote.price < exits.target:
            raise IllegalMove(
                f"The price of {symbol} is {quote.price}, not between the stop {exits.stop} and the target "
                f"{exits.target}; exits cannot be placed there."
            )
        if objection := await self.broker.exits_objection(
            new_order(wanted, Decimal(1), exits.stop, exits, at=self.now())
        ):
            raise IllegalMove(objection)
        return exits

    async def _make_room(self, request: _Request, quotes: Mapping[Asset, Quote]) -> None:
        """Cancel the exit orders of a position that is about to be sold: the broker holds its units for them.

        Nothing is cancelled for a sale that would be refused anyway. The scheduled task places them anew if there is
        no sale after all. Raises StillRunning until the broker has ended them.
        """
        async with self.store.unit_of_work() as uow:
            now = self.now()
            wanted = await uow.recommendations.get(request.id, owner=request.caller.user)
            if wanted.action is not Action.SELL or wanted.state is not RecommendationState.PENDING or wanted.due(now):
                return
            if not request.confirmed:
                await _require_first(uow, wanted, now)
            await self._order(uow, wanted, quotes, None, now, past_exits=True)
            reason = "The position is sold."
            open_exits = await cancel_exits(uow, wanted.user, wanted.asset, reason, at=now)
        settled = [await self.settle(order) for order in open_exits]
        if not all(order.ended for order in settled):
            raise StillRunning(f"The exit orders of {wanted.asset.symbol} are being cancelled; try again.")

    async def _store_order(
        self, uow: UnitOfWork, request: _Request, quotes: Mapping[Asset, Quote], exits: Exits | None
    ) -> Order | None:
        """Store the order to submit; None for an expired recommendation, whose end is stored instead."""
        now, user = self.now(), request.caller.user
        recommendation = await uow.recommendations.get(request.id, owner=user)
        account = await open_account(uow, user, self.rules.opening_cash, at=now)
        if recommendation.state is not RecommendationState.PENDING:
            raise Stale(f"Recommendation {request.id} was changed meanwhile.")
        if recommendation.due(now):
            await uow.recommendations.put(recommendation.expire(at=now))
            return None
        if not request.confirmed:
            await _require_first(uow, recommendation, now)
        order = await self._order(uow, recommendation, quotes, exits, now)
        if not await find_response(uow, user, _OPERATION, request.idempotency, OrderTicket):
            await keep_response(uow, user, _OPERATION, request.idempotency, OrderTicket(order.id), at=now)
        await uow.recommendations.put(recommendation.begin(order.id, at=now))
        await uow.accounts.put(Change(account))
        known = await uow.orders.find(order.id)
        return await uow.orders.put(known.resubmit(order, at=now) if known else Change(order))

    async def _order(
        self,
        uow: UnitOfWork,
        wanted: Recommendation,
        quotes: Mapping[Asset, Quote],
        exits: Exits | None,
        now: datetime,
        *,
        past_exits: bool = False,
    ) -> Order:
        """The order with its size and limit; with `past_exits`, as if no exit order were open. Raises IllegalMove."""
        held = book(await uow.ledger.entries(wanted.user))
        others = await uow.orders.unsettled(unknown_since=now, user=wanted.user)
        if past_exits:
            others = tuple(other for other in others if other.purchase is None)
        return self.rules.order(wanted, quotes, held, others, exits, at=now)


async def _require_first(uow: UnitOfWork, wanted: Recommendation, now: datetime) -> None:
    """Raises NeedsConfirmation when the same symbol was ordered just now, or from the same evidence."""
    states = frozenset({RecommendationState.EXECUTING, RecommendationState.EXECUTED})
    for earlier in await uow.recommendations.of(wanted.user, states, _MAX_EARLIER):
        if earlier.asset != wanted.asset:
            continue
        recent = earlier.ended_at is None or now - earlier.ended_at < REPETITION
        same = bool(wanted.evidence) and earlier.evidence == wanted.evidence and earlier.action is wanted.action
        if recent or same:
            held = book(await uow.ledger.entries(wanted.user)).held(wanted.asset)
            why = "less than a minute ago" if recent else "on the same evidence"
            raise NeedsConfirmation(
                f"{wanted.asset.symbol} was traded {why}; {plain(held)} units are held. Confirm to trade again.",
                wanted.asset.symbol,
                plain(held),
            )


def _accepted_or_filled(order: Order) -> Order:
    if order.state in (OrderState.REFUSED, OrderState.CANCELLED):
        raise IllegalMove(f"Order {order.id} came to nothing: {order.reason}")
    return order
