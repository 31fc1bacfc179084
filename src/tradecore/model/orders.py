"""Orders: written down before the broker hears of them, and believed only as far as the broker confirms them."""

from datetime import datetime
from decimal import ROUND_DOWN, ROUND_UP, Decimal, localcontext
from enum import StrEnum

from attrs import evolve, frozen

from tradecore.model.change import Change, Fact
from tradecore.model.errors import IllegalMove
from tradecore.model.ids import EntryId, OrderId, RecommendationId, Topic, UserId
from tradecore.model.market import AssetType
from tradecore.model.money import CENT, EXACT, FINE, ZERO, Asset, Costs, Entry, EntryKind, price, quantity
from tradecore.model.steps import Action


class OrderState(StrEnum):
    """Where an order is in its life."""

    INTENDED = "intended"
    ACCEPTED = "accepted"
    FILLED = "filled"
    REFUSED = "refused"
    LOST = "lost"


# The whole life of an order. A lost one may surface after all, or be intended anew under the same id.
MOVES: dict[OrderState, frozenset[OrderState]] = {
    OrderState.INTENDED: frozenset({OrderState.ACCEPTED, OrderState.FILLED, OrderState.REFUSED, OrderState.LOST}),
    OrderState.ACCEPTED: frozenset({OrderState.ACCEPTED, OrderState.FILLED, OrderState.REFUSED}),
    OrderState.FILLED: frozenset(),
    OrderState.REFUSED: frozenset(),
    OrderState.LOST: frozenset({OrderState.INTENDED, OrderState.ACCEPTED, OrderState.FILLED, OrderState.REFUSED}),
}


class Outcome(StrEnum):
    """What a broker says of an order, or that it cannot be told."""

    FILLED = "filled"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"


@frozen
class Report:
    """How an order stands at the broker: `filled` units so far, at `average_price`, with `fee` in total.

    Filled: it has ended with units traded. Accepted: it stands, perhaps filled in part. Refused: it has ended without
    any. Ambiguous: nobody knows, so it has to be looked up.
    """

    outcome: Outcome
    filled: Decimal = ZERO
    average_price: Decimal | None = None
    fee: Decimal = ZERO
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        if self.filled:
            quantity(self.filled)
            price(self.average_price or ZERO)
        if self.outcome is Outcome.FILLED and not self.filled:
            raise ValueError("A report of an order that was filled names how many units were.")


def order_id_of(recommendation: RecommendationId) -> OrderId:
    """The one order that a recommendation can lead to; brokers know it by the same name, of at most 48 characters."""
    return OrderId(f"tradecore-{recommendation}")


def topic_of(order: OrderId) -> Topic:
    """The topic under which an order's alarms are stored."""
    return Topic(f"order:{order}")


@frozen
class OverfillRefused(Fact):
    """The broker claims to have filled more than was ordered; the `surplus` was not booked. A person has to look."""

    surplus: Decimal


@frozen
class OrderSurfaced(Fact):
    """An order that was given up reached the broker after all, when its recommendation had ended already."""

    state: OrderState


@frozen
class Order:
    """One order: at most so many units, at no worse than `limit` each. `spent` is what the filled ones cost or brought.

    The id doubles as the client order id at the broker, which never executes two orders of one id.
    """

    id: OrderId
    user: UserId
    recommendation: RecommendationId
    asset: Asset
    action: Action
    quantity: Decimal
    limit: Decimal
    at: datetime
    state: OrderState = OrderState.INTENDED
    filled: Decimal = ZERO
    spent: Decimal = ZERO
    fee: Decimal = ZERO
    surplus: Decimal = ZERO
    ended_at: datetime | None = None
    reason: str = ""
    version: int = 0

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return not MOVES[self.state]

    @property
    def open(self) -> bool:
        """Whether it may still trade, as far as we know."""
        return self.state in (OrderState.INTENDED, OrderState.ACCEPTED)

    @property
    def average_price(self) -> Decimal | None:
        """What a unit was traded for, on average."""
        return self.spent / self.filled if self.filled else None

    def reserved_cash(self, costs: Costs) -> Decimal:
        """What it may still cost at worst; 0 for a sale."""
        if self.action is not Action.BUY or not self.open:
            return ZERO
        with localcontext(EXACT):
            whole = self.spent + (self.quantity - self.filled) * self.limit
            return whole - self.spent + costs.fee(whole) - self.fee

    def reserved_units(self) -> Decimal:
        """What it may still take from the position; 0 for a purchase."""
        return self.quantity - self.filled if self.action is Action.SELL and self.open else ZERO

    def intend_again(self, quantity: Decimal, limit: Decimal, *, at: datetime) -> Change["Order"]:
        """Send it after all: it was given up because it had never reached the broker."""
        return Change(self._move(OrderState.INTENDED, quantity=quantity, limit=limit, at=at))

    def lose(self, *, at: datetime) -> Change["Order"]:
        """Give it up: the broker, asked once it must know, knows of no such order."""
        return Change(self._move(OrderState.LOST, at=at))

    def absorb(self, report: Report, *, at: datetime) -> tuple[Change["Order"], tuple[Entry, ...]]:
        """Believe a report: the order after it, and the entries that book what is new in it.

        Reports are cumulative, so one that comes twice or late books nothing. Never more than was ordered is booked.
        Raises IllegalMove for an ambiguous one.
        """
        if report.outcome is Outcome.AMBIGUOUS:
            raise IllegalMove(f"Nobody knows how order {self.id} stands; it has to be looked up.")
        if self.ended:
            return Change(self), ()
        with localcontext(EXACT):
            filled = max(self.filled, min(report.filled, self.quantity))
            surplus = max(self.surplus, report.filled - self.quantity)
            spent = self._spent(filled, report.average_price)
            fee = max(self.fee, report.fee)
            entries = tuple(self._entries(filled, spent, fee, at))
        state = OrderState(report.outcome)
        if state is OrderState.REFUSED and filled:
            state = OrderState.FILLED
        ended = at if state is not OrderState.ACCEPTED else None
        facts = (OverfillRefused(topic_of(self.id), at, surplus),) if surplus > self.surplus else ()
        moved = self._move(
            state, filled=filled, spent=spent, fee=fee, surplus=surplus, at=at, ended_at=ended, reason=report.reason
        )
        return Change(moved, facts), entries

    def _spent(self, filled: Decimal, average: Decimal | None) -> Decimal:
        if average is None or filled == self.filled:
            return self.spent
        # An average below what was booked already cannot be; then it is taken to speak of the new units alone.
        spent = filled * average
        return spent if spent > self.spent else self.spent + (filled - self.filled) * average

    def _entries(self, filled: Decimal, spent: Decimal, fee: Decimal, at: datetime) -> list[Entry]:
        sign = 1 if self.action is Action.BUY else -1
        entries = []
        if units := filled - self.filled:
            cost = spent - self.spent
            entries.append(
                Entry(
                    id=EntryId(f"fill:{self.id}:{filled.normalize():f}"),
                    user=self.user,
                    kind=EntryKind.FILL,
                    at=at,
                    cash=-sign * cost,
                    asset=self.asset,
                    quantity=sign * units,
                    price=(cost / units).quantize(FINE),
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

    def _move(self, state: OrderState, **fields: object) -> "Order":
        if state not in MOVES[self.state]:
            raise IllegalMove(f"Order {self.id} is {self.state} and cannot become {state}.")
        return evolve(self, state=state, **fields)  # type: ignore[arg-type]  # evolve checks the names at run time


def limit_price(asset: Asset, action: Action, market: Decimal, percent: Decimal) -> Decimal:
    """The worst price that an order accepts: `percent` beyond the market, in steps that venues take.

    Steps: a cent from 1 upwards, below that 1/10,000 for equities and the eighth decimal for crypto.
    """
    worst = market * (1 + percent / 100 * (1 if action is Action.BUY else -1))
    below_one = Decimal("0.0001") if asset.asset_type is AssetType.EQUITY else FINE
    step = CENT if worst >= 1 else below_one
    # Towards the market, so that rounding never makes it worse.
    rounded = worst.quantize(step, rounding=ROUND_DOWN if action is Action.BUY else ROUND_UP)
    return price(rounded, "limit")


def units_for(asset: Asset, amount: Decimal, each: Decimal) -> Decimal:
    """How many units an amount buys at a price: whole shares, or crypto to the eighth decimal; perhaps none."""
    step = Decimal(1) if asset.asset_type is AssetType.EQUITY else FINE
    return max(ZERO, (amount / each).quantize(step, rounding=ROUND_DOWN, context=EXACT))
