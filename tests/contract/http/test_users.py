"""Accounts over HTTP: one's own, and all of them for administrators."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tradecore.model.users import Scope

EMAIL, PASSWORD, NEW = "user@example.com", "securepassword123", "another good password"


async def login(client: httpx.AsyncClient, email: str = EMAIL, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/auth/login", json={"email": email, "password": password})


async def signed_in(house: Any, stranger: httpx.AsyncClient, **credentials: str) -> httpx.AsyncClient:
    data = (await login(stranger, **credentials)).json()["data"]
    client: httpx.AsyncClient = house.client(token=data["token"])
    return client


@pytest.fixture
async def admin(house: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an administrator."""
    user = await house.user("admin@example.com", scopes=tuple(Scope))
    async with house.client(token=house.token(user)) as client:
        yield client


async def test_whose_token_it_is(house: Any, stranger: httpx.AsyncClient) -> None:
    user = await house.core.create_user(EMAIL, PASSWORD, name="John Doe")
    async with await signed_in(house, stranger) as client:
        answer = await client.get("/api/auth/me")
    assert answer.json()["data"]["user"] == {
        "id": user.id, "email": EMAIL, "name": "John Doe", "scopes": ["read", "launch", "trade"],
    }  # fmt: skip


async def test_s38_another_password_ends_all_sessions_but_the_one_that_asks(
    house: Any, stranger: httpx.AsyncClient
) -> None:
    await house.core.create_user(EMAIL, PASSWORD)
    other = (await login(stranger)).json()["data"]
    async with await signed_in(house, stranger) as client:
        answer = await client.post("/api/auth/password", json={"current": PASSWORD, "new": NEW})
        assert (answer.status_code, answer.json()["data"]) == (200, {"changed": True})
        house.pass_time(seconds=3)
        assert (await client.get("/api/history")).status_code == 200
        refreshed = await stranger.post("/api/auth/refresh", json={"refreshToken": other["refreshToken"]})
        assert refreshed.status_code == 401
        assert (await login(stranger)).status_code == 401
        assert (await login(stranger, password=NEW)).status_code == 200


async def test_a_session_that_has_ended_a_moment_ago_changes_no_password(
    house: Any, stranger: httpx.AsyncClient
) -> None:
    await house.core.create_user(EMAIL, PASSWORD)
    data = (await login(stranger)).json()["data"]
    async with house.client(token=data["token"]) as client:
        assert (await client.get("/api/auth/me")).status_code == 200
        await stranger.post("/api/auth/logout", json={"refreshToken": data["refreshToken"]})
        answer = await client.post("/api/auth/password", json={"current": PASSWORD, "new": NEW})
    assert answer.status_code == 401
    assert (await login(stranger)).status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [("wrong", NEW, "current"), (PASSWORD, "short", "new"), (PASSWORD, "password123", "new"), ("", NEW, "current")],
)
async def test_s22_a_password_that_cannot_be_is_400_and_changes_nothing(
    house: Any, stranger: httpx.AsyncClient, current: str, new: str, field: str
) -> None:
    await house.core.create_user(EMAIL, PASSWORD)
    async with await signed_in(house, stranger) as client:
        answer = await client.post("/api/auth/password", json={"current": current, "new": new})
    assert answer.status_code == 400
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]
    assert (await login(stranger)).status_code == 200


async def test_s18_a_stolen_token_does_not_let_anybody_try_passwords(house: Any, stranger: httpx.AsyncClient) -> None:
    await house.core.create_user(EMAIL, PASSWORD)
    async with await signed_in(house, stranger) as client:
        statuses = [
            (await client.post("/api/auth/password", json={"current": f"wrong {n}", "new": NEW})).status_code
            for n in range(6)
        ]
    assert statuses == [400] * 5 + [429]


async def test_an_administrator_creates_changes_and_removes_accounts(
    house: Any, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    body = {"email": " Ann@Example.com", "password": PASSWORD, "name": "Ann", "scopes": ["read"]}
    answer = await admin.post("/api/users", json=body)
    user = answer.json()["data"]
    assert (answer.status_code, user) == (
        201,
        {
            "id": user["id"], "email": "ann@example.com", "name": "Ann", "scopes": ["read"], "disabled": False,
            "createdAt": "2024-10-10T14:23:45Z",
        },
    )  # fmt: skip
    assert (await admin.post("/api/users", json=body)).status_code == 409
    listed = (await admin.get("/api/users")).json()["data"]
    assert [row["email"] for row in listed["users"]] == ["admin@example.com", "ann@example.com"]
    assert listed["pagination"] == {"total": 2, "page": 1, "pageSize": 50, "hasNext": False}

    path = f"/api/users/{user['id']}"
    changed = (await admin.patch(path, json={"name": "Anna", "scopes": ["trade", "read"]})).json()["data"]
    assert changed == {**user, "name": "Anna", "scopes": ["read", "trade"]}
    async with await signed_in(house, stranger, email="ann@example.com") as client:
        assert (await client.get("/api/history")).status_code == 200
        assert (await admin.patch(path, json={"disabled": True})).json()["data"]["disabled"] is True
        house.pass_time(seconds=3)
        assert (await client.get("/api/history")).status_code == 401
        assert (await login(stranger, email="ann@example.com")).status_code == 401
    assert (await admin.patch(path, json={"disabled": False, "password": NEW})).json()["data"]["disabled"] is False
    assert (await login(stranger, email="ann@example.com", password=NEW)).status_code == 200

    assert (await admin.delete(path)).status_code == 204
    assert (await admin.delete(path)).status_code == 404
    assert (await admin.patch(path, json={"name": "x"})).status_code == 404
    assert (await login(stranger, email="ann@example.com", password=NEW)).status_code == 401


async def test_an_administrator_cannot_lock_itself_out(admin: httpx.AsyncClient) -> None:
    id = (await admin.get("/api/auth/me")).json()["data"]["user"]["id"]
    answers = [
        await admin.patch(f"/api/users/{id}", json={"disabled": True}),
        await admin.patch(f"/api/users/{id}", json={"scopes": ["read"]}),
        await admin.delete(f"/api/users/{id}"),
    ]
    assert [answer.status_code for answer in answers] == [409] * 3
    assert (await admin.get("/api/users")).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"name": None}, "body"),
        ({"name": " "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"password": "password123"}, "password"),
        ({"email": "other@example.com"}, "email"),
        ({"sessionGeneration": 1}, "sessionGeneration"),
    ],
)
async def test_a_change_that_cannot_be_is_400_with_the_field(
    house: Any, admin: httpx.AsyncClient, body: dict[str, Any], field: str
) -> None:
    user = await house.user()
    answer = await admin.patch(f"/api/users/{user.id}", json=body)
    assert answer.status_code == 400
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]


async def test_accounts_come_in_pages(house: Any, admin: httpx.AsyncClient) -> None:
    for n in range(4):
        await house.user(f"user{n}@example.com")
    pages = [(await admin.get("/api/users", params={"limit": 2, "page": n})).json()["data"] for n in (1, 2, 3)]
    assert [[row["email"].partition("@")[0] for row in page["users"]] for page in pages] == [
        ["admin", "user0"], ["user1", "user2"], ["user3"],
    ]  # fmt: skip
    assert [page["pagination"]["hasNext"] for page in pages] == [True, True, False]
