"""Webhooks over HTTP: the secret is shown once, deliveries are listed and repeated, and nothing is of others."""

import json
from typing import Any, get_args

import httpx
from structlog.testing import capture_logs

from tradecore.model.users import User
from tradecore.model.webhooks import WebhookAnswer, WebhookDelivery
from tradecore_adapters.http.api.webhook_schemas import WebhookKind
from tradecore_app.webhooks import KIND_NAMES

WANTED = {"url": "https://example.com/hooks", "kinds": ["alert"]}


async def created(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post("/api/webhooks", json={**WANTED, **fields})
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def failed(house: Any, webhook: str) -> WebhookDelivery:
    """A delivery that its receiver has refused for good."""
    async with house.store.unit_of_work() as uow:
        change = WebhookDelivery.of(await uow.webhooks.get(webhook), 7, "alert", "{}", at=house.time)
        await uow.webhooks.add_delivery(change)
    async with house.store.unit_of_work() as uow:
        taken = (await uow.webhooks.delivery(change.entity.id)).take(at=house.time)
        delivery = (await uow.webhooks.put_delivery(taken)).finish(WebhookAnswer(410), at=house.time)
        stored: WebhookDelivery = await uow.webhooks.put_delivery(delivery)
        return stored


def test_the_document_names_the_events_that_webhooks_can_have() -> None:
    assert get_args(WebhookKind) == KIND_NAMES


async def test_s39_a_secret_is_shown_once_and_stands_in_no_log(house: Any, client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        made = await created(client)
        rotated = (await client.patch(f"/api/webhooks/{made['id']}", json={"rotateSecret": True})).json()["data"]
    assert made["secret"].startswith("whsec_")
    assert rotated["secret"] not in (made["secret"], "")
    [listed] = (await client.get("/api/webhooks")).json()["data"]["webhooks"]
    assert listed == {name: made[name] for name in ("id", "url", "kinds", "enabled", "createdAt")}
    changed = (await client.patch(f"/api/webhooks/{made['id']}", json={"enabled": False})).json()["data"]
    assert (changed["enabled"], "secret" in changed) == (False, False)
    assert not [secret for secret in (made["secret"], rotated["secret"]) if secret in json.dumps(logs, default=str)]
    audited = [record for record in logs if record["event"].startswith("webhook_")]
    assert [(record["event"], record["webhook"]) for record in audited] == [
        ("webhook_created", made["id"]),
        ("webhook_changed", made["id"]),
    ]
    async with house.store.read() as uow:
        stored = await uow.webhooks.get(made["id"])
    assert rotated["secret"] not in (stored.secret, stored.previous_secret)


async def test_what_is_not_possible_is_refused_field_by_field(client: httpx.AsyncClient) -> None:
    made = await created(client)
    for body, field in (
        ({"url": "example.com"}, "url"),
        ({"url": "https://example.com/\x00"}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["alert", "alert"]}, "kinds.1"),
        ({"kinds": ["weather"]}, "kinds.0"),
        ({"secret": "whsec_mine"}, "secret"),
    ):
        for answer in (
            await client.post("/api/webhooks", json={**WANTED, **body}),
            await client.patch(f"/api/webhooks/{made['id']}", json=body),
        ):
            assert answer.status_code == 400, body
            assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]


async def test_dead_letters_are_listed_and_repeated(house: Any, client: httpx.AsyncClient) -> None:
    made = await created(client)
    delivery = await failed(house, made["id"])
    path = f"/api/webhooks/{made['id']}/deliveries"
    page = (await client.get(path, params={"state": "failed"})).json()["data"]
    assert [shown["id"] for shown in page["deliveries"]] == [delivery.id]
    assert page["deliveries"][0] == {
        "id": delivery.id,
        "kind": "alert",
        "state": "failed",
        "attempts": 1,
        "createdAt": "2024-10-10T14:23:45Z",
        "body": "{}",
        "attemptedAt": "2024-10-10T14:23:45Z",
        "status": 410,
        "error": "The receiver answered with 410.",
    }
    again = (await client.post(f"{path}/{delivery.id}/retry")).json()["data"]
    assert (again["id"], again["state"], again["nextAttemptAt"]) == (delivery.id, "pending", "2024-10-10T14:23:45Z")
    assert (await client.get(path, params={"state": "failed"})).json()["data"]["pagination"]["total"] == 0
    assert (await client.get(path, params={"state": "lost"})).status_code == 400


async def test_s42_webhooks_of_others_are_as_unknown_as_none(house: Any, client: httpx.AsyncClient, ben: User) -> None:
    made = await created(client)
    delivery = await failed(house, made["id"])
    async with house.client(token=house.token(ben)) as other:
        assert (await other.get("/api/webhooks")).json()["data"]["webhooks"] == []
        for id in (made["id"], "none"):
            path = f"/api/webhooks/{id}"
            answers = [
                await other.patch(path, json={"url": "https://evil.example/"}),
                await other.delete(path),
                await other.get(f"{path}/deliveries"),
                await other.post(f"{path}/deliveries/{delivery.id}/retry"),
            ]
            assert [answer.status_code for answer in answers] == [404] * 4
        own = await created(other)
        stolen = await other.post(f"/api/webhooks/{own['id']}/deliveries/{delivery.id}/retry")
        assert stolen.status_code == 404
    assert (await client.get("/api/webhooks")).json()["data"]["webhooks"][0]["url"] == WANTED["url"]


async def test_a_deleted_webhook_takes_its_deliveries_with_it(house: Any, client: httpx.AsyncClient) -> None:
    made = await created(client)
    await failed(house, made["id"])
    assert (await client.delete(f"/api/webhooks/{made['id']}")).status_code == 204
    assert (await client.delete(f"/api/webhooks/{made['id']}")).status_code == 404
    async with house.store.read() as uow:
        assert await uow.webhooks.count_deliveries(made["id"]) == 0
