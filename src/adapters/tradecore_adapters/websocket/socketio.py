"""Socket.IO sessions: over long polling, over a WebSocket, or upgraded from the first to the second."""

import asyncio
from collections.abc import Callable, Mapping

from tradecore.model.errors import Invalid, NotAuthenticated, Refusal
from tradecore.ports.ambient import NewId
from tradecore_adapters.caller_text import caller_text
from tradecore_adapters.websocket import packets
from tradecore_adapters.websocket.asgi import WebSocket
from tradecore_adapters.websocket.connections import LiveConnection
from tradecore_adapters.websocket.conversation import (
    FLOODING,
    GOING_AWAY,
    MALFORMED,
    TRY_LATER,
    Conversation,
    MalformedMessage,
    decode_json,
)
from tradecore_adapters.websocket.messages import code_of, json_text
from tradecore_adapters.websocket.packets import SEPARATOR, SocketIoCodec, write
from tradecore_adapters.websocket.session_runner import SessionRunner

# The documented URL ends in /ws, and `io(url)` takes a path for a namespace.
NAMESPACES = ("/", "/ws")
# The longest packet over any transport, in bytes.
MAX_PAYLOAD = 64 * 1024
_CODECS = {namespace: SocketIoCodec(namespace) for namespace in NAMESPACES}
# How many times one session may connect to a namespace, and how many texts one long poll returns.
_MAX_CONNECTS = 100
_MAX_TEXTS_PER_POLL = 1000
# How long a client may take from its probe to its upgrade, in seconds.
_UPGRADE_TIMEOUT = 10.0


class Session(LiveConnection):
    """One Socket.IO client over all of its requests and WebSockets."""

    def __init__(
        self,
        sid: str,
        runner: SessionRunner,
        new_id: NewId,
        token: str | None,
        heartbeat: float,
        on_end: Callable[[str], None],
    ) -> None:
        """`token` is that of the headers or the query of its first request, for clients that connect without one.

        `heartbeat` is in seconds; `on_end` is called with the session id at the end.

        Raises RateLimited where no further session is admitted.
        """
        super().__init__()
        self.sid = sid
        self._runner = runner
        self._new_id = new_id
        self._request_token = token
        self._heartbeat = heartbeat
        self._on_end = on_end
        self._conversations: dict[str, Conversation] = {}
        self._connects = 0
        self._socket: WebSocket | None = None
        self._polling = False
        self._upgrading = False
        self._closing = False
        self._ended = asyncio.Event()
        runner.connections.add(self)
        self._timer = asyncio.get_running_loop().call_later(heartbeat, self._ping)
        self._awaiting_pong = False

    @property
    def upgraded(self) -> bool:
        """Whether the session runs over a WebSocket."""
        return self._socket is not None

    def open_packet(self, *, upgrades: bool) -> str:
        """The packet that begins every session; `upgrades` offers a WebSocket."""
        milliseconds = round(self._heartbeat * 1000)
        body = {
            "sid": self.sid,
            "upgrades": ["websocket"] if upgrades else [],
            "pingInterval": milliseconds,
            "pingTimeout": milliseconds,
            "maxPayload": MAX_PAYLOAD,
        }
        return packets.OPEN + json_text(body)

    async def serve(self, socket: WebSocket) -> None:
        """Run a session that begins on a WebSocket."""
        try:
            async with socket:
                await socket.accept()
                await socket.send(self.open_packet(upgrades=False))
                await self._run(socket)
        finally:
            self._finish()

    async def upgrade(self, socket: WebSocket) -> None:
        """Move from long polling to a WebSocket, unless the client does not complete the upgrade."""
        async with socket:
            await socket.accept()
            if self._upgrading or self.upgraded or not await self._probe(socket):
                socket.close(GOING_AWAY, "This upgrade was not completed.")
                return
            try:
                await self._run(socket)
            finally:
                self._finish()

    async def poll(self) -> str | None:
        """The packets to send, once there are any; None where the session ends, as it does by a second poll at once."""
        if self._polling:
            self.close(MALFORMED, "Two polls at once.")
            return None
        self._polling = True
        try:
            while True:
                texts = self._drain()
                if texts:
                    return SEPARATOR.join(texts)
                if self._closing:
                    self._finish()
                    return None
                if self._upgrading or self.upgraded:
                    return packets.NOOP
                await self.outgoing.wait()
        finally:
            self._polling = False

    async def receive(self, text: str) -> None:
        """Handle one Engine.IO packet of the client."""
        kind, data = text[:1], text[1:]
        if kind == packets.MESSAGE:
            try:
                await self._receive_message(data)
            except MalformedMessage as error:
                self.close(MALFORMED, str(error))
        elif kind == packets.PONG and self._awaiting_pong:
            self._awaiting_pong = False
            self._restart_timer(self._ping)
        elif kind == packets.CLOSE:
            self._finish()
        else:
            self.close(MALFORMED, "This is no Engine.IO packet of protocol 4 that a client sends here.")

    def close(self, code: int, reason: str) -> None:
        """End the session by ending its transport, so that clients reconnect by themselves.

        No client does after a DISCONNECT packet, nor that of python-socketio after a CLOSE packet, so neither is sent.
        A client comes back with the token that its `auth` callback gives it then, or is refused by a CONNECT_ERROR.
        """
        if self._ended.is_set() or self._closing:
            return
        self._closing = True
        self.outgoing.unsubscribe_all()
        if self._socket:
            self._socket.close(code, reason)
        elif self._polling:
            self.outgoing.wake()
        else:
            # No request is open to answer; the next poll finds no session.
            self._finish()

    async def wait_closed(self) -> None:
        """Return once the session has ended."""
        await self._ended.wait()

    def _drain(self) -> list[str]:
        texts: list[str] = []
        while len(texts) < _MAX_TEXTS_PER_POLL and (text := self.outgoing.take()) is not None:
            texts.append(text)
        return texts

    async def _probe(self, socket: WebSocket) -> bool:
        """Answer the client's probe of a WebSocket; whether it then upgrades."""
        try:
            async with asyncio.timeout(_UPGRADE_TIMEOUT):
                if await socket.receive() != packets.PING + packets.PROBE:
                    return False
                await socket.send(packets.PONG + packets.PROBE)
                # The client continues once its open poll has ended.
                self._upgrading = True
                self.outgoing.wake()
                return await socket.receive() == packets.UPGRADE and not self._ended.is_set()
        except TimeoutError:
            return False
        finally:
            self._upgrading = False

    async def _run(self, socket: WebSocket) -> None:
        self._socket = socket
        socket.start_writer(self.outgoing)
        while not self._ended.is_set() and (message := await socket.receive()) is not None:
            if isinstance(message, bytes):
                self.close(MALFORMED, "Nothing documented here is binary.")
            else:
                await self.receive(message)

    async def _receive_message(self, text: str) -> None:
        packet = packets.parse(text)
        conversation = self._conversations.get(packet.namespace)
        if packet.kind == packets.CONNECT:
            await self._connect(packet.namespace, packet.payload)
        elif packet.kind == packets.EVENT and conversation:
            await self._runner.receive(self, conversation, packet.payload, packet.ack)
        elif packet.kind == packets.DISCONNECT:
            if conversation:
                del self._conversations[packet.namespace]
                self.outgoing.unsubscribe_all(conversation)
        else:
            raise MalformedMessage("Connect to the namespace first.")

    async def _connect(self, namespace: str, payload: str) -> None:
        self._connects += 1
        if self._connects > _MAX_CONNECTS:
            self.close(FLOODING, "Too many connections to namespaces.")
            return
        try:
            if namespace not in NAMESPACES:
                raise Invalid("There is no such namespace.")
            await self._runner.connections.authenticate(self, self._token(payload))
        except Refusal as refusal:
            body = {"message": caller_text(str(refusal)), "data": {"code": code_of(refusal)}}
            self.outgoing.send(write(packets.CONNECT_ERROR, namespace, json_text(body)))
            return
        if namespace not in self._conversations:
            self._conversations[namespace] = Conversation(_CODECS[namespace], signed_in=True)
        self.outgoing.send(write(packets.CONNECT, namespace, json_text({"sid": self._new_id()})))

    def _token(self, payload: str) -> str:
        auth = decode_json(payload) if payload else None
        token = auth.get("token") if isinstance(auth, Mapping) else None
        if token is None:
            token = self._request_token
        if not isinstance(token, str) or not token:
            raise NotAuthenticated("Connect with your access token: io(url, {auth: {token}}).")
        return token

    def _restart_timer(self, call: Callable[[], None]) -> None:
        self._timer.cancel()
        if not self._ended.is_set():
            self._timer = asyncio.get_running_loop().call_later(self._heartbeat, call)

    def _ping(self) -> None:
        self._awaiting_pong = True
        self.outgoing.send(packets.PING)
        self._restart_timer(self._pong_missing)

    def _pong_missing(self) -> None:
        self.close(TRY_LATER, "No answer to a ping.")

    def _finish(self) -> None:
        if self._ended.is_set():
            return
        self._ended.set()
        self._timer.cancel()
        self._closing = True
        if self._socket:
            self._socket.close(1000, "")
        self.outgoing.wake()
        self._runner.connections.remove(self)
        self._on_end(self.sid)
