"""What an engine may know about the caller of an analysis: earlier decisions on the symbol, and the portfolio."""

from datetime import date
from decimal import Decimal

from attrs import frozen

from tradecore.model.steps import Action


@frozen
class DecisionOutcome:
    """What became of a decision: its return in percent, direction-aware and after fees, and how it ended.

    `known_on` is the day on which the position was exited. `reason` is `stop`, `target` or `horizon`.
    """

    known_on: date
    return_percent: Decimal
    reason: str


@frozen
class EarlierDecision:
    """A decision of the caller on the same symbol, as of a day and made by `known_on`."""

    as_of: date
    known_on: date
    action: Action
    confidence: Decimal
    outcome: DecisionOutcome | None = None


@frozen
class HeldPosition:
    """Units of the symbol that the caller holds, at their average price in the currency of the account."""

    units: Decimal
    average_price: Decimal


@frozen
class PortfolioContext:
    """The caller's account on `as_of`: `cash`, and `cost`, what its other positions cost, in the same currency."""

    as_of: date
    cash: Decimal
    cost: Decimal
    positions: int
    held: HeldPosition | None = None


@frozen
class CallerContext:
    """Earlier decisions, newest first, and the portfolio; None where it says nothing about the day of the analysis."""

    decisions: tuple[EarlierDecision, ...] = ()
    portfolio: PortfolioContext | None = None
