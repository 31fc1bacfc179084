"""Sign-in with an identity provider over HTTP, against a real provider: which account it opens, and for whom."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from attrs import define, evolve
from structlog.testing import capture_logs

from identity_provider import AUDIENCE, CLIENT_ID, CLIENT_SECRET, Provider, serving
from tradecore.model.users import Scope
from tradecore.use_cases.provider_login import ProviderPolicy
from tradecore_adapters.identity.oidc import OidcProvider

GOLDEN = Path(__file__).parents[1] / "golden/trading"
PAGE = "https://app.example.com/callback"


@define
class SignIn:
    """The provider, a front end at its page, and the application behind it."""

    provider: Provider
    client: httpx.AsyncClient

    async def begin(self) -> dict[str, Any]:
        answer = await self.client.post("/api/auth/oidc/begin", json={"redirectUri": PAGE})
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    async def __call__(self, **change: Any) -> httpx.Response:
        begun = await self.begin()
        code, state = self.provider.approve(begun["authorizationUrl"])
        body = {"code": code, "state": state, "login": begun["login"], **change}
        return await self.client.post("/api/auth/oidc/finish", json=body)


@pytest.fixture
def policy() -> ProviderPolicy:
    """Who may sign in; tests override it."""
    return ProviderPolicy(domains=("example.com",))


@pytest.fixture
async def sign_in(house: Any, policy: ProviderPolicy) -> AsyncIterator[SignIn]:
    async with serving(Provider(lambda: house.time.timestamp())) as provider:
        trusted = OidcProvider(
            provider.issuer, CLIENT_ID, CLIENT_SECRET, redirect_uris=(PAGE,), audience=AUDIENCE, secrets=["x" * 32]
        )
        house.core = evolve(
            house.core,
            begin_provider_login=evolve(house.core.begin_provider_login, provider=trusted),
            finish_provider_login=evolve(house.core.finish_provider_login, provider=trusted, policy=policy),
            authenticate=evolve(house.core.authenticate, provider=trusted),
        )
        async with house.client() as client:
            yield SignIn(provider, client)


def policies(**fields: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("policy", [ProviderPolicy(**{"domains": ("example.com",), **fields})])


async def test_the_first_sign_in_creates_an_account_and_the_next_one_finds_it(house: Any, sign_in: SignIn) -> None:
    first, second = [(await sign_in()).json()["data"] for _ in range(2)]
    assert set(first) == {"token", "refreshToken", "expiresIn", "user"}
    assert first["user"] == {"id": first["user"]["id"], "email": "ann@example.com", "name": "Ann"}
    assert second["user"] == first["user"]
    async with house.client(token=first["token"]) as client:
        assert (await client.get("/api/auth/me")).json()["data"]["user"]["scopes"] == ["read", "launch", "trade"]
    refreshed = await sign_in.client.post("/api/auth/refresh", json={"refreshToken": second["refreshToken"]})
    assert refreshed.status_code == 200


async def test_the_examples_of_the_document_are_what_is_sent(sign_in: SignIn) -> None:
    """The values of the examples are made up, since a sign-in has secrets in it; their fields are not."""
    begun = await sign_in.client.post("/api/auth/oidc/begin", json={"redirectUri": PAGE})
    finished = await sign_in()
    for name, answer in (("oidc_begin", begun), ("oidc_finish", finished)):
        example = json.loads((GOLDEN / f"{name}.json").read_text())
        sent, shown = answer.json()["data"], example["body"]["data"]
        assert {field: type(value) for field, value in sent.items()} == {
            field: type(value) for field, value in shown.items()
        }
        assert set(json.loads(answer.request.content)) == set(example["request"]["body"])
        assert str(answer.request.url.path) == example["request"]["path"]
    parameters = [
        parse_qs(urlsplit(url).query)
        for url in (
            begun.json()["data"]["authorizationUrl"],
            json.loads((GOLDEN / "oidc_begin.json").read_text())["body"]["data"]["authorizationUrl"],
        )
    ]
    assert set(parameters[0]) == set(parameters[1])


async def test_the_account_follows_the_subject_and_not_the_address(house: Any, sign_in: SignIn) -> None:
    first = (await sign_in()).json()["data"]["user"]
    sign_in.provider.user["email"] = "married@example.com"
    assert (await sign_in()).json()["data"]["user"] == first
    sign_in.provider.user = {**sign_in.provider.user, "sub": "somebody-else", "email": "ann@example.com"}
    assert (await sign_in()).status_code == 409


async def test_such_an_account_has_no_password(sign_in: SignIn) -> None:
    await sign_in()
    for password in ("", " ", "password"):
        body = {"email": "ann@example.com", "password": password}
        assert (await sign_in.client.post("/api/auth/login", json=body)).status_code in (400, 401)


async def test_an_address_that_has_an_account_opens_it_only_where_that_is_switched_on(
    house: Any, sign_in: SignIn
) -> None:
    await house.core.create_user("ann@example.com", "a long password")
    answer = await sign_in()
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "illegal_move")


@policies(link_by_email=True)
async def test_accounts_are_linked_by_verified_address_where_that_is_switched_on(house: Any, sign_in: SignIn) -> None:
    user = await house.core.create_user("ann@example.com", "a long password")
    sign_in.provider.user["email_verified"] = False
    assert (await sign_in()).status_code == 403
    sign_in.provider.user["email_verified"] = True
    assert (await sign_in()).json()["data"]["user"]["id"] == user.id


@pytest.mark.parametrize(
    "user",
    [
        {"email": "ann@evil.example"}, {"email": "ann@example.com.evil.example"}, {"email": "ann@sub.example.com"},
        {"email_verified": False}, {"email_verified": "true"}, {"email_verified": None}, {"email": None},
    ],
)  # fmt: skip
async def test_who_may_not_sign_in_is_403_and_has_no_account(house: Any, sign_in: SignIn, user: dict[str, Any]) -> None:
    sign_in.provider.user.update(user)
    answer = await sign_in()
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")
    async with house.store.read() as uow:
        assert await uow.users.count() == 0


@policies(groups=("traders", "admins"))
@pytest.mark.parametrize(
    ("groups", "status"),
    [(["traders"], 200), (["admins", "x"], 200), (["x"], 403), ([], 403), ("traders", 403), (None, 403)],
)
async def test_groups_decide_where_there_are_any(sign_in: SignIn, groups: object, status: int) -> None:
    sign_in.provider.user["groups"] = groups
    assert (await sign_in()).status_code == status


async def test_a_disabled_account_stays_closed(house: Any, sign_in: SignIn) -> None:
    await sign_in()
    await house.core.disable_user("ann@example.com")
    assert (await sign_in()).status_code == 403


async def test_a_removed_account_is_created_anew(house: Any, sign_in: SignIn) -> None:
    first = (await sign_in()).json()["data"]["user"]["id"]
    await house.core.remove_user("ann@example.com")
    assert (await sign_in()).json()["data"]["user"]["id"] != first


async def test_two_first_sign_ins_at_once_open_one_account(house: Any, sign_in: SignIn) -> None:

    answers = await asyncio.gather(*(sign_in() for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["data"]["user"]["id"] for answer in answers}) == 1


@pytest.mark.parametrize("change", [{"state": "other"}, {"code": "code-0"}, {"login": "x.y.z"}])
async def test_what_does_not_belong_together_is_401_and_audited(sign_in: SignIn, change: dict[str, str]) -> None:
    with capture_logs() as logs:
        answer = await sign_in(**change)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in")
    assert [record["event"] for record in logs] == ["login_failed"]


async def test_a_page_that_is_not_configured_is_400(sign_in: SignIn) -> None:
    answer = await sign_in.client.post("/api/auth/oidc/begin", json={"redirectUri": "https://evil.example/"})
    assert answer.status_code == 400
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == ["redirectUri"]


async def test_a_provider_that_is_down_is_503(sign_in: SignIn) -> None:
    sign_in.provider.failing = True
    answer = await sign_in.client.post("/api/auth/oidc/begin", json={"redirectUri": PAGE})
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


@pytest.mark.parametrize(
    ("path", "body"),
    [("begin", {"redirectUri": PAGE}), ("finish", {"code": "x", "state": "x", "login": "x"})],
)
async def test_without_a_provider_it_is_409(stranger: httpx.AsyncClient, path: str, body: dict[str, str]) -> None:
    assert (await stranger.post(f"/api/auth/oidc/{path}", json=body)).status_code == 409


async def test_access_tokens_of_the_provider_open_the_api_with_their_scopes(house: Any, sign_in: SignIn) -> None:
    token = sign_in.provider.access_token(scope="read trade admin")
    async with house.client(token=token) as client:
        assert (await client.get("/api/history")).status_code == 401, "nobody has signed in with the provider yet"
        id = (await sign_in()).json()["data"]["user"]["id"]
        me = (await client.get("/api/auth/me")).json()["data"]["user"]
        assert (me["id"], me["scopes"]) == (id, [Scope.READ, Scope.TRADE]), "the user is no administrator"
        assert (await client.post("/api/analyze", json={})).status_code == 403
        assert (await client.post("/api/tokens", json={"name": "x", "scopes": ["read"]})).status_code == 403
        house.pass_time(minutes=10)
        assert (await client.get("/api/auth/me")).status_code == 401


@pytest.mark.parametrize("claims", [{"aud": "https://other.example"}, {"sub": "nobody"}, {"exp": 1}, {"jti": None}])
async def test_other_tokens_of_the_provider_are_401(house: Any, sign_in: SignIn, claims: dict[str, Any]) -> None:
    await sign_in()
    async with house.client(token=sign_in.provider.access_token(**claims)) as client:
        assert (await client.get("/api/history")).status_code == 401
