"""What access tokens promise: only our own, in force, for what they are meant."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tradecore.model.errors import NotAuthenticated
from tradecore.model.ids import SessionId, UserId
from tradecore_adapters.identity.jwt import JwtAccessTokens

SECRET, OTHER = "s" * 32, "o" * 32
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANN, SESSION = UserId("ann"), SessionId("session-1")
TOKENS = JwtAccessTokens([SECRET])
CLAIMS = {
    "iss": "tradecore", "aud": "tradecore-api", "sub": "ann", "sid": "session-1", "jti": "token-1", "typ": "access",
    "iat": int(AT.timestamp()), "exp": int((AT + HOUR).timestamp()),
}  # fmt: skip


def signed(claims: dict[str, object], header: dict[str, object] | None = None, secret: str = SECRET) -> str:
    return jwt.encode({"alg": "HS256", **(header or {})}, claims, OctKey.import_key(secret))


def unsigned(alg: object) -> str:
    parts = ({"alg": alg, "typ": "JWT"}, CLAIMS)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def test_a_token_says_who_and_until_when() -> None:
    claims = TOKENS.read(TOKENS.issue(ANN, SESSION, at=AT, lifetime=HOUR), at=AT + HOUR - timedelta(seconds=1))
    assert (claims.user, claims.session, claims.expires_at) == ("ann", "session-1", AT + HOUR)
    assert TOKENS.read(signed(CLAIMS), at=AT).user == "ann"


@pytest.mark.parametrize("alg", ["none", "None", "NONE", None, 5])
def test_S23_an_unsigned_token_is_refused(alg: object) -> None:
    with pytest.raises(NotAuthenticated):
        TOKENS.read(unsigned(alg), at=AT)


def test_S23_another_algorithm_is_refused() -> None:
    rsa = RSAKey.generate_key(2048)
    for token in (
        jwt.encode({"alg": "RS256"}, CLAIMS, rsa),
        jwt.encode({"alg": "HS384"}, CLAIMS, OctKey.import_key(SECRET), algorithms=["HS384"]),
    ):
        with pytest.raises(NotAuthenticated):
            TOKENS.read(token, at=AT)


def test_S24_changed_claims_and_signatures_are_refused() -> None:
    head, body, signature = signed(CLAIMS).split(".")
    _, other_body, other_signature = signed({**CLAIMS, "sub": "ben"}).split(".")
    for token in (
        f"{head}.{other_body}.{signature}", f"{head}.{body}.{other_signature}", f"{head}.{body}.",
        f"{head}.{body}", f"{head}.{body}.{signature[:-4]}", signed(CLAIMS, secret=OTHER),
    ):  # fmt: skip
        with pytest.raises(NotAuthenticated):
            TOKENS.read(token, at=AT)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": int(AT.timestamp())}, {"exp": None}, {"exp": "soon"}, {"exp": 253402300799}, {"exp": True},
        {"nbf": int((AT + HOUR).timestamp())}, {"iat": int((AT + HOUR).timestamp())}, {"iat": None},
        {"iss": "other"}, {"iss": None}, {"aud": "other"}, {"aud": None}, {"sub": None}, {"sub": ""}, {"sub": 5},
        {"sid": None}, {"sid": ""}, {"sid": 5}, {"jti": None}, {"jti": ""},
        {"typ": "refresh"}, {"typ": None},
    ],
)  # fmt: skip
def test_S25_S26_claims_that_do_not_hold_are_refused(changed: dict[str, object]) -> None:
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    with pytest.raises(NotAuthenticated):
        TOKENS.read(signed(claims), at=AT)


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "../../dev/null"}, {"kid": "' OR 1=1 --"}, {"jku": "http://127.0.0.1:1/keys"},
        {"x5u": "http://127.0.0.1:1/"}, {"jwk": {"kty": "oct", "k": "AAAA"}},
    ],
)  # fmt: skip
def test_S27_headers_that_bring_keys_along_are_refused(header: dict[str, object]) -> None:
    with pytest.raises(NotAuthenticated):
        TOKENS.read(signed(CLAIMS, header), at=AT)


def test_S29_a_token_of_100_KB_is_refused_unread() -> None:
    with pytest.raises(NotAuthenticated):
        TOKENS.read(signed({**CLAIMS, "more": "x" * 100_000}), at=AT)


@given(st.text(max_size=200))
def test_garbage_is_refused_whatever_it_is(token: str) -> None:
    with pytest.raises(NotAuthenticated):
        TOKENS.read(token, at=AT)


def test_S30_short_and_missing_secrets_are_refused() -> None:
    for secrets in ([], ["short"], [SECRET, "short"]):
        with pytest.raises(ValueError, match="32 bytes"):
            JwtAccessTokens(secrets)


def test_S31_while_secrets_are_exchanged_the_old_one_verifies_and_the_new_one_signs() -> None:
    old, both, new = JwtAccessTokens([SECRET]), JwtAccessTokens([OTHER, SECRET]), JwtAccessTokens([OTHER])
    issued_before = old.issue(ANN, SESSION, at=AT, lifetime=HOUR)
    assert both.read(issued_before, at=AT).user == "ann"
    assert new.read(both.issue(ANN, SESSION, at=AT, lifetime=HOUR), at=AT).user == "ann"
    with pytest.raises(NotAuthenticated):
        new.read(issued_before, at=AT)
