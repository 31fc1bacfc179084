"""Money: checked quantities, prices and amounts, and the ledger entries of which every account is the sum."""

import re
from datetime import UTC, date, datetime, time
from decimal import ROUND_DOWN, Context, Decimal, InvalidOperation, localcontext
from enum import StrEnum

from attrs import frozen

from tradecore.model.decimals import plain
from tradecore.model.errors import Invalid
from tradecore.model.ids import EntryId, OrderId, UserId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.price_rows import Split

# The currency of every account.
ACCOUNT_CURRENCY = "USD"
ZERO = Decimal(0)
CENT = Decimal("0.01")
# Quantities have at most 8 decimals, as on crypto venues.
FINE = Decimal("0.00000001")
# Prices have at most 18 decimals, those of the smallest unit of a token.
_FINEST = Decimal(1).scaleb(-18)
# No real quantity, price or amount is this large; a number that is was misread.
LARGEST = Decimal(10) ** 12
_EQUITY_TICK_BELOW_ONE = Decimal("0.0001")
# Commas between groups of three digits.
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
# Wide enough for exact products and sums of such numbers.
EXACT = Context(prec=64)


def cents(value: Decimal) -> Decimal:
    """An amount rounded to cents, half to even, for display and fees; stored amounts are never rounded."""
    return value.quantize(CENT, context=EXACT)


def quantity(value: Decimal, field: str = "quantity") -> Decimal:
    """A quantity that can be traded. Raises Invalid unless 0 < value < LARGEST, with at most 8 decimals."""
    return _positive(value, field, "quantity")


def price(value: Decimal, field: str = "price") -> Decimal:
    """A price in the account's currency. Raises Invalid unless 0 < value < LARGEST, with at most 18 decimals."""
    return _positive(value, field, "price", finest=_FINEST)


def price_step(value: Decimal) -> Decimal:
    """The step to which a price near `value` is rounded: eight decimals, or six digits that count where those are more.

    The smallest coins are worth less than eight decimals can say.
    """
    return max(_FINEST, min(FINE, Decimal(1).scaleb(value.adjusted() - 5))) if value else FINE


def rounded_price(value: Decimal) -> Decimal:
    """A price, such as the quotient of an amount and a quantity, rounded to its `price_step`, half to even."""
    return value.quantize(price_step(value), context=EXACT)


def cash(value: Decimal, field: str = "amount") -> Decimal:
    """An amount that can be transferred. Raises Invalid unless 0 < value < LARGEST, in whole cents."""
    if _positive(value, field, "amount").quantize(CENT, context=EXACT) != value:
        raise Invalid.one(field, f"The amount {value} is not in whole cents.")
    return value


def _positive(value: Decimal, field: str, what: str, *, finest: Decimal = FINE) -> Decimal:
    if not value.is_finite() or not ZERO < value < LARGEST:
        raise Invalid.one(field, f"The {what} {value!s:.40} is not above zero and below {LARGEST:,}.")
    if value.quantize(finest, context=EXACT) != value:
        raise Invalid.one(field, f"The {what} {value!s:.40} has more than {-finest.adjusted()} decimals.")
    return value


def decimal(text: str, field: str) -> Decimal:
    """A number as people write it, `1,234.50` or `$12`. Raises Invalid, naming `field`, for anything else.

    A comma that does not separate thousands, as in `1,5`, is refused: the number would be another one without it.
    """
    digits = text.strip().removeprefix("$")
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise Invalid.one(field, f"{text!s:.40} is not a number; write it as 1234.5.") from None


@frozen
class Asset:
    """Something that can be held: a symbol and its asset type."""

    symbol: Symbol
    asset_type: AssetType


def tick_size(asset: Asset, value: Decimal) -> Decimal:
    """The step of order prices near `value` that venues accept.

    0.01 from a price of 1 upwards; below that 0.0001 for equities and the `price_step` for crypto.
    """
    if value >= 1:
        return CENT
    return _EQUITY_TICK_BELOW_ONE if asset.asset_type is AssetType.EQUITY else price_step(value)


class EntryKind(StrEnum):
    """The reasons for which money or units move."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    FILL = "fill"
    FEE = "fee"
    ADJUSTMENT = "adjustment"
    SPLIT = "split"
    DIVIDEND = "dividend"


@frozen
class Entry:
    """One line of the ledger, written once. `cash` and `quantity` are signed changes; `price` is per unit.

    An adjustment adds units without money: a position that was bought elsewhere, at `price` on average. A split adds
    or takes units without money or cost. A dividend adds cash and names the asset that paid it, `price` a unit. Both
    are dated by their ex-date.
    """

    id: EntryId
    user: UserId
    kind: EntryKind
    at: datetime
    cash: Decimal
    asset: Asset | None = None
    quantity: Decimal = ZERO
    price: Decimal | None = None
    order: OrderId | None = None
    note: str = ""

    @classmethod
    def deposit(cls, id: EntryId, user: UserId, amount: Decimal, *, at: datetime, note: str = "") -> "Entry":
        """A deposit. Raises Invalid for an amount that cannot be transferred."""
        return cls(id=id, user=user, kind=EntryKind.DEPOSIT, at=at, cash=cash(amount), note=note)

    @classmethod
    def withdrawal(cls, id: EntryId, user: UserId, amount: Decimal, *, at: datetime, note: str = "") -> "Entry":
        """A withdrawal. Raises Invalid for an amount that cannot be transferred."""
        return cls(id=id, user=user, kind=EntryKind.WITHDRAWAL, at=at, cash=-cash(amount), note=note)

    @classmethod
    def adjustment(
        cls,
        id: EntryId,
        user: UserId,
        asset: Asset,
        units: Decimal,
        unit_cost: Decimal,
        *,
        at: datetime,
        note: str = "",
    ) -> "Entry":
        """Units that were bought elsewhere, at an average of `unit_cost`. Raises Invalid for either number."""
        return cls(
            id=id,
            user=user,
            kind=EntryKind.ADJUSTMENT,
            at=at,
            cash=ZERO,
            asset=asset,
            quantity=quantity(units),
            price=price(unit_cost),
            note=note,
        )

    @classmethod
    def split(cls, user: UserId, asset: Asset, held: Decimal, split: Split) -> "Entry":
        """The units that a split adds to `held` ones, negative for a reverse split; one id per user, asset and day."""
        with localcontext(EXACT):
            units = (held * split.ratio).quantize(FINE, ROUND_DOWN) - held
        return cls(
            id=_action_id("split", user, asset, split.day),
            user=user,
            kind=EntryKind.SPLIT,
            at=_opening(split.day),
            cash=ZERO,
            asset=asset,
            quantity=units,
            note=f"{plain(split.ratio)} for 1",
        )

    @classmethod
    def dividend(cls, user: UserId, asset: Asset, held: Decimal, amount: Decimal, day: date) -> "Entry":
        """The cash that `held` units paid, `amount` each in the account's currency; one id per user, asset and day."""
        return cls(
            id=_action_id("dividend", user, asset, day),
            user=user,
            kind=EntryKind.DIVIDEND,
            at=_opening(day),
            cash=cents(EXACT.multiply(held, amount)),
            asset=asset,
            price=amount,
            note="dividend before taxes",
        )


def _action_id(kind: str, user: UserId, asset: Asset, day: date) -> EntryId:
    return EntryId(f"{kind}:{user}:{asset.asset_type}:{asset.symbol}:{day}")


def _opening(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


@frozen
class Account:
    """A user's account. It is written with every order, so that two orders never spend the same cash."""

    id: UserId
    opened_at: datetime
    version: int = 0


@frozen
class Costs:
    """Trading costs: a fee in percent of the turnover plus a fixed fee per order, and slippage in percent."""

    fee_percent: Decimal = ZERO
    fee_fixed: Decimal = ZERO
    slippage_percent: Decimal = ZERO

    def fee(self, turnover: Decimal) -> Decimal:
        """The fee of an order with this turnover, in whole cents."""
        return cents(EXACT.add(EXACT.multiply(turnover, self.fee_percent / 100), self.fee_fixed))
