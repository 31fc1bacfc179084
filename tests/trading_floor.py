"""A trading floor with time, prices and faults in the hands of the test; and a server that speaks as Alpaca does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import define, field

from tradecore.model.change import Change
from tradecore.model.corporate_actions import CorporateActions, Dividend
from tradecore.model.errors import Invalid, Unavailable
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import OrderId, RecommendationId, UserId
from tradecore.model.listings import matching
from tradecore.model.market import AssetType, Bar, Bars, Listing, PriceSource, Quote, Symbol
from tradecore.model.money import CENT, Asset, Costs
from tradecore.model.orders import Order, order_id_for
from tradecore.model.price_rows import Split
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore.model.trading_rules import TradingRules
from tradecore.model.users import Caller
from tradecore.ports.broker import Broker
from tradecore.ports.store import Store
from tradecore.use_cases.corporate_actions import BookCorporateActions
from tradecore.use_cases.execute import ExecuteRecommendation
from tradecore.use_cases.orders import CancelOrder
from tradecore.use_cases.settle import ReconcileExits, ReconcileOrders, SettleOrder
from tradecore.use_cases.trade import ExpireRecommendations, ListRecommendations, RejectRecommendation
from tradecore_adapters.broker.paper import PaperBroker
from tradecore_adapters.store.sqlite import SqliteStore

ANN = Caller(UserId("ann"))
ACME = Asset(Symbol("ACME"), AssetType.EQUITY)
COIN = Asset(Symbol("COIN-USD"), AssetType.CRYPTO)


@define
class FakeMarket:
    """A market whose prices the test writes on; symbols without one are not traded."""

    prices: dict[Asset, Decimal] = field(factory=lambda: {ACME: Decimal(100), COIN: Decimal("0.5")})
    splits: list[Split] = field(factory=list)
    dividends: list[Dividend] = field(factory=list)
    currency: str | None = None
    # Days with a path, where an asset has some; prices are those of every other day.
    paths: dict[Asset, list[Bar]] = field(factory=dict)

    def walk(self, asset: Asset, day: date, opened: str, high: str, low: str, close: str) -> None:
        """A day with a path, after which the price is its close."""
        bar = Bar(day, Decimal(opened), Decimal(high), Decimal(low), Decimal(close), Decimal(1000))
        self.paths.setdefault(asset, []).append(bar)
        self.prices[asset] = bar.close

    def price(self, symbol: str, asset_type: AssetType) -> Decimal:
        try:
            return self.prices[Asset(Symbol(symbol), asset_type)]
        except KeyError:
            raise Invalid.one("symbol", f"{symbol} is not traded here.") from None

    async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
        known = [bar.day for bar in self.paths.get(Asset(symbol, asset_type), ()) if bar.day <= at.date()]
        day = known[-1] if known else at.date()
        return Quote(symbol, self.price(symbol, asset_type), day, at, PriceSource("prices of a test"))

    async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
        price = self.price(symbol, asset_type)
        known = [bar for bar in self.paths.get(Asset(symbol, asset_type), ()) if bar.day <= as_of]
        bars = known or [Bar(as_of, price, price, price, price, Decimal(1))]
        return Bars(symbol, PriceSource("prices of a test"), tuple(bars[-count:]))

    async def corporate_actions(
        self, symbol: Symbol, asset_type: AssetType, since: date, until: date
    ) -> CorporateActions:
        self.price(symbol, asset_type)
        source = PriceSource("prices of a test")
        actions = CorporateActions(symbol, source, tuple(self.splits), tuple(self.dividends), self.currency)
        return actions.between(since, until)

    async def benchmark(self, asset_type: AssetType) -> Symbol | None:
        return None

    async def search(self, query: str, limit: int) -> tuple[Listing, ...]:
        return matching((Listing(asset.symbol, asset.symbol, asset.asset_type) for asset in self.prices), query, limit)

    async def symbols(self) -> tuple[Symbol, ...]:
        return tuple(asset.symbol for asset in self.prices)


class Crash(BaseException):
    """The process is gone: nobody gets to handle this."""


@define
class CrashPoint:
    """Crashes at the n-th thing that happens; never with 0."""

    at: int = 0
    hits: int = 0

    def hit(self) -> None:
        self.hits += 1
        if self.hits == self.at:
            raise Crash


@define
class _CrashingRepository:
    inner: Any
    crash_point: CrashPoint

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.inner, name)

        async def crashing(*args: Any, **named: Any) -> Any:
            self.crash_point.hit()
            return await call(*args, **named)

        return crashing


@define
class _CrashingWork:
    inner: Any
    crash_point: CrashPoint

    def __getattr__(self, name: str) -> Any:
        return _CrashingRepository(getattr(self.inner, name), self.crash_point)


@define
class CrashingStore:
    """A store under a process that may die before and after each statement and each commit."""

    inner: Store
    crash_point: CrashPoint

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[Any]:
        async with self.inner.unit_of_work() as uow:
            yield _CrashingWork(uow, self.crash_point)
            self.crash_point.hit()
        self.crash_point.hit()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Any]:
        async with self.inner.snapshot() as uow:
            yield _CrashingWork(uow, self.crash_point)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Any]:
        async with self.inner.read() as uow:
            yield _CrashingWork(uow, self.crash_point)

    async def wait_for_events(self, seconds: float) -> None:
        raise NotImplementedError

    async def check(self) -> None:
        raise NotImplementedError


@define
class CrashingBroker:
    """A broker under a process that may die before and after each call."""

    inner: Broker
    crash_point: CrashPoint
    name: str = "crashing"

    async def exits_objection(self, order: Order) -> str:
        return await self.inner.exits_objection(order)

    async def submit(self, order: Order) -> ExecutionReport:
        self.crash_point.hit()
        report = await self.inner.submit(order)
        self.crash_point.hit()
        return report

    async def find(self, id: OrderId) -> ExecutionReport | None:
        self.crash_point.hit()
        return await self.inner.find(id)

    async def cancel(self, id: OrderId) -> ExecutionReport | None:
        self.crash_point.hit()
        report = await self.inner.cancel(id)
        self.crash_point.hit()
        return report


@define
class ScriptedBroker:
    """A broker that does as the test wishes, and remembers what really happened.

    `behaviour` is of the next submit: fill, accept (and leave it open), half (fill half of it), refuse, `lost` (it
    never arrives and nobody knows) or `unheard` (it is filled and nobody knows).
    """

    market: FakeMarket
    behaviour: str = "fill"
    away: bool = False
    placed: dict[OrderId, Order] = field(factory=dict)
    cancel_behaviour: str = "done"
    submits: list[OrderId] = field(factory=list)
    cancels: list[OrderId] = field(factory=list)
    filled: dict[OrderId, Decimal] = field(factory=dict)
    prices: dict[OrderId, Decimal] = field(factory=dict)
    ended: set[OrderId] = field(factory=set)
    name: str = "scripted"

    async def exits_objection(self, order: Order) -> str:
        return ""

    async def submit(self, order: Order) -> ExecutionReport:
        behaviour, self.behaviour = self.behaviour, "fill"
        self.submits.append(order.id)
        await asyncio.sleep(0)
        if behaviour == "lost":
            return ExecutionReport(BrokerStatus.AMBIGUOUS)
        if order.purchase is not None and behaviour == "fill":
            # Exits rest until the test fills them.
            behaviour = "accept"
        if order.id not in self.placed:
            self.placed[order.id] = order
            self.prices[order.id] = self.market.prices[order.asset]
            self.filled[order.id] = Decimal(0)
            if behaviour in ("fill", "unheard"):
                self.fill(order.id, order.quantity)
            elif behaviour == "half":
                self.filled[order.id] = _half(order)
            elif behaviour == "refuse":
                self.ended.add(order.id)
        return ExecutionReport(BrokerStatus.AMBIGUOUS) if behaviour == "unheard" else self.report(order.id)

    async def find(self, id: OrderId) -> ExecutionReport | None:
        await asyncio.sleep(0)
        if self.away:
            raise Unavailable("The broker is away; try again.")
        return self.report(id) if id in self.placed else None

    async def cancel(self, id: OrderId) -> ExecutionReport | None:
        """End an open order.

        `cancel_behaviour` is done, `slow` (not yet), `late` (it fills first), `lost` or `unheard`.
        """
        behaviour, self.cancel_behaviour = self.cancel_behaviour, "done"
        self.cancels.append(id)
        await asyncio.sleep(0)
        if self.away or behaviour == "lost":
            raise Unavailable("The broker is away; try again.")
        if id not in self.placed:
            return None
        if id not in self.ended:
            if behaviour == "late":
                self.fill(id, self.placed[id].quantity)
            elif behaviour in ("done", "unheard"):
                self.end(id)
        if behaviour == "unheard":
            raise Unavailable("The broker is away; try again.")
        return self.report(id)

    def fill(self, id: OrderId, units: Decimal) -> None:
        self.filled[id] = units
        self.ended.add(id)

    def end(self, id: OrderId) -> None:
        self.ended.add(id)

    def open(self) -> list[OrderId]:
        return [id for id in self.placed if id not in self.ended]

    def report(self, id: OrderId) -> ExecutionReport:
        units = self.filled[id]
        price = self.prices[id] if units else None
        if id not in self.ended:
            return ExecutionReport(BrokerStatus.ACCEPTED, units, price)
        return (
            ExecutionReport(BrokerStatus.FILLED, units, price)
            if units
            else ExecutionReport(BrokerStatus.REFUSED, reason="It was not liked.")
        )


def _half(order: Order) -> Decimal:
    half = (order.quantity / 2).quantize(Decimal("0.00000001"))
    return half if order.asset.asset_type is AssetType.CRYPTO else max(Decimal(1), half // 1)


@define(repr=False)
class Floor:
    """The verbs of trading over one store and one broker."""

    store: Store
    market: FakeMarket
    broker: Broker
    rules: TradingRules = field(factory=TradingRules)
    time: datetime = datetime(2024, 10, 10, 12, 30, tzinfo=UTC)
    _ids: "count[int]" = field(factory=lambda: count(1))

    def now(self) -> datetime:
        return self.time

    def pass_time(self, **spans: float) -> None:
        self.time += timedelta(**spans)

    def under(self, store: Store, broker: Broker) -> "Floor":
        """The same floor for another process, with a store and a broker of its own."""
        return Floor(store, self.market, broker, self.rules, self.time)

    @property
    def settle(self) -> SettleOrder:
        return SettleOrder(self.store, self.broker, self.now)

    @property
    def execution(self) -> ExecuteRecommendation:
        return ExecuteRecommendation(self.store, self.broker, self.market, self.now, self.rules, self.settle)

    async def execute(self, id: RecommendationId, **options: Any) -> Order:
        """Execute a recommendation; confirmed, since on this floor one order follows another within a minute."""
        return await self.execution(id, **{"confirmed": True, **options})

    @property
    def reject(self) -> RejectRecommendation:
        return RejectRecommendation(self.store, self.now)

    @property
    def cancel(self) -> CancelOrder:
        return CancelOrder(self.store, self.now, self.settle)

    @property
    def expire(self) -> ExpireRecommendations:
        return ExpireRecommendations(self.store, self.now)

    @property
    def book_actions(self) -> BookCorporateActions:
        return BookCorporateActions(self.store, self.market, self.now, self.settle)

    @property
    def reconcile_exits(self) -> ReconcileExits:
        return ReconcileExits(self.store, self.now, self.settle)

    @property
    def reconcile(self) -> ReconcileOrders:
        return ReconcileOrders(self.store, self.now, self.settle)

    async def show(self, **query: Any) -> tuple[Recommendation, ...]:
        """The newest recommendations in a state, pending ones by default."""
        return (await ListRecommendations(self.store, self.now)(**query)).recommendations

    def recommendation(
        self, *, asset: Asset = ACME, action: Action = Action.BUY, size: str = "5", user: Caller = ANN, **fields: Any
    ) -> Recommendation:
        """One that an analysis would have issued now, at the current price."""
        entry = self.market.prices[asset]
        return Recommendation(
            **{
                "id": RecommendationId(f"00000000-0000-4000-8000-{next(self._ids):012x}"),
                "user": user.user,
                "asset": asset,
                "action": action,
                "confidence": Decimal(7),
                "position_size": Decimal(size),
                "entry": entry,
                "stop": entry * Decimal("0.9"),
                "target": entry * Decimal("1.2"),
                "reasoning": "It looks that way.",
                "created_at": self.time,
                "expires_at": self.time + timedelta(hours=6),
                **fields,
            }
        )

    async def recommend(self, **fields: Any) -> Recommendation:
        """The same, in the store."""
        async with self.store.unit_of_work() as uow:
            return await uow.recommendations.put(Change(self.recommendation(**fields)))

    def order(self, *, id: str = "1", **fields: Any) -> Order:
        """An order for one share at 10 % above the price."""
        recommendation = RecommendationId(f"00000000-0000-4000-8000-{id:0>12}")
        asset = fields.pop("asset", ACME)
        return Order(
            **{
                "id": order_id_for(recommendation),
                "user": ANN.user,
                "recommendation": recommendation,
                "asset": asset,
                "action": Action.BUY,
                "quantity": Decimal(1),
                "limit": (self.market.prices[asset] * Decimal("1.1")).quantize(Decimal("0.01")),
                "at": self.time,
                **fields,
            }
        )


@define
class FakeAlpaca:
    """Alpaca's order routes over a socket. Faults wait in `faults`, one per POST: (what, whether it takes effect)."""

    market: FakeMarket
    orders: dict[str, dict[str, Any]] = field(factory=dict)
    posts: list[dict[str, Any]] = field(factory=list)
    seen: list[dict[str, str]] = field(factory=list)
    faults: list[tuple[str, bool]] = field(factory=list)
    find_faults: list[str] = field(factory=list)
    cancel_faults: list[tuple[str, bool]] = field(factory=list)
    deletes: list[str] = field(factory=list)
    behaviour: str = "fill"
    # What becomes of an order that is cancelled at once: pending_cancel where the exchange takes its time.
    cancelled_as: str = "canceled"
    # What the account holds, as Alpaca shows it, and the key that it accepts, where it looks at one.
    positions: list[dict[str, str]] = field(factory=list)
    key: str | None = None
    account: str = "PA3717PJAYWN"
    url: str = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["FakeAlpaca"]:
        talks: set[asyncio.Task[None]] = set()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task
            talks.add(task)
            try:
                await self._talk(reader, writer)
            except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                pass
            finally:
                talks.discard(task)
                writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in tuple(talks):
                task.cancel()
            await asyncio.gather(*talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.seen.append(headers)
            answer: Any
            if self.key is not None and headers.get("apca-api-key-id") != self.key:
                fault, status, answer = "", 401, {"code": 40110000, "message": "request is not authorized"}
            elif method == "POST":
                fault, effect = self.faults.pop(0) if self.faults else ("", True)
                status, answer = self._post(json.loads(body)) if effect else (200, {})
            elif method == "DELETE":
                fault, effect = self.cancel_faults.pop(0) if self.cancel_faults else ("", True)
                status, answer = self._delete(target) if effect else (200, {})
            else:
                fault = self.find_faults.pop(0) if self.find_faults else ""
                status, answer = self._get(target)
            if fault == "reset":
                writer.transport.abort()
                return
            if fault == "timeout":
                await asyncio.Event().wait()
            text = "" if answer is None else json.dumps(answer)
            if fault == "unreadable":
                text = "<html>Bad gateway</html>"
            elif fault == "half":
                text = text[: len(text) // 2]
            elif fault:
                status, text = int(fault), json.dumps({"code": 50010000, "message": "a vendor's words"})
            length = () if status == 204 else (f"content-length: {len(text)}",)
            lines = (f"HTTP/1.1 {status} X", "content-type: application/json", *length, "", text)
            writer.write("\r\n".join(lines).encode())
            await writer.drain()

    def _post(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.posts.append(body)
        id = body["client_order_id"]
        if id in self.orders:
            return 422, {"code": 40010001, "message": "client_order_id must be unique"}
        crypto = "/" in body["symbol"]
        price = self.market.price(body["symbol"].replace("/", "-"), AssetType.CRYPTO if crypto else AssetType.EQUITY)
        buying = body["side"] == "buy"
        if body.get("order_class") == "oco":
            return self._post_pair(body, price)
        inside = price <= Decimal(body["limit_price"]) if buying else price >= Decimal(body["limit_price"])
        if self.behaviour == "refuse":
            return 403, {"code": 40310000, "message": "insufficient buying power"}
        if "take_profit" in body and Decimal(body["take_profit"]["limit_price"]) < Decimal(body["limit_price"]) + CENT:
            return 422, {"code": 42210000, "message": "take_profit.limit_price must be >= base_price + 0.01"}
        order = {
            "id": f"venue-{len(self.orders)}",
            "client_order_id": id,
            "symbol": body["symbol"],
            "qty": body["qty"],
            "side": body["side"],
            "status": "new",
            "filled_qty": "0",
            "filled_avg_price": None,
        }
        self.orders[id] = order
        if body.get("order_class") == "bracket":
            self._add_legs(order, body)
        if self.behaviour == "fill" and inside:
            self.fill(id, Decimal(body["qty"]))
        elif self.behaviour == "half" and inside:
            self.fill(id, Decimal(body["qty"]) / 2, "partially_filled")
        return 200, dict(order)

    def _post_pair(self, body: dict[str, Any], price: Decimal) -> tuple[int, dict[str, Any]]:
        """A limit order with a stop order as its leg; it sells, so the stop lies below the price."""
        if "limit_price" in body or Decimal(body["stop_loss"]["stop_price"]) >= price:
            return 422, {"code": 42210000, "message": "stop price must be less than current price"}
        pair = self._leg(body, "limit", body["client_order_id"], "new")
        pair["legs"] = [self._leg(body, "stop", f"leg-{len(self.orders)}", "held")]
        return 200, dict(pair)

    def _add_legs(self, order: dict[str, Any], body: dict[str, Any]) -> None:
        """The legs of a bracket, which are held until the purchase is filled whole."""
        order["legs"] = [self._leg(body, kind, f"leg-{len(self.orders)}", "held") for kind in ("limit", "stop")]

    def _leg(self, body: dict[str, Any], kind: str, client_id: str, status: str) -> dict[str, Any]:
        level = {"limit_price": body["take_profit"]["limit_price"]}
        leg = {
            "id": f"venue-{len(self.orders)}",
            "client_order_id": client_id,
            "symbol": body["symbol"],
            "qty": body["qty"],
            "side": "sell",
            "type": kind,
            "status": status,
            "filled_qty": "0",
            "filled_avg_price": None,
            **(level if kind == "limit" else {"stop_price": body["stop_loss"]["stop_price"]}),
        }
        self.orders[client_id] = leg
        return leg

    def legs(self, id: str) -> dict[str, dict[str, Any]]:
        """The limit order and the stop order of a bracket or a pair, by type."""
        order = self.orders[id]
        return {leg["type"]: leg for leg in (order, *order["legs"]) if "type" in leg}

    def fill_leg(self, id: str, kind: str, units: Decimal, price: str, status: str = "filled") -> None:
        """A leg executes; the other one is cancelled once it is filled."""
        legs = self.legs(id)
        self.fill(legs[kind]["client_order_id"], units, status, price)
        if status == "filled":
            self._end_others(legs[kind])

    def _group(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        """The bracket or pair that an order belongs to."""
        for parent in self.orders.values():
            members = [parent, *parent.get("legs", ())]
            if len(members) > 1 and any(member is order for member in members):
                return members
        return [order]

    def _end_others(self, order: dict[str, Any]) -> None:
        for member in self._group(order):
            if member is not order and member["status"] in ("new", "held", "partially_filled", "accepted"):
                member["status"] = "canceled"

    def _delete(self, target: str) -> tuple[int, dict[str, Any] | None]:
        self.deletes.append(target)
        for order in self.orders.values():
            if target == f"/v2/orders/{order['id']}":
                if order["status"] not in ("new", "held", "partially_filled", "accepted", "pending_cancel"):
                    return 422, {"code": 42210000, "message": f"order is already in {order['status']!r} state"}
                order["status"] = self.cancelled_as
                self._end_others(order)
                return 204, None
        return 404, {"code": 40410000, "message": f"order not found for {target}"}

    def _get(self, target: str) -> tuple[int, Any]:
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        if parts.path == "/v2/positions":
            return 200, self.positions
        if parts.path == "/v2/account":
            return 200, {"id": "0000", "account_number": self.account, "status": "ACTIVE"}
        if parts.path == "/v2/orders:by_client_order_id":
            id = query["client_order_id"][0]
            found = self.orders.get(id)
        else:
            venue_id = parts.path.removeprefix("/v2/orders/")
            found = next((order for order in self.orders.values() if order["id"] == venue_id), None)
        if found is None:
            return 404, {"code": 40410000, "message": "order not found"}
        # Legs are shown where they are asked for.
        return 200, {**found, "legs": found.get("legs") if query.get("nested") == ["true"] else None}

    def fill(self, id: str, units: Decimal, status: str = "filled", price: str | None = None) -> None:
        order = self.orders[id]
        crypto = "/" in order["symbol"]
        now = self.market.price(order["symbol"].replace("/", "-"), AssetType.CRYPTO if crypto else AssetType.EQUITY)
        order.update(status=status, filled_qty=f"{units:f}", filled_avg_price=price or f"{now:f}")
        if status == "filled" and order["side"] == "buy":
            for leg in order.get("legs", ()):
                leg["status"] = "new"


@asynccontextmanager
async def open_scripted_floor() -> AsyncIterator[Floor]:
    """A floor on a memory store whose broker does as the test wishes."""
    async with SqliteStore(None) as store:
        market = FakeMarket()
        yield Floor(store, market, ScriptedBroker(market))


@asynccontextmanager
async def open_paper_floor(costs: Costs | None = None) -> AsyncIterator[Floor]:
    """A floor on a memory store with the paper broker."""
    async with SqliteStore(None) as store:
        market = FakeMarket()
        floor = Floor(store, market, ScriptedBroker(market), TradingRules(costs=costs or Costs()))
        floor.broker = PaperBroker(store, market, floor.now, floor.rules.costs)
        yield floor


def crashing(floor: Floor, at: int) -> Floor:
    """The same floor in a process that dies at the n-th thing that happens there."""
    crash_point = CrashPoint(at)
    return floor.under(CrashingStore(floor.store, crash_point), CrashingBroker(floor.broker, crash_point))
