"""Access tokens as JSON Web Tokens under HS256, with every claim demanded (RFC 8725)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from tradecore.model.errors import NotSignedIn
from tradecore.model.ids import UserId
from tradecore.ports.identity import Claims

ISSUER = "tradecore"
AUDIENCE = "tradecore-api"
ALGORITHM = "HS256"
SHORTEST_SECRET = 32
_TYPE = "access"
# Hosts' clocks differ by this much at most, in seconds.
_LEEWAY = 30
# No token of ours is longer; longer ones are not even parsed.
_LONGEST = 2048


class JwtAccessTokens:
    """Tokens signed with the first secret and believed under any of them, so that secrets can be exchanged."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Each secret has at least 32 characters; the first one signs."""
        short = [secret for secret in secrets if len(secret.encode()) < SHORTEST_SECRET]
        if not secrets or short:
            raise ValueError(f"A signing secret has at least {SHORTEST_SECRET} bytes.")
        self._keys = [OctKey.import_key(secret) for secret in secrets]

    def issue(self, user: UserId, *, at: datetime, lifetime: timedelta) -> str:
        """A token that names the user as subject."""
        issued = int(at.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user,
            "typ": _TYPE,
            "iat": issued,
            "exp": issued + int(lifetime.total_seconds()),
        }
        return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, self._keys[0])

    def read(self, token: str, *, at: datetime) -> Claims:
        """Believe it, or raise NotSignedIn."""
        if len(token) > _LONGEST:
            raise NotSignedIn("The access token is not valid.")
        for key in self._keys:
            try:
                decoded = jwt.decode(token, key, algorithms=[ALGORITHM])
            except (JoseError, ValueError):
                continue
            return _believed(decoded.header, decoded.claims, at)
        raise NotSignedIn("The access token is not valid.")


def _believed(header: dict[str, object], claims: dict[str, object], at: datetime) -> Claims:
    # `kid`, `jku`, `crit` and the like are for keys that tokens bring along; ours bring none.
    if not set(header) <= {"alg", "typ"}:
        raise NotSignedIn("The access token is not valid.")
    now = at.timestamp()
    expires, issued, subject = claims.get("exp"), claims.get("iat"), claims.get("sub")
    ours = claims.get("iss") == ISSUER and claims.get("aud") == AUDIENCE and claims.get("typ") == _TYPE
    if not ours or type(expires) is not int or type(issued) is not int or not isinstance(subject, str) or not subject:
        raise NotSignedIn("The access token is not valid.")
    not_before = claims.get("nbf", issued)
    if type(not_before) is not int or max(issued, not_before) > now + _LEEWAY or expires - issued > 366 * 86400:
        raise NotSignedIn("The access token is not valid yet, or for longer than any token of ours.")
    if expires <= now:
        raise NotSignedIn("The access token has expired; refresh it or sign in again.")
    return Claims(UserId(subject), datetime.fromtimestamp(expires, UTC))
