"""An OpenID Connect provider by Authlib: authorization code with PKCE, and JWT access tokens (RFC 9068)."""

import asyncio
import json
import ssl
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any

import httpx2
from authlib.integrations.base_client import BaseApp, OAuthError
from authlib.integrations.base_client.async_app import AsyncOAuth2Mixin
from authlib.integrations.base_client.async_openid import AsyncOpenIDMixin
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from tradecore.model.errors import Invalid, NotAuthenticated, Unavailable
from tradecore.model.users import ACCOUNT_SCOPES, Scope
from tradecore.ports.identity import BegunLogin, ProviderToken, ProviderUser

_LOGIN_LIFETIME = timedelta(minutes=10)
_LOGIN_ALGORITHM, _LOGIN_TYPE = "HS256", "provider-login"
# The most by which the clocks of hosts may differ, in seconds.
_LEEWAY = 30
# Keys are fetched again for a token with an unknown key, at most this often.
_KEYS_MIN_AGE = timedelta(seconds=10)
# After a failure, the provider is left alone for this long.
_RETRY_AFTER = timedelta(seconds=5)
# Metadata and keys of the provider are fetched again after this time, so that withdrawn keys end.
_METADATA_MAX_AGE = timedelta(hours=1)
_TIMEOUT_SECONDS = 5.0
# As long as an Authorization header may be.
_MAX_TOKEN_BYTES = 8192
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")

_UNREACHABLE = "The identity provider cannot be reached; try again."
_REFUSED = "The sign-in did not succeed; begin again."
_NOT_VALID = "The access token of the identity provider is not valid."


class _ProviderApp(AsyncOAuth2Mixin, AsyncOpenIDMixin, BaseApp):  # type: ignore[misc]  # Authlib ships no types
    """Authlib's remote application over httpx2; what a login has to remember is kept by its caller."""

    client_cls = AsyncOAuth2Client


class _AccessTokenValidator(JWTBearerTokenValidator):  # type: ignore[misc]  # Authlib ships no types
    """Authlib's validator of RFC 9068 with a given set of keys, at a given time."""

    def __init__(self, issuer: str, audience: str, keys: KeySet, at: datetime) -> None:
        super().__init__(issuer, audience)
        self._keys = keys
        self._now = int(at.timestamp())

    def get_jwks(self) -> KeySet:
        """The keys of the provider."""
        return self._keys

    def claims_of(self, token: str) -> Mapping[str, Any]:
        """The claims of a valid token. Raises OAuth2Error and JoseError for any other."""
        claims = self.authenticate_token(token)
        claims.validate(now=self._now, leeway=_LEEWAY)
        return dict(claims)


class OidcProvider:
    """One OpenID Connect provider. Its metadata and keys are fetched when they are first needed."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        *,
        redirect_uris: tuple[str, ...],
        audience: str | None,
        secrets: Sequence[str],
    ) -> None:
        """`secrets` sign what a begun login carries, the first one; all of them verify. Without an `audience`, access
        tokens of the provider are not accepted.
        """
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uris = redirect_uris
        self._audience = audience
        self._keys = [OctKey.import_key(secret) for secret in secrets]
        self._tls = ssl.create_default_context()
        self._app: _ProviderApp | None = None
        self._app_loaded_at = self._keys_fetched_at = self._failed_at = datetime.min.replace(tzinfo=UTC)
        self._loading = asyncio.Lock()

    async def begin(self, redirect_uri: str, *, at: datetime) -> BegunLogin:
        """See the port."""
        if redirect_uri not in self._redirect_uris:
            raise Invalid.one("redirect_uri", f"The provider may return to: {', '.join(self._redirect_uris)}.")
        app = await self._ready_app(at)
        created = await app.create_authorization_url(redirect_uri)
        claims = {
            "exp": int((at + _LOGIN_LIFETIME).timestamp()),
            "iss": self._issuer,
            "state": created["state"],
            "nonce": created["nonce"],
            "code_verifier": created["code_verifier"],
            "redirect_uri": redirect_uri,
        }
        login = jwt.encode({"alg": _LOGIN_ALGORITHM, "typ": _LOGIN_TYPE}, claims, self._keys[0])
        return BegunLogin(created["url"], created["state"], login, _LOGIN_LIFETIME)

    async def finish(self, code: str, state: str, login: str, *, at: datetime) -> ProviderUser:
        """See the port."""
        begun = self._read_login(login, at)
        if not compare_digest(begun["state"].encode(), state.encode()):
            raise NotAuthenticated(_REFUSED)
        app = await self._ready_app(at)
        try:
            token = await app.fetch_access_token(
                redirect_uri=begun["redirect_uri"], code=code, code_verifier=begun["code_verifier"]
            )
            if "id_token" not in token:
                raise NotAuthenticated(_REFUSED)
            claims = await app.parse_id_token(
                token,
                nonce=begun["nonce"],
                claims_options={
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                claims_cls=_id_token(at, token.get("access_token")),
                leeway=_LEEWAY,
            )
            if "email" not in claims and "userinfo_endpoint" in app.server_metadata:
                # A provider may leave the address out of the token (OpenID Connect Core, 5.4).
                shown = await app.userinfo(token=token)
                if shown.get("sub") != claims["sub"]:
                    raise NotAuthenticated(_REFUSED)
                claims = {**claims, **shown}
        except (OAuthError, OAuth2Error, JoseError, ValueError) as error:
            raise NotAuthenticated(_REFUSED) from error
        except httpx2.HTTPError as error:
            raise Unavailable(_UNREACHABLE) from error
        groups = claims.get("groups")
        return ProviderUser(
            issuer=self._issuer,
            subject=str(claims["sub"]),
            email=claims["email"] if isinstance(claims.get("email"), str) else None,
            email_verified=claims.get("email_verified") is True,
            name=str(claims.get("name") or ""),
            groups=tuple(map(str, groups)) if isinstance(groups, list) else (),
        )

    def issued(self, token: str) -> bool:
        """See the port."""
        if self._audience is None or len(token) > _MAX_TOKEN_BYTES:
            return False
        try:
            claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
        except (IndexError, ValueError, RecursionError):
            return False
        return isinstance(claims, dict) and claims.get("iss") == self._issuer

    async def read(self, token: str, *, at: datetime) -> ProviderToken:
        """See the port."""
        if self._audience is None:
            raise NotAuthenticated(_NOT_VALID)
        try:
            header = json.loads(urlsafe_b64decode(token.split(".")[0] + "=="))
            keys = await self._keys_for(header.get("kid"), at)
            claims = _AccessTokenValidator(self._issuer, self._audience, keys, at).claims_of(token)
        except (OAuth2Error, JoseError, ValueError, IndexError, AttributeError, RecursionError) as error:
            raise NotAuthenticated(_NOT_VALID) from error
        # The leeway is for clocks that are ahead; a token ends when it says, as those of our own do.
        if claims["exp"] <= at.timestamp():
            raise NotAuthenticated("The access token of the identity provider has expired.")
        named = set(str(claims.get("scope", "")).split())
        return ProviderToken(
            issuer=self._issuer,
            subject=str(claims["sub"]),
            scopes=tuple(scope for scope in (*ACCOUNT_SCOPES, Scope.ADMIN) if scope.value in named),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )

    def _read_login(self, login: str, at: datetime) -> dict[str, str]:
        for key in self._keys:
            try:
                decoded = jwt.decode(login, key, algorithms=[_LOGIN_ALGORITHM])
            except (JoseError, ValueError):
                continue
            claims = decoded.claims
            if decoded.header.get("typ") != _LOGIN_TYPE or claims.get("iss") != self._issuer:
                break
            if claims["exp"] <= at.timestamp():
                raise NotAuthenticated("The sign-in took longer than ten minutes; begin again.")
            return claims
        raise NotAuthenticated(_REFUSED)

    async def _ready_app(self, at: datetime) -> _ProviderApp:
        """The application with the metadata and keys of the provider. Raises Unavailable."""
        async with self._loading:
            if self._app is None or at - self._app_loaded_at > _METADATA_MAX_AGE:
                if at - self._failed_at < _RETRY_AFTER:
                    raise Unavailable(_UNREACHABLE)
                try:
                    self._app = await self._load_app()
                except Unavailable:
                    self._failed_at = at
                    raise
                self._app_loaded_at = self._keys_fetched_at = at
            return self._app

    async def _load_app(self) -> _ProviderApp:
        app = _ProviderApp(
            framework=None,
            name="oidc",
            client_id=self._client_id,
            client_secret=self._client_secret,
            server_metadata_url=f"{self._issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_basic" if self._client_secret else "none",
                "timeout": _TIMEOUT_SECONDS,
                "verify": self._tls,
            },
        )
        try:
            metadata = await app.load_server_metadata()
            metadata_issuer = metadata.get("issuer")
            await app.fetch_jwk_set()
        except (httpx2.HTTPError, ValueError, RuntimeError, AttributeError) as error:
            raise Unavailable(_UNREACHABLE) from error
        if metadata_issuer != self._issuer:
            raise Unavailable("The identity provider calls itself by another name than TRADECORE_OIDC_ISSUER.")
        # Symmetric algorithms and `none` are not for tokens of others.
        offered = metadata.get("id_token_signing_alg_values_supported") or ()
        metadata["id_token_signing_alg_values_supported"] = [name for name in _ALGORITHMS if name in offered] or [
            "RS256"
        ]
        return app

    async def _keys_for(self, kid: str | None, at: datetime) -> KeySet:
        """The keys of the provider, fetched again where none is called `kid`. Raises Unavailable."""
        app = await self._ready_app(at)
        keys = KeySet.import_key_set(await app.fetch_jwk_set())
        unknown = kid is not None and kid not in {key.kid for key in keys}
        if unknown and at - self._keys_fetched_at >= _KEYS_MIN_AGE:
            self._keys_fetched_at = at
            try:
                keys = KeySet.import_key_set(await app.fetch_jwk_set(force=True))
            except httpx2.HTTPError as error:
                raise Unavailable(_UNREACHABLE) from error
        return keys


def _id_token(at: datetime, access_token: str | None) -> type[CodeIDToken]:
    """Authlib's claims of an ID token, validated at a given time and against the access token it came with."""

    class IdToken(CodeIDToken):  # type: ignore[misc]  # Authlib ships no types
        def validate(self, now: int | None = None, leeway: int = 0) -> None:
            self.params["access_token"] = access_token
            super().validate(int(at.timestamp()), leeway)

    return IdToken
