"""CORS headers: what scripts on pages of allowed origins may send and read."""

import re
from collections.abc import Mapping

from attrs import frozen

from tradecore_adapters.origins import AllowedOrigins

Header = tuple[bytes, bytes]

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_HEADERS = b"authorization, content-type, idempotency-key, x-request-id"
_HEADER_NAMES = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*")
API_HEADERS = b"etag, link, location, preference-applied, ratelimit, ratelimit-policy, retry-after, x-request-id"
"""The response headers of the HTTP API that scripts may read."""


@frozen
class CorsPolicy:
    """Scripts of allowed origins may send requests with credentials; other origins get no CORS headers."""

    origins: AllowedOrigins
    # The response headers that scripts may read, beside those that browsers always show them.
    exposed: bytes = API_HEADERS

    def headers(self, request: Mapping[bytes, bytes]) -> tuple[Header, ...]:
        """The CORS headers of the response to a request with these headers."""
        origin = request.get(b"origin")
        if not origin or not self._allows(origin, request):
            return ()
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", self.exposed),
        )

    def preflight(self, request: Mapping[bytes, bytes]) -> tuple[Header, ...]:
        """What the response to a preflight request has besides: what is allowed, if the origin is.

        The names of the requested headers are repeated, because browsers take no wildcard with credentials.
        """
        if not self._allows(request.get(b"origin", b""), request):
            return ()
        requested = request.get(b"access-control-request-headers", b"")
        return (
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", requested if _HEADER_NAMES.fullmatch(requested) else _HEADERS),
            (b"access-control-max-age", b"600"),
            (b"vary", b"origin, access-control-request-headers"),
        )

    def _allows(self, origin: bytes, request: Mapping[bytes, bytes]) -> bool:
        return self.origins.allows(origin.decode("latin-1"), request.get(b"host", b"").decode("latin-1"))


def is_preflight(method: str, request: Mapping[bytes, bytes]) -> bool:
    """Whether a browser asks by this request what its page may send."""
    return method == "OPTIONS" and b"access-control-request-method" in request
