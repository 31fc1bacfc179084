"""Orders over HTTP: listed in pages, cancelled once, and nobody else's."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
from attrs import evolve
from structlog.testing import capture_logs

from tradecore.model.change import Change
from tradecore.model.ids import RecommendationId
from tradecore.model.market import AssetType, Symbol
from tradecore.model.money import Asset
from tradecore.model.recommendations import Recommendation
from tradecore.model.steps import Action
from tradecore.model.users import User

PATH = "/api/portfolio/orders"


async def recommend(house: Any, user: User) -> RecommendationId:
    made = Recommendation(
        id=RecommendationId(house.new_id()),
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
    async with house.store.unit_of_work() as uow:
        await uow.recommendations.put(Change(made))
    return made.id


async def place(house: Any, client: httpx.AsyncClient, user: User) -> str:
    id = await recommend(house, user)
    answer = await client.post(f"/api/portfolio/recommendations/{id}/execute", json={"confirm": True})
    assert answer.status_code in (200, 202), answer.text
    return str(answer.json()["data"]["orderId"])


async def test_a_filled_order_is_listed_with_what_was_traded(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    id = await place(house, client, ann)
    data = (await client.get(PATH)).json()["data"]
    assert data["pagination"] == {"total": 1, "page": 1, "pageSize": 50, "hasNext": False}
    [order] = data["orders"]
    assert (order["id"], order["recommendationId"]) == (id, id.removeprefix("tradecore-"))
    assert (order["symbol"], order["side"], order["status"]) == ("GOOGL", "buy", "filled")
    assert order["filled"] == order["quantity"] > 0
    assert order["averagePrice"] <= order["limitPrice"]
    assert order["endedAt"]


async def test_orders_come_in_pages(house: Any, slowly: httpx.AsyncClient, ann: User) -> None:
    ids = [await place(house, slowly, ann) for _ in range(3)]
    pages = [(await slowly.get(PATH, params={"limit": 2, "page": page})).json()["data"] for page in (1, 2)]
    assert sorted(order["id"] for page in pages for order in page["orders"]) == sorted(ids)
    assert [page["pagination"]["hasNext"] for page in pages] == [True, False]
    assert (await slowly.get(PATH, params={"limit": 0})).status_code == 400


async def test_an_accepted_order_is_cancelled_and_the_same_again(
    house: Any, slowly: httpx.AsyncClient, ann: User
) -> None:
    id = await place(house, slowly, ann)
    with capture_logs() as logs:
        answers = [await slowly.delete(f"{PATH}/{id}") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["data"] == answers[1].json()["data"]
    order = answers[0].json()["data"]
    assert (order["status"], order["filled"], order["reason"]) == ("cancelled", 0, "cancelled by its owner")
    assert [log["state"] for log in logs if log["event"] == "cancel_order"] == ["cancelled", "cancelled"]
    [rejected] = (await slowly.get("/api/portfolio/recommendations", params={"status": "rejected"})).json()["data"]
    assert rejected["reason"] == "cancelled by its owner"


async def test_while_the_broker_does_not_answer_the_order_is_cancelling(
    house: Any, slowly: httpx.AsyncClient, ann: User, broker: Any
) -> None:
    id = await place(house, slowly, ann)
    broker.away = True
    answer = await slowly.delete(f"{PATH}/{id}")
    assert (answer.status_code, answer.json()["data"]["status"]) == (202, "cancelling")
    assert "endedAt" not in answer.json()["data"]
    broker.away = False
    answer = await slowly.delete(f"{PATH}/{id}")
    assert (answer.status_code, answer.json()["data"]["status"]) == (200, "cancelled")


async def test_an_order_that_was_filled_is_409(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    answer = await client.delete(f"{PATH}/{await place(house, client, ann)}")
    assert answer.status_code == 409
    assert "was filled" in answer.json()["error"]["message"]


async def test_s42_a_foreign_order_is_as_unknown_as_a_random_one(
    house: Any, slowly: httpx.AsyncClient, ann: User, ben: User
) -> None:
    id = await place(house, slowly, ann)
    async with house.client(token=house.token(ben)) as other:
        answers = [await other.delete(f"{PATH}/{id}"), await other.delete(f"{PATH}/tradecore-nothing")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].text.replace(id, "tradecore-nothing") == answers[1].text
        assert (await other.get(PATH)).json()["data"]["orders"] == []
    async with house.client(token=None) as nobody:
        assert (await nobody.get(PATH)).status_code == 401
    [order] = (await slowly.get(PATH)).json()["data"]["orders"]
    assert order["status"] == "accepted"


async def test_exits_are_placed_with_the_order_and_cancelled_like_one(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    id = await recommend(house, ann)
    path = f"/api/portfolio/recommendations/{id}/execute"
    wrong = await client.post(path, json={"exits": "none"})
    assert (wrong.status_code, wrong.json()["error"]["details"][0]["field"]) == (400, "exits")
    assert (await client.post(path, json={"exits": "bracket"})).status_code == 200
    exits, purchase = (await client.get(PATH)).json()["data"]["orders"]
    assert purchase["exits"] == exits["exits"] == {"stopPrice": 135, "targetPrice": 150}
    assert (exits["closes"], exits["side"], exits["status"]) == (purchase["id"], "sell", "accepted")
    assert (exits["quantity"], exits["filled"]) == (purchase["filled"], 0)
    assert "closes" not in purchase
    cancelled = await client.delete(f"{PATH}/{exits['id']}")
    assert (cancelled.status_code, cancelled.json()["data"]["status"]) == (200, "cancelled")


async def test_exits_that_cannot_be_placed_are_409_and_nothing_is_bought(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    id = await recommend(house, ann)
    async with house.store.unit_of_work() as uow:
        sale = await uow.recommendations.get(id)
        await uow.recommendations.put(Change(evolve(sale, stop=Decimal("140.60"))))
    refused = await client.post(f"/api/portfolio/recommendations/{id}/execute", json={"exits": "bracket"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "illegal_move")
    assert "not between the stop" in refused.json()["error"]["message"]
    assert (await client.get(PATH)).json()["data"]["orders"] == []
