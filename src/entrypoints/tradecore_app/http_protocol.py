"""HTTP connections of the server: uvicorn's protocol, with bounds on the headers of a request while they arrive.

Uvicorn has neither. A header without an end would be collected for ever, at a cost that grows with the square of its
length and stops the event loop, and a connection that sends half a request would stay open.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEADER_BYTES = 65_536
"""Bytes of a request line and its headers. More of them are answered with 431, and the connection is closed."""
HEADER_SECONDS = 10.0
"""Seconds for a request line and its headers to arrive. Later ones are answered with 408."""

_TOO_LARGE = (431, "Request Header Fields Too Large", "The headers of a request have at most 64 KiB.")
_TOO_SLOW = (408, "Request Timeout", "The headers of the request did not arrive within 10 seconds.")


class BoundedHttpProtocol(HttpToolsProtocol):
    """One connection. Bodies are bounded by the application, idle connections by uvicorn's keep-alive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._header_bytes = 0
        self._header_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Give a new connection the time of one request's headers to send any."""
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn narrows the type of the transport
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._cancel_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what arrived, and end the connection when that leaves headers that are too long."""
        if self._header_timer is None and self._between_requests():
            self._await_headers()
        super().data_received(data)
        if self._header_timer is not None:
            self._header_bytes += len(data)
            if self._header_bytes > MAX_HEADER_BYTES:
                self._refuse(*_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """See the parser. The headers arrived in time."""
        self._cancel_timer()
        super().on_headers_complete()

    def _between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _await_headers(self) -> None:
        self._header_bytes = 0
        self._header_timer = self.loop.call_later(HEADER_SECONDS, self._refuse, *_TOO_SLOW)

    def _cancel_timer(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _refuse(self, status: int, reason: str, sentence: str) -> None:
        self._cancel_timer()
        if self.transport.is_closing():
            return
        body = sentence.encode("ascii")
        self.transport.write(
            f"HTTP/1.1 {status} {reason}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n".encode("ascii")
            + body
        )
        self.transport.close()
