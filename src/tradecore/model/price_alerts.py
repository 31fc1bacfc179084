"""Price alerts: what a price has to do for its user to be told, once."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen

from tradecore.model.change import Change, Fact
from tradecore.model.errors import Invalid
from tradecore.model.ids import PriceAlertId, TopicKind, UserId, topic_of
from tradecore.model.market import Symbol
from tradecore.model.money import Asset, price, rounded_price
from tradecore.model.transitions import Moves, move

MIN_PERCENT, MAX_PERCENT = Decimal("0.1"), Decimal(1000)
MAX_NOTE_LENGTH = 200


class PriceCondition(StrEnum):
    """What a price has to do: reach a level from below or from above, or move by so many percent within a day."""

    ABOVE = "above"
    BELOW = "below"
    MOVES = "moves"


class PriceAlertState(StrEnum):
    """The states of a price alert."""

    ACTIVE = "active"
    TRIGGERED = "triggered"
    EXPIRED = "expired"


MOVES: Moves[PriceAlertState] = {
    PriceAlertState.ACTIVE: frozenset({PriceAlertState.TRIGGERED, PriceAlertState.EXPIRED}),
    PriceAlertState.TRIGGERED: frozenset(),
    PriceAlertState.EXPIRED: frozenset(),
}


@frozen
class Trigger:
    """What a price did: the first known price that meets a condition, its day, and the change against the close before.

    `change` is in percent, and None for a condition that is a level.
    """

    price: Decimal
    day: date
    change: Decimal | None = None


@frozen
class PriceAlertTriggered(Fact):
    """A price has met the condition of a price alert. `value` and `price` are on the basis of the shares of that day.

    `synthetic` says that the price was generated; `currency` and `note` are as those of the alert.
    """

    symbol: Symbol
    condition: PriceCondition
    value: Decimal
    price: Decimal
    day: date
    change: Decimal | None = None
    currency: str | None = None
    note: str = ""
    synthetic: bool = False


@frozen(kw_only=True)
class PriceAlert:
    """What `user` wants to be told about the price of an asset. Times are aware UTC.

    - `value`: a price in `currency`, which is None where the source does not state it, or a percentage.
    - `price`, `price_day`: the newest price when it was made. A level is on the basis of the shares of that day.
    - `splits`: how many shares those that were split since then have become for one; 1 without a split.
    - `expires_on`: the last day whose prices count; None for no end.

    Raises Invalid for a value, a note or a last day that is not possible.
    """

    id: PriceAlertId
    user: UserId
    asset: Asset
    condition: PriceCondition
    value: Decimal
    price: Decimal
    price_day: date
    created_at: datetime
    currency: str | None = None
    expires_on: date | None = None
    note: str = ""
    splits: Decimal = Decimal(1)
    state: PriceAlertState = PriceAlertState.ACTIVE
    ended_at: datetime | None = None
    trigger: Trigger | None = None
    version: int = 0

    def __attrs_post_init__(self) -> None:
        if self.condition is not PriceCondition.MOVES:
            price(self.value, "value")
        elif not MIN_PERCENT <= self.value <= MAX_PERCENT:
            raise Invalid.one(
                "value", f"A price moves by {MIN_PERCENT} to {MAX_PERCENT} percent; this is {self.value}."
            )
        if len(self.note) > MAX_NOTE_LENGTH or not (self.note.isprintable() or not self.note):
            raise Invalid.one("note", f"A note has at most {MAX_NOTE_LENGTH} printable characters.")
        if self.expires_on is not None and self.expires_on < self.created_at.date():
            raise Invalid.one("expires_on", f"The day {self.expires_on} is over; leave it out for no end.")

    @property
    def threshold(self) -> Decimal:
        """The value on the basis of the shares of today: a level is divided by the splits since it was set."""
        return self.value if self.condition is PriceCondition.MOVES else rounded_price(self.value / self.splits)

    def after_splits(self, splits: Decimal) -> "PriceAlert":
        """With the splits since it was made, as their product."""
        return self if splits == self.splits else evolve(self, splits=splits)

    def fire(self, trigger: Trigger, *, synthetic: bool, at: datetime) -> Change["PriceAlert"]:
        """Record that the condition was met. Raises IllegalMove unless it is active."""
        fact = PriceAlertTriggered(
            topic_of(TopicKind.PRICE_ALERT, self.id),
            at,
            self.asset.symbol,
            self.condition,
            self.threshold,
            trigger.price,
            trigger.day,
            trigger.change,
            self.currency,
            self.note,
            synthetic,
        )
        return Change(move(self, MOVES, PriceAlertState.TRIGGERED, ended_at=at, trigger=trigger), (fact,))

    def expire(self, *, at: datetime) -> Change["PriceAlert"]:
        """Record that its last day has passed. Raises IllegalMove unless it is active."""
        return Change(move(self, MOVES, PriceAlertState.EXPIRED, ended_at=at))
