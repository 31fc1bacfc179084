"""What browsers are told: whose scripts may call, and how little they may do with an answer."""

from collections.abc import Iterable

from attrs import frozen

from tradecore_adapters.http.answers import Answer, Header

# Of every answer. Documentation pages bring a policy of their own.
GUARDS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"vary", b"origin"),
)
# Of answers that came over TLS, as told by the connection or a trusted proxy.
STAY_SECURE: Header = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")

_METHODS = b"GET, HEAD, POST, DELETE, OPTIONS"
_HEADERS = b"authorization, content-type, idempotency-key, x-request-id"
_EXPOSED = b"location, ratelimit-policy, retry-after, x-request-id"


@frozen
class Origins:
    """The origins whose scripts may call with the user's credentials; any other is told nothing."""

    allowed: frozenset[bytes]

    @classmethod
    def of(cls, origins: Iterable[str]) -> "Origins":
        """From origins in full, `https://app.example.com`."""
        return cls(frozenset(origin.encode() for origin in origins))

    def headers(self, origin: bytes | None) -> tuple[Header, ...]:
        """What an answer to this origin's script carries."""
        if origin not in self.allowed or origin is None:
            return ()
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", _EXPOSED),
        )

    def preflight(self, origin: bytes | None) -> Answer:
        """The answer to a browser that asks before it sends."""
        if origin not in self.allowed:
            return Answer(204)
        told = (
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", _HEADERS),
            (b"access-control-max-age", b"600"),
        )
        return Answer(204, headers=told)
