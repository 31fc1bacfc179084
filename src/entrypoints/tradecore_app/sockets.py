"""uvicorn's WebSockets, made to let go of peers that do not read."""

from asyncio import BaseTransport
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from tradecore_adapters.websocket.wire import WIRE

# How long what was written last may wait for its reader once a connection is to end, in seconds.
_LINGER = 5.0
# What the kernel may hold for one peer, in bytes; Linux takes twice as much, for its own needs.
_KERNEL_BUFFER = 128 * 1024


class WebSockets(WebSocketsSansIOProtocol):
    """Closing an asyncio transport waits until its buffer was sent, which such a peer can put off for ever."""

    def connection_made(self, transport: BaseTransport) -> None:
        """Keep the kernel from putting megabytes aside for a peer that does not read."""
        super().connection_made(transport)
        if peer := transport.get_extra_info("socket"):
            peer.setsockopt(SOL_SOCKET, SO_SNDBUF, _KERNEL_BUFFER)

    async def run_asgi(self) -> None:
        """Serve, then end the connection one way or the other."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[WIRE] = self
        await super().run_asgi()
        self.loop.call_later(_LINGER, self.transport.abort)

    @property
    def ready(self) -> bool:
        """Whether a text can be sent at once: the peer reads what it is sent, and nobody is closing."""
        return self.writable.is_set() and not self.close_sent and not self.transport.is_closing()

    def write(self, text: str) -> None:
        """Send one text frame; without extensions it is the same bytes for every client (RFC 6455, 5.2)."""
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
        """A peer that answers no ping reads no close frame either."""
        super().keepalive_timeout()
        self.transport.abort()

    def shutdown(self) -> None:
        """As uvicorn does, and not a moment longer than promised."""
        super().shutdown()
        self.loop.call_later(_LINGER, self.transport.abort)


def websocket_settings() -> dict[str, Any]:
    """How uvicorn is to speak WebSocket: small messages, uncompressed, silent peers noticed within 20 seconds."""
    return {
        "ws": WebSockets,
        "ws_max_size": 64 * 1024,
        "ws_per_message_deflate": False,
        "ws_ping_interval": 10.0,
        "ws_ping_timeout": 10.0,
    }
