"""Engine.IO over HTTP: handshakes, long polls and upgrades, each routed to its session."""

from collections.abc import Iterator, Mapping
from typing import Any

from tradecore.ports.ambient import NewId
from tradecore_adapters.access_log import access_record
from tradecore_adapters.websocket.asgi import Header, HttpResponse, Receive, Scope, Send, WebSocket
from tradecore_adapters.websocket.messages import json_text
from tradecore_adapters.websocket.options import LiveOptions
from tradecore_adapters.websocket.packets import SEPARATOR
from tradecore_adapters.websocket.session_runner import SessionRunner
from tradecore_adapters.websocket.socketio import MAX_PAYLOAD, Session

# Errors of the Engine.IO protocol.
_UNKNOWN_TRANSPORT = (0, "Transport unknown")
_UNKNOWN_SESSION = (1, "Session ID unknown")
_BAD_METHOD = (2, "Bad handshake method")
_BAD_REQUEST = (3, "Bad request")
_NOT_UPGRADED = (3, "Bad request: no `Upgrade: websocket`; a proxy has to pass on `Upgrade` and `Connection`")
_WRONG_VERSION = (5, "Unsupported protocol version")


class EngineIoServer:
    """All Socket.IO sessions of one process."""

    def __init__(self, runner: SessionRunner, options: LiveOptions, new_id: NewId) -> None:
        """`new_id` makes session ids."""
        self._runner = runner
        self._options = options
        self._new_id = new_id
        self._sessions: dict[str, Session] = {}

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        query: Mapping[str, str],
        token: str | None,
        cors: tuple[Header, ...],
    ) -> None:
        """Answer one HTTP request or serve one WebSocket; `token` is the access token of its headers or its query.

        Raises RateLimited where no further session is admitted.
        """
        transport, sid = query.get("transport"), query.get("sid")
        session = self._sessions.get(sid) if sid else None
        if query.get("EIO") != "4":
            await _error_response(_WRONG_VERSION, cors)(scope, receive, send)
        elif transport == "websocket" and scope["type"] == "http":
            await _error_response(_NOT_UPGRADED, cors)(scope, receive, send)
        elif transport != ("polling" if scope["type"] == "http" else "websocket"):
            await _error_response(_UNKNOWN_TRANSPORT, cors)(scope, receive, send)
        elif sid and session is None:
            await _error_response(_UNKNOWN_SESSION, cors)(scope, receive, send)
        elif scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            opened = session or self._open(token)
            try:
                await (opened.upgrade(socket) if session else opened.serve(socket))
            finally:
                _note_user(scope, opened)
        else:
            response = await self._respond(scope, receive, session, token, cors)
            if session:
                _note_user(scope, session)
            await response(scope, receive, send)

    async def _respond(
        self, scope: Scope, receive: Receive, session: Session | None, token: str | None, cors: tuple[Header, ...]
    ) -> HttpResponse:
        method = scope["method"]
        if method == "OPTIONS":
            return HttpResponse(204, headers=(*cors, *_preflight(scope)))
        if session is None and method == "GET":
            return HttpResponse(200, self._open(token).open_packet(upgrades=True).encode(), headers=cors)
        if session is None:
            return _error_response(_BAD_METHOD, cors)
        if method == "GET":
            texts = await session.poll()
            return (
                _error_response(_BAD_REQUEST, cors)
                if texts is None
                else HttpResponse(200, texts.encode(), headers=cors)
            )
        body = await _read_body(receive)
        if method != "POST" or body is None or session.upgraded:
            return _error_response(_BAD_REQUEST, cors)
        for text in body.split(SEPARATOR):
            await session.receive(text)
        return HttpResponse(200, b"ok", headers=cors)

    def _open(self, token: str | None) -> Session:
        sid = self._new_id()
        session = Session(sid, self._runner, self._new_id, token, self._options.heartbeat, self._forget)
        self._sessions[sid] = session
        return session

    def _forget(self, sid: str) -> None:
        self._sessions.pop(sid, None)


def _note_user(scope: Scope, session: Session) -> None:
    access_record(scope).user = session.caller.user if session.caller else None


def _preflight(scope: Scope) -> Iterator[Header]:
    """What a browser asks before a request to another origin: any header, such as `Authorization`, may be sent."""
    yield b"access-control-allow-methods", b"GET, POST, OPTIONS"
    if requested := dict(scope["headers"]).get(b"access-control-request-headers"):
        yield b"access-control-allow-headers", requested


async def _read_body(receive: Receive) -> str | None:
    """The request body as text; None if it is too large, not UTF-8 or incomplete."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > MAX_PAYLOAD:
            return None
        if not message.get("more_body"):
            break
    try:
        return str(body, "utf-8")
    except UnicodeDecodeError:
        return None


def _error_response(error: tuple[int, str], cors: tuple[Header, ...]) -> HttpResponse:
    code, message = error
    body: dict[str, Any] = {"code": code, "message": message}
    return HttpResponse(400, json_text(body).encode(), b"application/json", cors)
