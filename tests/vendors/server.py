"""A local HTTP server in the place of a vendor: it answers as the test says, and counts what it is asked for."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import define, field, frozen


@frozen
class Request:
    """One GET request: path decoded, query and headers as given, header names in lower case."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@frozen
class Reply:
    """What the server answers. With `cut`, the connection ends after half of the body."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json;charset=utf-8"
    headers: Mapping[str, str] = field(factory=dict)
    seconds: float = 0.0
    cut: bool = False


def json_reply(document: Any, status: int = 200) -> Reply:
    """A JSON document."""
    return Reply(status, json.dumps(document).encode())


FAULTS: Mapping[str, Reply] = {
    "429": Reply(429, b"Too Many Requests\r\n", "text/plain"),
    "401": Reply(
        401,
        b'{"finance":{"result":null,"error":{"code":"Unauthorized","description":"Invalid Crumb"}}}',
    ),
    "403": Reply(403, b'{"message":"forbidden."}'),
    "500": Reply(500, b"Internal Server Error", "text/plain"),
    "HTML": Reply(200, b"<!DOCTYPE html><html><body>Will be right back...</body></html>", "text/html"),
    "truncated": Reply(200, b'{"chart":{"result":[{"meta":{"currency":"USD","sym'),
    "cut off": Reply(200, b'{"chart":' + b" " * 4000, cut=True),
    "slow": Reply(200, b"{}", seconds=60.0),
    "empty": Reply(200, b""),
}
"""Failures that every vendor has been seen to answer with."""


@define
class VendorServer:
    """A server that answers each request with what `answer` returns for it, or with `fault` while one is set."""

    answer: Callable[[Request], Reply]
    fault: Reply | None = None
    requests: list[Request] = field(factory=list)
    port: int = 0

    @property
    def base(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["VendorServer"]:
        """Listen on a free port; the server and its connections end with the context."""
        tasks: set[asyncio.Task[None]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task
            tasks.add(task)
            try:
                await self._serve(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                tasks.discard(task)
                writer.close()

        listening = await asyncio.start_server(serve, "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            listening.close()
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            target = urlsplit(head[0].split(" ")[1])
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            request = Request(unquote(target.path), dict(parse_qsl(target.query)), headers)
            self.requests.append(request)
            reply = self.fault or self.answer(request)
            await asyncio.sleep(reply.seconds)
            body, extra = reply.body, dict(reply.headers)
            if "gzip" in headers.get("accept-encoding", "") and not reply.cut and reply.status == 200:
                body = gzip.compress(body, 1)
                extra["Content-Encoding"] = "gzip"
            lines = [f"HTTP/1.1 {reply.status} Status", f"Content-Type: {reply.content_type}"]
            lines += [f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in extra.items())]
            writer.write("\r\n".join([*lines, "", ""]).encode() + (body[: len(body) // 2] if reply.cut else body))
            await writer.drain()
            if reply.cut:
                return
