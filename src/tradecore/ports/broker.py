"""The promise of a broker: at most one execution per order id, and an honest answer when asked for one."""

from typing import Protocol

from tradecore.model.ids import OrderId
from tradecore.model.orders import Order, Report


class Broker(Protocol):
    """Where orders are sent.

    - The order's id is the client order id. An id that the broker knows already is never executed again: the answer is
      how that order stands.
    - Nothing is traded at a price worse than the order's limit.
    - A report is cumulative, and refused only when it is certain that nothing was traded nor will be.
    - Nothing is tried again inside: whoever gets an ambiguous answer asks `find`.
    """

    @property
    def name(self) -> str:
        """What this broker is called where people read it, such as `paper`."""
        ...

    async def submit(self, order: Order) -> Report:
        """Send an order, within `tradecore.use_cases.settle.SETTLED` at most; ambiguous when its fate is unknown."""
        ...

    async def find(self, id: OrderId) -> Report | None:
        """How an order stands; None when it has never arrived. Raises Unavailable when that cannot be told."""
        ...
