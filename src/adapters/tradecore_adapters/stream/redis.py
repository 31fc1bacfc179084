"""A stream over Redis: every process reads one channel and delivers its events to local subscribers."""

import hmac
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from tradecore.model.change import Event
from tradecore.model.ids import Topic
from tradecore.ports.stream import Subscription
from tradecore_adapters.redis_server import ChannelSubscription, Client, RedisServer
from tradecore_adapters.stream.memory import MemoryStream

_CHANNEL = "tradecore:events"
_SIGNATURE = 32


class RedisStream:
    """Delivers events between processes. Events lost while Redis is down are read from the store.

    Messages are signed, so a program that can write to Redis but has no signing secret cannot forge events.
    """

    def __init__(
        self,
        address: str,
        secrets: Sequence[str],
        *,
        encode: Callable[[Event], bytes],
        decode: Callable[[bytes], Event],
    ) -> None:
        """The first secret signs and all of them verify. `decode` raises ValueError for unknown events.

        Raises Unavailable where `address` is not the URL of a Redis server.
        """
        # A derived key, so that a signature made here is valid nowhere else.
        self._keys = [hmac.digest(secret.encode(), b"tradecore stream", "sha256") for secret in secrets]
        self._encode = encode
        self._decode = decode
        self._local = MemoryStream()
        self._server = RedisServer(address)
        self._subscription = ChannelSubscription(self._server, _CHANNEL, self._on_message)

    async def __aenter__(self) -> "RedisStream":
        """Subscribe to the channel."""
        await self._subscription.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Unsubscribe and close all connections."""
        await self._subscription.__aexit__(*exc)

    async def publish(self, *events: Event) -> None:
        """Sign and publish events, in one round trip. Raises Unavailable within a quarter of a second."""
        bodies = [self._encode(event) for event in events]
        messages = [_sign(self._keys[0], body) + body for body in bodies]
        await self._server.call(lambda client: _publish(client, messages))

    def subscribe(self, topic: Topic) -> AbstractAsyncContextManager[Subscription]:
        """Subscribe to a topic for as long as the context lasts."""
        return self._local.subscribe(topic)

    def _on_message(self, message: bytes) -> None:
        signature, body = message[:_SIGNATURE], message[_SIGNATURE:]
        if not any(hmac.compare_digest(signature, _sign(key, body)) for key in self._keys):
            return
        try:
            event = self._decode(body)
        except ValueError:
            # An event of a newer tradecore.
            return
        self._local.deliver(event)


async def _publish(client: Client, messages: Sequence[bytes]) -> None:
    if len(messages) == 1:
        await client.publish(_CHANNEL, messages[0])
        return
    async with client.pipeline(transaction=False) as pipeline:
        for message in messages:
            pipeline.publish(_CHANNEL, message)
        await pipeline.execute()


def _sign(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")
