"""Alpaca over its HTTP API (Trading API v2): limit orders, identified by client order id."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from urllib.parse import quote

import httpx2
from attrs import frozen
from pydantic import BaseModel, SecretStr, ValidationError

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.ids import OrderId
from tradecore.model.market import AssetType
from tradecore.model.money import rounded_price
from tradecore.model.orders import BrokerStatus, ExecutionReport, Order
from tradecore.model.steps import Action

PAPER = "https://paper-api.alpaca.markets"
LIVE = "https://api.alpaca.markets"

# The timeout of one call, in seconds; a submit and its watch together stay below SUBMIT_DEADLINE of the core.
_CALL_TIMEOUT = 8.0
# How often and for how long a new order is polled before it is reported as accepted, in seconds.
_POLL_INTERVAL = 0.25
_WATCH_TIMEOUT = 2.0

# Order statuses, see https://docs.alpaca.markets/docs/orders-at-alpaca. A closed order fills no further.
_CLOSED_STATUSES = frozenset({"filled", "canceled", "expired", "rejected", "replaced"})
_OPEN_STATUSES = frozenset(
    {
        "new", "accepted", "pending_new", "accepted_for_bidding", "partially_filled", "done_for_day", "stopped",
        "calculated", "held", "suspended", "pending_cancel", "pending_replace",
    }
)  # fmt: skip
# Status codes that prove that no order was created; after any other error it may exist.
_REJECTIONS = {
    400: "Alpaca does not take such an order.",
    403: "Alpaca does not allow the order; buying power or permissions may be missing.",
    422: "Alpaca does not take an order of this size, price or symbol.",
}

# Status codes of a cancellation after which the order is looked up.
_NOT_CANCELLED = frozenset({httpx2.codes.NOT_FOUND, httpx2.codes.UNPROCESSABLE_CONTENT})


class _OrderBody(BaseModel):
    """The fields of Alpaca's order object that are used; it sends numbers as text."""

    id: str
    client_order_id: str
    status: str
    filled_qty: Decimal = Decimal(0)
    filled_avg_price: Decimal | None = None


@frozen
class AlpacaBroker:
    """An Alpaca account. Its commissions are zero; its API does not report regulatory and crypto fees per order."""

    client: httpx2.AsyncClient
    # Timeouts of one call and of watching a new order, in seconds.
    call_timeout: float = _CALL_TIMEOUT
    watch_timeout: float = _WATCH_TIMEOUT

    @property
    def name(self) -> str:
        """The name stored with orders."""
        return "alpaca"

    async def submit(self, order: Order) -> ExecutionReport:
        """Place a limit order, valid for the day (crypto: until cancelled), and watch it for two seconds.

        The report is AMBIGUOUS where the order may or may not exist.
        """
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
            response = await self._call("POST", "/v2/orders", json=body)
            if response.status_code in _REJECTIONS:
                # Alpaca also rejects an order id that exists, in which case that order is the result.
                known = await self.find(order.id)
                return known or ExecutionReport(BrokerStatus.REFUSED, reason=_REJECTIONS[response.status_code])
            if not response.is_success:
                return ExecutionReport(BrokerStatus.AMBIGUOUS)
            _, report = _read(response, order.id)
            return await self._watch(order.id, report)
        except Unavailable:
            return ExecutionReport(BrokerStatus.AMBIGUOUS)

    async def find(self, id: OrderId) -> ExecutionReport | None:
        """The state of an order; None where Alpaca has none with this id. Raises Unavailable."""
        known = await self._find(id)
        return known and known[1]

    async def cancel(self, id: OrderId) -> ExecutionReport | None:
        """Ask Alpaca to cancel an order, and watch it for two seconds. Raises Unavailable."""
        known = await self._find(id)
        if known is None or known[1].status is not BrokerStatus.ACCEPTED:
            return known and known[1]
        venue_id, report = known
        response = await self._call("DELETE", f"/v2/orders/{quote(venue_id, safe='')}")
        # 422: it cannot be cancelled, because it has just ended or does not stand at the exchange yet; 404: it is gone.
        if not response.is_success and response.status_code not in _NOT_CANCELLED:
            raise Unavailable(f"Alpaca cannot cancel order {id} now; it responds {response.status_code}.")
        return await self._watch(id, await self.find(id) or report)

    async def _find(self, id: OrderId) -> tuple[str, ExecutionReport] | None:
        """Alpaca's own id of an order, and the report on it."""
        response = await self._call("GET", "/v2/orders:by_client_order_id", params={"client_order_id": id})
        if response.status_code == httpx2.codes.NOT_FOUND:
            return None
        if response.status_code != httpx2.codes.OK:
            raise Unavailable(f"Alpaca cannot say how order {id} stands; it responds {response.status_code}.")
        return _read(response, id)

    async def _watch(self, id: OrderId, report: ExecutionReport) -> ExecutionReport:
        try:
            async with asyncio.timeout(self.watch_timeout):
                while report.status is BrokerStatus.ACCEPTED:
                    await asyncio.sleep(_POLL_INTERVAL)
                    report = await self.find(id) or report
        except (TimeoutError, Unavailable):
            # The order is accepted; reconciliation finds out the rest.
            pass
        return report

    async def _call(self, method: str, path: str, **arguments: object) -> httpx2.Response:
        try:
            async with asyncio.timeout(self.call_timeout):
                return await self.client.request(method, path, **arguments)  # type: ignore[arg-type]  # passed through
        except (httpx2.HTTPError, TimeoutError) as error:
            raise Unavailable("Alpaca cannot be reached; try again.") from error


@asynccontextmanager
async def open_alpaca(
    url: str, key: SecretStr, secret: SecretStr, *, live_allowed: bool
) -> AsyncIterator[AlpacaBroker]:
    """The account at `url`. Raises Unavailable for the live trading URL unless `live_allowed` is set."""
    if httpx2.URL(url).host == httpx2.URL(LIVE).host and not live_allowed:
        raise Unavailable("This would trade with real money; set TRADECORE_LIVE_TRADING=true as well if that is meant.")
    headers = {"APCA-API-KEY-ID": key.get_secret_value(), "APCA-API-SECRET-KEY": secret.get_secret_value()}
    timeout = httpx2.Timeout(_CALL_TIMEOUT, connect=3.0)
    async with httpx2.AsyncClient(
        base_url=url, headers=headers, timeout=timeout, trust_env=False, follow_redirects=False
    ) as client:
        yield AlpacaBroker(client)


def _venue_symbol(order: Order) -> str:
    symbol = order.asset.symbol
    return symbol.replace("-", "/") if order.asset.asset_type is AssetType.CRYPTO else symbol


def _read(response: httpx2.Response, id: OrderId) -> tuple[str, ExecutionReport]:
    """Alpaca's own id and the report of an order object. Raises Unavailable for one that cannot be interpreted."""
    unclear = f"Alpaca's answer about order {id} cannot be understood; try again."
    try:
        body = _OrderBody.model_validate_json(response.content)
        average = None if body.filled_avg_price is None else rounded_price(body.filled_avg_price)
        ended = BrokerStatus.FILLED if body.filled_qty else BrokerStatus.REFUSED
        outcome = BrokerStatus.ACCEPTED if body.status in _OPEN_STATUSES else ended
        reason = f"Alpaca ended the order unfilled; it is {body.status}." if outcome is BrokerStatus.REFUSED else ""
        report = ExecutionReport(outcome, body.filled_qty, average, reason=reason)
    except (ValidationError, ArithmeticError, Invalid) as error:
        raise Unavailable(unclear) from error
    if body.client_order_id != id or body.status not in _CLOSED_STATUSES | _OPEN_STATUSES:
        raise Unavailable(unclear)
    return body.id, report
