"""Alpaca over its HTTP API (Trading API v2): limit orders, identified by client order id, and brackets of shares.

A bracket is a purchase with two legs, a limit order and a stop order, of which the execution of one cancels the other.
The legs become active when the purchase is filled whole, and end with it otherwise; a pair that is placed later is an
order of the class `oco`, which is the limit order, with the stop order as its leg.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from urllib.parse import quote

import httpx2
from attrs import frozen
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import OrderId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset, rounded_price
from tradecore.model.orders import Order, exit_id_for, purchase_of
from tradecore.model.steps import Action

PAPER = "https://paper-api.alpaca.markets"
LIVE = "https://api.alpaca.markets"

# The timeout of one call, in seconds; a submit and its watch together stay below SUBMIT_DEADLINE of the core.
_CALL_TIMEOUT = 8.0
_UNCLEAR = "Alpaca's answer about order {id} cannot be understood; try again."
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


# An order that was changed at Alpaca goes on under another id; how often that is followed.
_MAX_REPLACEMENTS = 10


class _OrderBody(BaseModel):
    """The fields of Alpaca's order object that are used; it sends numbers as text."""

    id: str
    client_order_id: str
    status: str
    filled_qty: Decimal = Decimal(0)
    filled_avg_price: Decimal | None = None
    replaced_by: str | None = None
    legs: list["_OrderBody"] | None = None

    @property
    def open(self) -> bool:
        """Whether it can still fill."""
        return self.status in _OPEN_STATUSES


_ASSET_TYPES = {"us_equity": AssetType.EQUITY, "crypto": AssetType.CRYPTO}
# Positions name a pair without a separator.
_QUOTE_CURRENCIES = ("USDT", "USDC", "USD", "BTC")


class _PositionBody(BaseModel):
    """The fields of Alpaca's position object that are used; it sends numbers as text."""

    symbol: str
    qty: Decimal
    asset_class: str

    @property
    def asset(self) -> Asset:
        """The asset by its symbol here."""
        asset_type = _ASSET_TYPES[self.asset_class]
        if asset_type is AssetType.EQUITY:
            return Asset(Symbol(self.symbol), asset_type)
        pair = self.symbol.replace("/", "")
        quote_currency = next((name for name in _QUOTE_CURRENCIES if pair.endswith(name)), "")
        return Asset(Symbol(f"{pair.removesuffix(quote_currency)}-{quote_currency}"), asset_type)


_POSITIONS = TypeAdapter(list[_PositionBody])


class _AccountBody(BaseModel):
    """The field of Alpaca's account object that is used."""

    account_number: str


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

    async def exits_objection(self, order: Order) -> str:
        """Alpaca has brackets of whole shares, and none of crypto."""
        if order.asset.asset_type is AssetType.EQUITY:
            return ""
        return "Alpaca places a stop and a target for shares only; those of crypto can be watched."

    async def submit(self, order: Order) -> ExecutionReport:
        """Place a limit order, valid for the day (crypto and brackets: until cancelled), and watch it for two seconds.

        An exit order is placed unless the legs of its purchase stand there already. The report is AMBIGUOUS where the
        order may or may not exist.
        """
        try:
            if order.purchase is not None and (known := await self.find(order.id)):
                return known
            response = await self._call("POST", "/v2/orders", json=_body(order))
            if response.status_code in _REJECTIONS:
                # Alpaca also rejects an order id that exists, in which case that order is the result.
                known = await self.find(order.id)
                return known or ExecutionReport(BrokerStatus.REFUSED, reason=_REJECTIONS[response.status_code])
            if not response.is_success:
                return ExecutionReport(BrokerStatus.AMBIGUOUS)
            if order.purchase is not None:
                return await self.find(order.id) or ExecutionReport(BrokerStatus.AMBIGUOUS)
            return await self._watch(order.id, _report([_read(response, order.id)], order.id))
        except Unavailable:
            return ExecutionReport(BrokerStatus.AMBIGUOUS)

    async def find(self, id: OrderId) -> ExecutionReport | None:
        """The state of an order; None where Alpaca has none with this id. Raises Unavailable."""
        known = await self._find(id)
        return None if known is None else _report(known, id)

    async def cancel(self, id: OrderId) -> ExecutionReport | None:
        """Ask Alpaca to cancel an order, and watch it for two seconds. Raises Unavailable."""
        known = await self._find(id)
        if known is None:
            return None
        report = _report(known, id)
        if report.status is not BrokerStatus.ACCEPTED:
            return report
        for order in known:
            if order.open:
                await self._delete(order.id, id)
        return await self._watch(id, await self.find(id) or report)

    async def positions(self) -> Mapping[Asset, Decimal]:
        """The units of each asset that the account holds, below 0 for a short position. Raises Unavailable."""
        content = await self._read_account("/v2/positions")
        try:
            held = _POSITIONS.validate_json(content)
        except ValidationError as error:
            raise Unavailable("Alpaca's answer about the positions cannot be understood; try again.") from error
        return {position.asset: position.qty for position in held if position.asset_class in _ASSET_TYPES}

    async def account_number(self) -> str:
        """See `AccountBroker`."""
        content = await self._read_account("/v2/account")
        try:
            return _AccountBody.model_validate_json(content).account_number
        except ValidationError as error:
            raise Unavailable("Alpaca's answer about the account cannot be understood; try again.") from error

    async def _read_account(self, path: str) -> bytes:
        response = await self._call("GET", path)
        if response.status_code in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN):
            raise Unavailable("Alpaca does not accept the key and the secret of the account.")
        if response.status_code != httpx2.codes.OK:
            raise Unavailable(f"Alpaca cannot say what the account holds; it responds {response.status_code}.")
        return response.content

    async def _delete(self, venue_id: str, id: OrderId) -> None:
        response = await self._call("DELETE", f"/v2/orders/{quote(venue_id, safe='')}")
        # 422: it cannot be cancelled, because it has just ended, as the other leg of a pair does with the first, or
        # does not stand at the exchange yet; 404: it is gone.
        if not response.is_success and response.status_code not in _NOT_CANCELLED:
            raise Unavailable(f"Alpaca cannot cancel order {id} now; it responds {response.status_code}.")

    async def _find(self, id: OrderId) -> list[_OrderBody] | None:
        """The order with this client order id, or the two orders of an exit order."""
        purchase = purchase_of(id)
        own = await self._by_client_id(id)
        if purchase is None:
            return None if own is None else [await self._newest(own, id)]
        if own is not None:
            pair = await self._by_venue_id(own.id, id)
            return [await self._newest(order, id) for order in (pair, *(pair.legs or ()))]
        bought = await self._by_client_id(purchase) if id == exit_id_for(purchase, 1) else None
        if bought is not None:
            bought = await self._newest(bought, id)
        # The legs of a purchase that was not filled whole never become active.
        if bought is None or bought.status != "filled":
            return None
        legs = (await self._by_venue_id(bought.id, id)).legs
        return [await self._newest(leg, id) for leg in legs] if legs else None

    async def _by_client_id(self, id: OrderId) -> _OrderBody | None:
        response = await self._call("GET", "/v2/orders:by_client_order_id", params={"client_order_id": id})
        if response.status_code == httpx2.codes.NOT_FOUND:
            return None
        return _read(self._successful(response, id), id)

    async def _by_venue_id(self, venue_id: str, id: OrderId) -> _OrderBody:
        path = f"/v2/orders/{quote(venue_id, safe='')}"
        response = await self._call("GET", path, params={"nested": "true"})
        return _parse(self._successful(response, id), id)

    def _successful(self, response: httpx2.Response, id: OrderId) -> httpx2.Response:
        if response.status_code != httpx2.codes.OK:
            raise Unavailable(f"Alpaca cannot say how order {id} stands; it responds {response.status_code}.")
        return response

    async def _newest(self, order: _OrderBody, id: OrderId) -> _OrderBody:
        """The order that took its place, where somebody changed it at Alpaca."""
        for _ in range(_MAX_REPLACEMENTS):
            if order.status != "replaced" or order.replaced_by is None:
                return order
            order = await self._by_venue_id(order.replaced_by, id)
        raise Unavailable(f"Order {id} was changed at Alpaca more than {_MAX_REPLACEMENTS} times.")

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


def _body(order: Order) -> dict[str, object]:
    """The order as it is sent."""
    equity = order.asset.asset_type is AssetType.EQUITY
    body: dict[str, object] = {
        "symbol": _venue_symbol(order),
        "qty": _number(order.quantity),
        "side": "buy" if order.action is Action.BUY else "sell",
        "type": "limit",
        "limit_price": _number(order.limit),
        "time_in_force": "day" if equity else "gtc",
        "client_order_id": order.id,
    }
    if order.exits is not None:
        # The legs are valid as long as the purchase, and rest for days.
        body |= {
            "time_in_force": "gtc",
            "order_class": "bracket" if order.purchase is None else "oco",
            "take_profit": {"limit_price": _number(order.exits.target)},
            "stop_loss": {"stop_price": _number(order.exits.stop)},
        }
    if order.purchase is not None:
        del body["limit_price"]
    return body


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _parse(response: httpx2.Response, id: OrderId) -> _OrderBody:
    """An order object. Raises Unavailable for one that cannot be interpreted."""
    try:
        body = _OrderBody.model_validate_json(response.content)
    except ValidationError as error:
        raise Unavailable(_UNCLEAR.format(id=id)) from error
    if any(order.status not in _CLOSED_STATUSES | _OPEN_STATUSES for order in (body, *(body.legs or ()))):
        raise Unavailable(_UNCLEAR.format(id=id))
    return body


def _read(response: httpx2.Response, id: OrderId) -> _OrderBody:
    """The order object with this client order id. Raises Unavailable for another one, or none."""
    body = _parse(response, id)
    if body.client_order_id != id:
        raise Unavailable(_UNCLEAR.format(id=id))
    return body


def _report(orders: Sequence[_OrderBody], id: OrderId) -> ExecutionReport:
    """The report on an order, or on a pair of which at most one is executed. Raises Unavailable for impossible numbers.

    Where a part of the target was executed before the stop, the average is that of both.
    """
    try:
        traded = [order for order in orders if order.filled_qty]
        filled = sum((order.filled_qty for order in traded), Decimal(0))
        average = None
        if filled and all(order.filled_avg_price is not None for order in traded):
            turnover = sum((order.filled_qty * (order.filled_avg_price or 0) for order in traded), Decimal(0))
            average = rounded_price(turnover / filled)
        ended = BrokerStatus.FILLED if filled else BrokerStatus.REFUSED
        status = BrokerStatus.ACCEPTED if any(order.open for order in orders) else ended
        states = " and ".join(sorted({order.status for order in orders}))
        reason = f"Alpaca ended the order unfilled; it is {states}." if status is BrokerStatus.REFUSED else ""
        return ExecutionReport(status, filled, average, reason=reason)
    except (ArithmeticError, Invalid) as error:
        raise Unavailable(_UNCLEAR.format(id=id)) from error
