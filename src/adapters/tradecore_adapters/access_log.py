"""The access log: one line for each HTTP request and each WebSocket connection, written when it ends."""

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
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
    """What the applications behind the log find out about a request.

    - `id`: the `X-Request-ID` of the response and of other log records.
    - `route`: the template of the path, such as `/api/analyze/{analysisId}/status`; None where no route was reached.
    - `user`: who sent the request; None where nobody was signed in.
    """

    id: str | None = None
    route: str | None = None
    user: UserId | None = None


def access_record(scope: Scope) -> AccessRecord:
    """The record of a request, to be filled in. Without an access log it goes nowhere."""
    record: AccessRecord = scope.setdefault(_SCOPE_KEY, AccessRecord())
    return record


def request_id(headers: Mapping[bytes, bytes], new_id: NewId) -> str:
    """The `X-Request-ID` of a request if it is one of 1 to 64 letters, digits, `.`, `_` and `-`; a new id otherwise."""
    given = headers.get(b"x-request-id", b"")
    return given.decode("ascii") if _REQUEST_ID.fullmatch(given) else new_id()


def with_access_log(app: App, address_of: Callable[[Any], str]) -> App:
    """The ASGI application, with a line of log for each scope of type `http` and `websocket` that it serves.

    `address_of` returns the client's address for a scope. Neither paths nor query strings are logged: they hold ids and
    may hold tokens.
    """

    async def logged(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await app(scope, receive, send)
        record, began = access_record(scope), perf_counter()
        status = code = None

        async def observed_receive() -> Any:
            nonlocal code
            message = await receive()
            if message["type"] == "websocket.disconnect" and code is None:
                code = message.get("code")
            return message

        async def observed_send(message: Any) -> None:
            nonlocal status, code
            kind = message["type"]
            if kind in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
            elif kind == "websocket.accept":
                status = 101
            elif kind == "websocket.close":
                if status is None:
                    status = 403  # a handshake that is refused so is answered with it
                else:
                    code = message.get("code", 1000)
            await send(message)

        try:
            await app(scope, observed_receive, observed_send)
        finally:
            line = {
                "request": record.id,
                "address": address_of(scope),
                "user": record.user,
                "route": record.route,
                "status": status,
                "ms": round((perf_counter() - began) * 1000, 1),
            }
            if scope["type"] == "http":
                log.info("request", method=scope["method"], **line)
            else:
                log.info("websocket", code=code if status == 101 else None, **line)

    return logged
