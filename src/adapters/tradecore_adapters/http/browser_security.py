"""Response headers for browsers: CORS for configured origins, and security headers for every response."""

from collections.abc import Iterable

from attrs import frozen

from tradecore_adapters.http.responses import BytesResponse, Header

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

_METHODS = b"GET, HEAD, POST, DELETE, OPTIONS"
_HEADERS = b"authorization, content-type, idempotency-key, x-request-id"
_EXPOSED = b"location, ratelimit-policy, retry-after, x-request-id"


@frozen
class CorsPolicy:
    """The origins whose scripts may send requests with credentials; other origins get no CORS headers."""

    allowed: frozenset[bytes]

    @classmethod
    def of(cls, origins: Iterable[str]) -> "CorsPolicy":
        """A policy for full origins such as `https://app.example.com`."""
        return cls(frozenset(origin.encode() for origin in origins))

    def headers(self, origin: bytes | None) -> tuple[Header, ...]:
        """The CORS headers of a response to a request with this `Origin`."""
        if origin not in self.allowed or origin is None:
            return ()
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", _EXPOSED),
        )

    def preflight(self, origin: bytes | None) -> BytesResponse:
        """The response to a preflight request: 204, with what is allowed if the origin is."""
        if origin not in self.allowed:
            return BytesResponse(204)
        headers = (
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", _HEADERS),
            (b"access-control-max-age", b"600"),
        )
        return BytesResponse(204, headers=headers)
