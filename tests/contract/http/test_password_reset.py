"""Password resets over HTTP: a token sets the password once, ends all sessions, and leaves a trail."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from tradecore.use_cases.password_reset import RESET_LIFETIME
from tradecore_app.assembly import assemble
from tradecore_app.commands.accounts import users
from tradecore_app.settings import read_settings

LOGIN = {"email": "user@example.com", "password": "securepassword123"}
NEW = "another good password"


@pytest.fixture
async def account(house: Any) -> Any:
    """A user with a password."""
    return await house.core.create_user(LOGIN["email"], LOGIN["password"], name="John Doe")


async def reset(client: httpx.AsyncClient, token: str, new: str = NEW) -> httpx.Response:
    return await client.post("/api/auth/reset", json={"token": token, "new": new})


async def login(client: httpx.AsyncClient, password: str) -> int:
    return (await client.post("/api/auth/login", json={**LOGIN, "password": password})).status_code


async def test_a_token_sets_the_password_once_and_ends_all_sessions(
    house: Any, account: Any, stranger: httpx.AsyncClient
) -> None:
    signed_in = (await stranger.post("/api/auth/login", json=LOGIN)).json()["data"]
    allowed = await house.core.allow_password_reset("USER@example.com")
    with capture_logs() as logs:
        assert (await reset(stranger, allowed.text)).json()["data"] == {"changed": True}
        again = await reset(stranger, allowed.text, "a third good password")
    assert (again.status_code, again.json()["error"]["code"]) == (401, "not_signed_in")
    assert await login(stranger, LOGIN["password"]) == 401
    assert await login(stranger, NEW) == 200
    refreshed = await stranger.post("/api/auth/refresh", json={"refreshToken": signed_in["refreshToken"]})
    assert refreshed.status_code == 401
    events = [(record["event"], record.get("user")) for record in logs if "password" in record["event"]]
    assert events == [("password_reset", account.id), ("password_reset_refused", None)]
    assert not [record for record in logs if allowed.text.partition(".")[2] in str(record)]


async def test_a_token_expires_is_replaced_by_the_next_and_ends_with_a_password_change(
    house: Any, account: Any, stranger: httpx.AsyncClient
) -> None:
    first = await house.core.allow_password_reset(LOGIN["email"])
    second = await house.core.allow_password_reset(LOGIN["email"])
    assert (await reset(stranger, first.text)).status_code == 401
    house.pass_time(seconds=RESET_LIFETIME.total_seconds())
    assert (await reset(stranger, second.text)).status_code == 401
    third = await house.core.allow_password_reset(LOGIN["email"])
    await house.core.change_password(LOGIN["email"], NEW)
    assert (await reset(stranger, third.text)).status_code == 401
    assert await login(stranger, NEW) == 200


@pytest.mark.parametrize(
    ("token", "status"),
    [
        *((token, 401) for token in ("x", "..", "nobody.secret", "{id}", "{id}.", "{id}.wrong")),
        *((token, 400) for token in ("x" * 201, "\u0000.x")),
    ],
)
async def test_what_is_no_token_is_refused_and_says_nothing_about_accounts(
    house: Any, account: Any, stranger: httpx.AsyncClient, token: str, status: int
) -> None:
    await house.core.allow_password_reset(LOGIN["email"])
    answer = await reset(stranger, token.replace("{id}", account.id))
    assert answer.status_code == status
    assert await login(stranger, LOGIN["password"]) == 200


async def test_a_password_that_is_refused_leaves_the_token_valid(
    house: Any, account: Any, stranger: httpx.AsyncClient
) -> None:
    allowed = await house.core.allow_password_reset(LOGIN["email"])
    for unusable in ("short", "password", "x" * 300):
        answer = await reset(stranger, allowed.text, unusable)
        assert (answer.status_code, answer.json()["error"]["details"][0]["field"]) == (400, "new")
    assert (await reset(stranger, allowed.text)).status_code == 200


async def test_a_disabled_account_is_neither_reset_nor_opened_by_an_earlier_token(
    house: Any, account: Any, stranger: httpx.AsyncClient
) -> None:
    allowed = await house.core.allow_password_reset(LOGIN["email"])
    await house.core.disable_user(LOGIN["email"])
    assert (await reset(stranger, allowed.text)).status_code == 401
    await house.core.enable_user(LOGIN["email"])
    assert (await reset(stranger, allowed.text)).status_code == 401


def test_an_operator_prints_a_token_that_the_server_accepts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADECORE_DATA", str(tmp_path))
    run = CliRunner()
    assert run.invoke(users, ["add", LOGIN["email"]], input=f"{LOGIN['password']}\n").exit_code == 0
    printed = run.invoke(users, ["reset", LOGIN["email"]])
    assert printed.exit_code == 0
    first, token, *_ = [line for line in printed.stdout.splitlines() if not line.startswith("{")]
    assert first.startswith(f"Reset token for {LOGIN['email']}, valid once and until ")

    async def redeem() -> None:
        async with assemble(read_settings()) as assembled:
            await assembled.core.reset_password(token, NEW, origin="192.0.2.1")
            assert (await assembled.core.login(LOGIN["email"], NEW, origin="192.0.2.1")).user.email == LOGIN["email"]

    asyncio.run(redeem())
