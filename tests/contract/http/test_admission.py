"""Who may come in: access tokens, decided before anything else is looked at."""

import asyncio
import base64
import hmac
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest
from attrs import evolve

from sessions import session_id
from tradecore.model.change import Change
from tradecore.model.ids import UserId
from tradecore.model.users import User
from tradecore_adapters.identity.jwt import JwtAccessTokens

SECRET = "x" * 32
ROUTE = "/api/history"


def encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def signed(header: dict[str, Any], claims: dict[str, Any], *, secret: str = SECRET, digest: str = "sha256") -> str:
    body = f"{encoded(header)}.{encoded(claims)}"
    signature = hmac.new(secret.encode(), body.encode(), digest).digest()
    return f"{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = token.split(".")
    return (
        json.loads(base64.urlsafe_b64decode(header + "==")),
        json.loads(base64.urlsafe_b64decode(claims + "==")),
    )


async def ask(client: httpx.AsyncClient, token: str) -> int:
    answer = await client.get(ROUTE, headers={"Authorization": f"Bearer {token}"})
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["error"]["code"] == "not_signed_in"
    return answer.status_code


async def test_a_token_made_by_hand_with_our_secret_is_believed(
    house: Any, ann: User, stranger: httpx.AsyncClient
) -> None:
    """So that the refusals below are refused for the reason they name."""
    header, claims = parts(house.token(ann))
    assert await ask(stranger, signed(header, claims)) == 200


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "RS256", "HS384", "HS512", "", None])
async def test_s23_no_algorithm_but_ours(
    house: Any, ann: User, stranger: httpx.AsyncClient, algorithm: str | None
) -> None:
    _, claims = parts(house.token(ann))
    header = {"typ": "JWT"} if algorithm is None else {"typ": "JWT", "alg": algorithm}
    digest = {"HS384": "sha384", "HS512": "sha512"}.get(algorithm or "", "sha256")
    token = signed(header, claims, digest=digest)
    assert await ask(stranger, token) == 401
    assert await ask(stranger, token.rpartition(".")[0] + ".") == 401


async def test_s24_no_signature_but_its_own(house: Any, ann: User, ben: User, stranger: httpx.AsyncClient) -> None:
    header, claims, signature = house.token(ann).split(".")
    foreign = house.token(ben).split(".")
    for token in (
        f"{header}.{foreign[1]}.{signature}",
        f"{header}.{claims}.{signature[:-4]}",
        f"{header}.{claims}.",
        f"{header}.{claims}",
        f"{header}.{claims}.{foreign[2]}",
        f"{header}..{signature}",
        signed(*parts(house.token(ann)), secret="y" * 32),
    ):
        assert await ask(stranger, token) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"exp": -1}, {"exp": None}, {"exp": "text"}, {"exp": 253402300799}, {"exp": 1e30}, {"exp": True},
        {"nbf": 3600}, {"iat": 3600}, {"iat": None}, {"iat": "text"},
    ],
)  # fmt: skip
async def test_s25_no_time_but_now(house: Any, ann: User, stranger: httpx.AsyncClient, change: dict[str, Any]) -> None:
    header, claims = parts(house.token(ann))
    [(name, value)] = change.items()
    if value is None:
        del claims[name]
    elif value in (-1, 3600) and value is not True:
        claims[name] = int(house.time.timestamp()) + value
    else:
        claims[name] = value
    assert await ask(stranger, signed(header, claims)) == 401


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "sid", "typ"])
@pytest.mark.parametrize("value", [None, "", "other", 5, ["tradecore"]])
async def test_s26_no_claims_but_ours(
    house: Any, ann: User, stranger: httpx.AsyncClient, name: str, value: object
) -> None:
    header, claims = parts(house.token(ann))
    if value is None:
        del claims[name]
    else:
        claims[name] = value
    assert await ask(stranger, signed(header, claims)) == 401


async def test_s26_a_refresh_token_is_no_access_token(house: Any, stranger: httpx.AsyncClient) -> None:
    await house.core.create_user("carol@example.com", "correct horse battery")
    login = {"email": "carol@example.com", "password": "correct horse battery"}
    data = (await stranger.post("/api/auth/login", json=login)).json()["data"]
    assert await ask(stranger, data["token"]) == 200
    assert await ask(stranger, data["refreshToken"]) == 401
    answer = await stranger.post("/api/auth/refresh", json={"refreshToken": data["token"]})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "extra",
    [
        {"kid": "../../dev/null"}, {"kid": "' OR 1=1 --"}, {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/x"}, {"jwk": {"kty": "oct", "k": "eA"}}, {"crit": ["exp"]},
    ],
)  # fmt: skip
async def test_s27_tokens_bring_no_keys_along(
    house: Any, ann: User, stranger: httpx.AsyncClient, extra: dict[str, Any]
) -> None:
    header, claims = parts(house.token(ann))
    assert await ask(stranger, signed({**header, **extra}, claims)) == 401


async def test_s28_a_disabled_user_is_out_within_three_seconds(
    house: Any, ann: User, stranger: httpx.AsyncClient
) -> None:
    token = house.token(ann)
    assert await ask(stranger, token) == 200
    async with house.store.unit_of_work() as uow:
        await uow.users.put(Change(evolve(ann, disabled=True)))
    house.pass_time(seconds=3)
    assert await ask(stranger, token) == 401


async def test_s28_a_token_of_nobody_is_401(house: Any, ann: User, stranger: httpx.AsyncClient) -> None:
    assert await ask(stranger, house.token(evolve(ann, id=UserId("gone")))) == 401


async def test_an_expiry_counts_to_the_second_even_for_a_token_just_seen(
    house: Any, ann: User, stranger: httpx.AsyncClient
) -> None:
    token = house.token(ann, lifetime=10)
    assert await ask(stranger, token) == 200
    house.pass_time(seconds=9)
    assert await ask(stranger, token) == 200
    house.pass_time(seconds=1)
    assert await ask(stranger, token) == 401


async def test_requests_at_once_with_one_token_look_it_up_once_and_a_wrong_one_is_refused_each_time(
    house: Any, ann: User
) -> None:
    lookups = Counter[str]()

    async def authenticate(token: str) -> Any:
        lookups[token] += 1
        await asyncio.sleep(0)
        return await house.core.authenticate(token)

    token = house.token(ann)
    async with house.client(house.app(evolve(house.core, authenticate=authenticate))) as client:
        for tried, status in ((token, 200), ("wrong", 401)):
            assert await asyncio.gather(*(ask(client, tried) for _ in range(50))) == [status] * 50
    assert lookups == {token: 1, "wrong": 1}


async def test_s29_a_token_without_end_is_refused(stranger: httpx.AsyncClient) -> None:
    assert await ask(stranger, "a" * 100_000) == 431
    assert await ask(stranger, "a" * 10_000) == 401
    assert await ask(stranger, "a" * 3_000) == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Token x", "Bearer a b", "bearer\u00e9", "Bearer ü"]
)
async def test_what_is_no_bearer_token_is_401(stranger: httpx.AsyncClient, header: str) -> None:
    answer = await stranger.get(ROUTE, headers=[(b"Authorization", header.encode())])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_scheme_is_read_in_any_case(house: Any, ann: User, stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get(ROUTE, headers={"Authorization": f"bEARER {house.token(ann)}"})
    assert answer.status_code == 200


async def test_two_authorization_headers_are_400(house: Any, ann: User, stranger: httpx.AsyncClient) -> None:
    headers = [("Authorization", f"Bearer {house.token(ann)}"), ("Authorization", "Bearer x")]
    assert (await stranger.get(ROUTE, headers=headers)).status_code == 400


async def test_s31_while_secrets_are_exchanged_both_count_and_then_only_the_new_one(house: Any, ann: User) -> None:
    old, new = "o" * 32, "n" * 32
    made = {
        secret: JwtAccessTokens([secret]).issue(ann.id, session_id(ann), at=house.time, lifetime=timedelta(hours=1))
        for secret in (old, new)
    }

    async def believed(*secrets: str) -> list[bool]:
        core = evolve(house.core, authenticate=evolve(house.core.authenticate, tokens=JwtAccessTokens(secrets)))
        async with house.client(house.app(core)) as client:
            return [await ask(client, made[secret]) == 200 for secret in (old, new)]

    assert await believed(old) == [True, False]
    assert await believed(new, old) == [True, True]
    assert await believed(new) == [False, True]


async def test_s33_tokens_in_the_query_or_a_cookie_do_not_count(
    house: Any, ann: User, stranger: httpx.AsyncClient
) -> None:
    token = house.token(ann)
    for name in ("token", "access_token", "authorization", "jwt"):
        assert (await stranger.get(ROUTE, params={name: token})).status_code == 401
        assert (await stranger.get(ROUTE, headers={"Cookie": f"{name}={token}"})).status_code == 401


async def test_s41_every_documented_route_asks_for_a_token(stranger: httpx.AsyncClient) -> None:
    document = (await stranger.get("/openapi.json")).json()
    signing_in = {f"/api/auth/{name}" for name in ("login", "refresh", "logout", "reset", "oidc/begin", "oidc/finish")}
    without = {*signing_in, "/", "/health", "/ready"}
    routes_checked = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answer = await stranger.request(method, path.replace("{", "x").replace("}", "x"))
            if path in without:
                assert operation["security"] == []
                assert answer.status_code != 401 or "refresh" in path
            else:
                schemes = {scheme for requirement in operation["security"] for scheme in requirement}
                further = {"/analyze": "apiKey", "/api/digests.rss": "feedToken"}
                assert schemes == {"accessToken", *(name for start, name in further.items() if path.startswith(start))}
                assert answer.status_code == 401, f"{method} {path}"
                assert answer.headers["www-authenticate"] == "Bearer"
                routes_checked += 1
    assert routes_checked >= 15
    assert "/api/analyze/{analysisId}/events" in document["paths"]


@pytest.mark.parametrize(
    "path",
    ["//api/history", "/api//history", "/api/history/", "///api///history//", "/%61pi/history"],
)
async def test_no_spelling_of_a_path_gets_around_the_token(stranger: httpx.AsyncClient, path: str) -> None:
    assert (await stranger.get(f"http://testserver{path}")).status_code in (401, 404)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "TRACE"])
async def test_below_api_what_does_not_exist_looks_the_same_without_a_token(
    stranger: httpx.AsyncClient, method: str
) -> None:
    assert (await stranger.request(method, "/api/anything")).status_code == 401


@pytest.mark.parametrize("raw", [b"{", b"\xff", b"[" * 60_000, b" " * 100_000])
async def test_a_malformed_body_does_not_matter_before_the_token_does(stranger: httpx.AsyncClient, raw: bytes) -> None:
    answer = await stranger.post("/api/analyze", content=raw, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 401
