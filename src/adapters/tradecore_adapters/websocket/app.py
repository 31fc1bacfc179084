"""The live endpoints as ASGI middleware: WebSockets and Socket.IO are served here, other requests are passed on."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from tradecore.model.errors import NotAllowed, RateLimited
from tradecore.model.ids import AnalysisId
from tradecore.model.users import Caller
from tradecore.ports.ambient import NewId, Now
from tradecore.use_cases.watch import WatchAnalysis, WatchUser
from tradecore_adapters.access_log import access_record, request_id
from tradecore_adapters.websocket.asgi import App, Header, Receive, Scope, Send, WebSocket, error_response
from tradecore_adapters.websocket.connections import LiveConnections
from tradecore_adapters.websocket.conversation import GOING_AWAY
from tradecore_adapters.websocket.engineio import EngineIoServer
from tradecore_adapters.websocket.hub import Hub
from tradecore_adapters.websocket.options import LiveOptions
from tradecore_adapters.websocket.raw import RawSocket
from tradecore_adapters.websocket.session_runner import SessionRunner
from tradecore_adapters.websocket.sse import EventSource

_RETRY_AFTER = (b"retry-after", b"5")


class Live:
    """All live endpoints of one process: raw WebSocket, Socket.IO and server-sent events."""

    def __init__(
        self,
        watch: WatchAnalysis,
        watch_user: WatchUser,
        authenticate: Callable[[str], Awaitable[Caller]],
        options: LiveOptions,
        *,
        now: Now,
        new_id: NewId,
    ) -> None:
        """`authenticate` returns the caller of an access token, or raises NotAuthenticated."""
        self._options = options
        self._origins = options.origins
        self._now = now
        self._new_id = new_id
        self._hub = Hub(watch, watch_user)
        self._connections = LiveConnections(authenticate, options)
        self._runner = SessionRunner(self._hub, self._connections, now)
        self._engineio = EngineIoServer(self._runner, options, new_id)

    def wrap(self, app: App) -> App:
        """An ASGI application that serves the live endpoints, and passes everything else to `app`."""

        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            kind = scope["type"]
            if kind in ("http", "websocket"):
                path = scope["path"]
                if path.startswith("/socket.io/") or path == "/socket.io":
                    return await self._serve(scope, receive, send, socketio=True)
                if path in ("/ws", "/ws/"):
                    socketio = b"EIO=" in scope.get("query_string", b"")
                    if socketio or kind == "websocket":
                        return await self._serve(scope, receive, send, socketio=socketio)
            return await app(scope, receive, send)

        return wrapped

    async def events(self, analysis: AnalysisId, since: int, token: str, *, steps: bool) -> App:
        """The events of an analysis after `since`, as an ASGI application that streams server-sent events.

        With `steps`, the steps of its agents come too, and `since` counts them.
        Raises NotAuthenticated, NotFound for unknown analyses and those of other users, Invalid for a `since` whose
        successors are no longer stored, RateLimited, and Unavailable.
        """
        return await EventSource(self._runner, self._options.heartbeat).open(analysis, since, token, steps=steps)

    async def user_events(self, since: int | None, token: str, *, steps: bool) -> App:
        """All events of a user after position `since`, or from now on, as an ASGI application that streams them.

        With `steps`, the steps of agents come among them.

        Raises NotAuthenticated, Invalid for a `since` whose successors are no longer stored, RateLimited, and
        Unavailable.
        """
        return await EventSource(self._runner, self._options.heartbeat).open_user(since, token, steps=steps)

    async def close(self, *, within: float = 2.0) -> None:
        """Close all connections with code 1001 and admit no more; takes at most `within` seconds."""
        await self._connections.close(GOING_AWAY, "The server is shutting down.", within=within)
        await self._hub.close()

    async def _serve(self, scope: Scope, receive: Receive, send: Send, *, socketio: bool) -> None:
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        access = access_record(scope)
        access.id, access.route = request_id(headers, self._new_id), "/socket.io" if socketio else "/ws"
        query = _query(scope)
        # Servers log query strings, and the documented client may send its token in one.
        scope["query_string"] = b""
        cors: tuple[Header, ...] = ()
        if origin := headers.get(b"origin"):
            if not self._origins.allows(origin.decode("latin-1"), headers.get(b"host", b"").decode("latin-1")):
                refusal = NotAllowed("Pages of this origin may not connect.")
                await error_response(403, refusal, at=self._now())(scope, receive, send)
                return
            cors = (
                (b"access-control-allow-origin", origin),
                (b"access-control-allow-credentials", b"true"),
            )
        try:
            token, subprotocol = _credentials(headers, query)
            if socketio:
                await self._engineio(scope, receive, send, query, token, cors)
            else:
                connection = RawSocket(WebSocket(scope, receive, send))
                try:
                    await connection.serve(self._runner, token, subprotocol)
                finally:
                    access.user = connection.caller.user if connection.caller else None
        except RateLimited as refusal:
            response = error_response(503, refusal, at=self._now(), headers=(*cors, _RETRY_AFTER))
            await response(scope, receive, send)


def _query(scope: Scope) -> dict[str, str]:
    """The query parameters; none where there are more than 100."""
    try:
        return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), max_num_fields=100))
    except ValueError:
        return {}


def _credentials(headers: Mapping[bytes, bytes], query: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The access token of a request, and the subprotocol that a raw WebSocket accepts."""
    scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    offered = [name.strip() for name in headers.get(b"sec-websocket-protocol", b"").decode("latin-1").split(",")]
    bearer = "bearer" in offered
    subprotocol = "bearer" if bearer else None
    if scheme.lower() == "bearer" and token:
        return token.strip(), subprotocol
    token = next((name for name in offered if name != "bearer"), "") if bearer else ""
    return token or query.get("token"), subprotocol
