"""Access tokens as JSON Web Tokens signed with HS256; every claim is required (RFC 8725)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

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
        self._keys = [OctKey.import_key(secret) for secret in secrets]

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
        return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, self._keys[0])

    def read(self, token: str, *, at: datetime) -> TokenClaims:
        """The claims of a token that is valid at `at`. Raises NotAuthenticated for any other token."""
        if len(token) > _MAX_TOKEN_BYTES:
            raise NotAuthenticated("The access token is not valid.")
        for key in self._keys:
            try:
                decoded = jwt.decode(token, key, algorithms=[ALGORITHM])
            except (JoseError, ValueError):
                continue
            return _validated(decoded.header, decoded.claims, at)
        raise NotAuthenticated("The access token is not valid.")


def _validated(header: dict[str, object], claims: dict[str, object], at: datetime) -> TokenClaims:
    # Tokens issued here have no `kid`, `jku` or `crit`, which would name another key.
    if not set(header) <= {"alg", "typ"}:
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
