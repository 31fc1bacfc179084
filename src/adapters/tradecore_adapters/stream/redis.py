"""A stream over Redis: every process hears one channel, and hands what it hears to those who listen there."""

import hmac
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from tradecore.model.change import Event
from tradecore.model.ids import Topic
from tradecore.ports.stream import Subscription
from tradecore_adapters.redis_server import Hearing, RedisServer
from tradecore_adapters.stream.memory import MemoryStream

_CHANNEL = "tradecore:facts"
_SIGNATURE = 32


class RedisStream:
    """Carries events between processes. What is lost while Redis is away, listeners find in the store.

    Messages are signed: who can write to Redis but does not know the installation's secret cannot invent an event.
    """

    def __init__(
        self,
        address: str,
        secrets: Sequence[str],
        *,
        encode: Callable[[Event], bytes],
        decode: Callable[[bytes], Event],
    ) -> None:
        """The first secret signs, all of them are believed. `decode` raises ValueError for what it does not know."""
        # A key of its own, so that nothing signed here passes for something signed elsewhere.
        self._keys = [hmac.digest(secret.encode(), b"tradecore stream", "sha256") for secret in secrets]
        self._encode = encode
        self._decode = decode
        self._local = MemoryStream()
        self._server = RedisServer(address)
        self._hearing = Hearing(self._server, _CHANNEL, self._heard)

    async def __aenter__(self) -> "RedisStream":
        """Listen."""
        await self._hearing.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Listen no more."""
        await self._hearing.__aexit__(*exc)

    async def publish(self, event: Event) -> None:
        """Sign and send. Raises Unavailable within a quarter of a second."""
        body = self._encode(event)
        await self._server.ask(lambda client: client.publish(_CHANNEL, _sign(self._keys[0], body) + body))

    def subscribe(self, topic: Topic) -> AbstractAsyncContextManager[Subscription]:
        """Listen to a topic until the context is left."""
        return self._local.subscribe(topic)

    def _heard(self, message: bytes) -> None:
        signature, body = message[:_SIGNATURE], message[_SIGNATURE:]
        if not any(hmac.compare_digest(signature, _sign(key, body)) for key in self._keys):
            return
        try:
            event = self._decode(body)
        except ValueError:
            # Of a newer tradecore.
            return
        self._local.hand_over(event)


def _sign(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")
