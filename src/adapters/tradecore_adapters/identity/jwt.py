"""Access tokens as JSON Web Tokens signed with HS256; every claim is required (RFC 8725).

They are made and read here rather than by a library of all algorithms, which would be a tenth of the memory of a web
process: HS256 is an HMAC of the standard library.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tradecore.model.errors import NotAuthenticated
from tradecore.model.ids import SessionId, UserId
from tradecore.ports.ambient import NewId
from tradecore.ports.identity import TokenClaims
from tradecore_adapters.ambient import new_id

ISSUER = "tradecore"
AUDIENCE = "tradecore-api"
ALGORITHM = "HS256"
MIN_SECRET_BYTES = 32
_TYPE = "access"
# The most by which the clocks of hosts may differ, in seconds.
_LEEWAY = 30
# Longer than any token issued here; longer tokens are not parsed.
_MAX_TOKEN_BYTES = 2048


class JwtAccessTokens:
    """Issues tokens under the first secret and accepts tokens under any, so that secrets can be rotated."""

    def __init__(self, secrets: Sequence[str], new_id: NewId = new_id) -> None:
        """The first secret signs; `new_id` makes the `jti` of each token.

        Raises ValueError where there is no secret, or one has fewer than 32 bytes.
        """
        short = [secret for secret in secrets if len(secret.encode()) < MIN_SECRET_BYTES]
        if not secrets or short:
            raise ValueError(f"A signing secret has at least {MIN_SECRET_BYTES} bytes.")
        self._new_id = new_id
        self._keys = [secret.encode() for secret in secrets]

    def issue(self, user: UserId, session: SessionId, *, at: datetime, lifetime: timedelta) -> str:
        """A signed token for a session of a user, valid from `at` for `lifetime`."""
        issued = int(at.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user,
            "sid": session,
            "jti": self._new_id(),
            "typ": _TYPE,
            "iat": issued,
            "exp": issued + int(lifetime.total_seconds()),
        }
        signed = f"{_encode(_json({'alg': ALGORITHM, 'typ': 'JWT'}))}.{_encode(_json(claims))}"
        return f"{signed}.{_signature(self._keys[0], signed)}"

    def read(self, token: str, *, at: datetime) -> TokenClaims:
        """The claims of a token that is valid at `at`. Raises NotAuthenticated for any other token."""
        signed, _, signature = token.rpartition(".")
        # Nothing of a token is decoded before its signature is known to be ours.
        if (
            len(token) > _MAX_TOKEN_BYTES
            or not token.isascii()
            or not any(hmac.compare_digest(_signature(key, signed), signature) for key in self._keys)
        ):
            raise NotAuthenticated("The access token is not valid.")
        try:
            header, claims = (json.loads(urlsafe_b64decode(part + "==")) for part in signed.split("."))
        except ValueError as error:
            raise NotAuthenticated("The access token is not valid.") from error
        if not isinstance(header, dict) or not isinstance(claims, dict):
            raise NotAuthenticated("The access token is not valid.")
        return _validated(header, claims, at)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encode(part: bytes) -> str:
    """Base64 for URLs, without padding."""
    return urlsafe_b64encode(part).rstrip(b"=").decode()


def _signature(key: bytes, signed: str) -> str:
    return _encode(hmac.digest(key, signed.encode(), "sha256"))


def _validated(header: dict[str, Any], claims: dict[str, Any], at: datetime) -> TokenClaims:
    # Tokens issued here have no `kid`, `jku` or `crit`, which would name another key.
    if header.get("alg") != ALGORITHM or not set(header) <= {"alg", "typ"}:
        raise NotAuthenticated("The access token is not valid.")
    now = at.timestamp()
    expires, issued = claims.get("exp"), claims.get("iat")
    names = [claims.get("sub"), claims.get("sid"), claims.get("jti")]
    ours = claims.get("iss") == ISSUER and claims.get("aud") == AUDIENCE and claims.get("typ") == _TYPE
    if not ours or type(expires) is not int or type(issued) is not int:
        raise NotAuthenticated("The access token is not valid.")
    if not all(isinstance(name, str) and name for name in names):
        raise NotAuthenticated("The access token is not valid.")
    not_before = claims.get("nbf", issued)
    if type(not_before) is not int or max(issued, not_before) > now + _LEEWAY or expires - issued > 366 * 86400:
        raise NotAuthenticated("The access token is not valid yet, or for longer than any token of ours.")
    if expires <= now:
        raise NotAuthenticated("The access token has expired; refresh it or sign in again.")
    return TokenClaims(UserId(str(names[0])), SessionId(str(names[1])), datetime.fromtimestamp(expires, UTC))
