"""Reports of brokers on orders."""

from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from tradecore.model.money import ZERO, price, quantity


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
