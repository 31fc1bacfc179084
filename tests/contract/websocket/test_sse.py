"""Server-sent events over plain HTTP."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from tradecore.model.users import User


def client(house: Any, token: str | None) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(base_url=house.root, headers=headers, timeout=20)


def events(text: str) -> list[dict[str, Any]]:
    """The events of a stream, each with its id and name."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append({"id": int(fields["id"]), "event": fields["event"], **json.loads(fields["data"])})
    return found


async def test_the_stream_begins_with_the_first_event_and_ends_with_the_last(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.happen(id, 2)
    async with client(house, house.token(ann)) as http, http.stream("GET", f"/api/analyze/{id}/events") as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        parts = stream.aiter_text()
        said = await anext(parts)
        await house.happen(id)
        await house.complete(id)
        said += "".join([part async for part in parts])
    assert [each["id"] for each in events(said)] == [1, 2, 3, 4]
    assert [each["seq"] for each in events(said)] == [1, 2, 3, 4]
    assert events(said)[-1]["event"] == "analysis_complete"


async def test_last_event_id_resumes_and_after_the_end_there_is_nothing(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.happen(id, 3)
    await house.complete(id)
    async with client(house, house.token(ann)) as http:
        resumed = await http.get(f"/api/analyze/{id}/events", headers={"Last-Event-ID": "2"})
        over = await http.get(f"/api/analyze/{id}/events", headers={"Last-Event-ID": "4"})
        wrong = await http.get(f"/api/analyze/{id}/events", headers={"Last-Event-ID": "two"})
        # As some clients send it before they have one.
        empty = await http.get(f"/api/analyze/{id}/events?since=2", headers={"Last-Event-ID": ""})
    assert [each["id"] for each in events(resumed.text)] == [3, 4]
    assert [each["id"] for each in events(empty.text)] == [3, 4]
    assert (over.status_code, over.content) == (204, b"")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "invalid_input")
    assert house.connections == 0


async def test_a_head_of_a_running_analysis_ends_at_once_and_leaves_nobody_behind(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    await house.happen(id, 2)
    async with client(house, house.token(ann)) as http:
        answer = await http.head(f"/api/analyze/{id}/events")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-type"].startswith("text/event-stream")
        await house.until(lambda: house.connections == 0)


async def test_s45_refusals_are_those_of_every_other_route(house: Any, ann: User) -> None:
    id = await house.analysis(ann)
    async with client(house, None) as nobody, client(house, house.token(await house.user())) as other:
        unknown = await other.get("/api/analyze/ffffffff-ffff-4fff-bfff-ffffffffffff/events")
        foreign = await other.get(f"/api/analyze/{id}/events")
        unsigned = await nobody.get(f"/api/analyze/{id}/events")
        in_query = await nobody.get(f"/api/analyze/{id}/events", params={"token": house.token(ann)})
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json()["error"]["code"] == unknown.json()["error"]["code"] == "not_found"
    assert unsigned.status_code == in_query.status_code == 401
    assert unsigned.headers["www-authenticate"] == "Bearer"


async def test_silence_is_filled_with_comments_and_a_client_that_leaves_is_forgotten(opened: Any) -> None:
    async with opened(heartbeat=0.05) as house:
        user = await house.user()
        id = await house.analysis(user)
        async with client(house, house.token(user)) as http, http.stream("GET", f"/api/analyze/{id}/events") as stream:
            assert await anext(stream.aiter_text()) == ":\n\n"
            assert house.connections == 1
        await house.until(lambda: house.connections == 0)


@pytest.mark.parametrize("how", ["shutdown", "expiry"])
async def test_s51_the_stream_ends_when_the_token_expires_or_the_server_stops(opened: Any, how: str) -> None:
    async with opened(recheck_interval=0.1) as house:
        user = await house.user()
        id = await house.analysis(user)
        async with (
            client(house, house.token(user, 2 if how == "expiry" else 60)) as http,
            http.stream("GET", f"/api/analyze/{id}/events") as stream,
            asyncio.timeout(20),
        ):
            if how == "shutdown":
                await house.live.close()
            reason = (
                "The access token has expired; refresh it or sign in again."
                if how == "expiry"
                else "The server is shutting down."
            )
            assert [part async for part in stream.aiter_text()] == [f": {reason}\n\n"]


async def test_s53_streams_count_among_the_connections_of_a_user(opened: Any) -> None:
    async with opened(per_user=1) as house:
        user = await house.user()
        id = await house.analysis(user)
        async with house.socket(house.token(user)) as socket, client(house, house.token(user)) as http:
            await house.receive(socket)
            refused = await http.get(f"/api/analyze/{id}/events")
        assert refused.status_code == 429
        assert refused.headers["retry-after"]
