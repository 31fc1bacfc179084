"""Raw WebSockets: one text frame per message in both directions."""

import asyncio

from tradecore_adapters.websocket.attendant import Attendant
from tradecore_adapters.websocket.conversation import MALFORMED, Conversation, RawDialect
from tradecore_adapters.websocket.guests import Guest
from tradecore_adapters.websocket.messages import frame, json_text
from tradecore_adapters.websocket.wire import Connection

_DIALECT = RawDialect()


class RawSocket(Guest):
    """One client on a WebSocket of its own."""

    def __init__(self, connection: Connection) -> None:
        """A handshake that has not been answered yet."""
        super().__init__()
        self._connection = connection
        self._ended = asyncio.Event()

    async def serve(self, attendant: Attendant, token: str | None, subprotocol: str | None) -> None:
        """Talk until either side has enough. `token` is what the handshake brought along. Raises TooMany."""
        attendant.guests.enter(self)
        conversation = Conversation(_DIALECT, signed_in=False)
        try:
            async with self._connection as connection:
                await connection.accept(subprotocol)
                connection.write(self.outgoing)
                if token is not None:
                    await attendant.hear(self, conversation, frame("authenticate", json_text({"token": token})))
                while (heard := await connection.hear()) is not None:
                    if isinstance(heard, bytes):
                        self.hang_up(MALFORMED, "Messages are text frames, not binary ones.")
                    else:
                        await attendant.hear(self, conversation, heard)
        finally:
            attendant.guests.leave(self)
            self._ended.set()

    def hang_up(self, code: int, reason: str) -> None:
        """Say so in a close frame; cut the connection when even that cannot be delivered."""
        self._connection.close(code, reason)

    async def gone(self) -> None:
        """Return once the client has let go."""
        await self._ended.wait()
