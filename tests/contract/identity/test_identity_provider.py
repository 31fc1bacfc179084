"""The identity provider of the settings against a real one: what it confirms, and everything it must not believe."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import define
from joserfc import jwt
from joserfc.jwk import RSAKey

from identity_provider import AUDIENCE, CLIENT_ID, CLIENT_SECRET, Provider, serving
from tradecore.model.errors import Invalid, NotAuthenticated, Unavailable
from tradecore.model.users import Scope
from tradecore.ports.identity import ProviderToken, ProviderUser
from tradecore_adapters.identity.oidc import OidcProvider

PAGE = "https://app.example.com/callback"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@define
class Case:
    """A provider, what trusts it, and the time of both."""

    provider: Provider
    trusting: OidcProvider
    time: datetime = START

    async def sign_in(self, **change: str) -> ProviderUser:
        begun = await self.trusting.begin(PAGE, at=self.time)
        code, state = self.provider.approve(begun.url)
        sent = {"code": code, "state": state, "login": begun.login, **change}
        return await self.trusting.finish(sent["code"], sent["state"], sent["login"], at=self.time)


def trusting(provider: Provider, **change: Any) -> OidcProvider:
    return OidcProvider(
        provider.issuer,
        CLIENT_ID,
        change.get("client_secret", CLIENT_SECRET),
        redirect_uris=(PAGE,),
        audience=change.get("audience", AUDIENCE),
        secrets=change.get("secrets", ["s" * 32]),
    )


@pytest.fixture
async def case() -> AsyncIterator[Case]:
    clock: list[Case] = []
    async with serving(Provider(lambda: (clock[0].time if clock else START).timestamp())) as provider:
        clock.append(Case(provider, trusting(provider)))
        yield clock[0]


async def test_a_sign_in_returns_what_the_provider_knows_of_its_user(case: Case) -> None:
    user = await case.sign_in()
    assert user == ProviderUser(case.provider.issuer, "ann-1", "Ann@Example.com", True, "Ann", ("traders",))


async def test_an_address_that_is_not_in_the_token_is_asked_for(case: Case) -> None:
    case.provider.email_in_token = False
    assert (await case.sign_in()).email == "Ann@Example.com"
    assert "/userinfo" in case.provider.requests


async def test_only_configured_pages_are_returned_to(case: Case) -> None:
    for page in ("https://evil.example/callback", f"{PAGE}/", f"{PAGE}?next=x", ""):
        with pytest.raises(Invalid) as refused:
            await case.trusting.begin(page, at=case.time)
        assert [problem.field for problem in refused.value.problems] == ["redirect_uri"]


@pytest.mark.parametrize("change", [{"state": "other"}, {"state": ""}, {"code": "code-0"}, {"login": "x.y.z"}])
async def test_what_does_not_belong_together_is_refused(case: Case, change: dict[str, str]) -> None:
    with pytest.raises(NotAuthenticated):
        await case.sign_in(**change)


async def test_a_code_works_once_and_with_its_own_beginning_only(case: Case) -> None:
    mine, theirs = [await case.trusting.begin(PAGE, at=case.time) for _ in range(2)]
    code, state = case.provider.approve(theirs.url)
    with pytest.raises(NotAuthenticated):
        await case.trusting.finish(code, state, mine.login, at=case.time)
    # Even with its own state, another beginning has another code verifier and nonce.
    code, _ = case.provider.approve(theirs.url)
    with pytest.raises(NotAuthenticated):
        await case.trusting.finish(code, mine.state, mine.login, at=case.time)
    code, state = case.provider.approve(theirs.url)
    await case.trusting.finish(code, state, theirs.login, at=case.time)
    with pytest.raises(NotAuthenticated):
        await case.trusting.finish(code, state, theirs.login, at=case.time)


async def test_a_sign_in_takes_ten_minutes_at_most(case: Case) -> None:
    begun = await case.trusting.begin(PAGE, at=case.time)
    code, state = case.provider.approve(begun.url)
    with pytest.raises(NotAuthenticated, match="ten minutes"):
        await case.trusting.finish(code, state, begun.login, at=case.time + begun.lifetime)


async def test_a_beginning_is_signed_by_this_installation(case: Case) -> None:
    other = trusting(case.provider, secrets=["o" * 32])
    begun = await other.begin(PAGE, at=case.time)
    code, state = case.provider.approve(begun.url)
    with pytest.raises(NotAuthenticated):
        await case.trusting.finish(code, state, begun.login, at=case.time)
    rotated = trusting(case.provider, secrets=["n" * 32, "o" * 32])
    assert (await rotated.finish(code, state, begun.login, at=case.time)).subject == "ann-1"


@pytest.mark.parametrize(
    "tampered",
    [
        {"nonce": "other"}, {"nonce": None}, {"aud": "another client"}, {"aud": ["another client", "tradecore"]},
        {"aud": "another client", "azp": "tradecore"}, {"azp": "another client"}, {"aud": None},
        {"iss": "https://evil.example"}, {"iss": None}, {"sub": None}, {"exp": None}, {"iat": None},
        {"exp": int(START.timestamp()) - 60}, {"iat": int(START.timestamp()) + 3600}, {"at_hash": "wrong"},
    ],
)  # fmt: skip
async def test_an_id_token_that_is_not_for_this_sign_in_is_refused(case: Case, tampered: dict[str, Any]) -> None:
    case.provider.tampered = tampered
    with pytest.raises(NotAuthenticated):
        await case.sign_in()


async def test_rotated_keys_are_fetched_and_withdrawn_ones_end(case: Case) -> None:
    await case.sign_in()
    withdrawn = case.provider.signing
    case.provider.rotate()
    assert (await case.sign_in()).subject == "ann-1"
    case.provider.signing = withdrawn
    with pytest.raises(NotAuthenticated):
        await case.sign_in()


async def test_a_provider_with_another_name_is_not_believed(case: Case) -> None:
    case.provider.metadata = {"issuer": "https://evil.example"}
    with pytest.raises(Unavailable, match="TRADECORE_OIDC_ISSUER"):
        await case.trusting.begin(PAGE, at=case.time)


async def test_a_provider_that_fails_is_unavailable_and_asked_again_later(case: Case) -> None:
    case.provider.failing = True
    with pytest.raises(Unavailable):
        await case.trusting.begin(PAGE, at=case.time)
    case.provider.failing = False
    asked = len(case.provider.requests)
    with pytest.raises(Unavailable):
        await case.trusting.begin(PAGE, at=case.time)
    assert len(case.provider.requests) == asked, "it is left alone for five seconds"
    case.time += timedelta(seconds=5)
    begun = await case.trusting.begin(PAGE, at=case.time)
    code, state = case.provider.approve(begun.url)
    case.provider.failing = True
    with pytest.raises((Unavailable, NotAuthenticated)):
        await case.trusting.finish(code, state, begun.login, at=case.time)


async def test_a_wrong_secret_of_the_client_signs_nobody_in(case: Case) -> None:
    case.trusting = trusting(case.provider, client_secret="wrong")
    with pytest.raises(NotAuthenticated):
        await case.sign_in()


async def test_an_access_token_of_the_provider_names_its_user_and_scopes(case: Case) -> None:
    token = case.provider.access_token()
    assert case.trusting.issued(token)
    assert await case.trusting.read(token, at=case.time) == ProviderToken(
        case.provider.issuer, "ann-1", (Scope.READ, Scope.LAUNCH), START + timedelta(minutes=10)
    )
    unknown = case.provider.access_token(scope="openid profile everything")
    assert (await case.trusting.read(unknown, at=case.time)).scopes == ()


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example"}, {"aud": None}, {"iss": "https://evil.example"}, {"sub": None},
        {"exp": None}, {"exp": int(START.timestamp()) - 60}, {"iat": int(START.timestamp()) + 3600},
        {"nbf": int(START.timestamp()) + 3600}, {"client_id": None}, {"jti": None}, {"exp": "tomorrow"},
    ],
)  # fmt: skip
async def test_an_access_token_that_is_not_for_this_installation_is_refused(case: Case, claims: dict[str, Any]) -> None:
    with pytest.raises(NotAuthenticated):
        await case.trusting.read(case.provider.access_token(**claims), at=case.time)


async def test_an_id_token_is_no_access_token(case: Case) -> None:
    provider = case.provider
    claims = jwt.decode(provider.access_token(), provider.signing).claims
    token = jwt.encode({"alg": "RS256", "typ": "JWT", "kid": provider.signing.kid}, claims, provider.signing)
    with pytest.raises(NotAuthenticated):
        await case.trusting.read(token, at=case.time)


def signed_with(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A token under an HMAC, also with a key that libraries refuse for one."""
    parts = [urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims)]
    body = ".".join(parts)
    signature = hmac.new(secret, body.encode(), "sha256").digest()
    return f"{body}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


async def test_S23_no_algorithm_that_lets_others_sign(case: Case) -> None:
    claims = jwt.decode(case.provider.access_token(), case.provider.signing).claims
    other = RSAKey.generate_key(2048, {"kid": case.provider.signing.kid}, auto_kid=False)
    header = {"typ": "at+jwt", "kid": case.provider.signing.kid}
    forged = [
        signed_with({**header, "alg": "HS256"}, claims, case.provider.signing.as_pem(private=False)),
        signed_with({**header, "alg": "none"}, claims, b"").rpartition(".")[0] + ".",
        jwt.encode({**header, "alg": "RS256"}, claims, other),
        case.provider.access_token().rpartition(".")[0] + ".",
    ]
    for token in forged:
        with pytest.raises(NotAuthenticated):
            await case.trusting.read(token, at=case.time)


async def test_an_access_token_of_a_rotated_key_is_accepted_and_unknown_keys_do_not_flood_the_provider(
    case: Case,
) -> None:
    await case.trusting.read(case.provider.access_token(), at=case.time)
    case.provider.rotate(keep=True)
    case.time += timedelta(minutes=1)
    assert (await case.trusting.read(case.provider.access_token(), at=case.time)).subject == "ann-1"
    case.provider.requests.clear()
    stranger = Provider(case.provider.now)
    stranger.issuer = case.provider.issuer
    stranger.rotate()
    stranger.rotate()
    stranger.rotate()
    for _ in range(20):
        with pytest.raises(NotAuthenticated):
            await case.trusting.read(stranger.access_token(), at=case.time)
    assert case.provider.requests == []


async def test_keys_that_the_provider_has_withdrawn_end_within_an_hour(case: Case) -> None:
    token = case.provider.access_token(exp=int(START.timestamp()) + 86400)
    await case.trusting.read(token, at=case.time)
    case.provider.rotate()
    case.time += timedelta(hours=1, seconds=1)
    with pytest.raises(NotAuthenticated):
        await case.trusting.read(token, at=case.time)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "..", "x" * 10_000, "e30.W10.x", "e30.bnVsbA.x"])
async def test_what_is_no_token_of_the_provider_is_not_taken_for_one(case: Case, text: str) -> None:
    assert not case.trusting.issued(text)
    with pytest.raises(NotAuthenticated):
        await case.trusting.read(text, at=case.time)


async def test_without_an_audience_no_access_token_of_the_provider_counts(case: Case) -> None:
    silent = trusting(case.provider, audience=None)
    token = case.provider.access_token()
    assert not silent.issued(token)
    with pytest.raises(NotAuthenticated):
        await silent.read(token, at=case.time)
