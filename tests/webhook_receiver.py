"""A receiver of webhooks on a port of its own, which verifies signatures by the public library."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from attrs import define, field
from standardwebhooks import Webhook


@define
class Receiver:
    """What came in, and what is answered: `answer` gives the status line and headers for the body of a request."""

    answer: Callable[["Received"], bytes] = lambda received: b"200 OK"
    received: "list[Received]" = field(factory=list)
    arrived: asyncio.Event = field(factory=asyncio.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?for=tests"

    async def until(self, count: int, seconds: float = 30) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(seconds):
            while len(self.received) < count:
                self.arrived.clear()
                await self.arrived.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            request = Received(head[0], headers, body)
            self.received.append(request)
            self.arrived.set()
            writer.write(b"HTTP/1.1 " + self.answer(request) + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@define
class Received:
    """One request."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verify(self, secret: str) -> Any:
        """The event. Raises WebhookVerificationError where the signature does not fit."""
        return Webhook(secret).verify(self.body, self.headers)


@asynccontextmanager
async def receiving(receiver: Receiver | None = None, port: int = 0) -> AsyncIterator[Receiver]:
    """A receiver on loopback, until the context ends."""
    receiver = receiver or Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", port)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        await server.wait_closed()
