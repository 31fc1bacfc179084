"""What belongs to whom: someone else's thing looks like no thing at all."""

from typing import Any

import httpx
import pytest

from tradecore.model.analyses import AnalysisState
from tradecore.model.change import Change
from tradecore.model.subscriptions import FeedSubscription
from tradecore.model.users import User

UNKNOWN = "ffffffff-ffff-4fff-bfff-ffffffffffff"


def example_body(operation: dict[str, Any]) -> dict[str, Any]:
    """The example of a JSON body that an operation takes, for a client of HTTP; empty for none."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return {"json": content["example"]} if content else {}


async def test_s42_on_every_route_with_an_id_a_foreign_one_is_as_unknown_as_a_random_one(
    house: Any, client: httpx.AsyncClient, ben: User
) -> None:
    foreign = (await house.analysis(ben, AnalysisState.COMPLETED)).id
    document = (await client.get("/openapi.json")).json()
    routes_checked = 0
    for path, operations in document["paths"].items():
        # Accounts, sources and prices belong to nobody: administrators change the former two, everybody sees the last.
        shared = ("/api/users/", "/api/sources/", "/api/market/")
        is_owned = path.startswith("/api/") and "{" in path and not path.startswith(shared)
        for method, operation in operations.items() if is_owned else ():
            start, _, rest = path.partition("{")
            urls = [f"{start}{id}{rest.partition('}')[2]}" for id in (foreign, UNKNOWN)]
            body = example_body(operation)
            theirs, nobodys = [await client.request(method, url, **body) for url in urls]
            assert theirs.status_code == nobodys.status_code == 404
            assert theirs.text.replace(foreign, UNKNOWN) == nobodys.text
            unlike = {"x-request-id"}
            assert {k: v for k, v in theirs.headers.items() if k not in unlike} == {
                k: v for k, v in nobodys.headers.items() if k not in unlike
            }
            routes_checked += 1
    assert routes_checked >= 3


async def test_s42_for_a_user_who_is_no_administrator_any_source_is_as_unknown_as_a_random_one(
    house: Any, client: httpx.AsyncClient
) -> None:
    subscription = FeedSubscription.begin("Wire", "https://wire.example/feed", at=house.time)
    async with house.store.unit_of_work() as uow:
        existing = (await uow.subscriptions.put(Change(subscription))).key
    answers = [await client.delete(f"/api/sources/{id}") for id in (existing, UNKNOWN, "x")]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1
    async with house.store.read() as uow:
        assert [source.key for source in await uow.subscriptions.all()] == [existing]


@pytest.mark.parametrize("id", ["x", "0", "a" * 36, "%00", "..", "' OR 1=1 --", "%E2%80%AE", "{}"])
@pytest.mark.parametrize("rest", ["/status", "/results"])
async def test_an_id_that_cannot_be_one_is_404(client: httpx.AsyncClient, id: str, rest: str) -> None:
    answer = await client.get(f"/api/analyze/{id}{rest}")
    assert answer.status_code == 404


async def test_s42_a_foreign_analysis_cannot_be_cancelled(house: Any, client: httpx.AsyncClient, ben: User) -> None:
    analysis = await house.analysis(ben, AnalysisState.RUNNING)
    assert (await client.delete(f"/api/analyze/{analysis.id}")).status_code == 404
    async with house.store.snapshot() as uow:
        assert (await uow.analyses.get(analysis.id)).state is AnalysisState.RUNNING


async def test_s43_history_holds_nothing_and_counts_nothing_of_others(
    house: Any, client: httpx.AsyncClient, ann: User, ben: User
) -> None:
    own = await house.analysis(ann, AnalysisState.COMPLETED, returned="1")
    for _ in range(6):
        await house.analysis(ben, AnalysisState.COMPLETED, returned="5", confidence="1")
    data = (await client.get("/api/history")).json()["data"]
    assert [row["id"] for row in data["analyses"]] == [own.id]
    metrics = data["metrics"]
    assert (metrics["totalAnalyses"], metrics["sampleSize"], metrics["avgConfidence"]) == (1, 1, 8.5)
    assert (metrics["avgReturn"], metrics["scored"]["sampleSize"]) == (1, 0)
    assert data["pagination"]["total"] == 1


async def test_s44_equal_idempotency_keys_of_two_users_do_not_meet(
    house: Any, ann: User, ben: User, launch: dict[str, Any]
) -> None:
    ids = set()
    for user in (ann, ben):
        async with house.client(token=house.token(user)) as client:
            answer = await client.post("/api/analyze", json=launch, headers={"Idempotency-Key": "same"})
            assert answer.status_code == 202
            ids.add(answer.json()["data"]["analysisId"])
    assert len(ids) == 2


async def test_s44_kept_results_are_kept_for_their_owner_only(house: Any, ann: User, completed: Any, ben: User) -> None:
    app, path = house.app(), f"/api/analyze/{completed.id}/results"
    async with house.client(app, token=house.token(ann)) as client:
        assert (await client.get(path)).status_code == 200
        assert (await client.get(path)).status_code == 200
    async with house.client(app, token=house.token(ben)) as other:
        assert (await other.get(path)).status_code == 404


async def test_s44_rates_of_two_users_do_not_meet(house: Any, ann: User, ben: User) -> None:
    app = house.app(requests_per_minute=2)
    async with house.client(app, token=house.token(ann)) as one, house.client(app, token=house.token(ben)) as other:
        assert [(await one.get("/api/history")).status_code for _ in range(3)] == [200, 200, 429]
        assert (await other.get("/api/history")).status_code == 200


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "Client-IP"])
async def test_s47_an_untrusted_peer_cannot_choose_its_address(house: Any, name: str) -> None:
    async with house.client(requests_per_minute=2) as client:
        answers = [
            await client.post("/api/auth/logout", json={"refreshToken": "x"}, headers={name: f"10.0.0.{n}"})
            for n in range(3)
        ]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_s47_a_trusted_proxy_says_who_asks_and_the_asker_cannot_add_to_it(house: Any) -> None:
    app = house.app(requests_per_minute=1, trusted_proxies=("127.0.0.1", "10.0.0.0/8"))
    async with house.client(app) as client:

        async def ask(forwarded: str) -> int:
            answer: httpx.Response = await client.post(
                "/api/auth/logout", json={"refreshToken": "x"}, headers={"X-Forwarded-For": forwarded}
            )
            return answer.status_code

        assert await ask("203.0.113.1") == 200
        assert await ask("203.0.113.2, 10.1.2.3") == 200
        # What the client itself wrote stands left of what the proxy added, and is not looked at.
        assert await ask("198.51.100.9, 203.0.113.1") == 429
        assert await ask("203.0.113.2") == 429
        # Addresses of one household count as one.
        assert await ask("2001:db8::1") == 200
        assert await ask("2001:db8::2") == 429
        assert await ask("not an address") == 200
        assert await ask("") == 429
