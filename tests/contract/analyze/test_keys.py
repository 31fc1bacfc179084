"""API keys: the key of the installation, named keys, and one response to every other."""

import asyncio
from typing import Any

import httpx
import pytest
import structlog

from tradecore.model import errors
from tradecore.model.errors import NotFound, Refusal
from tradecore.model.users import Caller
from tradecore_adapters.http.analyze.error_details import REFUSALS, DetailErrors
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.http_errors import HttpError, HttpErrorKind

ASKED = {"hours": 1, "user_id": "my_agent_01"}
UNKNOWN = b'{"detail":"The API key is missing or not valid; send it as `Authorization: Bearer <API_KEY>`."}'


def leaves(kind: type[Refusal]) -> set[type[Refusal]]:
    """Those of the core; other tests make kinds of their own."""
    below = [each for each in kind.__subclasses__() if each.__module__ == errors.__name__]
    return {leaf for each in below for leaf in leaves(each)} if below else {kind}


def test_every_refusal_has_a_status() -> None:
    # IllegalMove is raised itself, and has a kind below it.
    assert leaves(Refusal) | {errors.IllegalMove} == set(REFUSALS)


@pytest.mark.parametrize("kind", sorted(REFUSALS, key=lambda kind: kind.__name__))
def test_a_refusal_is_one_sentence_under_its_status(kind: type[Refusal], room: Any) -> None:
    context: Any = RequestContext({}, "/analyze", {}, "::1", False, "r", room.time)  # type: ignore[typeddict-item]
    refusal = NotFound("job", "x") if kind is NotFound else kind("A sentence.")
    answer = DetailErrors().refusal_response(refusal, context)
    assert answer.status == REFUSALS[kind]
    assert answer.body.startswith(b'{"detail":')
    names = {name for name, _ in answer.headers}
    assert (b"retry-after" in names) == (answer.status in (429, 503))
    assert (b"www-authenticate" in names) == (answer.status == 401)


def test_an_internal_error_names_its_request_id(room: Any) -> None:
    context: Any = RequestContext({}, "/analyze", {}, "::1", False, "r-1", room.time)  # type: ignore[typeddict-item]
    answer = DetailErrors().http_error_response(HttpError(HttpErrorKind.INTERNAL, "Something went wrong."), context)
    assert (answer.status, answer.body) == (500, b'{"detail":"Something went wrong. (request r-1)"}')


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer your-api-ke",
        "Bearer your-api-keY",
        "Bearer your-api-key your-api-key",
        "Basic your-api-key",
        "your-api-key",
        "Bearer tck_0_0",
        "Bearer tck_",
        "Bearer \xff",
        "Bearer " + "a" * 5000,
    ],
)
async def test_S40_every_wrong_key_gets_the_same_response(room: Any, sent: str | None) -> None:
    """Before the body, the route and the job are checked."""
    headers = {} if sent is None else {"Authorization": sent.encode("latin-1")}
    async with room.client(key=None) as client:
        for method, path, body in (
            ("POST", "/analyze", b'{"hours": 1, "user_id": "a"}'),
            ("POST", "/analyze", b"{"),
            ("POST", "/analyze", b"x" * 100_000),
            ("GET", "/analyze/x", b""),
            ("GET", "/analyze/x/result", b""),
            ("GET", "/analyze/x/items", b""),
            ("DELETE", "/analyze/x/nothing", b""),
        ):
            answer = await client.request(method, path, content=body, headers=headers)
            assert (answer.status_code, answer.content) == (401, UNKNOWN)
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_session_token_is_no_api_key_and_the_other_way_round(room: Any) -> None:
    user = await room.core.create_user("ann@example.com", "correct horse 7")
    made = await room.core.login("ann@example.com", "correct horse 7", origin="::1")
    async with room.client(key=made.access_token) as client:
        assert (await client.post("/analyze", json=ASKED)).status_code == 401
    async with room.client() as client:
        assert (await client.get("/api/history")).status_code == 401
    assert user.id


async def test_S39_a_named_key_works_is_noted_and_stops_within_five_seconds(room: Any) -> None:
    made = await room.core.create_api_key("reader")
    async with room.client(key=made.text) as client:
        assert (await client.post("/analyze", json=ASKED)).status_code == 202
        [key] = await room.core.list_api_keys()
        assert key.last_used_at == room.time
        assert made.text not in repr(await room.dump())
        await room.core.revoke_api_key(key.id)
        room.pass_time(seconds=5)
        answer = await client.post("/analyze", json=ASKED)
        assert (answer.status_code, answer.content) == (401, UNKNOWN)
    one_off = made.text[:-1] + ("a" if made.text[-1] != "a" else "b")
    async with room.client(key=one_off) as client:
        assert (await client.post("/analyze", json=ASKED)).content == UNKNOWN


async def test_use_of_a_key_is_noted_once_a_minute(room: Any) -> None:
    made = await room.core.create_api_key("reader")
    versions = []
    for _ in range(4):
        await room.core.authenticate_api_key(made.text)
        [key] = await room.core.list_api_keys()
        versions.append(key.version)
        room.pass_time(seconds=31)
    assert versions == [2, 2, 3, 3]


async def statuses(client: httpx.AsyncClient, times: int) -> list[int]:
    return [(await client.get("/analyze/x")).status_code for _ in range(times)]


async def test_S40_whoever_tries_keys_out_is_sent_away_for_a_minute(room: Any) -> None:
    app = room.app(trusted_proxies=("127.0.0.1",))
    async with room.client(app, key="wrong") as wrong:
        wrong.headers["X-Forwarded-For"] = "203.0.113.1"
        assert await statuses(wrong, 30) == [401] * 30
        answer = await wrong.get("/analyze/x")
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 61
        assert answer.json() == {"detail": "Too many wrong API keys from this address; try again later."}
        async with room.client(app) as elsewhere:
            assert await statuses(elsewhere, 1) == [404]
        room.pass_time(seconds=int(answer.headers["retry-after"]))
        assert await statuses(wrong, 1) == [401]


async def test_S40_of_many_keys_tried_at_once_no_more_are_answered(room: Any) -> None:
    async with room.client(key="wrong") as wrong:
        answers = await asyncio.gather(*(wrong.get("/analyze/x") for _ in range(60)))
    found = [answer.status_code for answer in answers]
    assert (found.count(401), found.count(429)) == (30, 30)


async def test_a_key_that_was_right_before_is_not_locked_out_by_its_neighbours(room: Any) -> None:
    app = room.app()
    async with room.client(app) as right, room.client(app, key="wrong") as wrong:
        assert await statuses(right, 1) == [404]
        assert (await statuses(wrong, 31))[-1] == 429
        room.pass_time(seconds=4)
        assert await statuses(right, 1) == [404], "although it had to be looked up again"


async def test_S39_a_revoked_key_is_one_that_is_tried_out(room: Any) -> None:
    made = await room.core.create_api_key("reader")
    [key] = await room.core.list_api_keys()
    async with room.client(key=made.text) as client:
        assert await statuses(client, 1) == [404]
        await room.core.revoke_api_key(key.id)
        room.pass_time(seconds=4)
        assert await statuses(client, 31) == [401] * 30 + [429]


async def test_S69_every_key_that_is_looked_up_leaves_a_record(room: Any) -> None:
    app = room.app()
    with structlog.testing.capture_logs() as logged:
        async with room.client(app) as right, room.client(app, key="wrong") as wrong:
            await statuses(right, 2)
            await statuses(wrong, 31)
            await wrong.get("/analyze/x", headers={"Authorization": "Basic wrong"})
    assert [each["event"] for each in logged] == ["key_used", *["key_refused"] * 30, "limit_hit"]
    known = {"request": "a-request", "address": "127.0.0.1"}
    assert logged[0] == {"event": "key_used", "log_level": "info", "user": "installation", **known}
    assert logged[1] == {"event": "key_refused", "log_level": "warning", **known}
    assert "wrong" not in repr(logged[1])


async def test_S42_a_job_is_visible_to_the_key_that_made_it(room: Any, client: httpx.AsyncClient) -> None:
    created = (await client.post("/analyze", json=ASKED)).json()
    await room.unit_of_work()
    other = await room.core.create_api_key("other")
    random = "/analyze/analyze_job_" + "0" * 32
    async with room.client(key=other.text) as stranger:
        for tail in ("", "/result", "/items"):
            foreign = await stranger.get(created["status_url"] + tail)
            unknown = await stranger.get(random + tail)
            assert foreign.status_code == unknown.status_code == 404
            assert foreign.text.replace(created["job_id"], "X") == unknown.text.replace(random[9:], "X")
    assert (await client.get(created["result_url"])).json()["success"] is True


async def test_S44_equal_names_of_two_keys_do_not_meet(room: Any, client: httpx.AsyncClient) -> None:
    """Idempotency keys, rates and user ids."""
    key = {"Idempotency-Key": "same"}
    other = await room.core.create_api_key("other")
    app = room.app(requests_per_minute=1)
    async with room.client(app) as one, room.client(app, key=other.text) as two:
        first = await one.post("/analyze", json=ASKED, headers=key)
        second = await two.post("/analyze", json=ASKED, headers=key)
        assert first.status_code == second.status_code == 202
        assert first.json()["job_id"] != second.json()["job_id"]
        assert (await one.get("/analyze/x")).status_code == 429
        retry = (await two.get("/analyze/x")).headers["retry-after"]
        assert 1 <= int(retry) <= 61


async def test_the_installations_key_keeps_its_readers_when_it_is_exchanged(room: Any) -> None:
    caller = await room.core.authenticate_api_key("your-api-key")
    assert isinstance(caller, Caller)
    assert caller.user == "installation"
