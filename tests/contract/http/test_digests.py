"""The digests of a user: listed, read, and as RSS by a token that opens nothing else."""

from typing import Any

import feedparser
import httpx
import pytest

from tradecore.model.users import User
from tradecore_adapters.http.digest_ids import job_id_of


async def feed_token(client: httpx.AsyncClient, *scopes: str) -> str:
    answer = await client.post("/api/tokens", json={"name": "reader", "scopes": list(scopes) or ["feed"]})
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["data"]["token"]
    return token


async def test_digests_are_listed_newest_first_in_every_state(
    house: Any, client: httpx.AsyncClient, ann: User, ben: User
) -> None:
    done = await house.digest(ann, "Exchange lists token", "Miners sell their holdings")
    await house.digest(ben, "Somebody else's")
    house.pass_time(minutes=30)
    waiting = await house.digest(ann, reader="desk", completed=False)
    answer = await client.get("/api/digests?limit=1")
    data = answer.json()["data"]
    assert data["pagination"] == {"total": 2, "page": 1, "pageSize": 1, "hasNext": True}
    assert 'rel="next"' in answer.headers["link"]
    assert data["digests"] == [
        {
            "id": job_id_of(waiting.id),
            "userId": "desk",
            "hours": 1,
            "status": "queued",
            "createdAt": "2024-10-10T14:53:45Z",
            "itemsProcessed": 0,
        }
    ]
    [older] = (await client.get("/api/digests?limit=1&page=2")).json()["data"]["digests"]
    assert (older["id"], older["status"], older["itemsProcessed"]) == (job_id_of(done.id), "completed", 2)
    assert (await client.get("/api/digests?limit=201")).status_code == 400


async def test_a_digest_is_read_with_its_report_by_its_owner_only(
    house: Any, client: httpx.AsyncClient, ann: User, ben: User
) -> None:
    digest, waiting = await house.digest(ann, "Exchange lists token"), await house.digest(ann, completed=False)
    data = (await client.get(f"/api/digests/{job_id_of(digest.id)}")).json()["data"]
    assert data["report"].startswith("# ")
    assert data["counts"]["considered"] == data["counts"]["reported"] == 1
    by_event = (await client.get(f"/api/digests/{digest.id}")).json()["data"]
    assert (by_event["id"], by_event) == (job_id_of(digest.id), data)
    assert "report" not in (await client.get(f"/api/digests/{job_id_of(waiting.id)}")).json()["data"]
    other = (await house.digest(ben, "x")).id
    for id in (job_id_of(other), other, "analyze_job_" + "0" * 32, "nonsense"):
        assert (await client.get(f"/api/digests/{id}")).status_code == 404


async def test_reports_are_valid_rss_that_shows_the_links_of_the_report(
    house: Any, client: httpx.AsyncClient, ann: User
) -> None:
    await house.digest(ann, "Exchange <b>lists</b> AT&T token", "Miners sell")
    house.pass_time(minutes=30)
    newest = await house.digest(ann, reader="desk")
    await house.digest(ann, "Not made yet", completed=False)
    async with house.client() as reader:
        answer = await reader.get("/api/digests.rss", params={"token": await feed_token(client)})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    read = feedparser.parse(answer.content)
    assert (read.bozo, read.version, read.feed.link) == (False, "rss20", "http://testserver/")
    assert [entry.title for entry in read.entries] == [
        "2024-10-10 14:53 UTC, desk: nothing new",
        "2024-10-10 14:23 UTC, me: 2 new stories",
    ]
    assert read.entries[0].id == job_id_of(newest.id)
    assert read.entries[1].published_parsed[:5] == (2024, 10, 10, 14, 23)
    assert '<a href="https://wire.example/0">' in read.entries[1].summary
    assert "AT&amp;T" in read.entries[1].summary
    assert "<b>" not in read.entries[1].summary


async def test_a_feed_that_did_not_change_is_304(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    await house.digest(ann, "Exchange lists token")
    first = await client.get("/api/digests.rss")
    again = await client.get("/api/digests.rss", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    await house.digest(ann, "Miners sell")
    assert (await client.get("/api/digests.rss", headers={"If-None-Match": first.headers["etag"]})).status_code == 200


async def test_a_feed_token_opens_nothing_else(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    token = await feed_token(client)
    async with house.client(token=token) as script:
        assert (await script.get("/api/digests.rss")).status_code == 200
        for method, path in [
            ("GET", "/api/digests"),
            ("GET", "/api/auth/me"),
            ("GET", "/api/portfolio"),
            ("GET", "/api/sources"),
            ("POST", "/api/tokens"),
            ("POST", "/analyze"),
            ("GET", "/analyze/analyze_job_" + "0" * 32),
        ]:
            assert (await script.request(method, path)).status_code == 403, path
    async with house.client() as reader:
        assert (await reader.get("/api/digests", params={"token": token})).status_code == 401


@pytest.mark.parametrize("query", ["", "?token=", "?token=tc_a_b", "?token=%00"])
async def test_a_feed_without_a_valid_token_is_401(stranger: httpx.AsyncClient, query: str) -> None:
    answer = await stranger.get(f"/api/digests.rss{query}")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_an_address_takes_no_token_that_can_do_more(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    tokens = [await feed_token(client, "read"), await feed_token(client, "read", "feed"), house.token(ann)]
    async with house.client() as reader:
        for token in tokens:
            answer = await reader.get("/api/digests.rss", params={"token": token})
            assert answer.status_code == 403
            assert "`feed` alone" in answer.json()["error"]["message"]


async def test_a_deleted_feed_token_is_refused(house: Any, client: httpx.AsyncClient, ann: User) -> None:
    token = await feed_token(client)
    async with house.client() as reader:
        assert (await reader.get("/api/digests.rss", params={"token": token})).status_code == 200
        [known] = (await client.get("/api/tokens")).json()["data"]["tokens"]
        assert known["scopes"] == ["feed"]
        await client.delete(f"/api/tokens/{known['id']}")
        house.pass_time(seconds=3)
        assert (await reader.get("/api/digests.rss", params={"token": token})).status_code == 401
