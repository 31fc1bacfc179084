"""A feed server of our own on the loopback interface, that answers whatever a test tells it to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from attrs import define, field

Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]


@define
class FeedServer:
    """Answers each request with the next scripted reply, the last one again and again."""

    port: int = 0
    replies: list[bytes | Reply] = field(factory=list)
    requests: list[str] = field(factory=list)
    open_now: int = 0
    most_open: int = 0

    def url(self, path: str = "/feed.xml") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def answer(self, status: str = "200 OK", body: bytes = b"", **headers: str) -> None:
        """Script one more reply; header names are written with `_` for `-`."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.replies.append("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            if isinstance(reply, bytes):
                writer.write(reply)
                await writer.drain()
            else:
                await reply(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open_now -= 1
            writer.close()


@pytest.fixture
async def feeds() -> AsyncIterator[FeedServer]:
    """A running server without replies."""
    scripted = FeedServer()
    server = await asyncio.start_server(scripted.serve, "127.0.0.1", 0)
    scripted.port = server.sockets[0].getsockname()[1]
    yield scripted
    server.close()
    await server.wait_closed()
