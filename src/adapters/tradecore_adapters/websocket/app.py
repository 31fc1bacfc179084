"""The live door in front of the HTTP door: whatever is live is served here, everything else is passed on."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from tradecore.model.errors import NotAllowed, TooMany
from tradecore.model.ids import AnalysisId
from tradecore.model.users import Caller
from tradecore.ports.ambient import NewId, Now
from tradecore.use_cases.watch import WatchAnalysis
from tradecore_adapters.websocket.attendant import Attendant
from tradecore_adapters.websocket.conversation import GOING_AWAY
from tradecore_adapters.websocket.engine import Engine
from tradecore_adapters.websocket.guests import Guests
from tradecore_adapters.websocket.hub import Hub
from tradecore_adapters.websocket.options import LiveOptions
from tradecore_adapters.websocket.raw import RawSocket
from tradecore_adapters.websocket.sse import EventSource
from tradecore_adapters.websocket.wire import App, Connection, Header, Receive, Scope, Send, refusal

_BUSY = (b"retry-after", b"5")


class Live:
    """Everything live of one process."""

    def __init__(
        self,
        watch: WatchAnalysis,
        recognise: Callable[[str], Awaitable[Caller]],
        options: LiveOptions,
        *,
        now: Now,
        new_id: NewId,
    ) -> None:
        """`recognise` tells who an access token speaks for."""
        self._options = options
        self._now = now
        self._hub = Hub(watch)
        self._guests = Guests(recognise, options)
        self._attendant = Attendant(self._hub, self._guests, now)
        self._engine = Engine(self._attendant, options, new_id)

    def before(self, app: App) -> App:
        """The ASGI application of the whole process; `app` gets what is not live, the lifespan included."""

        async def either(scope: Scope, receive: Receive, send: Send) -> None:
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

        return either

    async def events(self, analysis: AnalysisId, since: int, token: str) -> App:
        """What happens to an analysis after event `since`, as an ASGI application that streams server-sent events.

        Raises NotFound, NotSignedIn, TooMany, Unavailable.
        """
        return await EventSource(self._attendant, self._options.heartbeat).open(analysis, since, token)

    async def close(self, *, within: float = 2.0) -> None:
        """Send everybody away with 1001 and let nobody in, before the server stops; at most `within` seconds."""
        await self._guests.close(GOING_AWAY, "The server is shutting down.", within=within)
        await self._hub.close()

    async def _serve(self, scope: Scope, receive: Receive, send: Send, *, socketio: bool) -> None:
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        query = _query(scope)
        # Servers log the query of what they serve, and the documented client may put its token there.
        scope["query_string"] = b""
        cors: tuple[Header, ...] = ()
        if origin := headers.get(b"origin"):
            if not self._welcomes(origin.decode("latin-1"), headers):
                why = NotAllowed("Pages of this origin may not connect; TRADECORE_CORS_ORIGINS names those that may.")
                await refusal(403, why, at=self._now())(scope, receive, send)
                return
            cors = (
                (b"access-control-allow-origin", origin),
                (b"access-control-allow-credentials", b"true"),
            )
        try:
            if socketio:
                await self._engine(scope, receive, send, query, cors)
            else:
                token, subprotocol = _credentials(headers, query)
                await RawSocket(Connection(scope, receive, send)).serve(self._attendant, token, subprotocol)
        except TooMany as why:
            await refusal(503, why, at=self._now(), headers=(*cors, _BUSY))(scope, receive, send)

    def _welcomes(self, origin: str, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a browser's page may connect: it is listed, or it came from this very server."""
        host = headers.get(b"host", b"").decode("latin-1")
        return origin in self._options.origins or (bool(host) and origin in (f"http://{host}", f"https://{host}"))


def _query(scope: Scope) -> dict[str, str]:
    """What stands behind the `?`; nothing of it if that is more than any client of ours sends."""
    try:
        return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), max_num_fields=100))
    except ValueError:
        return {}


def _credentials(headers: Mapping[bytes, bytes], query: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The token a raw handshake brought along, and the subprotocol to agree on."""
    kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    offered = [each.strip() for each in headers.get(b"sec-websocket-protocol", b"").decode("latin-1").split(",")]
    bearer = "bearer" in offered
    subprotocol = "bearer" if bearer else None
    if kind.lower() == "bearer" and token:
        return token.strip(), subprotocol
    token = next((each for each in offered if each != "bearer"), "") if bearer else ""
    return token or query.get("token"), subprotocol
