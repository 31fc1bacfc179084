"""Bodies of requests to the protocol, bounded before its library reads them, which refuses in words without a type."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from attrs import frozen

Receive = Callable[[], Awaitable[Any]]

MAX_BODY_BYTES = 64 * 1024
# A body up to this size is read to its end after a refusal, so that the connection stays usable; above, it is closed.
_DRAIN_LIMIT = 1024 * 1024


@frozen
class RefusedBody(Exception):
    """A body that is not read: the status, a name and a sentence for the client, and whether the connection ends."""

    status: int
    error: str
    description: str
    close: bool = False


async def read_body(headers: Mapping[bytes, bytes], receive: Receive) -> Receive:
    """The body of a request, read and bounded, as what receives it again. Raises RefusedBody."""
    media_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media_type != b"application/json" or headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise RefusedBody(415, "unsupported_media_type", "Send messages as application/json, not compressed.")
    length = headers.get(b"content-length", b"")
    announced = int(length) if length.isdigit() else 0
    size, messages = 0, []
    while max(size, announced) <= MAX_BODY_BYTES:
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))
        if size <= MAX_BODY_BYTES and not messages[-1].get("more_body", False):
            return _again(messages, receive)
    drained = 0 < announced <= _DRAIN_LIMIT
    raise RefusedBody(413, "body_too_large", f"A message has at most {MAX_BODY_BYTES} bytes.", not drained)


def _again(messages: list[Any], receive: Receive) -> Receive:
    """What receives these messages, and then what follows them."""
    left = iter(messages)

    async def receive_again() -> Any:
        for message in left:
            return message
        return await receive()

    return receive_again
