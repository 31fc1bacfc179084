"""The HTTP side of Socket.IO: handshakes, long polls and upgrades, each to its session."""

from collections.abc import Mapping
from typing import Any

from tradecore.ports.ambient import NewId
from tradecore_adapters.websocket.attendant import Attendant
from tradecore_adapters.websocket.messages import json_text
from tradecore_adapters.websocket.options import LiveOptions
from tradecore_adapters.websocket.packets import SEPARATOR
from tradecore_adapters.websocket.socketio import MAX_PAYLOAD, Session
from tradecore_adapters.websocket.wire import Connection, Header, Receive, Reply, Scope, Send

# The words of the Engine.IO protocol for requests that make no sense.
_UNKNOWN_TRANSPORT = (0, "Transport unknown")
_UNKNOWN_SESSION = (1, "Session ID unknown")
_BAD_METHOD = (2, "Bad handshake method")
_BAD_REQUEST = (3, "Bad request")
_WRONG_VERSION = (5, "Unsupported protocol version")


class Engine:
    """All Socket.IO sessions of one process."""

    def __init__(self, attendant: Attendant, options: LiveOptions, new_id: NewId) -> None:
        """No sessions yet."""
        self._attendant = attendant
        self._options = options
        self._new_id = new_id
        self._sessions: dict[str, Session] = {}

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, query: Mapping[str, str], cors: tuple[Header, ...]
    ) -> None:
        """Answer one request or serve one WebSocket. Raises TooMany when there is no room for another session."""
        transport, sid = query.get("transport"), query.get("sid")
        session = self._sessions.get(sid) if sid else None
        if query.get("EIO") != "4":
            await _failure(_WRONG_VERSION, cors)(scope, receive, send)
        elif transport != ("polling" if scope["type"] == "http" else "websocket"):
            await _failure(_UNKNOWN_TRANSPORT, cors)(scope, receive, send)
        elif sid and session is None:
            await _failure(_UNKNOWN_SESSION, cors)(scope, receive, send)
        elif scope["type"] == "websocket":
            connection = Connection(scope, receive, send)
            await (session.upgrade(connection) if session else self._open(query).serve(connection))
        else:
            reply = await self._over_http(scope["method"], receive, session, query, cors)
            await reply(scope, receive, send)

    async def _over_http(
        self, method: str, receive: Receive, session: Session | None, query: Mapping[str, str], cors: tuple[Header, ...]
    ) -> Reply:
        if method == "OPTIONS":
            return Reply(204, headers=(*cors, (b"access-control-allow-methods", b"GET, POST, OPTIONS")))
        if session is None and method == "GET":
            return Reply(200, self._open(query).opening(upgrades=True).encode(), headers=cors)
        if session is None:
            return _failure(_BAD_METHOD, cors)
        if method == "GET":
            texts = await session.poll()
            return _failure(_BAD_REQUEST, cors) if texts is None else Reply(200, texts.encode(), headers=cors)
        body = await _read(receive)
        if method != "POST" or body is None or session.upgraded:
            return _failure(_BAD_REQUEST, cors)
        for text in body.split(SEPARATOR):
            await session.hear(text)
        return Reply(200, b"ok", headers=cors)

    def _open(self, query: Mapping[str, str]) -> Session:
        sid = self._new_id()
        token = query.get("token")
        session = Session(sid, self._attendant, self._new_id, token, self._options.heartbeat, self._forget)
        self._sessions[sid] = session
        return session

    def _forget(self, sid: str) -> None:
        self._sessions.pop(sid, None)


async def _read(receive: Receive) -> str | None:
    """The body as text; None if it is too large, not UTF-8, or never ends."""
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


def _failure(what: tuple[int, str], cors: tuple[Header, ...]) -> Reply:
    code, message = what
    body: dict[str, Any] = {"code": code, "message": message}
    return Reply(400, json_text(body).encode(), b"application/json", cors)
