"""Orders: stored before they are sent, and booked only as far as the broker confirms them."""

from datetime import datetime
from decimal import ROUND_DOWN, ROUND_UP, Decimal, localcontext
from enum import StrEnum

from attrs import frozen

from tradecore.model.change import Change, Fact
from tradecore.model.errors import IllegalMove
from tradecore.model.ids import EntryId, OrderId, RecommendationId, Topic, TopicKind, UserId, topic_of
from tradecore.model.market import AssetType
from tradecore.model.money import (
    CENT,
    EXACT,
    FINE,
    ZERO,
    Asset,
    Costs,
    Entry,
    EntryKind,
    price,
    price_step,
    quantity,
    rounded_price,
)
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


class BrokerStatus(StrEnum):
    """The status of an order in a report of its broker."""

    FILLED = "filled"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"


@frozen
class ExecutionReport:
    """A cumulative report on an order: `filled` units so far, at `average_price` each, with `fee` in total.

    FILLED: the order has ended with units traded. ACCEPTED: it is open, perhaps partly filled. REFUSED: it has ended
    with none. AMBIGUOUS: its fate is unknown and has to be looked up. Raises ValueError for FILLED without units, and
    Invalid for a quantity or price that cannot be traded.
    """

    status: BrokerStatus
    filled: Decimal = ZERO
    average_price: Decimal | None = None
    fee: Decimal = ZERO
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        if self.filled:
            quantity(self.filled)
            price(self.average_price or ZERO)
        if self.status is BrokerStatus.FILLED and not self.filled:
            raise ValueError("A report with the status filled needs the number of units filled.")


def order_id_for(recommendation: RecommendationId) -> OrderId:
    """The id of the only order that a recommendation can lead to, of at most 48 characters."""
    return OrderId(f"tradecore-{recommendation}")


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
class CancellationRequested(Fact):
    """The owner cancels an accepted order. It may still be filled until the broker ends it."""


@frozen
class OrderCancelled(Fact):
    """The broker ended an order at the request of its owner; nothing was traded."""


@frozen
class Order:
    """A limit order for `quantity` units at no worse than `limit` each.

    `turnover` is quantity times price of the filled units, without `fee`; `surplus` the units reported beyond
    `quantity`. The id is the client order id at the broker, which never executes two orders with one id.
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

    def reserved_units(self) -> Decimal:
        """The units that it may still sell; 0 for a purchase and once it is no longer open."""
        return self.quantity - self.filled if self.action is Action.SELL and self.open else ZERO

    def resubmit(self, quantity: Decimal, limit: Decimal, *, at: datetime) -> Change["Order"]:
        """Submit it again, with a new quantity and limit, after it never reached the broker."""
        return Change(move(self, MOVES, OrderState.PENDING, quantity=quantity, limit=limit, at=at))

    def mark_unknown(self, *, at: datetime) -> Change["Order"]:
        """Mark it as unknown to the broker, after the time by which the broker must know it."""
        return Change(move(self, MOVES, OrderState.UNKNOWN, at=at))

    def request_cancellation(self, *, at: datetime) -> Change["Order"]:
        """Record that its owner wants it cancelled. What it reserves stays reserved until the broker has ended it.

        Raises IllegalMove unless the broker has accepted it.
        """
        moved = move(self, MOVES, OrderState.CANCELLING, cancel_requested_at=at, reason="cancelled by its owner")
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
                    id=EntryId(f"fill:{self.id}:{filled.normalize():f}"),
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
                    id=EntryId(f"fee:{self.id}:{fee.normalize():f}"),
                    user=self.user,
                    kind=EntryKind.FEE,
                    at=at,
                    cash=-charged,
                    asset=self.asset,
                    order=self.id,
                )
            )
        return entries


def limit_price(asset: Asset, action: Action, market: Decimal, percent: Decimal) -> Decimal:
    """The worst price that an order accepts: `percent` beyond the market price, in a tick size that venues accept.

    Tick sizes: 0.01 from a price of 1 upwards; below that 0.0001 for equities and the `price_step` for crypto.
    """
    worst = market * (1 + percent / 100 * (1 if action is Action.BUY else -1))
    below_one = Decimal("0.0001") if asset.asset_type is AssetType.EQUITY else price_step(worst)
    step = CENT if worst >= 1 else below_one
    # Rounded towards the market price, so that rounding never worsens the limit.
    rounded = worst.quantize(step, rounding=ROUND_DOWN if action is Action.BUY else ROUND_UP)
    return price(rounded, "limit")


def affordable_units(asset: Asset, amount: Decimal, unit_price: Decimal) -> Decimal:
    """The units that an amount buys at a price, rounded down: whole shares, or crypto to 8 decimals. May be 0."""
    step = Decimal(1) if asset.asset_type is AssetType.EQUITY else FINE
    return max(ZERO, (amount / unit_price).quantize(step, rounding=ROUND_DOWN, context=EXACT))
