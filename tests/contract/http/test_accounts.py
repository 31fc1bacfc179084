"""Sign-ins over HTTP: passwords in, tokens out, and how they end."""

import asyncio
import resource
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tradecore.model.users import User

LOGIN = {"email": "user@example.com", "password": "securepassword123"}


@pytest.fixture
async def account(house: Any) -> Any:
    """A user with a password."""
    return await house.core.create_user(LOGIN["email"], LOGIN["password"], name="John Doe")


async def login(client: httpx.AsyncClient, **change: Any) -> httpx.Response:
    return await client.post("/api/auth/login", json={**LOGIN, **change})


async def refresh(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/api/auth/refresh", json={"refreshToken": token})


@pytest.mark.parametrize("password", ["a b c d e f g h", "p" * 64, "ж" * 128, "😀 pass  word ", "q" * 256])
async def test_s16_any_password_works_as_it_is(house: Any, stranger: httpx.AsyncClient, password: str) -> None:
    await house.core.create_user(LOGIN["email"], password)
    assert (await login(stranger, password=password)).status_code == 200
    assert (await login(stranger, password=password + " ")).status_code in (400, 401)


async def test_s16_a_password_of_a_megabyte_is_refused_before_it_is_hashed(stranger: httpx.AsyncClient) -> None:
    assert (await login(stranger, password="a" * 1_000_000)).status_code == 413
    assert (await login(stranger, password="a" * 1_000)).status_code == 400


async def test_s17_unknown_user_and_wrong_password_look_the_same(account: Any, stranger: httpx.AsyncClient) -> None:
    known, unknown = await login(stranger, password="wrong"), await login(stranger, email="nobody@example.com")
    assert known.status_code == unknown.status_code == 401
    assert known.text == unknown.text
    assert [*known.headers] == [*unknown.headers]
    assert known.headers["www-authenticate"] == "Bearer"


async def test_s18_the_sixth_wrong_password_is_429_and_its_owner_is_not_locked_out(house: Any, account: Any) -> None:
    app = house.app(trusted_proxies=("127.0.0.1",))
    async with house.client(app) as attacker, house.client(app) as owner:
        attacker.headers["X-Forwarded-For"] = "203.0.113.1"
        owner.headers["X-Forwarded-For"] = "203.0.113.2"
        statuses = [(await login(attacker, password="wrong")).status_code for _ in range(5)]
        assert statuses == [401] * 5
        sixth = await login(attacker)
        assert sixth.status_code == 429
        assert int(sixth.headers["retry-after"]) > 60
        assert (await login(owner)).status_code == 200


@pytest.mark.endurance
@pytest.mark.timeout(400)
async def test_s19_a_hundred_logins_at_once_keep_nobody_else_waiting(house: Any, account: Any, ben: User) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Each of them may wait for all others, on a machine with other work longer than requests may take by default.
    patient = house.client(request_seconds=300)
    async with patient, house.client(token=house.token(ben)) as client, asyncio.TaskGroup() as group:
        logins = [group.create_task(login(patient)) for _ in range(100)]
        while not any(task.done() for task in logins):
            assert (await client.get("/api/history")).status_code == 200
            await asyncio.sleep(0)  # a request within this process suspends nowhere
        for _ in range(20):
            assert (await client.get("/api/portfolio")).status_code == 200
            await asyncio.sleep(0)
        # Had the server hashed in between, all of them would have been through.
        assert sum(task.done() for task in logins) < 60
    assert {task.result().status_code for task in logins} == {200}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory <= 300 * 1024  # KiB


@pytest.mark.parametrize("email", ["USER@example.com", "User@Example.COM", " user@example.com ", "ｕser@example.com"])
async def test_s20_one_address_in_any_spelling(account: Any, stranger: httpx.AsyncClient, email: str) -> None:
    assert (await login(stranger, email=email)).json()["data"]["user"]["id"] == account.id


async def test_s20_spellings_share_one_throttle(account: Any, stranger: httpx.AsyncClient) -> None:
    spellings = ["user@example.com", "USER@example.com", "User@example.com", "uSer@example.com", "usEr@example.com"]
    for email in spellings:
        assert (await login(stranger, email=email, password="wrong")).status_code == 401
    assert (await login(stranger, email="useR@example.com", password="wrong")).status_code == 429


@pytest.mark.parametrize("email", ["admin@example.com", "demo@example.com", "user@example.com", "root@localhost"])
async def test_s21_a_fresh_start_knows_nobody(stranger: httpx.AsyncClient, email: str) -> None:
    assert (await login(stranger, email=email, password="password")).status_code == 401


@pytest.mark.parametrize("email", ["", "no address", "@", "a@", "@b", "a@b@c"])
async def test_what_is_no_address_is_400(stranger: httpx.AsyncClient, email: str) -> None:
    answer = await login(stranger, email=email)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == "email"


async def test_s32_a_token_holds_for_as_long_as_it_says(house: Any, account: Any, stranger: httpx.AsyncClient) -> None:
    data = (await login(stranger)).json()["data"]
    assert data["expiresIn"] == 3600
    claims = house.core.authenticate.tokens.read(data["token"], at=house.time)
    assert (claims.expires_at - house.time).total_seconds() == pytest.approx(3600, abs=1)


async def test_the_refresh_token_goes_on_working_and_none_is_handed_out_again(
    house: Any, account: Any, stranger: httpx.AsyncClient
) -> None:
    token = (await login(stranger)).json()["data"]["refreshToken"]
    for _ in range(3):
        house.pass_time(hours=1)
        answer = await refresh(stranger, token)
        assert answer.status_code == 200
        assert set(answer.json()["data"]) == {"token", "expiresIn"}


async def test_a_sign_in_may_ask_for_rotation(house: Any, account: Any, stranger: httpx.AsyncClient) -> None:
    first = (await login(stranger, rotateRefreshToken=True)).json()["data"]["refreshToken"]
    answer = await refresh(stranger, first)
    assert set(answer.json()["data"]) == {"token", "expiresIn", "refreshToken"}
    second = answer.json()["data"]["refreshToken"]
    assert second != first
    house.pass_time(minutes=1)
    assert (await refresh(stranger, first)).status_code == 401, "a spent token came back"
    assert (await refresh(stranger, second)).status_code == 401, "and took its family along"


async def test_signing_out_ends_the_refresh_token(account: Any, stranger: httpx.AsyncClient) -> None:
    token = (await login(stranger)).json()["data"]["refreshToken"]
    answer = await stranger.post("/api/auth/logout", json={"refreshToken": token})
    assert (answer.status_code, answer.json()["data"]) == (200, {"signedOut": True})
    assert (await refresh(stranger, token)).status_code == 401
    assert (await stranger.post("/api/auth/logout", json={"refreshToken": token})).status_code == 200


@pytest.mark.parametrize("token", ["x", "x.y", ".", "00000000-0000-4000-8000-000000000001.secret", "ü.ü"])
async def test_what_is_no_refresh_token_is_401(stranger: httpx.AsyncClient, token: str) -> None:
    answer = await refresh(stranger, token)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def _change_password(house: Any) -> None:
    await house.core.change_password(LOGIN["email"], "another good password")


async def _disable(house: Any) -> None:
    await house.core.disable_user(LOGIN["email"])


async def _remove(house: Any) -> None:
    await house.core.remove_user(LOGIN["email"])


@pytest.mark.parametrize("end", [_change_password, _disable, _remove])
async def test_s28_s38_access_tokens_seen_a_moment_ago_are_refused_within_three_seconds(
    house: Any, account: Any, stranger: httpx.AsyncClient, end: Callable[[Any], Awaitable[None]]
) -> None:
    data = (await login(stranger)).json()["data"]
    stranger.headers["Authorization"] = f"Bearer {data['token']}"
    assert (await stranger.get("/api/history")).status_code == 200
    await end(house)
    house.pass_time(seconds=3)
    response = await stranger.get("/api/history")
    assert (response.status_code, response.json()["error"]["code"]) == (401, "not_signed_in")
    assert (await refresh(stranger, data["refreshToken"])).status_code == 401


async def test_s38_a_logout_ends_the_access_tokens_of_its_session_and_of_no_other(
    house: Any, account: Any, stranger: httpx.AsyncClient
) -> None:
    first, second = [(await login(stranger)).json()["data"] for _ in range(2)]
    await stranger.post("/api/auth/logout", json={"refreshToken": first["refreshToken"]})
    house.pass_time(seconds=3)
    statuses = []
    for data in (first, second):
        headers = {"Authorization": f"Bearer {data['token']}"}
        statuses.append((await stranger.get("/api/history", headers=headers)).status_code)
    assert statuses == [401, 200]


async def test_s18_a_neighbour_in_the_same_ipv6_site_does_not_lock_the_owner_out(house: Any, account: Any) -> None:
    app = house.app(trusted_proxies=("127.0.0.1",))
    async with house.client(app) as attacker, house.client(app) as owner:
        attacker.headers["X-Forwarded-For"] = "2001:db8::bad"
        owner.headers["X-Forwarded-For"] = "2001:db8::600d"
        statuses = [(await login(attacker, password="wrong")).status_code for _ in range(6)]
        assert statuses == [401] * 5 + [429]
        assert (await login(owner)).status_code == 200
        for n in range(20):
            attacker.headers["X-Forwarded-For"] = f"2001:db8::{n}"
            await login(attacker, password="wrong")
        assert (await login(attacker)).status_code == 429, "the site has used up its guesses at the account"
        assert (await login(owner)).status_code == 200, "its address is known to the account"


async def test_s69_audit_records_name_the_whole_address(house: Any, account: Any) -> None:
    app = house.app(trusted_proxies=("127.0.0.1",))
    async with house.client(app) as client:
        client.headers["X-Forwarded-For"] = "2001:db8::1"
        with capture_logs() as logs:
            await login(client, password="wrong")
            await login(client)
    assert [(record["event"], record["address"]) for record in logs] == [
        ("login_failed", "2001:db8::1"),
        ("login", "2001:db8::1"),
    ]
