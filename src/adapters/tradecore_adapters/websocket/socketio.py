"""Socket.IO: sessions over long polling, over a WebSocket, or first one and then the other."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from tradecore.model.errors import Invalid, NotSignedIn, Refusal
from tradecore.ports.ambient import NewId
from tradecore_adapters.websocket import packets
from tradecore_adapters.websocket.attendant import Attendant
from tradecore_adapters.websocket.conversation import (
    FLOODING,
    GOING_AWAY,
    MALFORMED,
    NOT_SIGNED_IN,
    TRY_LATER,
    Conversation,
    Garbled,
    parse,
)
from tradecore_adapters.websocket.guests import Guest
from tradecore_adapters.websocket.messages import code_of, json_text, refused
from tradecore_adapters.websocket.packets import SEPARATOR, SocketIoDialect, write
from tradecore_adapters.websocket.wire import Connection

# The documented URL ends in /ws, and `io(url)` takes a path for a namespace.
NAMESPACES = ("/", "/ws")
# A longer packet is refused, whatever carries it, in bytes.
MAX_PAYLOAD = 64 * 1024
_DIALECTS = {each: SocketIoDialect(each) for each in NAMESPACES}
# How often one session may join or leave a namespace, and how many texts one long poll is answered with.
_MOST_CONNECTS = 100
_MOST_AT_ONCE = 1000
# How long a client may take from its probe to its upgrade, in seconds.
_UPGRADE = 10.0


class Session(Guest):
    """One Socket.IO client, through all its requests and sockets."""

    def __init__(
        self,
        sid: str,
        attendant: Attendant,
        new_id: NewId,
        token: str | None,
        heartbeat: float,
        end: Callable[[str], None],
    ) -> None:
        """`token` came in the query; `end` is told the sid when the session is over."""
        super().__init__()
        self.sid = sid
        self._attendant = attendant
        self._new_id = new_id
        self._query_token = token
        self._heartbeat = heartbeat
        self._end = end
        self._conversations: dict[str, Conversation] = {}
        self._connects = 0
        self._connection: Connection | None = None
        self._polled = False
        self._upgrading = False
        self._farewell: list[str] | None = None
        self._over = asyncio.Event()
        attendant.guests.enter(self)
        self._timer = asyncio.get_running_loop().call_later(heartbeat, self._ping)
        self._pinged = False

    @property
    def upgraded(self) -> bool:
        """Whether a WebSocket carries it."""
        return self._connection is not None

    def opening(self, *, upgrades: bool) -> str:
        """The packet that every session begins with."""
        beat = round(self._heartbeat * 1000)
        body = {
            "sid": self.sid,
            "upgrades": ["websocket"] if upgrades else [],
            "pingInterval": beat,
            "pingTimeout": beat,
            "maxPayload": MAX_PAYLOAD,
        }
        return packets.OPEN + json_text(body)

    async def serve(self, connection: Connection) -> None:
        """Talk over a WebSocket from the beginning."""
        try:
            async with connection:
                await connection.accept()
                await connection.say(self.opening(upgrades=False))
                await self._talk(connection)
        finally:
            self._finish()

    async def upgrade(self, connection: Connection) -> None:
        """Move from long polling to a WebSocket, or stay where it is if the client thinks better of it."""
        async with connection:
            await connection.accept()
            if self._upgrading or self.upgraded or not await self._probed(connection):
                connection.close(GOING_AWAY, "This upgrade was not completed.")
                return
            try:
                await self._talk(connection)
            finally:
                self._finish()

    async def poll(self) -> str | None:
        """What is waiting, as soon as there is something; None if it is being polled already."""
        if self._polled:
            self.hang_up(MALFORMED, "Two polls at once.")
            return None
        self._polled = True
        try:
            while True:
                texts = self._drain()
                if texts:
                    return SEPARATOR.join(texts)
                if self._farewell is not None:
                    self._finish()
                    return SEPARATOR.join([*self._farewell, packets.CLOSE])
                if self._upgrading or self.upgraded:
                    return packets.NOOP
                await self.outgoing.wait()
        finally:
            self._polled = False

    async def hear(self, text: str) -> None:
        """Act on one Engine.IO packet."""
        kind, data = text[:1], text[1:]
        if kind == packets.MESSAGE:
            try:
                await self._hear_message(data)
            except Garbled as error:
                self.hang_up(MALFORMED, str(error))
        elif kind == packets.PONG and self._pinged:
            self._pinged = False
            self._again(self._ping)
        elif kind == packets.CLOSE:
            self._finish()
        else:
            self.hang_up(MALFORMED, "This is no Engine.IO packet of protocol 4 that a client sends here.")

    def hang_up(self, code: int, reason: str) -> None:
        """End the session. Clients come back by themselves, except where they have to sign in first."""
        if self._over.is_set() or self._farewell is not None:
            return
        self._farewell = []
        if code == NOT_SIGNED_IN:
            for namespace in self._conversations:
                self._farewell += _DIALECTS[namespace].refuse(refused(NotSignedIn(reason), "", at=self._now()), None)
                self._farewell.append(write(packets.DISCONNECT, namespace))
        self.outgoing.leave_all()
        if self._connection:
            self._connection.close(code, reason, self._farewell)
        elif self._polled:
            self.outgoing.wake()
        else:
            # Nobody is there to be told; a poll that comes now finds no session.
            self._finish()

    async def gone(self) -> None:
        """Return once the session is over."""
        await self._over.wait()

    def _now(self) -> datetime:
        return self._attendant.now()

    def _drain(self) -> list[str]:
        texts: list[str] = []
        while len(texts) < _MOST_AT_ONCE and (text := self.outgoing.take()) is not None:
            texts.append(text)
        return texts

    async def _probed(self, connection: Connection) -> bool:
        """Whether the client has seen that the WebSocket works, and wants to use it from now on."""
        try:
            async with asyncio.timeout(_UPGRADE):
                if await connection.hear() != packets.PING + packets.PROBE:
                    return False
                await connection.say(packets.PONG + packets.PROBE)
                # The poll under way has to end before the client goes on.
                self._upgrading = True
                self.outgoing.wake()
                return await connection.hear() == packets.UPGRADE and not self._over.is_set()
        except TimeoutError:
            return False
        finally:
            self._upgrading = False

    async def _talk(self, connection: Connection) -> None:
        self._connection = connection
        connection.write(self.outgoing)
        while not self._over.is_set() and (heard := await connection.hear()) is not None:
            if isinstance(heard, bytes):
                self.hang_up(MALFORMED, "Nothing documented here is binary.")
            else:
                await self.hear(heard)

    async def _hear_message(self, text: str) -> None:
        packet = packets.read(text)
        conversation = self._conversations.get(packet.namespace)
        if packet.kind == packets.CONNECT:
            await self._connect(packet.namespace, packet.payload)
        elif packet.kind == packets.EVENT and conversation:
            await self._attendant.hear(self, conversation, packet.payload, packet.ack)
        elif packet.kind == packets.DISCONNECT:
            if conversation:
                del self._conversations[packet.namespace]
                self.outgoing.leave_all(conversation)
        else:
            raise Garbled("Connect to the namespace first.")

    async def _connect(self, namespace: str, payload: str) -> None:
        self._connects += 1
        if self._connects > _MOST_CONNECTS:
            self.hang_up(FLOODING, "Too many connections to namespaces.")
            return
        try:
            if namespace not in NAMESPACES:
                raise Invalid("There is no such namespace.")
            await self._attendant.guests.sign_in(self, self._token(payload))
        except Refusal as refusal:
            body = {"message": str(refusal), "data": {"code": code_of(refusal)}}
            self.outgoing.say(write(packets.CONNECT_ERROR, namespace, json_text(body)))
            return
        if namespace not in self._conversations:
            self._conversations[namespace] = Conversation(_DIALECTS[namespace], signed_in=True)
        self.outgoing.say(write(packets.CONNECT, namespace, json_text({"sid": self._new_id()})))

    def _token(self, payload: str) -> str:
        given = parse(payload) if payload else None
        token = given.get("token") if isinstance(given, Mapping) else None
        if token is None:
            token = self._query_token
        if not isinstance(token, str) or not token:
            raise NotSignedIn("Connect with your access token: io(url, {auth: {token}}).")
        return token

    def _again(self, call: Callable[[], None]) -> None:
        self._timer.cancel()
        if not self._over.is_set():
            self._timer = asyncio.get_running_loop().call_later(self._heartbeat, call)

    def _ping(self) -> None:
        self._pinged = True
        self.outgoing.say(packets.PING)
        self._again(self._missed)

    def _missed(self) -> None:
        self.hang_up(TRY_LATER, "No answer to a ping.")

    def _finish(self) -> None:
        if self._over.is_set():
            return
        self._over.set()
        self._timer.cancel()
        if self._farewell is None:
            self._farewell = []
        if self._connection:
            self._connection.close(1000, "")
        self.outgoing.wake()
        self._attendant.guests.leave(self)
        self._end(self.sid)
