"""What ended: observers of HTTP requests and WebSocket connections, of which one writes the access log."""

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from time import perf_counter
from typing import Any

import structlog
from attrs import define

from tradecore.model.ids import UserId
from tradecore.ports.ambient import NewId

Scope = MutableMapping[str, Any]
App = Callable[[Any, Any, Any], Awaitable[None]]

_SCOPE_KEY = "tradecore.access"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._\-]{1,64}")

log = structlog.get_logger("tradecore.access")


@define
class AccessRecord:
    """What the applications behind the log find out about a request, and how it ended.

    - `id`: the `X-Request-ID` of the response and of other log records.
    - `route`: the template of the path, such as `/api/analyze/{analysisId}/status`; None where no route was reached.
    - `user`: who sent the request; None where nobody was signed in.
    - `status`: that of the response, 101 for a WebSocket that was opened; None where there was none.
    - `code`: with which a WebSocket was closed.
    - `seconds`: until the end, of streams and WebSockets too.
    """

    id: str | None = None
    route: str | None = None
    user: UserId | None = None
    status: int | None = None
    code: int | None = None
    seconds: float = 0.0


Observer = Callable[[Scope, AccessRecord], None]
"""What is called once a request has ended, or a WebSocket was closed."""


def access_record(scope: Scope) -> AccessRecord:
    """The record of a request, to be filled in. Without an access log it goes nowhere."""
    record: AccessRecord = scope.setdefault(_SCOPE_KEY, AccessRecord())
    return record


def request_id(headers: Mapping[bytes, bytes], new_id: NewId) -> str:
    """The `X-Request-ID` of a request if it is one of 1 to 64 letters, digits, `.`, `_` and `-`; a new id otherwise."""
    given = headers.get(b"x-request-id", b"")
    return given.decode("ascii") if _REQUEST_ID.fullmatch(given) else new_id()


def with_observers(app: App, observers: Sequence[Observer]) -> App:
    """The ASGI application, with a call of each observer for each scope of type `http` and `websocket` that ended."""

    async def observed(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await app(scope, receive, send)
        record, began = access_record(scope), perf_counter()

        async def observed_receive() -> Any:
            message = await receive()
            if message["type"] == "websocket.disconnect" and record.code is None:
                record.code = message.get("code")
            return message

        async def observed_send(message: Any) -> None:
            kind = message["type"]
            if kind in ("http.response.start", "websocket.http.response.start"):
                record.status = message["status"]
            elif kind == "websocket.accept":
                record.status = 101
            elif kind == "websocket.close":
                if record.status is None:
                    record.status = 403  # a handshake that is refused so is answered with it
                else:
                    record.code = message.get("code", 1000)
            await send(message)

        try:
            await app(scope, observed_receive, observed_send)
        finally:
            record.seconds = perf_counter() - began
            for observer in observers:
                observer(scope, record)

    return observed


def access_log(address_of: Callable[[Any], str]) -> Observer:
    """What writes the line of log. `address_of` returns the client's address for a scope.

    Neither paths nor query strings are logged: they hold ids and may hold tokens.
    """

    def write(scope: Scope, record: AccessRecord) -> None:
        line = {
            "request": record.id,
            "address": address_of(scope),
            "user": record.user,
            "route": record.route,
            "status": record.status,
            "ms": round(record.seconds * 1000, 1),
        }
        if scope["type"] == "http":
            log.info("request", method=scope["method"], **line)
        else:
            log.info("websocket", code=record.code if record.status == 101 else None, **line)

    return write
