"""Headers and bodies that never end are ended, by bytes and by time, on real sockets; nobody else is delayed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any

import pytest
import uvicorn

from tradecore_app import http_protocol
from tradecore_app.http_protocol import MAX_HEADER_BYTES, BoundedHttpProtocol

PATIENCE = 30.0
REQUEST = b"GET / HTTP/1.1\r\nhost: localhost\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def echo_length(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers with the length of the body; at /unread it does not read any."""
    length, more = 0, scope["path"] != "/unread"
    while more:
        message = await receive()
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    body = str(length).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


Connect = Callable[[], Awaitable[Streams]]


@asynccontextmanager
async def a_server() -> AsyncIterator[Connect]:
    """A running server, as a function that connects to it."""
    config = uvicorn.Config(echo_length, port=0, http=BoundedHttpProtocol, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    writers: list[asyncio.StreamWriter] = []

    async def connect() -> Streams:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        return reader, writer

    yield connect
    for writer in writers:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)
    server.should_exit = True
    await serving


async def response(streams: Streams) -> bytes:
    """The head and the body of one response."""
    reader, _ = streams
    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
        [length] = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return head + await reader.readexactly(length)


async def rest(streams: Streams) -> bytes:
    """What the server still sends until it closes the connection."""
    async with asyncio.timeout(PATIENCE):
        try:
            return await streams[0].read()
        except ConnectionResetError:
            return b""


@pytest.mark.parametrize(
    "begin",
    [
        b"GET /" + b"a" * MAX_HEADER_BYTES,
        REQUEST + b"x-one: " + b"a" * MAX_HEADER_BYTES,
        REQUEST + b"".join(b"x-%d: a\r\n" % n for n in range(8000)),
    ],
    ids=["path", "one header", "many headers"],
)
async def test_headers_beyond_64_kib_are_refused_and_the_connection_closed(begin: bytes) -> None:
    async with a_server() as connect:
        streams = await connect()
        streams[1].write(begin)
        assert (await rest(streams)).startswith(b"HTTP/1.1 431 ")


async def test_a_header_without_end_is_cut_off_early_and_delays_nobody() -> None:
    async with a_server() as connect:
        flood, other = await connect(), await connect()
        flood[1].write(REQUEST + b"x: ")
        sent = 0

        async def pour() -> None:
            nonlocal sent
            while True:
                flood[1].write(b"a" * 65_536)
                await flood[1].drain()
                sent += 65_536

        pouring = asyncio.create_task(pour())
        other[1].write(REQUEST + b"\r\n")
        assert (await response(other)).startswith(b"HTTP/1.1 200 ")
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(pouring, PATIENCE)
        assert sent < 64 * 2**20  # what the buffers of the kernel take, and no more


async def test_F51_half_open_connections_are_closed_and_delay_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEADER_SECONDS", 4.0)
    async with a_server() as connect:
        half = []
        for number in range(300):
            half.append(await connect())
            half[-1][1].write(REQUEST[: number % len(REQUEST)])  # some send nothing at all
        whole, delays = await connect(), []
        for _ in range(20):
            began = perf_counter()
            whole[1].write(REQUEST + b"\r\n")
            assert (await response(whole)).startswith(b"HTTP/1.1 200 ")
            delays.append(perf_counter() - began)
        assert max(delays) < 1
        endings = await asyncio.gather(*map(rest, half))
        # A connection that is reset under a late write has no response to read; closed it is all the same.
        assert {ending[:13] for ending in endings} <= {b"HTTP/1.1 408 ", b""}
        assert sum(ending != b"" for ending in endings) > 200


POST = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000000\r\n\r\n"


async def test_F51_a_body_that_does_not_arrive_in_time_ends_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "BODY_SECONDS", 1.0)
    async with a_server() as connect:
        read, unread = await connect(), await connect()
        read[1].write(POST + b"{")
        unread[1].write(POST.replace(b"/ ", b"/unread ") + b"{")
        assert (await response(unread)).startswith(b"HTTP/1.1 200 ")
        assert await asyncio.gather(rest(read), rest(unread)) == [b"", b""]


async def test_F51_a_body_that_nobody_reads_is_cut_off() -> None:
    async with a_server() as connect:
        streams = await connect()
        streams[1].write(POST.replace(b"/ ", b"/unread "))
        assert (await response(streams)).startswith(b"HTTP/1.1 200 ")
        sent = 0
        with pytest.raises(ConnectionError):
            async with asyncio.timeout(PATIENCE):
                while sent < 100_000_000:
                    streams[1].write(b"a" * 65_536)
                    await streams[1].drain()
                    sent += 65_536
        assert sent < 64 * 2**20  # what the buffers of the kernel take, and no more


async def test_connections_that_behave_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEADER_SECONDS", 2.0)
    async with a_server() as connect:
        streams = await connect()
        body = b"b" * 3 * MAX_HEADER_BYTES
        post = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n" % len(body)
        streams[1].write(post + body)
        assert (await response(streams)).endswith(str(len(body)).encode())
        streams[1].write((REQUEST + b"\r\n") * 3)  # pipelined
        for _ in range(3):
            assert (await response(streams)).startswith(b"HTTP/1.1 200 ")
        await asyncio.sleep(2.5)  # idle for longer than headers may take
        streams[1].write(REQUEST[:9])
        await asyncio.sleep(0.2)
        streams[1].write(REQUEST[9:] + b"\r\n")
        assert (await response(streams)).startswith(b"HTTP/1.1 200 ")
