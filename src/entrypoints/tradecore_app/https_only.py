"""A layer before the application that refuses what did not come over TLS."""

import json
from collections.abc import Set

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send, WebSocketScope

from tradecore.ports.ambient import Now
from tradecore_adapters.http.proxies import TrustedProxies
from tradecore_adapters.http.responses import BytesResponse, utc

# What orchestrators probe from within; the responses hold nothing of users.
_PROBES: Set[str] = frozenset(("/health", "/ready"))
_MESSAGE = "This server answers over https only; the request and its token were sent in the clear."


class HttpsOnly:
    """Passes on what came over TLS to this process or to a trusted proxy, and probes; answers the rest with a 403."""

    def __init__(self, app: ASGIApp, proxies: TrustedProxies, now: Now) -> None:
        """`proxies` are those whose X-Forwarded-Proto is believed."""
        self._app = app
        self._proxies = proxies
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, a WebSocket or the lifespan of the application."""
        # A lifespan has neither path nor headers.
        if "path" not in scope or scope["path"] in _PROBES or self._is_secure(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == ScopeType.HTTP:
            await self._refusal()(scope, receive, send)
        else:
            await receive()
            # Before the handshake is accepted, this is a 403.
            await send({"type": "websocket.close", "code": 1008, "reason": "https only"})

    def _is_secure(self, scope: HTTPScope | WebSocketScope) -> bool:
        return self._proxies.is_secure(scope, dict(scope["headers"]))

    def _refusal(self) -> BytesResponse:
        error = {"code": "https_required", "message": _MESSAGE}
        body = {"success": False, "error": error, "timestamp": utc(self._now())}
        headers = ((b"connection", b"close"), (b"cache-control", b"no-store"))
        return BytesResponse(403, json.dumps(body, separators=(",", ":")).encode(), headers)
