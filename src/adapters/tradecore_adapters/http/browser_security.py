"""Response headers for browsers: CORS for allowed origins, and security headers for every response."""

import re
from collections.abc import Mapping

from attrs import frozen

from tradecore_adapters.http.responses import BytesResponse, Header
from tradecore_adapters.origins import AllowedOrigins

# The documentation page replaces the content security policy with its own.
SECURITY_HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"vary", b"origin"),
)
# Only for requests over TLS, to this process or to a trusted proxy.
STRICT_TRANSPORT_SECURITY: Header = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_HEADERS = b"authorization, content-type, idempotency-key, x-request-id"
_HEADER_NAMES = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*")
_EXPOSED = b"etag, link, location, preference-applied, ratelimit, ratelimit-policy, retry-after, x-request-id"


@frozen
class CorsPolicy:
    """Scripts of allowed origins may send requests with credentials; other origins get no CORS headers."""

    origins: AllowedOrigins

    def headers(self, request: Mapping[bytes, bytes]) -> tuple[Header, ...]:
        """The CORS headers of the response to a request with these headers."""
        origin = request.get(b"origin")
        if not origin or not self._allows(origin, request):
            return ()
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", _EXPOSED),
        )

    def preflight(self, request: Mapping[bytes, bytes]) -> BytesResponse:
        """The response to a preflight request: 204, with what is allowed if the origin is.

        The names of the requested headers are repeated, because browsers take no wildcard with credentials.
        """
        if not self._allows(request.get(b"origin", b""), request):
            return BytesResponse(204)
        requested = request.get(b"access-control-request-headers", b"")
        headers = (
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", requested if _HEADER_NAMES.fullmatch(requested) else _HEADERS),
            (b"access-control-max-age", b"600"),
            (b"vary", b"origin, access-control-request-headers"),
        )
        return BytesResponse(204, headers=headers)

    def _allows(self, origin: bytes, request: Mapping[bytes, bytes]) -> bool:
        return self.origins.allows(origin.decode("latin-1"), request.get(b"host", b"").decode("latin-1"))
