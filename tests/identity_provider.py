"""An OpenID Connect provider on a port of this machine: discovery, keys, codes with PKCE, access tokens."""

import asyncio
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from attrs import define, field
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "tradecore", "a secret of the client"
AUDIENCE = "https://api.example.com"
ANN = {"sub": "ann-1", "email": "Ann@Example.com", "email_verified": True, "name": "Ann", "groups": ["traders"]}


def _key(number: int) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": f"key-{number}", "use": "sig", "alg": "RS256"}, auto_kid=False)


@define
class Provider:
    """The provider, and what tests change about it."""

    now: Callable[[], float]
    user: dict[str, Any] = field(factory=lambda: dict(ANN))
    issuer: str = ""
    # Claims of the ID token that differ from what the protocol demands.
    tampered: dict[str, Any] = field(factory=dict)
    # Fields of the metadata that differ.
    metadata: dict[str, Any] = field(factory=dict)
    email_in_token: bool = True
    failing: bool = False
    signing: RSAKey = field(factory=lambda: _key(1))
    published: list[RSAKey] = field(factory=list)
    requests: list[str] = field(factory=list)
    _codes: dict[str, dict[str, str]] = field(factory=dict)
    _numbers: "count[int]" = field(factory=lambda: count(1))

    def __attrs_post_init__(self) -> None:
        self.published = [self.signing]

    def rotate(self, *, keep: bool = False) -> None:
        """Sign with another key, and publish it instead of those before or beside them."""
        self.signing = _key(next(self._numbers) + 1)
        self.published = [*(self.published if keep else ()), self.signing]

    def access_token(self, **claims: Any) -> str:
        """An access token as RFC 9068 has it, with other claims."""
        now = int(self.now())
        return self._sign(
            {
                "iss": self.issuer, "sub": self.user["sub"], "aud": AUDIENCE, "client_id": CLIENT_ID, "iat": now,
                "exp": now + 600, "jti": f"token-{next(self._numbers)}", "scope": "read launch", **claims,
            },
            "at+jwt",
        )  # fmt: skip

    def approve(self, url: str) -> tuple[str, str]:
        """Sign in at an authorization URL as its user would; returns code and state."""
        query = {name: values[0] for name, values in parse_qs(url.partition("?")[2]).items()}
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        code = f"code-{next(self._numbers)}"
        self._codes[code] = query
        return code, query["state"]

    def _sign(self, claims: dict[str, Any], typ: str = "JWT") -> str:
        header = {"alg": "RS256", "typ": typ, "kid": self.signing.kid}
        return jwt.encode(header, {name: value for name, value in claims.items() if value is not None}, self.signing)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """An ASGI application."""
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        body = (await receive()).get("body", b"")
        path, headers = scope["path"], dict(scope["headers"])
        self.requests.append(path)
        if path == "/authorize":
            # The browser of a user who is signed in here already.
            await self._return(f"{self.issuer}{path}?{scope['query_string'].decode()}", send)
            return
        if self.failing:
            status, answer = 503, {"error": "temporarily_unavailable"}
        else:
            status, answer = self._answer(path, headers, body)
        raw = json.dumps(answer).encode()
        content = [(b"content-type", b"application/json"), (b"content-length", str(len(raw)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": content})
        await send({"type": "http.response.body", "body": raw})

    async def _return(self, url: str, send: Any) -> None:
        code, state = self.approve(url)
        target = parse_qs(url.partition("?")[2])["redirect_uri"][0]
        location = f"{target}?{urlencode({'code': code, 'state': state})}"
        headers = [(b"location", location.encode()), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 302, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _answer(self, path: str, headers: dict[bytes, bytes], body: bytes) -> tuple[int, dict[str, Any]]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                **self.metadata,
            }
        if path == "/keys":
            return 200, {"keys": [key.as_dict(private=False) for key in self.published]}
        if path == "/userinfo" and headers.get(b"authorization", b"").startswith(b"Bearer "):
            return 200, self.user
        if path == "/token":
            return self._exchange(headers, {name: values[0] for name, values in parse_qs(body.decode()).items()})
        return 404, {"error": "not_found"}

    def _exchange(self, headers: dict[bytes, bytes], form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        name, _, secret = b64decode(headers[b"authorization"].partition(b" ")[2]).decode().partition(":")
        if (name, secret.replace("%20", " ").replace("+", " ")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        begun = self._codes.pop(form["code"], None)
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        if not begun or begun["code_challenge"] != challenge or begun["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(self.now())
        shown = self.user if self.email_in_token else {"sub": self.user["sub"]}
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": begun["nonce"]}
        return 200, {
            "access_token": "opaque", "token_type": "Bearer", "expires_in": 300,
            "id_token": self._sign({**claims, **shown, **self.tampered}),
        }  # fmt: skip


@asynccontextmanager
async def serving(provider: Provider) -> AsyncIterator[Provider]:
    """The provider while it listens; its issuer is its address."""
    config = uvicorn.Config(provider, port=0, log_config=None, access_log=False, ws="none", lifespan="on")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        assert not running.done(), "the provider did not start"
        await asyncio.sleep(0)
    provider.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield provider
    finally:
        server.should_exit = True
        await running
