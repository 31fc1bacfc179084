"""Price alerts over HTTP: what is not possible is refused by its field, and a retry makes no second one."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args

import httpx
from attrs import evolve
from structlog.testing import capture_logs

from tradecore.model.alerts import AlertKind
from tradecore.model.errors import Unavailable
from tradecore.model.market import AssetType, Bar, Bars, PriceSource, Quote, Symbol
from tradecore.model.users import User
from tradecore.use_cases.price_watch import WatchPriceAlerts
from tradecore_adapters.http.api.alert_schemas import Kind
from tradecore_app.webhooks import describe

WANTED = {"symbol": "googl", "condition": "above", "value": 150.25}


async def created(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post("/api/price-alerts", json={**WANTED, **fields})
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def test_the_document_names_the_kinds_of_alerts() -> None:
    assert set(get_args(Kind)) == set(AlertKind)


async def test_a_price_alert_is_made_listed_and_deleted(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        made = await created(client, note="Sell half.", expiresOn="2024-12-31")
        assert made == {
            "id": made["id"], "symbol": "GOOGL", "assetType": "equity", "condition": "above", "value": 150.25,
            "state": "active", "price": 140.5, "priceDate": "2024-10-10", "createdAt": "2024-10-10T14:23:45Z",
            "note": "Sell half.", "expiresOn": "2024-12-31",
        }  # fmt: skip
        listed = (await client.get("/api/price-alerts")).json()["data"]
        assert (listed["priceAlerts"], listed["pagination"]["total"]) == ([made], 1)
        assert (await client.get("/api/price-alerts?state=triggered")).json()["data"]["priceAlerts"] == []
        assert (await client.delete(f"/api/price-alerts/{made['id']}")).status_code == 204
        assert (await client.delete(f"/api/price-alerts/{made['id']}")).status_code == 404
    audited = [(record["event"], record["price_alert"]) for record in logs if "price_alert" in record]
    assert audited == [("price_alert_created", made["id"]), ("price_alert_deleted", made["id"])]


async def test_what_is_not_possible_is_refused_by_its_name(client: httpx.AsyncClient) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"symbol": "NOPE"}, "symbol"),
        ({"symbol": "?"}, "symbol"),
        ({"assetType": "bond"}, "assetType"),
        ({"condition": "near"}, "condition"),
        ({"value": 0}, "value"),
        ({"value": -1}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": 1e300}, "value"),
        ({"value": 140.5}, "value"),
        ({"condition": "moves", "value": 0.01}, "value"),
        ({"note": ""}, "note"),
        ({"note": "\u202e"}, "note"),
        ({"note": "x" * 201}, "note"),
        ({"expiresOn": "2024-10-09"}, "expiresOn"),
        ({"expiresOn": "tomorrow"}, "expiresOn"),
        ({"percent": 5}, "percent"),
    ]
    for body, field in cases:
        answer = await client.post("/api/price-alerts", json={**WANTED, **body})
        assert answer.status_code == 400, answer.text
        assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]


async def test_a_retry_under_its_key_gets_the_first_answer(client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k"}
    first = await client.post("/api/price-alerts", json=WANTED, headers=key)
    again = await client.post("/api/price-alerts", json=WANTED, headers=key)
    assert (again.status_code, again.json()["data"]) == (201, first.json()["data"])
    other = await client.post("/api/price-alerts", json={**WANTED, "value": 160}, headers=key)
    assert other.json()["error"]["code"] == "idempotency_key_reused"
    assert (await client.get("/api/price-alerts")).json()["data"]["pagination"]["total"] == 1


async def test_a_market_that_is_away_is_503_and_nothing_is_made(house: Any, client: httpx.AsyncClient) -> None:
    class Away:
        async def quote(self, *_: object) -> None:
            raise Unavailable("The market is away.")

    core = evolve(house.core, create_price_alert=evolve(house.core.create_price_alert, market=Away()))
    async with house.client(house.app(core), client.headers["authorization"].removeprefix("Bearer ")) as away:
        answer = await away.post("/api/price-alerts", json=WANTED)
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert (await client.get("/api/price-alerts")).json()["data"]["pagination"]["total"] == 0


async def test_a_price_alert_is_nobody_elses(house: Any, client: httpx.AsyncClient, ben: User) -> None:
    made = await created(client)
    async with house.client(token=house.token(ben)) as other:
        assert (await other.get("/api/price-alerts")).json()["data"]["priceAlerts"] == []
        assert (await other.delete(f"/api/price-alerts/{made['id']}")).status_code == 404


async def test_what_triggers_it_is_an_alert_and_an_event_for_webhooks(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    class Risen:
        async def quote(self, symbol: Symbol, asset_type: AssetType, at: datetime) -> Quote:
            return Quote(symbol, Decimal(155), at.date(), at, PriceSource("prices of a test"))

        async def bars(self, symbol: Symbol, asset_type: AssetType, as_of: date, count: int) -> Bars:
            bar = Bar(as_of, Decimal(149), Decimal(156), Decimal(148), Decimal(155), None)
            return Bars(symbol, PriceSource("prices of a test"), (bar,))

        corporate_actions = house.core.create_price_alert.market.corporate_actions

    made = await created(client)
    house.pass_time(minutes=5)
    assert await WatchPriceAlerts(house.store, Risen(), house.now)() == 1  # type: ignore[arg-type]
    [listed] = (await client.get("/api/price-alerts?state=triggered")).json()["data"]["priceAlerts"]
    assert listed["trigger"] == {"price": 155, "date": "2024-10-10", "at": "2024-10-10T14:28:45Z"}
    while await house.core.relay_events():
        pass
    for run_listener in house.core.run_listeners:
        await run_listener()
    [alert] = (await client.get("/api/alerts")).json()["data"]["alerts"]
    assert (alert["kind"], alert["subject"]) == ("price_alert", {"type": "price_alert", "id": made["id"]})
    async with house.store.snapshot() as uow:
        [event] = [event for event in await uow.events.read(0, 100) if event.user == ann.id][:1]
    named = describe(event)
    assert named is not None
    assert named[0] == "price_alert"
