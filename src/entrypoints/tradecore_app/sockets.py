"""uvicorn's WebSocket protocol, changed to disconnect peers that do not read."""

from asyncio import BaseTransport
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from tradecore_adapters.websocket.asgi import DIRECT_WRITER

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

    async def run_asgi(self) -> None:
        """Serve the connection, then close it or, five seconds later, abort it."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[DIRECT_WRITER] = self
        await super().run_asgi()
        self.loop.call_later(_LINGER, self.transport.abort)

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
