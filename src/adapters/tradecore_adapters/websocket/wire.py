"""ASGI as this door uses it: one WebSocket with a reader and a writer, and short answers over HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any

from attrs import frozen

from tradecore.model.errors import Refusal
from tradecore_adapters.websocket.messages import code_of, json_text, utc
from tradecore_adapters.websocket.outgoing import Outgoing

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
Header = tuple[bytes, bytes]

# The ASGI extension under which our own server offers its connections' `Wire`; others do without.
WIRE = "tradecore.wire"

# How long a close frame may wait for a client that does not read, in seconds.
_LAST_WORDS = 3.0
# RFC 6455, 5.5.1.
_LONGEST_REASON = 123

_GUARDS: tuple[Header, ...] = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"origin"),
)


@frozen
class Reply:
    """A whole answer to an HTTP request, or to a handshake that goes no further."""

    status: int
    body: bytes = b""
    media: bytes = b"text/plain; charset=UTF-8"
    headers: Sequence[Header] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; an ASGI application for one request."""
        kind = scope["type"]
        if kind == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
            return
        prefix = "http" if kind == "http" else "websocket.http"
        headers = [*_GUARDS, *self.headers]
        if self.status != 204:
            headers += [(b"content-type", self.media), (b"content-length", b"%d" % len(self.body))]
        await send({"type": f"{prefix}.response.start", "status": self.status, "headers": headers})
        await send({"type": f"{prefix}.response.body", "body": self.body})


def refusal(status: int, why: Refusal, *, at: datetime, headers: Iterable[Header] = ()) -> Reply:
    """A refusal in the envelope of the trading API."""
    error = {"code": code_of(why), "message": str(why)}
    body = {"success": False, "error": error, "timestamp": utc(at)}
    return Reply(status, json_text(body).encode(), b"application/json", tuple(headers))


class Connection:
    """One WebSocket. Entered once its handshake is under way; on leaving, writer and socket have ended."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Of a scope of type websocket."""
        self._wire = scope.get("extensions", {}).get(WIRE)
        self._receive = receive
        self._send = send
        self._reader: asyncio.Task[Any] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._outgoing: Outgoing | None = None
        self._sending: str | None = None
        self._farewell: asyncio.Task[None] | None = None
        self._cut = False

    async def __aenter__(self) -> "Connection":
        """Read what ASGI begins with."""
        self._reader = asyncio.current_task()
        await self._receive()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> bool:
        """Stop writing."""
        if self._writer:
            self._writer.cancel()
            with suppress(asyncio.CancelledError):
                await self._writer
        if self._farewell:
            with suppress(asyncio.CancelledError):
                await self._farewell
        return kind is asyncio.CancelledError and self._cut

    async def accept(self, subprotocol: str | None = None) -> None:
        """Complete the handshake."""
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol})

    async def hear(self) -> str | bytes | None:
        """The next message: text, or bytes if it is binary; None when there will be no more."""
        message = await self._receive()
        if message["type"] != "websocket.receive":
            return None
        text: str | None = message.get("text")
        return text if text is not None else bytes(message["bytes"])

    async def say(self, text: str) -> None:
        """Send one text frame, before any writing has begun."""
        await self._send({"type": "websocket.send", "text": text})

    def write(self, outgoing: Outgoing) -> None:
        """Begin to send whatever is waiting, as fast as the client reads."""
        self._writer = asyncio.create_task(self._write(outgoing))
        outgoing.wire = self._wire
        self._outgoing = outgoing

    def close(self, code: int, reason: str, last_words: Sequence[str] = ()) -> None:
        """Begin to close; saying it again changes nothing. A client that does not even read this is cut off."""
        if self._farewell is None:
            # Nothing is taken after this moment: the reason may say what was sent last.
            if self._outgoing:
                self._outgoing.wire = None
            if self._writer:
                self._writer.cancel()
            self._farewell = asyncio.create_task(self._say_farewell(code, reason, last_words))

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
            return  # the client has gone, and the reader hears of it

    async def _say_farewell(self, code: int, reason: str, last_words: Sequence[str]) -> None:
        short = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
        try:
            async with asyncio.timeout(_LAST_WORDS):
                # What the writer had taken counts as sent where the client is told from where to resume.
                for text in (*filter(None, [self._sending]), *last_words):
                    await self._send({"type": "websocket.send", "text": text})
                await self._send({"type": "websocket.close", "code": code, "reason": short})
        except (TimeoutError, OSError, RuntimeError):
            self._cut = True
            if self._reader:
                self._reader.cancel()
