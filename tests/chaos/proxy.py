"""A TCP proxy in front of a server, which slows, holds, cuts or refuses connections when a test says so."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from attrs import define, field

_CHUNK = 64 * 1024


class Mode(StrEnum):
    """How a proxy treats what is sent through it."""

    PASS = "pass"
    SLOW = "slow"  # each chunk waits for `delay` seconds
    BLACK_HOLE = "black hole"  # nothing arrives on either side until another mode is chosen
    HALF_OPEN = "half-open"  # the server gets everything, and what it answers is lost
    CUT = "cut"  # all connections are reset, and new ones are reset once accepted
    REFUSE = "refuse"  # all connections are reset, and nothing listens


@define(eq=False)
class TcpProxy:
    """Forwards the connections to its own port of 127.0.0.1 to another one.

    `fault` is (n, mode): the n-th chunk from the clients, counted from 1 in `chunks`, still in the old mode, is the
    last before the mode changes; with n = 0 the mode changes before the next chunk.
    """

    target: int
    port: int = 0
    mode: Mode = Mode.PASS
    delay: float = 0.0
    chunks: int = 0
    _fault: tuple[int, Mode] | None = None
    _changed: asyncio.Event = field(factory=asyncio.Event)
    _listener: asyncio.Server | None = None
    _tasks: set["asyncio.Task[None]"] = field(factory=set)
    _writers: set[asyncio.StreamWriter] = field(factory=set)

    @asynccontextmanager
    async def listening(self) -> "AsyncIterator[TcpProxy]":
        """Forward connections until the context ends."""
        await self._listen()
        try:
            yield self
        finally:
            await self.set(Mode.REFUSE)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def set(self, mode: Mode, delay: float = 0.0) -> None:
        """Treat connections in another way from now on; chunks that a black hole holds arrive if it lets them."""
        self.mode, self.delay, self._fault = mode, delay, None
        if mode in (Mode.CUT, Mode.REFUSE):
            self.reset_connections()
        if mode is Mode.REFUSE and self._listener:
            self._listener.close()
            self._listener = None
        elif mode is not Mode.REFUSE and self._listener is None:
            await self._listen()
        self._changed.set()
        self._changed = asyncio.Event()

    def fail_after(self, chunks: int, mode: Mode) -> None:
        """Change the mode once so many further chunks of the clients were treated in the present one."""
        self.chunks, self._fault = 0, (chunks, mode)

    def reset_connections(self) -> None:
        """End all open connections with a reset."""
        for writer in list(self._writers):
            _reset(writer)

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port, reuse_address=True)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            if self.mode in (Mode.CUT, Mode.REFUSE):
                return
            # The end of the proxy cancels this task, which asyncio would report as an error.
            with contextlib.suppress(OSError, asyncio.CancelledError):
                server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.target)
                self._writers.add(server_writer)
                try:
                    pumps = [
                        asyncio.ensure_future(self._pump(reader, server_writer, from_client=True)),
                        asyncio.ensure_future(self._pump(server_reader, writer, from_client=False)),
                    ]
                    await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for pump in pumps:
                        pump.cancel()
                    await asyncio.gather(*pumps, return_exceptions=True)
                    _reset(server_writer)
                    self._writers.discard(server_writer)
        finally:
            _reset(writer)
            self._writers.discard(writer)
            self._tasks.discard(task)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, from_client: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                if from_client:
                    await self._count()
                while self.mode is Mode.BLACK_HOLE:
                    await self._changed.wait()
                if self.mode is Mode.SLOW:
                    await asyncio.sleep(self.delay)
                if self.mode is Mode.HALF_OPEN and not from_client:
                    continue
                writer.write(chunk)
                await writer.drain()

    async def _count(self) -> None:
        self.chunks += 1
        if self._fault and self.chunks > self._fault[0]:
            await self.set(self._fault[1])


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection with a reset instead of a regular end."""
    if not writer.transport.is_closing():
        peer: socket.socket = writer.get_extra_info("socket")
        with contextlib.suppress(OSError):
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
