"""The raw WebSocket: one text frame per message in both directions."""

import asyncio

from tradecore_adapters.websocket.asgi import WebSocket
from tradecore_adapters.websocket.connections import LiveConnection
from tradecore_adapters.websocket.conversation import MALFORMED, Conversation, RawCodec
from tradecore_adapters.websocket.messages import frame, json_text
from tradecore_adapters.websocket.session_runner import SessionRunner

_CODEC = RawCodec()


class RawSocket(LiveConnection):
    """One client on a raw WebSocket."""

    def __init__(self, socket: WebSocket) -> None:
        """`socket` has not answered its handshake yet."""
        super().__init__()
        self._socket = socket
        self._closed = asyncio.Event()

    async def serve(self, runner: SessionRunner, token: str | None, subprotocol: str | None) -> None:
        """Serve the client until either side closes.

        `token` and `subprotocol` come from the handshake. Raises RateLimited where no further connection is admitted.
        """
        runner.connections.add(self)
        conversation = Conversation(_CODEC, signed_in=False)
        try:
            async with self._socket as socket:
                await socket.accept(subprotocol)
                socket.start_writer(self.outgoing)
                if token is not None:
                    await runner.receive(self, conversation, frame("authenticate", json_text({"token": token})))
                while (message := await socket.receive()) is not None:
                    if isinstance(message, bytes):
                        self.close(MALFORMED, "Messages are text frames, not binary ones.")
                    else:
                        await runner.receive(self, conversation, message)
        finally:
            runner.connections.remove(self)
            self._closed.set()

    def close(self, code: int, reason: str) -> None:
        """Begin to close with a close frame; a client that does not read it is disconnected."""
        self._socket.close(code, reason)

    async def wait_closed(self) -> None:
        """Return once the connection is closed."""
        await self._closed.wait()
