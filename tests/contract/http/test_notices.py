"""Notices over HTTP: the URL of a service is not shown again, notices are listed, and nothing is of others."""

import json
from collections.abc import AsyncIterator
from typing import Any, get_args

import httpx
import pytest
from attrs import evolve
from structlog.testing import capture_logs

from notice_services import Services
from tradecore.model.notices import NOTICE_KINDS, Notice, NoticeOutcome, NoticeResult
from tradecore.model.users import User
from tradecore_adapters.http.api.notice_schemas import NoticeKind

WANTED = {"url": "chat://very-secret", "kinds": ["digest_ready"]}
NIGHT = {"begin": "22:00", "end": "07:30", "timeZone": "Europe/Berlin"}


async def refuse(message: object) -> NoticeOutcome:
    error = "The address is not on the public internet. An operator can allow it with TRADECORE_NOTICES_PRIVATE."
    return NoticeOutcome(NoticeResult.REFUSED, error)


@pytest.fixture
async def client(house: Any, ann: User) -> AsyncIterator[httpx.AsyncClient]:
    services = Services(refuse)
    house.core = evolve(
        house.core,
        create_notice_channel=evolve(house.core.create_notice_channel, sender=services),
        try_notice_channel=evolve(house.core.try_notice_channel, sender=services),
    )
    async with house.client(token=house.token(ann)) as opened:
        yield opened


async def created(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post("/api/notice-channels", json={**WANTED, **fields})
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def test_the_document_names_the_kinds_of_notices() -> None:
    assert set(get_args(NoticeKind)) == set(NOTICE_KINDS)


async def test_the_url_of_a_service_is_in_no_answer_no_log_and_not_readable_in_the_store(
    house: Any, client: httpx.AsyncClient
) -> None:
    with capture_logs() as logs:
        made = await created(client, name="Phone", quietHours=NIGHT)
        path = f"/api/notice-channels/{made['id']}"
        changed = (await client.patch(path, json={"name": "Tablet"})).json()["data"]
        ended = (await client.patch(path, json={"quietHours": None})).json()["data"]
    [listed] = (await client.get("/api/notice-channels")).json()["data"]["channels"]
    assert (made["service"], made["quietHours"]) == ("Chat", NIGHT)
    assert (changed["name"], changed["quietHours"]) == ("Tablet", NIGHT)
    assert "quietHours" not in ended
    assert listed == ended
    assert "very-secret" not in json.dumps([made, listed, logs], default=str)
    audited = [record["event"] for record in logs if record["event"].startswith("notice_channel_")]
    assert audited == ["notice_channel_created", "notice_channel_changed", "notice_channel_changed"]
    async with house.store.read() as uow:
        assert "very-secret" not in (await uow.notice_channels.get(made["id"])).url


async def test_what_is_not_possible_is_refused_field_by_field(client: httpx.AsyncClient) -> None:
    for body, field in (
        ({"url": "nonsense"}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["weather"]}, "kinds.0"),
        ({"kinds": ["alert", "alert"]}, "kinds.0"),
        ({"name": "a\nb"}, "name"),
        ({"quietHours": {**NIGHT, "begin": "25:00"}}, "quietHours.begin"),
        ({"quietHours": {**NIGHT, "end": "22:00"}}, "quietHours"),
        ({"quietHours": {**NIGHT, "timeZone": "Europe/Atlantis"}}, "quietHours.timeZone"),
        ({"secret": "mine"}, "secret"),
    ):
        answer = await client.post("/api/notice-channels", json={**WANTED, **body})
        assert answer.status_code == 400, body
        assert answer.json()["error"]["details"][0]["field"] == field


async def test_notices_are_listed_and_nothing_is_of_others(house: Any, client: httpx.AsyncClient) -> None:
    made = await created(client)
    path = f"/api/notice-channels/{made['id']}"
    async with house.store.unit_of_work() as uow:
        channel = await uow.notice_channels.get(made["id"])
        await uow.notices.add(Notice.of(channel, 7, "digest_ready", "A digest is ready.", at=house.time))
    listed = (await client.get(f"{path}/notices", params={"state": "waiting"})).json()["data"]
    assert [notice["text"] for notice in listed["notices"]] == ["A digest is ready."]
    assert (await client.get(f"{path}/notices", params={"state": "sent"})).json()["data"]["notices"] == []
    tried = (await client.post(f"{path}/test")).json()["data"]
    assert tried == {"result": "refused", "error": "The address is not on the public internet."}
    ben = await house.user("ben@example.com")
    async with house.client(token=house.token(ben)) as stranger:
        for answer in (
            await stranger.patch(path, json={"enabled": False}),
            await stranger.delete(path),
            await stranger.post(f"{path}/test"),
            await stranger.get(f"{path}/notices"),
        ):
            assert answer.status_code == 404
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(f"{path}/notices")).status_code == 404
