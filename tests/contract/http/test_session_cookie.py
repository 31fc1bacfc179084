"""Sign-ins of pages of this server: a cookie that no script can read keeps the refresh token."""

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

LOGIN = {"email": "user@example.com", "password": "securepassword123"}
OWN = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}
TLS = {"Host": "desk.example", "Origin": "https://desk.example", "X-Forwarded-Proto": "https"}
NAME, SECURE_NAME = "tradecore-refresh-8000", "__Host-tradecore-refresh"


@pytest.fixture
async def page(house: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client that sends what a page of the server sends; it has an account, and keeps no cookies of its own."""
    await house.core.create_user(LOGIN["email"], LOGIN["password"])
    async with house.client(trusted_proxies=("127.0.0.1",), root_path="/trading") as client:
        yield client


async def send(page: httpx.AsyncClient, route: str, *, cookie: str = "", **headers: str) -> httpx.Response:
    page.cookies.clear()
    body = {**LOGIN, "cookie": True} if route == "login" else {"cookie": True}
    sent = {**(headers or OWN), **({"Cookie": cookie} if cookie else {})}
    return await page.post(f"/api/auth/{route}", json=body, headers=sent)


def stored(answer: httpx.Response) -> tuple[str, SimpleCookie]:
    """The cookie of a response as a browser sends it back, and with its attributes."""
    cookie = SimpleCookie(answer.headers["set-cookie"])
    [(name, morsel)] = cookie.items()
    return f"{name}={morsel.value}", cookie


async def test_over_tls_the_cookie_is_bound_to_its_host(page: httpx.AsyncClient) -> None:
    answer = await send(page, "login", **TLS)
    _, cookie = stored(answer)
    morsel = cookie[SECURE_NAME]
    assert (morsel["path"], morsel["secure"], morsel["httponly"], morsel["samesite"]) == ("/", True, True, "Strict")
    assert morsel["domain"] == ""
    assert int(morsel["max-age"]) == 7 * 86400
    # A script of the page cannot find the token anywhere.
    assert answer.json()["data"]["refreshToken"] == ""
    assert morsel.value not in answer.text


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
async def test_on_a_loopback_address_the_name_has_the_port(page: httpx.AsyncClient, host: str) -> None:
    _, cookie = stored(await send(page, "login", Host=host, Origin=f"http://{host}"))
    morsel = cookie[NAME]
    assert (morsel["path"], morsel["secure"], morsel["httponly"]) == ("/trading/api/auth", "", True)


async def test_over_plain_http_from_elsewhere_the_body_has_the_token(page: httpx.AsyncClient) -> None:
    there = {"Host": "192.0.2.7:8000", "Origin": "http://192.0.2.7:8000"}
    answer = await send(page, "login", **there)
    assert "set-cookie" not in answer.headers
    assert answer.json()["data"]["refreshToken"]
    assert (await send(page, "refresh", cookie=f"{NAME}=x", **there)).status_code == 401


async def test_a_cookie_refreshes_until_it_is_signed_out(page: httpx.AsyncClient) -> None:
    kept, _ = stored(await send(page, "login"))
    refreshed = await send(page, "refresh", cookie=f"theme=dark; {kept}")
    assert set(refreshed.json()["data"]) == {"token", "expiresIn"}
    ended = await send(page, "logout", cookie=kept)
    assert ended.json()["data"] == {"signedOut": True}
    removed, cookie = stored(ended)
    assert removed == f"{NAME}="
    assert cookie[NAME]["max-age"] == "0"
    assert (await send(page, "refresh", cookie=kept)).status_code == 401


async def test_a_token_that_is_exchanged_replaces_the_one_in_the_cookie(page: httpx.AsyncClient) -> None:
    body = {**LOGIN, "cookie": True, "rotateRefreshToken": True}
    kept, _ = stored(await page.post("/api/auth/login", json=body, headers=OWN))
    answer = await send(page, "refresh", cookie=kept)
    successor, _ = stored(answer)
    assert successor != kept
    assert answer.json()["data"]["refreshToken"] == ""
    assert (await send(page, "refresh", cookie=successor)).status_code == 200


@pytest.mark.parametrize("route", ["login", "refresh", "logout"])
@pytest.mark.parametrize(
    "foreign",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:3000"},  # another port is the same site, and allowed by CORS here
        {"Origin": "null"},
        {},
        {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_pages_of_other_origins_cannot_use_the_cookie(
    page: httpx.AsyncClient, route: str, foreign: dict[str, str]
) -> None:
    kept, _ = stored(await send(page, "login"))
    answer = await send(page, route, cookie=kept, Host="localhost:8000", **foreign)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert (await send(page, "refresh", cookie=kept)).status_code == 200


async def test_a_browser_behind_a_proxy_that_renames_the_host_says_so_itself(page: httpx.AsyncClient) -> None:
    proxied = {**TLS, "Host": "internal:8000", "Sec-Fetch-Site": "same-origin"}
    assert (await send(page, "login", **proxied)).status_code == 200


async def test_no_other_route_takes_the_cookie(page: httpx.AsyncClient) -> None:
    kept, _ = stored(await send(page, "login"))
    assert (await page.get("/api/auth/me", headers={**OWN, "Cookie": kept})).status_code == 401


@pytest.mark.parametrize("cookie", ["", "other=x", f"{NAME}=", f"{NAME}=x.y", f"x{NAME}=a.b", "=;=;;", "é=1"])
async def test_what_is_no_cookie_of_a_session_is_401(page: httpx.AsyncClient, cookie: str) -> None:
    page.cookies.clear()
    headers = [*((name.encode(), value.encode()) for name, value in OWN.items()), (b"Cookie", cookie.encode())]
    answer = await page.post("/api/auth/refresh", json={"cookie": True}, headers=headers)
    assert answer.status_code == 401


async def test_a_body_without_token_and_cookie_names_the_field(page: httpx.AsyncClient) -> None:
    for body in ({}, {"refreshToken": None}):
        answer = await page.post("/api/auth/refresh", json=body)
        assert answer.json()["error"]["details"] == [{"field": "refreshToken", "message": "This field is required."}]


@pytest.mark.parametrize("cookie", [None, False, 1, "true"])
async def test_a_cookie_that_is_not_true_is_refused(page: httpx.AsyncClient, cookie: object) -> None:
    for route in ("refresh", "logout"):
        answer = await page.post(f"/api/auth/{route}", json={"refreshToken": "x", "cookie": cookie})
        assert answer.status_code == 400
        assert answer.json()["error"]["details"] == [{"field": "cookie", "message": "This is true, or left out."}]
