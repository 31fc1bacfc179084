"""Alerts over HTTP: listed in pages, acknowledged, and nobody else's."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tradecore.model.change import Change
from tradecore.model.execution_reports import BrokerStatus, ExecutionReport
from tradecore.model.ids import OrderId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.orders import Order
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore.model.users import User


async def overfill(house: Any, user: User, surplus: int = 7) -> OrderId:
    """An order that the broker fills with more units than were ordered, as a report over its port says."""
    recommendation = Recommendation(
        id=house.new_id(),
        user=user.id,
        asset=Asset(Symbol("GOOGL"), AssetType.EQUITY),
        action=Action.BUY,
        confidence=Decimal(8),
        position_size=Decimal(5),
        entry=Decimal("140.50"),
        stop=Decimal(135),
        target=Decimal(150),
        reasoning="Strong fundamentals.",
        created_at=house.time,
        expires_at=house.time + timedelta(hours=6),
    )
    id = OrderId(f"tradecore-{recommendation.id}")
    order = Order(
        id=id,
        user=user.id,
        recommendation=recommendation.id,
        asset=recommendation.asset,
        action=Action.BUY,
        quantity=Decimal(50),
        limit=Decimal(141),
        at=house.time,
    )
    async with house.store.unit_of_work() as uow:
        stored = await uow.recommendations.put(Change(recommendation))
        await uow.recommendations.put(stored.begin(id, at=house.time))
        await uow.orders.put(Change(order))
    report = ExecutionReport(BrokerStatus.FILLED, Decimal(50 + surplus), Decimal("140.50"))
    await house.core.execute_recommendation.settle.book(id, report)
    return id


async def listen(house: Any) -> None:
    while await house.core.relay_events():
        pass
    for run_listener in house.core.run_listeners:
        while await run_listener():
            pass


async def test_a_broker_that_fills_twice_is_an_alert_for_its_user_and_an_error_in_the_log(
    house: Any, client: httpx.AsyncClient, ann: User, ben: User
) -> None:
    order = await overfill(house, ann)
    with capture_logs() as logs:
        await listen(house)
    data = (await client.get("/api/alerts")).json()["data"]
    [alert] = data["alerts"]
    assert alert == {
        "id": alert["id"],
        "kind": "order_overfilled",
        "severity": "error",
        "message": f"The broker reports 7 GOOGL more than order {order} was for. They are not booked; compare the "
        "account at the broker with the portfolio.",
        "subject": {"type": "order", "id": order},
        "createdAt": "2024-10-10T14:23:45Z",
    }
    assert data["pagination"] == {"total": 1, "page": 1, "pageSize": 50, "hasNext": False}
    assert [(line["log_level"], line["kind"], line["user"]) for line in logs] == [("error", "order_overfilled", ann.id)]
    async with house.client(token=house.token(ben)) as other:
        assert (await other.get("/api/alerts")).json()["data"]["alerts"] == []
        assert (await other.post(f"/api/alerts/{alert['id']}/ack")).status_code == 404


async def test_an_alert_is_acknowledged_once(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    await overfill(house, ann)
    await listen(house)
    [alert] = (await client.get("/api/alerts")).json()["data"]["alerts"]
    house.pass_time(minutes=1)
    seen = await client.post(f"/api/alerts/{alert['id']}/ack")
    assert seen.status_code == 200
    assert seen.json()["data"] == {**alert, "acknowledgedAt": "2024-10-10T14:24:45Z"}
    house.pass_time(minutes=1)
    assert (await client.post(f"/api/alerts/{alert['id']}/ack")).json()["data"] == seen.json()["data"]
    assert (await client.get("/api/alerts")).json()["data"]["alerts"] == [seen.json()["data"]]
    assert (await client.post("/api/alerts/nothing/ack")).status_code == 404


async def test_alerts_come_in_pages(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    orders = []
    for _ in range(3):
        orders.append(await overfill(house, ann))
        house.pass_time(minutes=1)
    await listen(house)
    pages = [(await client.get(f"/api/alerts?limit=2&page={page}")).json()["data"] for page in (1, 2, 3)]
    assert [[alert["subject"]["id"] for alert in page["alerts"]] for page in pages] == [
        [orders[2], orders[1]], [orders[0]], [],
    ]  # fmt: skip
    assert [page["pagination"]["hasNext"] for page in pages] == [True, False, False]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "page=0", "page=x"])
async def test_a_wrong_page_is_refused_by_its_name(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/api/alerts?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.text


async def test_alerts_need_a_token(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/api/alerts")).status_code == 401
    assert (await stranger.post("/api/alerts/x/ack")).status_code == 401
