"""Orders: stored before they are sent, and booked only as far as the broker confirms them."""

from datetime import date, datetime
from decimal import Decimal, localcontext
from enum import StrEnum

from attrs import evolve, frozen

from tradecore.model.change import Change, Fact
from tradecore.model.decimals import plain
from tradecore.model.errors import IllegalMove
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.exits import Exits
from tradecore.model.ids import EntryId, OrderId, RecommendationId, Topic, TopicKind, UserId, topic_of
from tradecore.model.money import EXACT, ZERO, Asset, Costs, Entry, EntryKind, rounded_price
from tradecore.model.steps import Action
from tradecore.model.transitions import move


class OrderState(StrEnum):
    """The states of an order."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    CANCELLING = "cancelling"
    FILLED = "filled"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


# An order that is unknown to the broker may be filled late after all, or be submitted again under the same id. One that
# is being cancelled may be filled before the broker ends it.
MOVES: dict[OrderState, frozenset[OrderState]] = {
    OrderState.PENDING: frozenset({OrderState.ACCEPTED, OrderState.FILLED, OrderState.REFUSED, OrderState.UNKNOWN}),
    OrderState.ACCEPTED: frozenset({OrderState.ACCEPTED, OrderState.CANCELLING, OrderState.FILLED, OrderState.REFUSED}),
    OrderState.CANCELLING: frozenset({OrderState.CANCELLING, OrderState.FILLED, OrderState.CANCELLED}),
    OrderState.FILLED: frozenset(),
    OrderState.REFUSED: frozenset(),
    OrderState.CANCELLED: frozenset(),
    OrderState.UNKNOWN: frozenset({OrderState.PENDING, OrderState.ACCEPTED, OrderState.FILLED, OrderState.REFUSED}),
}


_CANCELLED_BY_OWNER = "cancelled by its owner"


def order_id_for(recommendation: RecommendationId) -> OrderId:
    """The id of the only order that a recommendation can lead to, of at most 48 characters."""
    return OrderId(f"tradecore-{recommendation}")


def exit_id_for(purchase: OrderId, number: int) -> OrderId:
    """The id of the exit order of a purchase; `number` counts them from 1, since they are placed anew after a split."""
    return OrderId(f"{purchase}.{number}")


def purchase_of(id: OrderId) -> OrderId | None:
    """The purchase that an exit order closes; None for the id of another order."""
    purchase, separator, _ = id.rpartition(".")
    return OrderId(purchase) if separator else None


@frozen
class OverfillRefused(Fact):
    """The broker reports more units than were ordered. The `surplus` is not booked; an operator has to look at it."""

    surplus: Decimal


@frozen
class LateFill(Fact):
    """An order that counted as unknown was executed after all, after its recommendation had ended."""

    state: OrderState


@frozen
class OrderFilled(Fact):
    """The order has ended with `filled` units at `average_price` each."""

    filled: Decimal
    average_price: Decimal


@frozen
class ExitsEnded(Fact):
    """The broker ended or refused an exit order that nobody cancelled here; `reason` says why as far as it is known."""

    reason: str


@frozen
class CancellationRequested(Fact):
    """An accepted order is to be cancelled. It may still be filled until the broker ends it."""


@frozen
class OrderCancelled(Fact):
    """The broker ended an order that was cancelled here; nothing was traded."""


@frozen
class Order:
    """A limit order for `quantity` units at no worse than `limit` each.

    `turnover` is quantity times price of the filled units, without `fee`; `surplus` the units reported beyond
    `quantity`. The id is the client order id at the broker, which never executes two orders with one id.

    - `exits` of a purchase are placed with it, and count once it has ended with units bought. `guarded` is whether the
      units that it bought are to have an exit order.
    - An exit order sells what the order `purchase` bought, at one of its `exits`; `limit` is its target then, and does
      not bound the sale at the stop. `renewed` is whether another one takes its place after it is cancelled.
    """

    id: OrderId
    user: UserId
    recommendation: RecommendationId
    asset: Asset
    action: Action
    quantity: Decimal
    limit: Decimal
    at: datetime
    state: OrderState = OrderState.PENDING
    filled: Decimal = ZERO
    turnover: Decimal = ZERO
    fee: Decimal = ZERO
    surplus: Decimal = ZERO
    cancel_requested_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    # None for orders of older versions; `at` is the time of the last change.
    placed_at: datetime | None = None
    exits: Exits | None = None
    guarded: bool = False
    purchase: OrderId | None = None
    renewed: bool = False
    version: int = 0

    @property
    def topic(self) -> Topic:
        """The topic under which its facts are stored."""
        return topic_of(TopicKind.ORDER, self.id)

    @property
    def ended(self) -> bool:
        """Whether the state is terminal."""
        return not MOVES[self.state]

    @property
    def open(self) -> bool:
        """Whether it may still trade, as far as is known."""
        return self.state in (OrderState.PENDING, OrderState.ACCEPTED, OrderState.CANCELLING)

    @property
    def cancellable(self) -> bool:
        """Whether the broker has accepted it and no cancellation was requested."""
        return self.state is OrderState.ACCEPTED

    @property
    def average_price(self) -> Decimal | None:
        """The average price of the filled units; None before the first."""
        return self.turnover / self.filled if self.filled else None

    def reserved_cash(self, costs: Costs) -> Decimal:
        """The most that it may still cost, fees included; 0 for a sale and once it is no longer open."""
        if self.action is not Action.BUY or not self.open:
            return ZERO
        with localcontext(EXACT):
            whole = self.turnover + (self.quantity - self.filled) * self.limit
            return whole - self.turnover + costs.fee(whole) - self.fee

    def exit_order(self, number: int, quantity: Decimal, exits: Exits, *, at: datetime) -> Change["Order"]:
        """The exit order that sells `quantity` of the units that it bought, to be submitted."""
        order = Order(
            id=exit_id_for(self.id, number),
            user=self.user,
            recommendation=self.recommendation,
            asset=self.asset,
            action=Action.SELL,
            quantity=quantity,
            limit=exits.target,
            at=at,
            placed_at=at,
            exits=exits,
            purchase=self.id,
        )
        return Change(order)

    def guard(self, guarded: bool) -> Change["Order"]:
        """Record whether the units that it bought are to have an exit order."""
        return Change(evolve(self, guarded=guarded))

    def give_up(self) -> Change["Order"]:
        """Record that its owner wants no other exit order in its place."""
        return Change(evolve(self, renewed=False, reason=_CANCELLED_BY_OWNER))

    def reserved_units(self) -> Decimal:
        """The units that it may still sell; 0 for a purchase and once it is no longer open."""
        return self.quantity - self.filled if self.action is Action.SELL and self.open else ZERO

    def resubmit(self, order: "Order", *, at: datetime) -> Change["Order"]:
        """Submit it again, with the quantity, limit and exits of `order`, after it never reached the broker."""
        terms = {"quantity": order.quantity, "limit": order.limit, "exits": order.exits}
        return Change(move(self, MOVES, OrderState.PENDING, at=at, **terms))

    def mark_unknown(self, *, at: datetime) -> Change["Order"]:
        """Mark it as unknown to the broker, after the time by which the broker must know it."""
        return Change(move(self, MOVES, OrderState.UNKNOWN, at=at))

    def request_cancellation(
        self, *, at: datetime, reason: str = _CANCELLED_BY_OWNER, renewed: bool = False
    ) -> Change["Order"]:
        """Record that it is to be cancelled. What it reserves stays reserved until the broker has ended it.

        `renewed` says that another exit order takes its place afterwards. Raises IllegalMove unless the broker has
        accepted it.
        """
        moved = move(self, MOVES, OrderState.CANCELLING, cancel_requested_at=at, reason=reason, renewed=renewed)
        return Change(moved, (CancellationRequested(self.topic, at),))

    def apply_report(self, report: ExecutionReport, *, at: datetime) -> tuple[Change["Order"], tuple[Entry, ...]]:
        """The order after a report, and the ledger entries for what is new in it.

        Reports are cumulative, so a repeated or late one books nothing, and nothing beyond the ordered quantity is
        booked. Raises IllegalMove for an ambiguous report.
        """
        if report.status is BrokerStatus.AMBIGUOUS:
            raise IllegalMove(f"The report on order {self.id} is ambiguous; look the order up at the broker.")
        if self.ended:
            return Change(self), ()
        with localcontext(EXACT):
            filled = max(self.filled, min(report.filled, self.quantity))
            surplus = max(self.surplus, report.filled - self.quantity)
            turnover = self._turnover_after(filled, report.average_price)
            fee = max(self.fee, report.fee)
            entries = tuple(self._entries(filled, turnover, fee, at))
        state = self._state_after(report.status, filled)
        facts: tuple[Fact, ...] = (OverfillRefused(self.topic, at, surplus),) if surplus > self.surplus else ()
        if state is OrderState.FILLED:
            facts = (*facts, OrderFilled(self.topic, at, filled, rounded_price(turnover / filled)))
        elif state is OrderState.CANCELLED:
            facts = (*facts, OrderCancelled(self.topic, at))
        if self.purchase and not MOVES[state] and filled < self.quantity and self.cancel_requested_at is None:
            facts = (*facts, ExitsEnded(self.topic, at, report.reason))
        moved = move(
            self,
            MOVES,
            state,
            filled=filled,
            turnover=turnover,
            fee=fee,
            surplus=surplus,
            at=at,
            ended_at=None if MOVES[state] else at,
            reason=self.reason if self.state is OrderState.CANCELLING else report.reason,
        )
        return Change(moved, facts), entries

    def _state_after(self, status: BrokerStatus, filled: Decimal) -> OrderState:
        if status is BrokerStatus.REFUSED and filled:
            return OrderState.FILLED
        if self.state is not OrderState.CANCELLING or status is BrokerStatus.FILLED:
            return OrderState(status)
        return OrderState.CANCELLING if status is BrokerStatus.ACCEPTED else OrderState.CANCELLED

    def _turnover_after(self, filled: Decimal, average: Decimal | None) -> Decimal:
        if average is None or filled == self.filled:
            return self.turnover
        # An average that implies less than is booked already must be the average of the new units alone.
        turnover = filled * average
        return turnover if turnover > self.turnover else self.turnover + (filled - self.filled) * average

    def _entries(self, filled: Decimal, turnover: Decimal, fee: Decimal, at: datetime) -> list[Entry]:
        sign = 1 if self.action is Action.BUY else -1
        entries = []
        if units := filled - self.filled:
            cost = turnover - self.turnover
            entries.append(
                Entry(
                    id=EntryId(f"fill:{self.id}:{plain(filled)}"),
                    user=self.user,
                    kind=EntryKind.FILL,
                    at=at,
                    cash=-sign * cost,
                    asset=self.asset,
                    quantity=sign * units,
                    price=rounded_price(cost / units),
                    order=self.id,
                )
            )
        if charged := fee - self.fee:
            entries.append(
                Entry(
                    id=EntryId(f"fee:{self.id}:{plain(fee)}"),
                    user=self.user,
                    kind=EntryKind.FEE,
                    at=at,
                    cash=-charged,
                    asset=self.asset,
                    order=self.id,
                )
            )
        return entries


@frozen
class RestingOrder:
    """An exit order that waits for one of its levels on a day after `since`."""

    order: Order
    since: date
