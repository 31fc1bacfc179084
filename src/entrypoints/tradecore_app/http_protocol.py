"""HTTP connections of the server: uvicorn's protocol, with bounds on what of a request arrives too slowly.

Uvicorn has none. A header without an end would be collected for ever, at a cost that grows with the square of its
length and stops the event loop, and a connection that sends half a request would stay open.
"""

import asyncio
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEADER_BYTES = 65_536
"""Bytes of a request line and its headers. More of them are answered with 431, and the connection is closed."""
HEADER_SECONDS = 10.0
"""Seconds for a request line and its headers to arrive. Later ones are answered with 408."""
BODY_SECONDS = 15.0
"""Seconds for a body to arrive, after which the connection is closed. The API answers with 408 before that."""
MAX_UNREAD_BYTES = 1024 * 1024
"""Bytes of a body that are received after its response, to be dropped. After more, the connection is closed."""

_TOO_LARGE = (431, "Request Header Fields Too Large", "The headers of a request have at most 64 KiB.")
_TOO_SLOW = (408, "Request Timeout", "The headers of the request did not arrive within 10 seconds.")

log = structlog.get_logger("tradecore.http")


def log_dropped(client: tuple[str, int] | None, status: int | None = None) -> None:
    """Log a connection that is closed because its request cannot be read, with the status of the answer if any."""
    log.info("request_dropped", address=client[0] if client else None, status=status)


class BoundedHttpProtocol(HttpToolsProtocol):
    """One connection. The application bounds bodies that it reads, and uvicorn's keep-alive bounds idle connections."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._header_bytes = 0
        self._header_timer: asyncio.TimerHandle | None = None
        self._body_arriving = False
        self._body_timer: asyncio.TimerHandle | None = None
        self._unread_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Give a new connection the time of one request's headers to send any."""
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn narrows the type of the transport
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._cancel_timers()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what arrived, and end the connection when that leaves headers or an unread body that are too long."""
        if self._header_timer is None and not self._body_arriving and self._between_requests():
            self._await_headers()
        super().data_received(data)
        if self._header_timer is not None:
            self._header_bytes += len(data)
            if self._header_bytes > MAX_HEADER_BYTES:
                self._refuse(*_TOO_LARGE)
        elif self._body_arriving:
            self._bound_body(len(data))

    def on_headers_complete(self) -> None:
        """See the parser. The headers arrived in time."""
        self._cancel_timers()
        super().on_headers_complete()
        self._body_arriving, self._unread_bytes = True, 0

    def on_message_complete(self) -> None:
        """See the parser. The body arrived in time."""
        self._cancel_timers()
        self._body_arriving = False
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to the WebSocket protocol, which has timers of its own."""
        self._cancel_timers()
        self._body_arriving = False
        super().handle_websocket_upgrade()

    def _between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _await_headers(self) -> None:
        self._header_bytes = 0
        self._header_timer = self.loop.call_later(HEADER_SECONDS, self._refuse, *_TOO_SLOW)

    def _bound_body(self, size: int) -> None:
        """Count bytes of a body that is not complete. Most bodies come with their headers and need no timer."""
        if self._body_timer is None:
            self._body_timer = self.loop.call_later(BODY_SECONDS, self._close_late_body)
        if self.cycle.response_complete:
            self._unread_bytes += size
            if self._unread_bytes > MAX_UNREAD_BYTES:
                self._close_late_body()

    def _close_late_body(self) -> None:
        self._cancel_timers()
        if not self.transport.is_closing():
            log_dropped(self.client)
            self.transport.close()

    def _cancel_timers(self) -> None:
        for timer in (self._header_timer, self._body_timer):
            if timer is not None:
                timer.cancel()
        self._header_timer = self._body_timer = None

    def _refuse(self, status: int, reason: str, sentence: str) -> None:
        self._cancel_timers()
        if self.transport.is_closing():
            return
        log_dropped(self.client, status)
        body = sentence.encode("ascii")
        self.transport.write(
            f"HTTP/1.1 {status} {reason}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n".encode("ascii")
            + body
        )
        self.transport.close()
