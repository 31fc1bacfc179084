"""Bodies of requests: what is not JSON in the strict sense gets a clear answer, and is never stored."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

JSON = {"Content-Type": "application/json"}


async def post(client: httpx.AsyncClient, raw: bytes, **headers: str) -> httpx.Response:
    return await client.post("/api/analyze", content=raw, headers={**JSON, **headers})


async def waiting(house: Any) -> int:
    async with house.store.snapshot() as uow:
        return int(await uow.jobs.waiting())


def with_text(launch: dict[str, Any], field: str, text: str) -> dict[str, Any]:
    if field.startswith("config."):
        return {**launch, "config": {**launch["config"], field.removeprefix("config."): text}}
    return {**launch, field: [text] if field == "analysts" else text}


async def test_s01_a_body_past_the_limit_is_413_in_the_envelope(client: httpx.AsyncClient) -> None:
    answer = await post(client, b'{"symbol":"' + b"A" * 65 * 1024 + b'"}')
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "body_too_large"
    assert (await client.get("/api/history")).status_code == 200


async def test_s02_a_chunked_body_is_read_up_to_the_limit_and_no_further(client: httpx.AsyncClient) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 16 * 1024
            yield b" " * 16 * 1024

    answer = await client.post("/api/analyze", content=chunks(), headers=JSON)
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"
    assert sent <= 96 * 1024


@pytest.mark.parametrize("opened", ["[", '{"a":'])
@pytest.mark.parametrize("inside", [False, True])
async def test_s03_deep_nesting_is_400(client: httpx.AsyncClient, opened: str, inside: bool) -> None:
    deep = opened * (60_000 // len(opened))
    answer = await post(client, (f'{{"unknown":{deep}' if inside else deep).encode())
    assert answer.status_code == 400
    closed = f"{opened * 100}1{('}' if opened != '[' else ']') * 100}"
    assert (await post(client, f'{{"unknown":{closed}}}'.encode())).status_code == 400


@pytest.mark.parametrize(
    "raw",
    [
        b'{"symbol":"\xff\xfe"}',
        b'{"symbol":"\xed\xa0\x80"}',
        b'{"symbol":"\\ud800"}',
        b'\xef\xbb\xbf{"symbol":"NVDA"}',
        '{"symbol":"NVDA"}'.encode("utf-16"),
        b"",
        b"{",
        b"nothing",
        b"'single'",
        b'{"symbol":"NVDA",}',
    ],
)
async def test_s04_what_is_not_json_in_utf_8_is_400(client: httpx.AsyncClient, raw: bytes) -> None:
    answer = await post(client, raw)
    assert answer.status_code == 400
    assert answer.json()["success"] is False


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400, "-0", "3.5", "1e1", "9" * 5000])
async def test_s05_numbers_that_are_none_of_ours_are_400(
    client: httpx.AsyncClient, launch: dict[str, Any], number: str
) -> None:
    raw = json.dumps(launch).replace('"researchDepth": 3', f'"researchDepth": {number}')
    answer = await post(client, raw.encode())
    assert answer.status_code == 400
    assert "NaN" not in answer.text.replace("NaN is", "")


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x07b", "a\nb", "a\x85b", "a\u202eb", "a\u2066b", "a\u200fb", "A" * 60_000]
)
@pytest.mark.parametrize("field", ["symbol", "assetType", "date", "analysts", "config.llmModel", "config.llmProvider"])
async def test_s06_text_that_cannot_be_seen_or_has_no_end_is_400(
    client: httpx.AsyncClient, launch: dict[str, Any], field: str, text: str
) -> None:
    answer = await client.post("/api/analyze", json=with_text(launch, field, text))
    assert answer.status_code == 400
    [detail] = answer.json()["error"]["details"]
    assert detail["field"].startswith(field)
    assert len(answer.content) < 1000


@pytest.mark.parametrize(
    "media",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", None],
)
async def test_s07_json_under_another_name_is_415(
    client: httpx.AsyncClient, launch: dict[str, Any], media: str | None
) -> None:
    headers = {"Content-Type": media} if media else {}
    answer = await client.post("/api/analyze", content=json.dumps(launch).encode(), headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "media", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
async def test_json_under_its_name_is_read(client: httpx.AsyncClient, launch: dict[str, Any], media: str) -> None:
    answer = await post(client, json.dumps(launch).encode(), **{"Content-Type": media})
    assert answer.status_code == 202


async def test_s08_compressed_bodies_are_415_and_never_opened(client: httpx.AsyncClient) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    assert (await post(client, bomb, **{"Content-Encoding": "gzip"})).status_code == 415


@pytest.mark.parametrize("where", ['"symbol":"AAPL",', '"config":{"researchDepth":1,"llmModel":"a"},'])
async def test_s09_a_name_given_twice_is_400_and_says_which(
    client: httpx.AsyncClient, house: Any, launch: dict[str, Any], where: str
) -> None:
    raw = "{" + where + json.dumps(launch)[1:]
    answer = await post(client, raw.encode())
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == where.split('"')[1]
    assert await waiting(house) == 0


@pytest.mark.parametrize("field", ["userId", "status", "isAdmin", "analysisId"])
async def test_s10_unknown_fields_are_400_and_nothing_is_stored(
    client: httpx.AsyncClient, house: Any, launch: dict[str, Any], field: str
) -> None:
    answer = await client.post("/api/analyze", json={**launch, field: "1"})
    assert answer.status_code == 400
    assert answer.json()["error"]["details"] == [{"field": field, "message": "There is no such field."}]
    assert await waiting(house) == 0


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        ("asset_type", "assetType"), ("Symbol", "symbol"), ("analyst", "analysts"),
        ("config.research_depth", "researchDepth"), ("config.llmmodel", "llmModel"), ("config.provider", "llmProvider"),
    ],
)  # fmt: skip
async def test_an_unknown_field_names_the_one_that_was_meant(
    client: httpx.AsyncClient, launch: dict[str, Any], field: str, meant: str
) -> None:
    *path, name = field.split(".")
    body = launch["config"] if path else launch
    answer = await client.post(
        "/api/analyze", json={**launch, "config": {**body, name: 1}} if path else {**body, name: 1}
    )
    assert answer.json()["error"]["details"] == [
        {"field": field, "message": f"There is no such field. Do you mean `{meant}`?"}
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"symbol": ""}, "symbol"),
        ({"symbol": "not a symbol"}, "symbol"),
        ({"symbol": 5}, "symbol"),
        ({"symbol": None}, "symbol"),
        ({"symbol": "NOPE"}, "symbol"),
        ({"assetType": "bond"}, "assetType"),
        ({"date": "2024-13-01"}, "date"),
        ({"date": "2023-02-29"}, "date"),
        ({"date": "20241010"}, "date"),
        ({"date": "2024-10-10T00:00:00"}, "date"),
        ({"date": "2024-10-12"}, "date"),
        ({"date": 1728518400}, "date"),
        ({"analysts": []}, "analysts"),
        ({"analysts": ["astrology"]}, "analysts.0"),
        ({"analysts": ["news", "news"]}, "analysts.1"),
        ({"analysts": "news"}, "analysts"),
        ({"config": {"researchDepth": 0, "llmModel": "m"}}, "config.researchDepth"),
        ({"config": {"researchDepth": 6, "llmModel": "m"}}, "config.researchDepth"),
        ({"config": {"researchDepth": "3", "llmModel": "m"}}, "config.researchDepth"),
        ({"config": {"researchDepth": True, "llmModel": "m"}}, "config.researchDepth"),
        ({"config": {"researchDepth": 3}}, "config.llmModel"),
        ({"config": {"llmModel": "m"}}, "config.researchDepth"),
        ({"config": {"researchDepth": 3, "llmModel": ""}}, "config.llmModel"),
        ({"config": {"researchDepth": 3, "llmModel": "m", "apiKey": "k"}}, "config.apiKey"),
        ({"config": []}, "config"),
    ],
)
async def test_input_that_is_not_possible_is_400_with_the_field_at_fault(
    client: httpx.AsyncClient, house: Any, launch: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = await client.post("/api/analyze", json={**launch, **change})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "invalid_input"
    assert [detail["field"] for detail in error["details"]] == [field]
    assert await waiting(house) == 0


async def test_everything_that_is_wrong_is_said_at_once(client: httpx.AsyncClient, launch: dict[str, Any]) -> None:
    wrong = {
        **launch,
        "symbol": "not a symbol",
        "date": "2023-02-29",
        "analysts": ["news", "news", "technical", "technical"],
        "config": {"researchDepth": 9, "llmModel": ""},
        "extra": 1,
    }
    details = (await client.post("/api/analyze", json=wrong)).json()["error"]["details"]
    assert [each["field"] for each in details] == [
        "symbol", "date", "analysts.1", "analysts.3", "config.researchDepth", "config.llmModel", "extra",
    ]  # fmt: skip
    assert details[2]["message"] == "news is listed more than once."


async def test_a_body_in_single_bytes_is_read_as_well(client: httpx.AsyncClient, launch: dict[str, Any]) -> None:
    async def bytewise() -> AsyncIterator[bytes]:
        for each in json.dumps(launch).encode():
            yield bytes((each,))

    assert (await client.post("/api/analyze", content=bytewise(), headers=JSON)).status_code == 202


@pytest.mark.parametrize("field", ["symbol", "assetType", "date", "analysts", "config"])
async def test_every_field_but_the_provider_is_required(
    client: httpx.AsyncClient, launch: dict[str, Any], field: str
) -> None:
    del launch[field]
    answer = await client.post("/api/analyze", json=launch)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"] == [{"field": field, "message": "This field is required."}]


@pytest.mark.parametrize("value", [[], "text", 5, None, True])
async def test_a_body_that_is_no_object_is_400(client: httpx.AsyncClient, value: object) -> None:
    answer = await post(client, json.dumps(value).encode())
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == "body"


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/refresh", "/api/auth/logout"])
@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"email":1,"password":[],"refreshToken":{}}', b'{"x":"\\u0000"}'])
async def test_open_routes_are_as_strict(stranger: httpx.AsyncClient, path: str, raw: bytes) -> None:
    answer = await stranger.post(path, content=raw, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["success"] is False
