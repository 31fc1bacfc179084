"""ASGI as the live endpoints use it: one WebSocket with a reader and a writer, and short HTTP responses."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any

from attrs import frozen

from tradecore.model.errors import Refusal
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.websocket.messages import code_of, json_text, utc
from tradecore_adapters.websocket.outgoing import Outgoing

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
Header = tuple[bytes, bytes]

# The ASGI extension under which tradecore's own server offers a `DirectWriter`; other servers do without it.
DIRECT_WRITER = "tradecore.direct_writer"

# How long a close frame may wait for a client that does not read, in seconds.
_CLOSE_TIMEOUT = 3.0
# RFC 6455, 5.5.1.
_MAX_REASON_BYTES = 123

_SECURITY_HEADERS: tuple[Header, ...] = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"origin"),
)


@frozen
class HttpResponse:
    """A complete response to an HTTP request, or to a WebSocket handshake that is refused."""

    status: int
    body: bytes = b""
    media_type: bytes = b"text/plain; charset=UTF-8"
    headers: Sequence[Header] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response, as an ASGI application."""
        kind = scope["type"]
        if kind == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
            return
        prefix = "http" if kind == "http" else "websocket.http"
        headers = [*_SECURITY_HEADERS, *self.headers]
        if self.status != 204:
            headers += [(b"content-type", self.media_type), (b"content-length", b"%d" % len(self.body))]
        await send({"type": f"{prefix}.response.start", "status": self.status, "headers": headers})
        await send({"type": f"{prefix}.response.body", "body": self.body})


def error_response(status: int, refusal: Refusal, *, at: datetime, headers: Iterable[Header] = ()) -> HttpResponse:
    """A refusal in the error format of the trading API, with `at` as its timestamp."""
    error = {"code": code_of(refusal), "message": caller_text(str(refusal))}
    body = {"success": False, "error": error, "timestamp": utc(at)}
    return HttpResponse(status, json_text(body).encode(), b"application/json", tuple(headers))


class WebSocket:
    """One WebSocket, as a context: entered during the handshake, and closed with its writer on leaving."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The arguments are those of an ASGI application for a scope of type `websocket`."""
        self._direct_writer = scope.get("extensions", {}).get(DIRECT_WRITER)
        self._receive = receive
        self._send = send
        self._reader: asyncio.Task[Any] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._outgoing: Outgoing | None = None
        self._sending: str | None = None
        self._close_task: asyncio.Task[None] | None = None
        self._aborted = False

    async def __aenter__(self) -> "WebSocket":
        """Receive the `websocket.connect` message."""
        self._reader = asyncio.current_task()
        await self._receive()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> bool:
        """Stop the writer and finish closing."""
        if self._writer:
            self._writer.cancel()
            with suppress(asyncio.CancelledError):
                await self._writer
        if self._close_task:
            with suppress(asyncio.CancelledError):
                await self._close_task
        return kind is asyncio.CancelledError and self._aborted

    async def accept(self, subprotocol: str | None = None) -> None:
        """Complete the handshake."""
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol})

    async def receive(self) -> str | bytes | None:
        """The next message: text, or bytes if it is binary; None once the client has disconnected."""
        message = await self._receive()
        if message["type"] != "websocket.receive":
            return None
        text: str | None = message.get("text")
        return text if text is not None else bytes(message["bytes"])

    async def send(self, text: str) -> None:
        """Send one text frame; only before `start_writer`."""
        await self._send({"type": "websocket.send", "text": text})

    def start_writer(self, outgoing: Outgoing) -> None:
        """Send what `outgoing` queues from now on, as fast as the client reads."""
        self._writer = asyncio.create_task(self._write(outgoing))
        outgoing.direct_writer = self._direct_writer
        self._outgoing = outgoing

    def close(self, code: int, reason: str) -> None:
        """Begin to close; further calls have no effect.

        A client that does not read the close frame within three seconds is disconnected.
        """
        if self._close_task is None:
            # Nothing may be taken from the queue after this moment, because the reason may name the last event sent.
            if self._outgoing:
                self._outgoing.direct_writer = None
            if self._writer:
                self._writer.cancel()
            self._close_task = asyncio.create_task(self._send_close(code, reason))

    async def _write(self, outgoing: Outgoing) -> None:
        send = self._send
        try:
            while True:
                text = outgoing.take()
                if text is None:
                    await outgoing.wait()
                else:
                    self._sending = text
                    await send({"type": "websocket.send", "text": text})
                    self._sending = None
        except OSError:
            return  # the client has disconnected, which ends the reader too

    async def _send_close(self, code: int, reason: str) -> None:
        short_reason = reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore")
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                # The resume point counts the text that the cancelled writer had taken as sent.
                if self._sending:
                    await self._send({"type": "websocket.send", "text": self._sending})
                await self._send({"type": "websocket.close", "code": code, "reason": short_reason})
        except (TimeoutError, OSError, RuntimeError):
            self._aborted = True
            if self._reader:
                self._reader.cancel()
