"""uvicorn's WebSocket protocol, changed to disconnect peers that do not read."""

from asyncio import BaseTransport
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from tradecore_adapters.websocket.asgi import DIRECT_WRITER
from tradecore_app.http_protocol import log_dropped

# How long buffered data may wait for a slow peer once the connection is closing, in seconds.
_LINGER = 5.0
# The send buffer of the kernel per peer, in bytes; Linux doubles it for its bookkeeping.
_KERNEL_BUFFER = 128 * 1024


class WebSockets(WebSocketsSansIOProtocol):
    """Aborts connections that do not close in time; an asyncio transport waits until its peer has read everything."""

    def connection_made(self, transport: BaseTransport) -> None:
        """Bound the send buffer of the kernel, which may otherwise grow to megabytes for a peer that does not read."""
        super().connection_made(transport)
        if peer := transport.get_extra_info("socket"):
            peer.setsockopt(SOL_SOCKET, SO_SNDBUF, _KERNEL_BUFFER)

    def data_received(self, data: bytes) -> None:
        """Take in what arrived; a handshake that cannot be read is refused, where uvicorn would leave it open."""
        super().data_received(data)
        if self.conn.handshake_exc is None or self.handshake_initiated or self.close_sent:
            return
        # Nothing is to be sent where the handshake is no HTTP request at all.
        refusal = b"".join(self.conn.data_to_send())
        self.transport.write(refusal or self.conn.reject(400, "The handshake cannot be read.\n").serialize())
        log_dropped(self.client)
        self.close_sent = self.handshake_complete = True
        self.transport.close()

    def handle_connect(self, event: Request) -> None:
        """Begin a handshake, or log that it is refused: the application never sees it then."""
        super().handle_connect(event)
        if self.response.status_code != 101:
            log_dropped(self.client, self.response.status_code)

    async def run_asgi(self) -> None:
        """Serve the connection, then close it or, five seconds later, abort it."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[DIRECT_WRITER] = self
        await super().run_asgi()
        self.loop.call_later(_LINGER, self.transport.abort)

    async def send(self, message: Any) -> None:
        """Send a message of the application; a refused handshake is complete with its body.

        Uvicorn would log an error for it, which anybody could cause.
        """
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True

    def send_receive_event_to_app(self) -> None:
        """Hand a message to the application; text that is not UTF-8 closes the connection with 1007.

        Uvicorn would log a traceback for it, which anybody could cause.
        """
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.conn.send_close(1007)
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    @property
    def ready(self) -> bool:
        """Whether a text can be written at once: the peer reads, and the connection is not closing."""
        return self.writable.is_set() and not self.close_sent and not self.transport.is_closing()

    def write(self, text: str) -> None:
        """Write one text frame, without extensions (RFC 6455, 5.2)."""
        data = text.encode()
        size = len(data)
        if size < 126:
            head = bytes((0x81, size))
        elif size < 65536:
            head = b"\x81\x7e" + size.to_bytes(2, "big")
        else:
            head = b"\x81\x7f" + size.to_bytes(8, "big")
        self.transport.write(head + data)

    def keepalive_timeout(self) -> None:
        """Abort the connection: a peer that does not answer a ping does not read a close frame either."""
        super().keepalive_timeout()
        self.transport.abort()

    def shutdown(self) -> None:
        """Shut down as uvicorn does, and abort the connection five seconds later."""
        super().shutdown()
        self.loop.call_later(_LINGER, self.transport.abort)


def websocket_settings() -> dict[str, Any]:
    """uvicorn's WebSocket settings: messages up to 64 KiB, no compression, silent peers closed within 20 seconds."""
    return {
        "ws": WebSockets,
        "ws_max_size": 64 * 1024,
        "ws_per_message_deflate": False,
        "ws_ping_interval": 10.0,
        "ws_ping_timeout": 10.0,
    }
