"""The broker port: at most one execution per order id, and reports that can be looked up."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol, runtime_checkable

from tradecore.model.execution_reports import ExecutionReport
from tradecore.model.ids import OrderId
from tradecore.model.money import Asset
from tradecore.model.orders import Order


class Broker(Protocol):
    """Executes orders.

    - The id of an order is its client order id. An id that the broker knows is never executed again; the report is that
      of the known order.
    - No unit is traded at a price worse than the order's limit.
    - Reports are cumulative. REFUSED means for certain that nothing was traded and nothing will be.
    - Implementations do not retry: after an ambiguous report the caller uses `find`.
    - A cancelled order is REFUSED, or FILLED with the units traded before.
    - An exit order (one with `purchase`) has a stop and a target, of which one is executed, never both: it sells its
      quantity in all. It is open until then, across days. An exit order may be placed together with its purchase, which
      has `exits`; submitting it then gives the report of what was placed.
    """

    @property
    def name(self) -> str:
        """The name shown to people, such as `paper`."""
        ...

    async def exits_objection(self, order: Order) -> str:
        """Why the `exits` of a purchase cannot be placed, as a sentence; empty when they can. Raises Unavailable."""
        ...

    async def submit(self, order: Order) -> ExecutionReport:
        """Submit an order, within `tradecore.use_cases.settle.SUBMIT_DEADLINE`; AMBIGUOUS when its fate is unknown."""
        ...

    async def find(self, id: OrderId) -> ExecutionReport | None:
        """The report on an order; None when it never arrived. Raises Unavailable when the broker cannot be reached."""
        ...

    async def cancel(self, id: OrderId) -> ExecutionReport | None:
        """Ask the broker to end an order, and report on it as `find` does; ACCEPTED until the broker has ended it.

        An order that has ended is not changed, so a call may be repeated. Raises Unavailable when the broker cannot be
        reached, with the order cancelled or not.
        """
        ...


@runtime_checkable
class AccountBroker(Broker, Protocol):
    """A broker whose account can be read."""

    async def account_number(self) -> str:
        """What names the account, and stays the same when its keys are replaced. Raises Unavailable."""
        ...

    async def positions(self) -> Mapping[Asset, Decimal]:
        """The units that the account holds, whoever bought them. Raises Unavailable."""
        ...
