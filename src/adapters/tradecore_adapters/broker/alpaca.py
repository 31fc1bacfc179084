"""Alpaca over its HTTP API (Trading API v2): limit orders by client order id; what is not clear is not believed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import httpx2
from attrs import frozen
from pydantic import BaseModel, SecretStr, ValidationError

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.ids import OrderId
from tradecore.model.market import AssetType
from tradecore.model.money import FINE
from tradecore.model.orders import Order, Outcome, Report
from tradecore.model.steps import Action

PAPER = "https://paper-api.alpaca.markets"
LIVE = "https://api.alpaca.markets"

# The whole of one call, in seconds; a submit and a look after it stay below SETTLED of the core.
_DEADLINE = 8.0
# How often and how long a fresh order is looked at before it is reported as merely accepted, in seconds.
_GLANCE = 0.25
_PATIENCE = 2.0

# Order statuses, see https://docs.alpaca.markets/docs/orders-at-alpaca: those after which nothing more is traded.
_ENDED = frozenset({"filled", "canceled", "expired", "rejected", "replaced"})
_OPEN = frozenset(
    {
        "new", "accepted", "pending_new", "accepted_for_bidding", "partially_filled", "done_for_day", "stopped",
        "calculated", "held", "suspended", "pending_cancel", "pending_replace",
    }
)  # fmt: skip
# Answers after which it is certain that no order was made. All others leave it open.
_REFUSALS = {
    400: "Alpaca does not take such an order.",
    403: "Alpaca does not allow the order; buying power or permissions may be missing.",
    422: "Alpaca does not take an order of this size, price or symbol.",
}


class _OrderBody(BaseModel):
    """What is read of Alpaca's order object; numbers come as text."""

    client_order_id: str
    status: str
    filled_qty: Decimal = Decimal(0)
    filled_avg_price: Decimal | None = None


@frozen
class AlpacaBroker:
    """An Alpaca account. Commissions are zero there; regulatory and crypto fees show at the venue only."""

    client: httpx2.AsyncClient
    # Of one call, and of watching a fresh order, in seconds.
    deadline: float = _DEADLINE
    patience: float = _PATIENCE

    @property
    def name(self) -> str:
        """See the port."""
        return "alpaca"

    async def submit(self, order: Order) -> Report:
        """Place a limit order, good for the day (crypto: until cancelled), and watch it for a moment."""
        body = {
            "symbol": _venue_symbol(order),
            "qty": f"{order.quantity.normalize():f}",
            "side": "buy" if order.action is Action.BUY else "sell",
            "type": "limit",
            "limit_price": f"{order.limit.normalize():f}",
            "time_in_force": "day" if order.asset.asset_type is AssetType.EQUITY else "gtc",
            "client_order_id": order.id,
        }
        try:
            answer = await self._call("POST", "/v2/orders", json=body)
            if answer.status_code in _REFUSALS:
                # An id that is taken is refused as well: then the order that has it is the answer.
                known = await self.find(order.id)
                return known or Report(Outcome.REFUSED, reason=_REFUSALS[answer.status_code])
            if not answer.is_success:
                return Report(Outcome.AMBIGUOUS)
            return await self._watched(order.id, _read(answer, order.id))
        except Unavailable:
            return Report(Outcome.AMBIGUOUS)

    async def find(self, id: OrderId) -> Report | None:
        """See the port."""
        answer = await self._call("GET", "/v2/orders:by_client_order_id", params={"client_order_id": id})
        if answer.status_code == httpx2.codes.NOT_FOUND:
            return None
        if answer.status_code != httpx2.codes.OK:
            raise Unavailable(f"Alpaca cannot say how order {id} stands; it answers {answer.status_code}.")
        return _read(answer, id)

    async def _watched(self, id: OrderId, report: Report) -> Report:
        try:
            async with asyncio.timeout(self.patience):
                while report.outcome is Outcome.ACCEPTED:
                    await asyncio.sleep(_GLANCE)
                    report = await self.find(id) or report
        except (TimeoutError, Unavailable):
            # It stands; whoever asks later learns more.
            pass
        return report

    async def _call(self, method: str, path: str, **arguments: object) -> httpx2.Response:
        try:
            async with asyncio.timeout(self.deadline):
                return await self.client.request(method, path, **arguments)  # type: ignore[arg-type]  # passed through
        except (httpx2.HTTPError, TimeoutError) as error:
            raise Unavailable("Alpaca cannot be reached; try again.") from error


@asynccontextmanager
async def open_alpaca(
    url: str, key: SecretStr, secret: SecretStr, *, live_allowed: bool
) -> AsyncIterator[AlpacaBroker]:
    """An account at `url`. Raises Unavailable for live trading, unless that is allowed apart from the address."""
    if httpx2.URL(url).host == httpx2.URL(LIVE).host and not live_allowed:
        raise Unavailable("This would trade with real money; set TRADECORE_LIVE_TRADING=true as well if that is meant.")
    headers = {"APCA-API-KEY-ID": key.get_secret_value(), "APCA-API-SECRET-KEY": secret.get_secret_value()}
    timeout = httpx2.Timeout(_DEADLINE, connect=3.0)
    async with httpx2.AsyncClient(
        base_url=url, headers=headers, timeout=timeout, trust_env=False, follow_redirects=False
    ) as client:
        yield AlpacaBroker(client)


def _venue_symbol(order: Order) -> str:
    symbol = order.asset.symbol
    return symbol.replace("-", "/") if order.asset.asset_type is AssetType.CRYPTO else symbol


def _read(answer: httpx2.Response, id: OrderId) -> Report:
    """What an order object says. Raises Unavailable for one that cannot be understood."""
    unclear = f"Alpaca's answer about order {id} cannot be understood; try again."
    try:
        body = _OrderBody.model_validate_json(answer.content)
        average = None if body.filled_avg_price is None else body.filled_avg_price.quantize(FINE)
        ended = Outcome.FILLED if body.filled_qty else Outcome.REFUSED
        outcome = Outcome.ACCEPTED if body.status in _OPEN else ended
        reason = f"Alpaca ended the order unfilled; it is {body.status}." if outcome is Outcome.REFUSED else ""
        report = Report(outcome, body.filled_qty, average, reason=reason)
    except (ValidationError, ArithmeticError, Invalid) as error:
        raise Unavailable(unclear) from error
    if body.client_order_id != id or body.status not in _ENDED | _OPEN:
        raise Unavailable(unclear)
    return report
