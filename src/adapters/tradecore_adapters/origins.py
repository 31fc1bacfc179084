"""The origins whose pages may use this server from a browser."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import structlog

_LOCAL = re.compile(r"https?://(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?", re.ASCII)
# As browsers send it: a scheme, which extensions and apps have of their own, and a host in ASCII.
_ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?/?", re.ASCII)
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Refused origins are logged once each; more of them than this are not logged, because anybody can invent origins.
_MAX_LOGGED = 100
# A host name has at most 253 characters.
_MAX_LENGTH = 300

log = structlog.get_logger("tradecore.origins")


class AllowedOrigins:
    """Decides about the `Origin` header of requests, and logs each origin that it refuses once."""

    def __init__(self, origins: Iterable[str] = (), *, local: bool = False) -> None:
        """`origins` are full origins such as `https://app.example.com`; `local` adds localhost on any port.

        Raises ValueError as `full_origin` does.
        """
        self._origins = frozenset(map(full_origin, origins))
        self._local = local
        self._logged: set[str] = set()

    def allows(self, origin: str, host: str) -> bool:
        """Whether pages of `origin` may use the server that a request addressed as `host`: its own pages always may."""
        if origin in self._origins or (host and origin in (f"http://{host}", f"https://{host}")):
            return True
        if self._local and _LOCAL.fullmatch(origin):
            return True
        shown = origin[:_MAX_LENGTH]
        if shown not in self._logged and len(self._logged) < _MAX_LOGGED:
            self._logged.add(shown)
            log.warning("origin_refused", origin=shown, setting="TRADECORE_CORS_ORIGINS")
        return False


def full_origin(text: str) -> str:
    """An origin as browsers send it: in lower case, without a final slash and without the default port of its scheme.

    Raises ValueError for anything but a scheme, a host in ASCII and an optional port; a path, which no browser sends,
    would match no request. A wildcard is refused as well, because every site could then act for a signed-in user.
    """
    match = _ORIGIN.fullmatch(text.strip().lower())
    try:
        # Refuses ports above 65535 and addresses that are no IPv6.
        port = urlsplit(match[0]).port if match else None
    except ValueError:
        match = None
    if match is None:
        raise ValueError(f"A CORS origin is written in full, such as https://app.example.com, not {text!r}.")
    scheme, host = match[1], match[2]
    return f"{scheme}://{host}" if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{scheme}://{host}:{port}"


def allowed_origins(origins: AllowedOrigins | Iterable[str]) -> AllowedOrigins:
    """The argument itself, or AllowedOrigins of full origins. Raises ValueError as AllowedOrigins does."""
    return origins if isinstance(origins, AllowedOrigins) else AllowedOrigins(origins)
