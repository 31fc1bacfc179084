"""The session runner: carries out the effects of a conversation, for any transport."""

from collections.abc import Iterable

from tradecore.model.errors import NotAuthenticated, Refusal
from tradecore.ports.ambient import Now
from tradecore_adapters.websocket.connections import LiveConnection, LiveConnections
from tradecore_adapters.websocket.conversation import (
    Authenticate,
    CloseConnection,
    Conversation,
    Effect,
    SendText,
    Subscribe,
    SubscribeUser,
    Unsubscribe,
)
from tradecore_adapters.websocket.hub import Hub


class SessionRunner:
    """Runs the conversations of all connections of one process."""

    def __init__(self, hub: Hub, connections: LiveConnections, now: Now) -> None:
        """`hub` provides events, `connections` authenticates."""
        self.hub = hub
        self.connections = connections
        self.now = now

    async def receive(
        self, connection: LiveConnection, conversation: Conversation, text: str, ack: int | None = None
    ) -> None:
        """Carry out one message of a client; `ack` is the acknowledgement id that the reply carries."""
        await self._run(connection, conversation, conversation.receive(text, at=self.now(), ack=ack))

    async def _run(self, connection: LiveConnection, conversation: Conversation, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case SendText(text):
                    connection.outgoing.send(text)
                case CloseConnection(code, reason):
                    connection.close(code, reason)
                case Unsubscribe(analysis):
                    connection.outgoing.unsubscribe(conversation, analysis)
                case Authenticate(token, ack):
                    await self._authenticate(connection, conversation, token, ack)
                case Subscribe():
                    await self._subscribe(connection, conversation, effect)
                case SubscribeUser():
                    await self._subscribe_user(connection, conversation, effect)

    async def _authenticate(
        self, connection: LiveConnection, conversation: Conversation, token: str, ack: int | None
    ) -> None:
        try:
            await self.connections.authenticate(connection, token)
        except Refusal as refusal:
            effects = conversation.refuse(refusal, "", ack, at=self.now())
        else:
            effects = conversation.authenticated(ack)
        await self._run(connection, conversation, effects)

    async def _subscribe(self, connection: LiveConnection, conversation: Conversation, request: Subscribe) -> None:
        id, ack = request.analysis, request.ack
        try:
            if connection.caller is None:
                raise NotAuthenticated("Sign in first.")
            snapshot = await self.hub.open(id, request.since, by=connection.caller, steps=request.steps)
        except Refusal as refusal:
            await self._run(connection, conversation, conversation.refuse(refusal, id, ack, at=self.now()))
            return
        # Nothing is awaited between the snapshot and the subscription, so no event falls between them.
        for effect in conversation.subscribed(snapshot.analysis, snapshot.seq, ack):
            if isinstance(effect, SendText):
                connection.outgoing.send(effect.text)
        connection.outgoing.subscribe(conversation, snapshot.buffer, request.since, snapshot.start)
        if not self.connections.is_open(connection):
            # The connection ended during the lookup, so nothing else would remove its subscription.
            connection.outgoing.unsubscribe_all()

    async def _subscribe_user(
        self, connection: LiveConnection, conversation: Conversation, request: SubscribeUser
    ) -> None:
        try:
            if connection.caller is None:
                raise NotAuthenticated("Sign in first.")
            since = await self.hub.user_start(request.since, by=connection.caller)
        except Refusal as refusal:
            await self._run(connection, conversation, conversation.refuse(refusal, "", request.ack, at=self.now()))
            return
        for effect in conversation.user_subscribed(since, request.ack):
            if isinstance(effect, SendText):
                connection.outgoing.send(effect.text)
        self.follow_user(connection, conversation, since, steps=request.steps)

    def follow_user(self, connection: LiveConnection, conversation: Conversation, since: int, *, steps: bool) -> None:
        """Send all events of the caller of a connection after position `since`, in place of an earlier subscription.

        With `steps`, the steps of agents come among them.
        """
        if connection.caller is None or not self.connections.is_open(connection):
            return
        connection.outgoing.unsubscribe(conversation, None)
        buffer = self.hub.open_user(since, by=connection.caller, steps=steps)
        connection.outgoing.subscribe(conversation, buffer, since, 0)
