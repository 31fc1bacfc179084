"""The refresh token of a page of this server, kept in a cookie that no script can read.

The cookie is worth nothing to other sites: it is SameSite=Strict, only the routes that take it read it, and these
refuse requests of every page that is not of this server's own origin. Another port of the same host is the same site.
"""

from datetime import datetime
from urllib.parse import urlsplit

from attrs import frozen

from tradecore.model.errors import NotAllowed, NotAuthenticated
from tradecore_adapters.http.context import RequestContext
from tradecore_adapters.http.responses import Header

_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
_REFUSED = "The cookie of a sign-in is for pages of this server only; send the refresh token in the body."


@frozen
class SessionCookie:
    """The name and the attributes of the cookie for one address of this server."""

    name: str
    attributes: str

    def store(self, token: str, *, until: datetime, now: datetime) -> Header:
        """The header that keeps a refresh token until its session ends."""
        seconds = max(0, int((until - now).total_seconds()))
        return self._header(token, seconds)

    def delete(self) -> Header:
        """The header that removes the cookie."""
        return self._header("", 0)

    def read(self, context: RequestContext) -> str:
        """The refresh token of a request. Raises NotAuthenticated without one."""
        header = context.headers.get(b"cookie", b"").decode("latin-1")
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            if name == self.name and value:
                return value
        raise NotAuthenticated("This browser is not signed in; sign in.")

    def _header(self, value: str, seconds: int) -> Header:
        return b"set-cookie", f"{self.name}={value}; Max-Age={seconds}; {self.attributes}".encode("latin-1")


def session_cookie(context: RequestContext) -> SessionCookie | None:
    """The cookie for the address of a request, or None where a browser would send it in the clear over a network.

    Raises NotAllowed unless the request comes from a page of this server. The name has the port on a loopback address,
    because browsers share cookies between ports; without TLS, not every browser keeps secure cookies there.
    """
    host = context.headers.get(b"host", b"").decode("latin-1")
    _require_own_page(context, host)
    if context.secure:
        return SessionCookie("__Host-tradecore-refresh", "Path=/; Secure; HttpOnly; SameSite=Strict")
    try:
        address = urlsplit(f"//{host}")
        name, port = address.hostname, address.port or 80
    except ValueError:
        return None
    if name not in _LOOPBACK:
        return None
    return SessionCookie(f"tradecore-refresh-{port}", f"Path={context.root_path}/api/auth; HttpOnly; SameSite=Strict")


def _require_own_page(context: RequestContext, host: str) -> None:
    """Browsers say by themselves where a request comes from; scripts cannot change either header."""
    site, origin = context.headers.get(b"sec-fetch-site"), context.headers.get(b"origin", b"").decode("latin-1")
    own = origin in (f"http://{host}", f"https://{host}") if site is None else site == b"same-origin"
    if not own:
        raise NotAllowed(_REFUSED)
