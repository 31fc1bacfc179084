"""Security headers of every response, for browsers."""

from tradecore_adapters.http.responses import Header

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
